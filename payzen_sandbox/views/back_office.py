"""The merchant's back office: payments, calls to shops, refused forms, shops, test cards."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from payzen_sandbox import clock
from payzen_sandbox.cards import TEST_CARDS
from payzen_sandbox.models import Notification, Payment, RejectedForm
from payzen_sandbox.services.notifying import resend as resend_notification
from payzen_sandbox.services.returning import last_attempt
from payzen_sandbox.shops import all_shops
from payzen_sandbox.sweeper import sweep

PER_PAGE = 25


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Payments, newest first, with a search by order, trans_id, shop or transaction."""
    sweep(now=clock.now())
    text = request.GET.get("q", "").strip()
    found = Payment.objects.search(text) if text else Payment.objects.all()
    page = _page(request, found.order_by("-pk"))
    return render(request, "payzen_sandbox/payments.html", {"page": page, "q": text})


@require_safe
def payment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One payment: form, transactions, notifications with their answers, history."""
    found = get_object_or_404(Payment, public_id=public_id)
    context = {
        "payment": found,
        "shop": found.shop,
        "fields": sorted(found.fields.items()),
        "transactions": found.transactions.order_by("sequence_number"),
        "notifications": found.notifications.order_by("pk"),
        "events": found.events.order_by("pk"),
    }
    return render(request, "payzen_sandbox/payment.html", context)


@require_POST
def resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the notification again by hand, for one transaction or for the abandoned payment."""
    found = get_object_or_404(Payment, public_id=public_id)
    uuid = request.POST.get("uuid", "")
    transaction = get_object_or_404(found.transactions, uuid=uuid) if uuid else last_attempt(found)
    if transaction is not None or not found.is_open:
        resend_notification(payment=found, transaction=transaction, now=clock.now())
    return redirect("payment", found.public_id)


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Every call made to a shop, newest first."""
    calls = Notification.objects.select_related("payment").order_by("-pk")
    return render(request, "payzen_sandbox/notifications.html", {"page": _page(request, calls)})


@require_safe
def rejected_forms(request: HttpRequest) -> HttpResponse:
    """Forms that were not taken, with the field at fault."""
    page = _page(request, RejectedForm.objects.order_by("-pk"))
    return render(request, "payzen_sandbox/rejected_forms.html", {"page": page})


@require_safe
def shops(request: HttpRequest) -> HttpResponse:
    """The shops and their settings."""
    return render(request, "payzen_sandbox/shops.html", {"shops": all_shops().values()})


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """The test cards and what each one does."""
    return render(request, "payzen_sandbox/cards.html", {"cards": TEST_CARDS})


@require_POST
def sweep_now(request: HttpRequest) -> HttpResponse:
    """Do now what is due: sessions that ended, late answers, delayed notifications."""
    sweep(now=clock.now())
    return redirect("payments")


def _page(request: HttpRequest, rows: "QuerySet[Any]") -> "Page[Any]":
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
