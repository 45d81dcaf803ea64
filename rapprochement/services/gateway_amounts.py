"""What each line of the platform's files does to the fund's money, in signed cents.

One euro must be counted once, though four files may tell of it:

- JT counts what the bank accepted on the day, at its first amount: ``+`` for a debit, ``-`` for a
  credit (a refund). A debit that was cancelled before the file was made counts as well, for JO
  tells the cancellation; what was refused, or waits, counts 0.
- JO counts only what changes an amount after the fact, by the difference with what JT and JO told
  of the transaction before: a validation (``+``), an amount lowered (``-``), a cancellation or an
  expiry, a remittance that failed (``-`` all of it). A CREDIT line counts 0: the refund is a
  transaction of its own in JT.
- JRB counts what was remitted, gross: ``+`` for ``DT``, ``-`` for ``CT``.
- JRI counts ``-`` what the holder's bank took back.

So the platform's word on a day is Σ JT + Σ JO + Σ JRI, and JRB tells the same money again, on its
way to the bank.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, timedelta
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext as _

from payments.gateways.base import Result
from payments.gateways.payzen.codes import result_of
from payments.models import Boutique
from rapprochement.models import FichierReleve, LignePlateforme
from rapprochement.models.files import FichierKind
from rapprochement.readers.gateway.file import GatewayFile, GatewayLine, Kind
from rapprochement.readers.gateway.statuses import is_money
from rapprochement.services.file_refusals import FileRefused, FileTooEarly

#: Operations after which nothing is left of a transaction, and those that leave their amount.
_ENDING = frozenset({"CANCEL", "CANCELLATION", "EXPIRE", "EXPIRATION"})
_LEAVING = frozenset({"VALIDATE", "VALIDATION", "MODIFY", "MODIFICATION", "UPDATE"})
#: Goes to the bank as it was told, unless it failed.
_REMITTING = "CAPTURE"

#: How long a JT that did not come may be had from the platform's back office.
KEPT_BY_THE_PLATFORM = timedelta(days=21)

Amount = Callable[[GatewayLine], int]
#: A transaction in the files: its identifier, else its number and UTC day.
_Key = UUID | tuple[str, object]


def amounts_of(file: GatewayFile, *, boutique: Boutique, day_on: date, received_on: date) -> Amount:
    """The function that gives each line its signed cents, to be called in the file's order.

    In the scope of the shop's fund. Raises ``FileTooEarly`` for a JO that changes amounts while
    the JT of its day, or of a payment that it changes, is not loaded: nobody could tell the
    difference; and ``FileRefused`` for one that does not say of which transactions.
    ``received_on`` is the day of its reception: an older JT may be had no more.
    """
    if file.kind == Kind.JO:
        return _of_operations(file, boutique, day_on, received_on)
    return {Kind.JT: _of_transaction, Kind.JRB: _signed, Kind.JRI: _taken_back}[file.kind]


def _of_transaction(line: GatewayLine) -> int:
    cancelled = line.operation == "DEBIT" and result_of(line.status) is Result.CANCELLED
    if not (cancelled or is_money(line)):
        return 0
    cents = line.origin_amount_cents
    return -cents if line.operation == "CREDIT" else cents


def _signed(line: GatewayLine) -> int:
    return -line.amount_cents if line.operation == "CREDIT" else line.amount_cents


def _taken_back(line: GatewayLine) -> int:
    return -_signed(line)


def _of_operations(
    file: GatewayFile, boutique: Boutique, day_on: date, received_on: date
) -> Amount:
    changing = [line for line in file.lines if _changes(line)]
    _refuse_nameless(changing, boutique)
    told = _told_before(changing, boutique)
    untold = [line for line in changing if _key(line) not in told]
    if untold:
        oldest = received_on - KEPT_BY_THE_PLATFORM
        paid_on = {line.paid_on for line in untold if line.paid_on and line.paid_on >= oldest}
        _refuse_before_their_jt(boutique, day_on, paid_on)

    def amount(line: GatewayLine) -> int:
        if not _changes(line):
            return 0
        key = _key(line)
        change = _left_by(line, told[key]) - told[key]
        told[key] += change
        return change

    return amount


def _changes(line: GatewayLine) -> bool:
    return _ends(line) or line.operation_kind in _LEAVING


def _ends(line: GatewayLine) -> bool:
    """A remittance that failed brings nothing of what JT told as accepted."""
    failed = line.operation_kind == _REMITTING and result_of(line.status) is Result.LOST
    return failed or line.operation_kind in _ENDING


def _left_by(line: GatewayLine, told: int) -> int:
    """Signed cents that are left of the transaction after the operation."""
    if _ends(line):
        return 0
    money = result_of(line.status) is Result.PAID if line.status else told != 0
    return _signed(line) if money else 0


def _told_before(lines: Sequence[GatewayLine], boutique: Boutique) -> defaultdict[_Key, int]:
    """What the files loaded so far make of these transactions."""
    told: defaultdict[_Key, int] = defaultdict(int)
    known = LignePlateforme.objects.filter(
        caisse_id=boutique.caisse_id,
        boutique=boutique,
        kind__in=[FichierKind.JT, FichierKind.JO],
        trans_id__in={line.trans_id for line in lines},
    )
    wanted = {_key(line) for line in lines}
    for row in known.only("transaction_uuid", "trans_id", "happened_at", "amount_cents"):
        day = row.happened_at.astimezone(UTC).date() if row.happened_at else None
        for key in (row.transaction_uuid, (row.trans_id, day)):
            if key in wanted:
                told[key] += row.amount_cents
    return told


def _key(line: GatewayLine) -> _Key:
    return line.uuid or (line.trans_id, line.paid_on)


def _refuse_nameless(lines: Sequence[GatewayLine], boutique: Boutique) -> None:
    """A number is given again every day: alone, it does not say which transaction changed."""
    nameless = next((line for line in lines if line.uuid is None and line.paid_on is None), None)
    if nameless is not None:
        raise FileRefused(
            _(
                "L’opération n° %(rank)d de ce journal JO ne dit ni l’identifiant de sa "
                "transaction ni le jour du paiement. Cochez la colonne PAYMENT_DATE dans le back "
                "office de la plateforme (paramètres de la boutique, journaux), puis demandez de "
                "nouveau le journal."
            )
            % {"rank": nameless.rank},
            caisse_id=boutique.caisse_id,
        )


def _refuse_before_their_jt(boutique: Boutique, day_on: date, paid_on: set[date]) -> None:
    """The JT of the day of the JO, and those of the payments that it changes: without it a payment
    would count for what is left of it, then again for the whole when its JT comes."""
    loaded = FichierReleve.objects.filter(
        caisse_id=boutique.caisse_id, boutique=boutique, kind=FichierKind.JT
    )
    first = loaded.aggregate(on=Min("day_on"))["on"] or day_on
    wanted = {day_on, *(day for day in paid_on if first <= day < day_on)}
    missing = wanted - set(loaded.filter(day_on__in=wanted).values_list("day_on", flat=True))
    if missing:
        raise FileTooEarly(
            _(
                "Ce journal JO modifie des transactions : chargez d’abord le journal JT de la "
                "boutique %(site)s du %(day)s."
            )
            % {"site": boutique.site_id, "day": f"{min(missing):%d/%m/%Y}"},
            caisse_id=boutique.caisse_id,
        )
