"""Writes invented people and debts; the database's triggers compute every balance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time

from allocataires.demo.cast import ISSUER, CastMember
from allocataires.demo.records import DemoCreance, DemoPerson
from allocataires.models import Allocataire, Identite
from allocataires.nomenclature import sens_of
from caf_portal.database.bulk_copy import copied, execute

_PEOPLE = {
    "caisse_id": "bigint",
    "numero": "text",
    "public_id": "uuid",
    "nom": "text",
    "prenom": "text",
    "naissance_on": "date",
    "email": "text",
    "langue": "text",
}
_CREANCES = {
    "person": "uuid",
    "public_id": "uuid",
    "nature": "text",
    "rang": "text",
    "motif": "text",
    "origine": "text",
    "period_start_on": "date",
    "period_end_on": "date",
    "implanted_on": "date",
    "notified_on": "date",
    "initial_cents": "bigint",
    "recovery_mode": "text",
    "monthly_cents": "bigint",
    "responsable_code": "text",
    "fraude": "boolean",
    "event_on": "date",
}
_MOIS = {
    "creance": "uuid",
    "month_on": "date",
    "paid_cents": "bigint",
    "due_cents": "bigint",
}
_ETAPES = {
    "creance": "uuid",
    "from_state": "text",
    "to_state": "text",
    "cause": "text",
    "on_day": "date",
    "until_on": "date",
    "note": "text",
    "at": "timestamptz",
}
_MOUVEMENTS = {
    "creance": "uuid",
    "kind": "text",
    "sens": "text",
    "amount_cents": "bigint",
    "value_on": "date",
    "recorded_at": "timestamptz",
}


def insert_people(people: Iterable[DemoPerson], *, caisse_ids: Mapping[str, int]) -> int:
    """Write people; ``caisse_ids`` gives the identifier of each fund by its code."""
    rows = (
        (caisse_ids[p.caisse], *(getattr(p, name) for name in list(_PEOPLE)[1:])) for p in people
    )
    columns = ", ".join(_PEOPLE)
    with copied("demo_people", _PEOPLE, rows):
        return execute(
            f"INSERT INTO allocataires_allocataire ({columns}) "  # noqa: S608 - our own names
            f"SELECT {columns} FROM demo_people ORDER BY seq"
        )


def insert_creances(creances: Sequence[DemoCreance]) -> int:
    """Write debts as just notified, then their months, their steps, and their movements.

    The steps come first: the movement that leaves nothing ends the debt from the state that they
    brought it to.
    """
    own = list(_CREANCES)[1:]
    rows = ((c.person.public_id, *(getattr(c, name) for name in own)) for c in creances)
    columns = ", ".join(own)
    with copied("demo_creances", _CREANCES, rows):
        written = execute(
            "INSERT INTO allocataires_creance "  # noqa: S608 - our own names
            f"(caisse_id, allocataire_id, balance_cents, mouvement_count, state, {columns}) "
            "SELECT p.caisse_id, p.id, 0, 0, 'NOTIFIEE', "
            f"{', '.join(f'd.{name}' for name in own)} "
            "FROM demo_creances d JOIN allocataires_allocataire p ON p.public_id = d.person "
            "ORDER BY d.seq"
        )
    _insert_mois(creances)
    _insert_etapes(creances)
    _insert_mouvements(creances)
    return written


def insert_identites(members: Iterable[CastMember]) -> None:
    """Link the cast's logins to their people, already written."""
    logins = {member.person.public_id: member.subject for member in members if member.subject}
    people = Allocataire.objects.filter(public_id__in=logins)
    Identite.objects.bulk_create(
        Identite(
            caisse_id=person.caisse_id,
            allocataire=person,
            issuer=ISSUER,
            subject=logins[person.public_id],
        )
        for person in people
    )


def _insert_mois(creances: Sequence[DemoCreance]) -> None:
    rows = (
        (creance.public_id, month.month_on, month.paid_cents, month.due_cents)
        for creance in creances
        for month in creance.mois
    )
    with copied("demo_mois", _MOIS, rows):
        execute(
            "INSERT INTO allocataires_moiscreance "
            "(caisse_id, creance_id, month_on, paid_cents, due_cents) "
            "SELECT c.caisse_id, c.id, d.month_on, d.paid_cents, d.due_cents "
            "FROM demo_mois d JOIN allocataires_creance c ON c.public_id = d.creance "
            "ORDER BY d.seq"
        )


def _insert_etapes(creances: Sequence[DemoCreance]) -> None:
    rows = (
        (
            creance.public_id,
            etape.from_state,
            etape.to_state,
            etape.cause,
            etape.on,
            etape.until_on,
            etape.note,
            datetime.combine(etape.on, time(6), UTC),
        )
        for creance in creances
        for etape in creance.etapes
    )
    with copied("demo_etapes", _ETAPES, rows):
        execute(
            "INSERT INTO allocataires_etape "
            '(caisse_id, creance_id, from_state, to_state, cause, "on", until_on, note, at) '
            "SELECT c.caisse_id, c.id, d.from_state, d.to_state, d.cause, d.on_day, d.until_on, "
            "d.note, d.at "
            "FROM demo_etapes d JOIN allocataires_creance c ON c.public_id = d.creance "
            "ORDER BY d.seq"
        )


def _insert_mouvements(creances: Sequence[DemoCreance]) -> None:
    rows = (
        (
            creance.public_id,
            m.kind,
            sens_of(m.kind),
            m.amount_cents,
            m.value_on,
            datetime.combine(m.value_on, time(6), UTC),
        )
        for creance in creances
        for m in creance.mouvements
    )
    with copied("demo_mouvements", _MOUVEMENTS, rows):
        execute(
            "INSERT INTO allocataires_mouvement (caisse_id, creance_id, rank, kind, sens, "
            "amount_cents, balance_after_cents, value_on, recorded_at) "
            "SELECT c.caisse_id, c.id, 0, d.kind, d.sens, d.amount_cents, 0, d.value_on, "
            "d.recorded_at "
            "FROM demo_mouvements d JOIN allocataires_creance c ON c.public_id = d.creance "
            "ORDER BY d.seq"
        )
