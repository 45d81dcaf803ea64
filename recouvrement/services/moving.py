"""Moves a debt from a fund to another: both journals, both histories, in one transaction.

Runs in the national scope, which no agent's request has: ``moving_sweep`` opens it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from allocataires.models import Allocataire, Creance, MoisCreance
from allocataires.nomenclature import MouvementType, Nature
from allocataires.services.etapes import Why, move_creance
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.paris import paris_date
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.models import LinkedCreance, PaymentLink
from recouvrement.models import Mutation, MutationDemandee
from recouvrement.models.mutation import MutationSide
from recouvrement.services.moving_asking import MoveRefused, refuse_debt
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message

#: States that go on as they are in the other fund. In any other one, an agent there resumes:
#: what stopped the recovery here is not known there.
_GOES_ON = frozenset(
    {
        CreanceState.NOTIFIEE,
        CreanceState.EN_RECOUVREMENT,
        CreanceState.MISE_EN_DEMEURE,
        CreanceState.CONTRAINTE,
        CreanceState.SURENDETTEMENT,
    }
)


def move_debt(departure: MutationDemandee, *, now: datetime) -> Creance:
    """Make the debt of an accepted request another fund's; returns the one made there.

    The caller holds both requests under lock, in a national scope. Here the whole remaining
    balance leaves (``TRANSFERT``, ``DEBT_SENT``); there a debt of that amount arrives
    (``DEBT_RECEIVED``) with its months and the movements before. Raises ``MoveRefused``.
    """
    if departure.creance_id is None:
        raise ValueError(
            "a request that departs has its debt (mutation_demandee_leaves_with_its_debt)"
        )
    leaving = Creance.objects.locked().get(pk=departure.creance_id)
    refuse_debt(leaving)
    person = _person(departure, leaving.allocataire)
    cents, before = leaving.balance_cents, _history(leaving)
    arrived = _arrived(leaving, person, departure, now=now)
    _send(leaving, departure, cents, now=now)
    _receive(arrived, departure.move_id, cents, now=now)
    _write_sides(departure, leaving, arrived, before, cents, now=now)
    _revoke_links(leaving, departure, now=now)
    _tell(leaving, departure.move_id, now=now)
    return arrived


def nature_elsewhere(nature: str) -> str:
    """The code of a debt that came from another fund: IN→IT where the nomenclature has it."""
    moved = f"IT{nature[2:]}"
    return moved if nature.startswith("IN") and moved in Nature.values else nature


def _person(departure: MutationDemandee, known: Allocataire) -> Allocataire:
    found = Allocataire.objects.filter(
        caisse_id=departure.other_caisse_id, numero=departure.numero
    ).first()
    if found is None:
        return Allocataire.objects.create(
            caisse_id=departure.other_caisse_id,
            numero=departure.numero,
            nom=known.nom,
            prenom=known.prenom,
            naissance_on=known.naissance_on,
            email=known.email,
            langue=known.langue,
        )
    if found.naissance_on != known.naissance_on:
        raise MoveRefused(
            "Le numéro d’allocataire donné est celui d’une autre personne dans la caisse d’arrivée."
        )
    return found


def _arrived(
    leaving: Creance, person: Allocataire, departure: MutationDemandee, *, now: datetime
) -> Creance:
    nature = nature_elsewhere(leaving.nature)
    state = CreanceState(leaving.state)
    arrived = Creance.objects.create(
        caisse_id=person.caisse_id,
        allocataire=person,
        nature=nature,
        rang=_next_rang(person, nature),
        motif=leaving.motif,
        origine=leaving.origine,
        responsable_code=leaving.responsable_code,
        fraude=leaving.fraude,
        event_on=leaving.event_on,
        period_start_on=leaving.period_start_on,
        period_end_on=leaving.period_end_on,
        implanted_on=paris_date(now),
        notified_on=leaving.notified_on,
        initial_cents=leaving.balance_cents,
        state=state if state in _GOES_ON else CreanceState.SUSPENDUE,
        follows_id=leaving.public_id,
    )
    MoisCreance.objects.bulk_create(
        MoisCreance(
            caisse_id=arrived.caisse_id,
            creance=arrived,
            month_on=month.month_on,
            paid_cents=month.paid_cents,
            due_cents=month.due_cents,
        )
        for month in leaving.mois.order_by("month_on")
    )
    return arrived


def _next_rang(person: Allocataire, nature: str) -> str:
    taken = person.creances.filter(nature=nature).order_by("-rang").values_list("rang", flat=True)
    following = int(taken[0]) + 1 if taken else 1
    if following > 999:
        raise MoveRefused("La personne n’a plus de rang libre pour cette nature de dette.")
    return f"{following:03d}"


def _send(leaving: Creance, departure: MutationDemandee, cents: int, *, now: datetime) -> None:
    why = Why(
        EtapeCause.MUTATION,
        note=f"Suivie maintenant par la {departure.other_caisse.nom}.",
        agent=departure.asked_by,
        source_id=departure.move_id,
    )
    move_creance(leaving, CreanceState.MUTEE, why=why, now=now, on=departure.moved_on)
    post_mouvements(
        caisse_id=leaving.caisse_id,
        kind=MouvementType.TRANSFERT,
        postings=[Posting(leaving.pk, cents)],
        value_on=paris_date(now),
        source_id=departure.move_id,
        now=now,
    )
    _book(leaving, Evenement.DEBT_SENT, departure.move_id, cents, now=now)


def _receive(arrived: Creance, move_id: UUID, cents: int, *, now: datetime) -> None:
    _book(arrived, Evenement.DEBT_RECEIVED, move_id, cents, now=now)


def _book(
    creance: Creance, event: Evenement, source_id: UUID, cents: int, *, now: datetime
) -> None:
    write_ecriture(
        caisse_id=creance.caisse_id,
        event=event,
        parts=[part_of(creance, event, cents)],
        source_id=source_id,
        piece=reference_of(source_id),
        label=f"Mutation de créance {reference_of(source_id)}",
        now=now,
    )


def part_of(creance: Creance, event: Evenement, cents: int) -> Part:
    """The part of an écriture that is one debt's, with its auxiliary account."""
    return Part(
        event=event,
        famille=creance.famille,
        amount_cents=cents,
        auxiliaire=f"{creance.allocataire.numero}-{creance}".replace(" ", "-"),
        label=f"Créance {creance}",
    )


def reference_of(move_id: UUID) -> str:
    """What both funds and the person call a move."""
    return f"M{move_id.hex[:10].upper()}"


def _history(leaving: Creance) -> list[dict[str, Any]]:
    rows = leaving.mouvements.order_by("rank")
    return [
        {
            "kind": row.kind,
            "sens": row.sens,
            "amount_cents": row.amount_cents,
            "balance_after_cents": row.balance_after_cents,
            "value_on": row.value_on.isoformat(),
        }
        for row in rows
    ]


def _write_sides(
    departure: MutationDemandee,
    leaving: Creance,
    arrived: Creance,
    before: list[dict[str, Any]],
    cents: int,
    *,
    now: datetime,
) -> None:
    common = {
        "move_id": departure.move_id,
        "amount_cents": cents,
        "moved_at": now,
        "moved_on": departure.moved_on,
    }
    Mutation.objects.create(
        **common,
        caisse_id=leaving.caisse_id,
        side=MutationSide.DEPART,
        creance=leaving,
        other_caisse_id=arrived.caisse_id,
        other_creance_id=arrived.public_id,
        moved_by=departure.asked_by,
    )
    Mutation.objects.create(
        **common,
        caisse_id=arrived.caisse_id,
        side=MutationSide.ARRIVEE,
        creance=arrived,
        other_caisse_id=leaving.caisse_id,
        other_creance_id=leaving.public_id,
        history=before,
    )


def _revoke_links(leaving: Creance, departure: MutationDemandee, *, now: datetime) -> None:
    """Links that pay this debt and no other one; the others let pay what stays here."""
    alone = LinkedCreance.objects.filter(creance=leaving).values("link_id")
    others = LinkedCreance.objects.exclude(creance=leaving).values("link_id")
    PaymentLink.objects.filter(pk__in=alone, revoked_at__isnull=True, expires_at__gt=now).exclude(
        pk__in=others
    ).update(revoked_at=now, revoked_by=departure.asked_by)


def _tell(leaving: Creance, move_id: UUID, *, now: datetime) -> None:
    person = leaving.allocataire
    queue_message(
        caisse_id=leaving.caisse_id,
        allocataire_id=person.pk,
        kind=MessageKind.DEBT_MOVED,
        source_id=move_id,
        to_address=person.email,
        langue=person.langue,
        context={
            "reference": reference_of(move_id),
            "page": reverse("allocataires:creance", args=[leaving.public_id]),
        },
        now=now,
    )
