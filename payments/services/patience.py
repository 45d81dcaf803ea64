"""How often an attempt is asked about as it ages, and when an agent hears that nothing comes.

The platform may refuse our password, answer nonsense about one transaction, or wait for weeks: it
is still asked, ever more slowly, and after a day somebody is told.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.gateways.base import AnswerUnreadable, GatewayError
from payments.models import Payment
from payments.status import PaymentStatus

#: Once its last departure is older than the first, an attempt is asked about every second.
PACE = (
    (timedelta(hours=6), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(days=1)),
)
#: Questions without an answer for so long are an agent's work.
SAID_AFTER = timedelta(days=1)
#: So is a bank that has not decided; an authorisation lives a week as a rule.
PENDING_SAID_AFTER = timedelta(days=7)
#: Past this nobody waits any more: should the money come after all, it is booked.
PENDING_ENDS_AFTER = timedelta(days=60)


def asked_lately(now: datetime) -> Q:
    """Attempts old enough for the last question about them to be recent enough."""
    steps = (Q(last_form_at__lt=now - age, checked_at__gt=now - pause) for age, pause in PACE)
    return reduce(or_, steps)


def is_given_up(payment: Payment, *, now: datetime) -> bool:
    """Whether the bank had all the time it could need to decide."""
    return payment.status == PaymentStatus.PENDING and _waits_since(
        payment, PENDING_ENDS_AFTER, now=now
    )


def note_silence(payment: Payment, error: GatewayError, *, now: datetime) -> None:
    """Tell an agent, once, of an attempt about which nothing was answered for a day.

    Runs in the fund's scope. An ended attempt is only told of when the platform said something of
    it that nobody understands: there may be money in it.
    """
    if max(payment.answered_at or payment.last_form_at, payment.last_form_at) > now - SAID_AFTER:
        return
    if not (payment.is_in_progress or isinstance(error, AnswerUnreadable)):
        return
    note_unanswered(payment, subject=payment.reference, why=str(error), now=now)


def note_unanswered(payment: Payment, *, subject: str, why: str, now: datetime) -> None:
    """Put a question that gets no answer on the fund's work list, once by subject."""
    open_anomalie(
        caisse_id=payment.caisse_id,
        kind=AnomalieKind.UNANSWERED,
        subject=subject,
        amount_cents=payment.amount_cents,
        detail=(
            f"Paiement {payment.reference} : {payment.boutique.get_platform_display()} est "
            f"interrogé sans réponse claire ({why}). Vérifiez le mot de passe de la boutique "
            f"{payment.boutique.site_id}, puis ce paiement dans le guichet de la plateforme."
        ),
        now=now,
    )


def note_long_wait(payment: Payment, *, now: datetime) -> None:
    """Tell an agent, once, that the bank has not decided for longer than it should need."""
    if payment.status != PaymentStatus.PENDING:
        return
    if not _waits_since(payment, PENDING_SAID_AFTER, now=now):
        return
    open_anomalie(
        caisse_id=payment.caisse_id,
        kind=AnomalieKind.UNANSWERED,
        subject=f"{payment.reference} en attente",
        amount_cents=payment.amount_cents,
        detail=(
            f"Paiement {payment.reference} : {payment.boutique.get_platform_display()} n’a pas "
            "décidé. La personne ne peut pas payer cette dette autrement : validez ou annulez la "
            "transaction sur la page du paiement."
        ),
        now=now,
    )


def _waits_since(payment: Payment, patience: timedelta, *, now: datetime) -> bool:
    """A shop that remits later than the platform's habit waits that much longer."""
    later = timedelta(days=payment.boutique.capture_delay_days or 0)
    return payment.last_form_at < now - patience - later
