"""A row in each table around a debt: history, months, plan, proof, demande, move, exchanges."""

from uuid import uuid4

from allocataires.models import (
    Creance,
    Echeance,
    Echeancier,
    MoisCreance,
    PartEcheancier,
    Preuve,
    ReportEcheance,
)
from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caisses.models import Agent, Caisse
from echanges.models import (
    Abonnement,
    AppelApi,
    CleApi,
    EvenementSortant,
    LigneAppliquee,
    Livraison,
    Lot,
    MorceauLot,
    Rejet,
)
from recouvrement.models import Demande, Mutation, MutationDemandee
from tests.payments.factories import NOW

TODAY = NOW.date()


def write_what_surrounds(creance: Creance, agent: Agent) -> None:
    """By hand, inside a national scope: what matters here is that the rows are there."""
    _life(creance)
    _plan(creance, agent)
    _moves(creance, agent)
    _exchanges(creance.caisse, agent)


def _life(creance: Creance) -> None:
    move_creance(creance, CreanceState.MISE_EN_DEMEURE, why=Why(EtapeCause.CAISSE), now=NOW)
    MoisCreance.objects.create(
        caisse=creance.caisse,
        creance=creance,
        month_on=TODAY.replace(day=1),
        paid_cents=100_00,
        due_cents=20_00,
    )
    Preuve.objects.create(
        caisse=creance.caisse,
        allocataire=creance.allocataire,
        code=f"essai-{creance.caisse.code}",
        kind="RELEVE",
        subject_id=creance.public_id,
        as_of_on=TODAY,
        amount_cents=80_00,
        issued_at=NOW,
    )


def _plan(creance: Creance, agent: Agent) -> None:
    caisse = creance.caisse
    plan = Echeancier.objects.create(
        caisse=caisse,
        allocataire=creance.allocataire,
        total_cents=10_00,
        means="DEMANDE",
        agreed_at=NOW,
    )
    PartEcheancier.objects.create(
        caisse=caisse, echeancier=plan, creance=creance, rank=1, amount_cents=10_00
    )
    due = Echeance.objects.create(
        caisse=caisse, echeancier=plan, rank=1, due_on=TODAY, amount_cents=10_00
    )
    ReportEcheance.objects.create(
        caisse=caisse,
        echeance=due,
        kind="DEPLACEE",
        from_on=TODAY,
        to_on=TODAY.replace(day=28),
        at=NOW,
        agent=agent,
        source_id=uuid4(),
    )


def _moves(creance: Creance, agent: Agent) -> None:
    caisse = creance.caisse
    Demande.objects.create(
        caisse=caisse,
        creance=creance,
        allocataire=creance.allocataire,
        kind="RECOURS",
        filed_at=NOW,
        filed_on=TODAY,
        suspends=False,
        back_to=creance.state,
    )
    other = Caisse.objects.exclude(pk=caisse.pk).order_by("pk")[0]
    MutationDemandee.objects.create(
        caisse=caisse,
        side="DEPART",
        other_caisse=other,
        creance=creance,
        numero="7654321",
        nature=creance.nature,
        stated_cents=10_00,
        moved_on=TODAY,
        reason="essai",
        asked_by=agent,
        asked_at=NOW,
    )
    Mutation.objects.create(
        caisse=caisse,
        side="DEPART",
        creance=creance,
        other_caisse=other,
        other_creance_id=uuid4(),
        amount_cents=10_00,
        moved_at=NOW,
        moved_on=TODAY,
        moved_by=agent,
    )


def _exchanges(caisse: Caisse, agent: Agent) -> None:
    lot = Lot.objects.create(
        caisse=caisse,
        day_on=TODAY,
        format="CSV",
        schema_version="1",
        sha256=caisse.code * 21,
        received_at=NOW,
    )
    Rejet.objects.create(caisse=caisse, lot=lot, line=2, code="essai", reason="essai", raw="x")
    MorceauLot.objects.create(caisse=caisse, lot=lot, rank=0, content=b"x")
    LigneAppliquee.objects.create(caisse=caisse, lot=lot, key="essai", content="x")
    cle = CleApi.objects.create(
        caisse=caisse,
        label="essai",
        prefix=f"{caisse.code}-essai",
        digest="x",
        created_at=NOW,
        created_by=agent,
    )
    AppelApi.objects.create(
        caisse=caisse,
        cle=cle,
        idempotency_key="essai",
        path="/api/v1/lots/",
        body_sha256="x",
        status_code=201,
        answer={},
        at=NOW,
    )
    EvenementSortant.objects.create(
        caisse=caisse,
        number=1,
        kind="STATE",
        source_key="essai",
        payload={},
        occurred_at=NOW,
        published_at=NOW,
    )
    abonnement = Abonnement.objects.create(
        caisse=caisse, url="https://example.org/essai", secret="essai", created_at=NOW
    )
    Livraison.objects.create(
        caisse=caisse, abonnement=abonnement, number=1, attempt=1, at=NOW, status_code=200
    )
