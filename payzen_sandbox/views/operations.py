"""One transaction in the back office: what it is, and what can be done to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from payzen_sandbox import clock
from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import Origin
from payzen_sandbox.models.transaction import IN_PROGRESS, TO_VALIDATE, Status
from payzen_sandbox.operation_forms import (
    ChargebackForm,
    DuplicateForm,
    ModifyForm,
    OperationForm,
    RefundForm,
)
from payzen_sandbox.refusal_texts import REFUSALS
from payzen_sandbox.services.cancelling import cancel_transaction
from payzen_sandbox.services.capturing import capture_now
from payzen_sandbox.services.chargebacks import charge_back
from payzen_sandbox.services.duplicating import DUPLICABLE, duplicate
from payzen_sandbox.services.modifying import Change, modify
from payzen_sandbox.services.operations import OperationRefused
from payzen_sandbox.services.refunding import refund
from payzen_sandbox.services.validating import validate
from payzen_sandbox.views.asked import json_or_form, problem

BY_HAND = Origin.BACK_OFFICE
Asked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the page: its label, its form, when it is offered, what it does."""

    label: str | Promise
    form: type[OperationForm]
    offered: Callable[[Transaction], bool]
    perform: Callable[[Transaction, Asked, datetime], Transaction]


def _modify(found: Transaction, asked: Asked, now: datetime) -> Transaction:
    change = Change(asked.get("amount"), asked.get("capture_on"))
    return modify(transaction=found, change=change, origin=BY_HAND, now=now)


def _refund(found: Transaction, asked: Asked, now: datetime) -> Transaction:
    return refund(transaction=found, amount_cents=asked.get("amount"), origin=BY_HAND, now=now)


def _duplicate(found: Transaction, asked: Asked, now: datetime) -> Transaction:
    amount = asked.get("amount")
    return duplicate(transaction=found, amount_cents=amount, origin=BY_HAND, now=now)


def _capture(found: Transaction, asked: Asked, now: datetime) -> Transaction:
    return capture_now(transactions=[found], origin=BY_HAND, now=now)[0]


def _charge_back(found: Transaction, asked: Asked, now: datetime) -> Transaction:
    return charge_back(transaction=found, reason=asked.get("reason", ""), now=now)


ACTIONS = {
    "validate": Action(
        _("Valider"),
        OperationForm,
        lambda found: found.status in TO_VALIDATE,
        lambda found, asked, now: validate(transaction=found, origin=BY_HAND, now=now),
    ),
    "modify": Action(_("Modifier"), ModifyForm, lambda found: found.status in IN_PROGRESS, _modify),
    "capture": Action(
        _("Remettre en banque maintenant"),
        OperationForm,
        lambda found: found.status == Status.AUTHORISED,
        _capture,
    ),
    "cancel": Action(
        _("Annuler"),
        OperationForm,
        lambda found: found.status in IN_PROGRESS,
        lambda found, asked, now: cancel_transaction(transaction=found, origin=BY_HAND, now=now),
    ),
    "refund": Action(
        _("Rembourser"), RefundForm, lambda found: found.refundable_cents > 0, _refund
    ),
    "duplicate": Action(
        _("Dupliquer"),
        DuplicateForm,
        lambda found: found.status in DUPLICABLE and not found.is_credit,
        _duplicate,
    ),
    "chargeback": Action(
        _("Déclarer un impayé"),
        ChargebackForm,
        lambda found: found.refundable_cents > 0,
        _charge_back,
    ),
}


@require_safe
def transaction(request: HttpRequest, uuid: str) -> HttpResponse:
    """One transaction: facts, what can be done, what was done, what came of it."""
    return _page(request, _find(uuid))


def _operate_by_json(request: HttpRequest, body: Asked, uuid: str, operation: str) -> HttpResponse:
    """`{"amount": cents}`, `{"capture_on": "2026-12-01"}`, `{"reason": …}`, or nothing."""
    found = _find(uuid)
    try:
        asked = _typed(body, ACTIONS[operation])
        done = ACTIONS[operation].perform(found, asked, clock.now())
    except OperationRefused as refused:
        return JsonResponse({"error": refused.code, "message": refused.message}, status=409)
    except (KeyError, ValueError) as error:
        return problem(str(error).strip("'"))
    return JsonResponse(
        {
            "uuid": done.uuid,
            "status": done.status,
            "operation_type": done.operation_type,
            "amount": done.amount_cents,
            "parent": done.parent.uuid if done.parent else None,
        }
    )


@require_POST
@json_or_form(by_json=_operate_by_json)
def operate(request: HttpRequest, uuid: str, operation: str) -> HttpResponse:
    """Do one operation, then show the transaction that came of it; a refusal is said (409)."""
    found = _find(uuid)
    action = ACTIONS.get(operation)
    if action is None:
        return redirect("transaction", uuid)
    form = action.form(request.POST, prefix=operation)
    if not form.is_valid():
        return _page(request, found, wrong={operation: form}, status=400)
    try:
        done = action.perform(found, form.cleaned_data, clock.now())
    except OperationRefused as refused:
        return _page(request, found, wrong={operation: form}, refused=refused, status=409)
    return redirect("transaction", done.uuid)


def _typed(body: Asked, action: Action) -> Asked:
    """The JSON values with their types. Raises KeyError or ValueError, with the key's name."""
    asked: Asked = {}
    for key, value in body.items():
        if key not in action.form.base_fields:
            raise KeyError(key)
        right = type(value) is int if key == "amount" else isinstance(value, str)
        if not right:
            raise ValueError(key)
        asked[key] = date.fromisoformat(value) if key == "capture_on" else value
    return asked


def _find(uuid: str) -> Transaction:
    return get_object_or_404(Transaction.objects.select_related("payment", "parent"), uuid=uuid)


def _page(
    request: HttpRequest,
    found: Transaction,
    *,
    wrong: dict[str, forms.Form] | None = None,
    refused: OperationRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    offered = [
        (name, action.label, (wrong or {}).get(name) or action.form(prefix=name))
        for name, action in ACTIONS.items()
        if action.offered(found) or name in (wrong or {})
    ]
    context = {
        "transaction": found,
        "payment": found.payment,
        "actions": offered,
        "refused": refused,
        "reason": REFUSALS.get(refused.code, refused.message) if refused else "",
        "children": found.children.order_by("pk"),
        "operations": found.operations.order_by("pk"),
        "calls": found.notifications.order_by("pk"),
    }
    return render(request, "payzen_sandbox/transaction.html", context, status=status)
