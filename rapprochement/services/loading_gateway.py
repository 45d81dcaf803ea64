"""Writes the lines of a file of the platform, by COPY, and the remittances that a JRB tells."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from caf_portal.database.bulk_copy import copied, execute
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from payments.models import Boutique
from rapprochement.models import FichierReleve, Remise
from rapprochement.readers.gateway.file import GatewayFile, GatewayLine, Kind
from rapprochement.services.file_refusals import FileRefused
from rapprochement.services.gateway_amounts import Amount, amounts_of
from rapprochement.statements import statement

_TABLE = "rapprochement_lignes_lues"
#: The columns of the temporary table, in the order of ``_row``.
_COLUMNS = {
    "rank": "integer",
    "transaction_uuid": "uuid",
    "parent_uuid": "uuid",
    "trans_id": "text",
    "order_reference": "text",
    "operation": "text",
    "status": "text",
    "amount_cents": "bigint",
    "currency": "text",
    "fee_cents": "bigint",
    "happened_at": "timestamptz",
    "day_on": "date",
    "remise_id": "bigint",
    "reason": "text",
}


@dataclass
class _Sum:
    #: Paris day of its first operation.
    remitted_on: date = date.max
    operations: int = 0
    gross_cents: int = 0
    fee_cents: int = 0


def load_lines(*, fichier: FichierReleve, file: GatewayFile, boutique: Boutique) -> None:
    """Write every line of the file, or raise ``FileRefused``, in the caller's transaction."""
    _refuse_other_currencies(file, boutique)
    amount = amounts_of(
        file,
        boutique=boutique,
        day_on=fichier.day_on,
        received_on=paris_date(fichier.received_at),
    )
    remises = _write_remises(fichier, boutique, file, amount) if file.kind == Kind.JRB else {}
    rows = (_row(line, amount(line), fichier.day_on, remises) for line in file.lines)
    with copied(_TABLE, _COLUMNS, rows):
        execute(
            statement("load_gateway_lines").format(
                table=_TABLE,
                caisse=int(fichier.caisse_id),
                fichier=int(fichier.pk),
                boutique=int(boutique.pk),
                kind=file.kind.value,
            )
        )


def _row(
    line: GatewayLine, amount_cents: int, file_on: date, remises: dict[tuple[str, date], int]
) -> tuple[Any, ...]:
    return (
        line.rank,
        line.uuid,
        line.parent_uuid,
        line.trans_id,
        line.order_id,
        line.operation_kind or line.operation,
        line.status,
        amount_cents,
        line.currency,
        line.fee_cents or 0,
        line.happened_at,
        _day_of(line, file_on),
        remises.get((line.remittance_number, line.remitted_on or file_on)),
        line.reason,
    )


def _day_of(line: GatewayLine, file_on: date) -> date:
    """The Paris day of the instant, else the day that the file gives."""
    if line.happened_at is not None:
        return paris_date(line.happened_at)
    return line.dated_on or file_on


def _refuse_other_currencies(file: GatewayFile, boutique: Boutique) -> None:
    other = next((line for line in file.lines if line.currency != "EUR"), None)
    if other is not None:
        raise FileRefused(
            _(
                "L’opération n° %(rank)d de ce journal %(kind)s n’est pas en euros (devise "
                "%(currency)s). Demandez à la plateforme pourquoi : la boutique n’accepte que "
                "l’euro."
            )
            % {"rank": other.rank, "kind": file.kind.value, "currency": other.currency},
            caisse_id=boutique.caisse_id,
        )


def _write_remises(
    fichier: FichierReleve, boutique: Boutique, file: GatewayFile, amount: Amount
) -> dict[tuple[str, date], int]:
    """One row a remittance, by number and day as the file writes it; a row is of the Paris day.

    The bank may pay a remittance in several times, and the platform tell each part in the file of
    the day on which it found it: what was told before does not change, so that the second part is
    a row of its own, ``12-2`` for remittance ``12``.
    """
    sums: defaultdict[tuple[str, date], _Sum] = defaultdict(_Sum)
    for line in file.lines:
        if line.remittance_number:
            found = sums[(line.remittance_number, line.remitted_on or fichier.day_on)]
            found.remitted_on = min(found.remitted_on, _day_of(line, fichier.day_on))
            found.operations += 1
            found.gross_cents += amount(line)
            found.fee_cents += line.fee_cents or 0
    rows: dict[tuple[str, date], Remise] = {}
    names: defaultdict[date, set[str]] = defaultdict(set)
    for key, found in sums.items():
        rows[key] = _remise(fichier, boutique, key[0], found, names[found.remitted_on])
        names[found.remitted_on].add(rows[key].number)
    Remise.objects.bulk_create(rows.values(), batch_size=1000)
    return {key: row.pk for key, row in rows.items()}


def _remise(
    fichier: FichierReleve, boutique: Boutique, number: str, found: _Sum, names: set[str]
) -> Remise:
    if found.fee_cents < 0:
        raise FileRefused(
            _(
                "La remise %(number)s du %(day)s rend plus de frais qu’elle n’en prend "
                "(%(fee)s) : demandez à la plateforme un journal corrigé."
            )
            % {
                "number": number,
                "day": f"{found.remitted_on:%d/%m/%Y}",
                "fee": format_euros(found.fee_cents),
            },
            caisse_id=fichier.caisse_id,
        )
    return Remise(
        caisse_id=fichier.caisse_id,
        boutique=boutique,
        fichier=fichier,
        number=_number(boutique, number, found.remitted_on, names),
        remitted_on=found.remitted_on,
        operations=found.operations,
        gross_cents=found.gross_cents,
        fee_cents=found.fee_cents,
        net_cents=found.gross_cents - found.fee_cents,
    )


def _number(boutique: Boutique, number: str, remitted_on: date, others: set[str]) -> str:
    told = Remise.objects.filter(
        caisse_id=boutique.caisse_id, boutique=boutique, remitted_on=remitted_on
    )
    names = others.union(
        told.filter(number__startswith=number[:16]).values_list("number", flat=True)
    )
    name, part = number, 1
    while name in names:
        part += 1
        name = f"{number[:16]}-{part}"
    return name
