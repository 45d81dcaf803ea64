"""Answers a third party who checks a document by its code: true or not, fund, date and amount.

Open to anybody: an absent code and a mistyped one have the same answer, the number of tries is
limited by network address, and no name, no benefit and no reference ever leaves. A document that
was true the day it was issued is not said to be true when what it states has changed since: a
payment given back, a debt that is owed again, a movement written later with an earlier date.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings

from allocataires.models import Creance, Preuve
from allocataires.models.preuve import PreuveKind
from allocataires.proofs.code import CodeRefused, ProofCode
from allocataires.proofs.standing import balance_on, settled_on
from allocataires.services.attempts import Limit, TooManyAttempts, count_attempt
from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from payments.models import Payment
from payments.refund_queries import given_back_cents
from payments.status import PaymentStatus

__all__ = ["Answer", "TooManyAttempts", "Verdict", "verify_code"]

logger = logging.getLogger(__name__)
_PAGE = "payments.verification"


class Verdict(StrEnum):
    """What is said of a code."""

    TRUE = "TRUE"
    #: Really issued, but what it states has changed since.
    CHANGED = "CHANGED"
    FALSE = "FALSE"


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a third party learns. Fund, date and amount are those of the document."""

    verdict: Verdict
    kind: PreuveKind | None = None
    caisse: str = ""
    on: date | None = None
    amount_cents: int = 0


_FALSE = Answer(Verdict.FALSE)


def verify_code(*, typed: str, address: str, now: datetime) -> Answer:
    """What is true of the document that bears this code.

    Every try counts, mistyped ones too. Refuses to run inside a transaction (``RuntimeError``).
    Raises ``TooManyAttempts``.
    """
    window = timedelta(minutes=settings.IDENTIFICATION_WINDOW_MINUTES)
    limit = Limit(settings.VERIFICATION_PER_ADDRESS, window, by_address=True)
    count_attempt(page=_PAGE, tried=typed[:64], address=address, limits=[limit], now=now)
    try:
        code = ProofCode.parse(typed)
    except CodeRefused:
        return _FALSE
    caisse = Caisse.objects.filter(code=code.caisse).first()
    if caisse is None:
        return _FALSE
    # The code names its fund: nothing of another one is looked into (invariant 13).
    with caisse_scope(caisse.pk):
        preuve = Preuve.objects.filter(caisse_id=caisse.pk, code=str(code)).first()
        return _answer(preuve, caisse) if preuve else _FALSE


def _answer(preuve: Preuve, caisse: Caisse) -> Answer:
    kind = PreuveKind(preuve.kind)
    true = _STILL_TRUE[kind](preuve)
    logger.info("payments.verification.found", extra={"kind": kind, "still_true": true})
    return Answer(
        verdict=Verdict.TRUE if true else Verdict.CHANGED,
        kind=kind,
        caisse=caisse.nom,
        on=preuve.as_of_on,
        amount_cents=preuve.amount_cents,
    )


def _receipt_is_true(preuve: Preuve) -> bool:
    """The fund still has the whole payment."""
    payment = Payment.objects.get(caisse_id=preuve.caisse_id, public_id=preuve.subject_id)
    # REFUNDED: the bank took it back, and gave it back since.
    came = payment.status in {PaymentStatus.PAID, PaymentStatus.REFUNDED}
    return came and not given_back_cents(payment)


def _statement_is_true(preuve: Preuve) -> bool:
    """What was left that day is what the statement says, whatever happened after that day."""
    return balance_on(_creance(preuve), preuve.as_of_on) == preuve.amount_cents


def _quittance_is_true(preuve: Preuve) -> bool:
    """Nothing is owed today, since that same day."""
    return settled_on(_creance(preuve)) == preuve.as_of_on


def _creance(preuve: Preuve) -> Creance:
    return Creance.objects.get(caisse_id=preuve.caisse_id, public_id=preuve.subject_id)


_STILL_TRUE = {
    PreuveKind.RECU: _receipt_is_true,
    PreuveKind.RELEVE: _statement_is_true,
    PreuveKind.QUITTANCE: _quittance_is_true,
}
