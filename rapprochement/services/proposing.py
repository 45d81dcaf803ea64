"""What the portal would make of a bank line; it never does it by itself."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from caf_portal.money import format_euros
from comptabilite.models import Ligne
from rapprochement.models import LigneBanque, Remise
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputation_writing import fee_left_of
from rapprochement.services.not_imputed import not_whole

#: How far back a remittance may have been made.
LOOK_BACK = timedelta(days=60)
#: A fee is plausible up to two per cent and ten cents a line.
_FEE_RATE, _FEE_FIXED = 0.02, 10
#: Chargebacks of one amount that a proposal names.
_MOST = 20
_FEE_WORDS = ("FRAIS", "COMMISSION", "COTISATION", "AGIOS")


def propose(line: LigneBanque) -> dict[str, Any]:
    """The best idea: an action, a reason, a score from 0 to 100, and the remittances it is about
    (``Residu.proposal``)."""
    return max(_ideas(line), key=lambda idea: idea["score"])


def _ideas(line: LigneBanque) -> Iterator[dict[str, Any]]:
    words = f"{line.label} {line.reference} {line.details}".upper()
    kind = ImputationKind.REMISE if line.amount_cents > 0 else ImputationKind.REPRISE
    left = {each: _left(each) for each in _candidates(line)}
    candidates = list(left)
    same = [each for each in candidates if line.amount_cents in left[each]]
    if len(same) > 1:
        yield _idea(kind, 60, f"{len(same)} remises ont ce montant : choisissez", same)
    for remise in candidates:
        lacking = left[remise][1] - line.amount_cents
        named = _is_named(remise, words)
        if remise in same and len(same) == 1:
            yield _idea(kind, 85 if named else 70, f"{_name(remise)}, du même montant", [remise])
        elif named:
            gap = format_euros(abs(lacking))
            reason = f"{_name(remise)} est nommée ; il y a {gap} d’écart"
            yield _idea(kind, 80 if _may_be_fee(remise, lacking) else 50, reason, [remise])
        elif remise.fee_cents == 0 and _may_be_fee(remise, lacking):
            reason = f"{_name(remise)}, moins {format_euros(lacking)} qui peuvent être des frais"
            yield _idea(kind, 55, reason, [remise])
    yield from _of_chargebacks(line, kind)
    if line.amount_cents < 0 and any(word in words for word in _FEE_WORDS):
        yield _idea(ImputationKind.FRAIS, 65, "le libellé parle de frais")
    yield _idea(ImputationKind.ATTENTE, 20, "rien ne l’explique : à garder en attente")


def _of_chargebacks(line: LigneBanque, kind: ImputationKind) -> Iterator[dict[str, Any]]:
    """The lines of chargebacks of the last weeks that no bank line answers, for this amount."""
    cents = line.amount_cents
    found = Ligne.objects.filter(
        caisse_id=line.caisse_id,
        appariements__kind="JRI",
        debit_cents=max(cents, 0),
        credit_cents=max(-cents, 0),
        ecriture__origin_on__range=(line.booked_on - LOOK_BACK, line.booked_on + LOOK_BACK),
    ).exclude(lettrages__live=True)
    charges = list(found.select_related("ecriture").order_by("pk")[:_MOST])
    if len(charges) == 1:
        reason = f"le seul impayé de ce montant, pièce {charges[0].ecriture.piece}"
        yield {**_idea(kind, 70, reason), "charges": [charges[0].pk]}
    elif charges:
        reason = f"{len(charges)} impayés ont ce montant : choisissez"
        yield {**_idea(kind, 60, reason), "charges": [each.pk for each in charges]}


def _candidates(line: LigneBanque) -> Iterator[Remise]:
    """Remittances of the last weeks that no line brought whole, and that go the same way."""
    found = not_whole(caisse_id=line.caisse_id).filter(
        remitted_on__range=(line.booked_on - LOOK_BACK, line.booked_on)
    )
    return (each for each in found.order_by("pk") if each.net_cents * line.amount_cents > 0)


def _left(remise: Remise) -> tuple[int, int]:
    """What no line brought of it yet, gross and net."""
    came = getattr(remise, "brought_cents", None)
    if came is None:
        return remise.gross_cents, remise.net_cents
    gross = remise.gross_cents - came
    return gross, gross - fee_left_of(remise, gross)


def _is_named(remise: Remise, words: str) -> bool:
    number = remise.number.partition("-")[0].upper().lstrip("0")
    return bool(number) and number in {word.lstrip("0") for word in _tokens(words)}


def _tokens(words: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in words).split()


def _may_be_fee(remise: Remise, lacking: int) -> bool:
    most = abs(remise.gross_cents) * _FEE_RATE + _FEE_FIXED * remise.operations
    return 0 < lacking <= most


def _name(remise: Remise) -> str:
    whole = getattr(remise, "brought_cents", None) is None
    what = "la remise" if whole else "la suite de la remise"
    return f"{what} {remise.number} du {remise.remitted_on:%d/%m/%Y}"


def _idea(
    kind: ImputationKind, score: int, reason: str, remises: Sequence[Remise] = ()
) -> dict[str, Any]:
    return {
        "action": kind.value,
        "score": score,
        "reason": reason,
        "remises": [each.pk for each in remises],
    }
