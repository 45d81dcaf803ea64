"""Builds plans, and what the platform says of each of their dues (protocol sheet D)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.test import Client

from allocataires.models import Creance, Echeance, Echeancier
from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment
from payments.services.plans import agree_plan
from tests.payments.factories import NOW, debtor_of, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"


def agreed_plan(
    *creances: Creance,
    shares: Mapping[UUID, int] | None = None,
    count: int = 3,
    day: int = 5,
    email: str = "personne@example.org",
    now: datetime = NOW,
) -> Payment:
    """A plan that was agreed and whose first due is not paid yet."""
    asked = shares or {creance.public_id: creance.balance_cents for creance in creances}
    with caisse_scope(creances[0].caisse_id):
        return agree_plan(
            debtor=debtor_of(creances[0]),
            shares=asked,
            count=count,
            day=day,
            email=email,
            langue="fr",
            now=now,
        )


def running_plan(client: Client, *creances: Creance, **how: Any) -> Payment:
    """A plan whose first due was paid."""
    payment = agreed_plan(*creances, **how)
    assert tell(client, payment, 1) == "OK-APPLIED"
    return payment


def dues_of(payment: Payment) -> list[Echeance]:
    """The dues as they stand, first to last."""
    with caisse_scope(payment.caisse_id):
        return list(Echeance.objects.filter(echeancier=payment.echeancier_id).order_by("rank"))


def states_of(payment: Payment) -> list[str]:
    """Their states."""
    return [due.status for due in dues_of(payment)]


def standing(payment: Payment) -> tuple[str, str]:
    """The states of the payment and of its plan."""
    with national_scope():
        plan = Echeancier.objects.get(pk=payment.echeancier_id)
        return Payment.objects.get(pk=payment.pk).status, plan.status


def uuid_of(payment: Payment, rank: int) -> str:
    """The platform's name of a due's transaction: always the same for the same due."""
    return uuid5(payment.public_id, str(rank)).hex


def due_fields(payment: Payment, rank: int, **changes: str) -> dict[str, str]:
    """What the notification of a due says more than that of a payment in one go.

    The first due comes with the total in ``vads_amount`` and its own amount in
    ``vads_effective_amount``.
    """
    dues = dues_of(payment)
    due = dues[rank - 1]
    kind = {1: "RECURRENT_INITIAL", len(dues): "RECURRENT_FINAL"}
    return {
        "vads_payment_config": "MULTI_EXT:20261120=1",
        "vads_amount": str(payment.amount_cents),
        "vads_effective_amount": str(due.amount_cents),
        "vads_sequence_number": str(rank),
        "vads_occurrence_type": kind.get(rank, "RECURRENT_INTERMEDIAIRE"),
        "vads_presentation_date": f"{due.due_on:%Y%m%d}000000",
        "vads_trans_uuid": uuid_of(payment, rank),
        "vads_url_check_src": "PAY" if rank == 1 else "BATCH_AUTO",
        **changes,
    }


def due_body(payment: Payment, rank: int, **changes: str) -> bytes:
    """The signed notification of a due; authorised unless ``changes`` says otherwise."""
    return signed_body(payment, **due_fields(payment, rank, **changes))


def refused_body(payment: Payment, rank: int, **changes: str) -> bytes:
    """The signed notification of a refused due: not enough on the account."""
    said = {
        "vads_trans_status": "REFUSED",
        "vads_result": "05",
        "vads_auth_result": "51",
        "vads_auth_number": "",
    }
    return due_body(payment, rank, **{**said, **changes})


def tell(client: Client, payment: Payment, rank: int, **changes: str) -> str:
    """Post the notification of a due; the body of the answer."""
    return client.post(IPN, due_body(payment, rank, **changes), content_type=FORM).content.decode()


def refuse(client: Client, payment: Payment, rank: int, **changes: str) -> str:
    """Post the notification of a refused due."""
    body = refused_body(payment, rank, **changes)
    return client.post(IPN, body, content_type=FORM).content.decode()


def transaction_answer(payment: Payment, rank: int, status: str, **more: Any) -> dict[str, Any]:
    """One due in an ``Order/Get`` answer."""
    dues = dues_of(payment)
    due = dues[rank - 1]
    kind = {1: "RECURRING_INITIAL", len(dues): "RECURRING_FINAL"}
    return {
        "uuid": uuid_of(payment, rank),
        "amount": due.amount_cents,
        "currency": "EUR",
        "detailedStatus": status,
        "operationType": "DEBIT",
        "orderDetails": {
            "orderId": payment.reference,
            "orderTotalAmount": payment.amount_cents,
        },
        "transactionDetails": {
            "sequenceNumber": rank,
            "cardDetails": {
                "effectiveBrand": "CB",
                "sequenceType": kind.get(rank, "RECURRING_INTERMEDIATE"),
                "expectedCaptureDate": f"{due.due_on:%Y-%m-%d}T00:00:00+00:00",
            },
        },
        **more,
    }
