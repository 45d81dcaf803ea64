"""Authorisations asked later: instalments 2 to n, and payments deferred beyond seven days."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction as database

from payzen_sandbox.cards import find_masked
from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.authorisation import Decision, approve, refuse
from payzen_sandbox.services.fault_rules import faults_of
from payzen_sandbox.services.notifying import notify
from payzen_sandbox.services.operations import log

ASKED_BEFORE = timedelta(days=1)
INSUFFICIENT_FUNDS = "51"


def instalment_run(*, now: datetime) -> int:
    """Ask for the authorisation of what is remitted tomorrow or before, oldest due first.

    Each is told by a BATCH_AUTO notification of its own; a refused one leaves the others as they
    are. Returns how many were answered.
    """
    due = Transaction.objects.filter(
        status=Status.WAITING_AUTHORISATION, presentation_at__lte=now + ASKED_BEFORE
    )
    keys = list(due.order_by("presentation_at", "pk").values_list("pk", flat=True))
    return sum(_authorise(pk, now=now) for pk in keys)


def _authorise(pk: int, *, now: datetime) -> bool:
    with database.atomic():
        found = Transaction.objects.select_related("payment").get(pk=pk)
        if found.status != Status.WAITING_AUTHORISATION:
            return False  # cancelled, or answered by another run, between the two reads
        for name, value in asdict(_decision(found)).items():
            setattr(found, name, value)
        found.answered_at = now
        found.save()
        log(found, OperationKind.AUTHORISE, origin=Origin.BATCH, now=now)
    notify(payment=found.payment, transaction=found, source="BATCH_AUTO", now=now)
    return True


def _decision(found: Transaction) -> Decision:
    card = find_masked(found.card["number"])
    refused = faults_of(found.payment).refuse_instalments or card.refuses_instalment(_rank(found))
    if refused:
        return refuse(INSUFFICIENT_FUNDS, threeds=found.threeds)
    return approve(delay_days=0, manual_validation=False, threeds=found.threeds)


def _rank(found: Transaction) -> int:
    """2 for the second instalment; refused attempts before the first do not count."""
    later = found.payment.transactions.of_the_form().filter(
        occurrence_type__in=("RECURRENT_INTERMEDIAIRE", "RECURRENT_FINAL"),
        sequence_number__lt=found.sequence_number,
    )
    return 1 if found.occurrence_type == "UNITAIRE" else later.count() + 2
