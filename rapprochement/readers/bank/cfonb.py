"""CFONB 120 bank statements: bytes to statements."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rapprochement.readers.bank.cfonb_records import (
    CLOSING,
    COMPLEMENT,
    MOVEMENT,
    OPENING,
    Record,
    records_of,
)
from rapprochement.readers.bank.statement import BankMovement, BankStatement, proved
from rapprochement.readers.problems import FileUnreadable

#: What may come after each record; None is the start of the file.
_NEXT = {
    None: (OPENING,),
    OPENING: (MOVEMENT, CLOSING),
    MOVEMENT: (MOVEMENT, COMPLEMENT, CLOSING),
    COMPLEMENT: (MOVEMENT, COMPLEMENT, CLOSING),
    CLOSING: (OPENING,),
}


@dataclass
class _Movement:
    record: Record
    complements: list[Record] = field(default_factory=list)


def read_cfonb(content: bytes) -> tuple[BankStatement, ...]:
    """The statements of a CFONB 120 file, in its order.

    Each is complete: one account, euros only, real dates, records 01, (04, 05*)*, 07, balances
    that agree with the movements. Movements of nothing (some banks write "no movement today" so)
    are left out. The format has no number and no identifier of a statement: ``sequence`` is None,
    ``statement_id`` is made of the two dates. Raises ``FileUnreadable``.
    """
    statements = tuple(_statement(records) for records in _statements(content))
    if not statements:
        raise FileUnreadable(_("Ce fichier CFONB 120 est vide : aucun enregistrement."))
    return statements


def _statements(content: bytes) -> Iterator[list[Record]]:
    previous: Record | None = None
    records: list[Record] = []
    for record in records_of(content):
        _check_order(record, previous)
        previous = record
        records.append(record)
        if record.code == CLOSING:
            yield records
            records = []
    if records:
        raise records[-1].refusal(
            _("le fichier s’arrête là, sans l’enregistrement 07 du solde final")
        )


def _check_order(record: Record, previous: Record | None) -> None:
    if record.code not in _NEXT[previous.code if previous else None]:
        if previous is None:
            raise record.refusal(_("le fichier ne commence pas par un enregistrement 01"))
        raise record.refusal(
            _("un enregistrement %(code)s ne peut pas suivre un enregistrement %(previous)s")
            % {"code": record.code, "previous": previous.code}
        )


def _statement(records: list[Record]) -> BankStatement:
    opening, *between, closing = records
    for record in records:
        _check_account(record, opening)
    from_on, to_on = opening.day(35), closing.day(35)
    statement = BankStatement(
        account=opening.account,
        currency="EUR",
        sequence=None,
        statement_id=f"{from_on:%Y%m%d}-{to_on:%Y%m%d}",
        from_on=from_on,
        to_on=to_on,
        opening_cents=opening.amount(),
        closing_cents=closing.amount(),
        movements=tuple(_movements(between)),
    )
    where = _("Relevé des enregistrements n° %(first)s à %(last)s")
    return proved(statement, where=where % {"first": opening.number, "last": closing.number})


def _check_account(record: Record, opening: Record) -> None:
    if record.account != opening.account:
        raise record.refusal(_("le compte n’est pas celui de l’enregistrement 01 du relevé"))
    # Some banks leave the currency of complements blank: they hold no amount of the account.
    if record.currency != "EUR" and (record.currency or record.code != COMPLEMENT):
        raise record.refusal(_("la devise n’est pas EUR, seule acceptée"))


def _movements(records: list[Record]) -> Iterator[BankMovement]:
    found: list[_Movement] = []
    for record in records:
        if record.code == MOVEMENT:
            found.append(_Movement(record))
        else:
            found[-1].complements.append(record)
    moving = (movement for movement in found if movement.record.amount() != 0)
    for rank, movement in enumerate(moving, start=1):
        yield _movement(rank, movement)


def _movement(rank: int, movement: _Movement) -> BankMovement:
    record = movement.record
    booked_on = record.day(35)
    without_value = record.part(43, 48) in ("", "000000")
    return BankMovement(
        rank=rank,
        booked_on=booked_on,
        value_on=booked_on if without_value else record.day(43),
        amount_cents=record.amount(),
        code=record.part(33, 34),
        label=record.part(49, 79),
        reference=record.part(105, 120),
        details="\n".join(_details(movement)),
    )


def _details(movement: _Movement) -> Iterator[str]:
    """The bank's own operation code, the reason of a reject, the entry number, then the 05."""
    record = movement.record
    for name, value in (
        ("OPERATION", record.part(8, 11)),
        ("REJET", record.part(41, 42)),
        ("ECRITURE", record.part(82, 88)),
    ):
        if value.strip("0"):
            yield f"{name} {value}"
    for complement in movement.complements:
        yield f"{complement.part(46, 48)} {complement.part(49, 118)}".strip(" ")
