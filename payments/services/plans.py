"""Agrees a plan with a person: its dues, and the payment that asks the platform for all of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.services.echeanciers import (
    PlanImpossible,
    create_echeancier,
    is_in_own_plan,
    plan_dues,
)
from allocataires.session import Debtor
from caf_portal.paris import paris_date
from payments.gateways.choose import gateway_of
from payments.models import Payment
from payments.services.starting import NothingToPay, PaymentRefused, start_payment
from payments.status import PaymentStatus


class PlanRefused(PaymentRefused):
    """No plan can be made of what was asked."""


class PlanNotOffered(PaymentRefused):
    """The fund's platform does not debit several dues."""


class PlanAlreadyRunning(PaymentRefused):
    """A plan already repays one of these debts."""


@transaction.atomic
def agree_plan(
    *,
    debtor: Debtor,
    shares: Mapping[UUID, int],
    count: int,
    day: int,
    email: str,
    langue: str,
    now: datetime,
    email_shared: bool = False,
) -> Payment:
    """Write the plan (``PROPOSED``) and its open payment, whose amount is the plan's total.

    ``shares`` are cents by debt, ``count`` the number of dues, ``day`` the day of the month of
    all but the first, which is today's. The plan starts when the platform says that its first
    due is paid, not before. Runs in the debtor's scope. Raises a ``PaymentRefused``; nothing is
    then written.
    """
    if not shares:
        raise NothingToPay(_("Choisissez au moins une dette à payer."))
    try:
        dues = plan_dues(
            total_cents=sum(shares.values()), count=count, day=day, today=paris_date(now)
        )
    except PlanImpossible as error:
        raise PlanRefused(str(error)) from error
    echeancier = create_echeancier(
        caisse_id=debtor.caisse_id, allocataire_id=debtor.allocataire_id, dues=dues, now=now
    )
    payment = start_payment(
        debtor=debtor,
        shares=shares,
        email=email,
        langue=langue,
        now=now,
        email_shared=email_shared,
        echeancier=echeancier,
    )
    _refuse_stopped_debts(shares)
    _refuse_second_plan(payment, shares)
    if not gateway_of(payment.boutique).terms.takes_instalments:
        raise PlanNotOffered(_("Votre Caf ne propose pas le paiement en plusieurs fois."))
    return payment


def _refuse_stopped_debts(shares: Mapping[UUID, int]) -> None:
    """A plan is a claim: one that the fund may not debit would be stopped as soon as it began."""
    if Creance.objects.filter(public_id__in=shares).recovery_stopped().exists():
        raise PlanRefused(
            _("Le remboursement d’une de ces dettes est arrêté : vous pouvez la payer en une fois.")
        )


def _refuse_second_plan(payment: Payment, shares: Mapping[UUID, int]) -> None:
    """The debts are locked by now: two plans agreed at once are seen here."""
    running = Payment.objects.filter(
        status=PaymentStatus.SCHEDULED,
        allocataire_id=payment.allocataire_id,
        affectations__creance__public_id__in=shares,
    )
    if running.exists() or is_in_own_plan(tuple(shares)):
        raise PlanAlreadyRunning(_("Un échéancier est déjà en cours pour cette dette."))
