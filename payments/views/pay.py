"""``/payer/confirmer/`` and ``/paiement/<uuid>/continuer/``: the departures to the bank's page."""

from urllib.parse import urlsplit
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from payments.choice import Choice, ChoiceLost
from payments.faces import Face, face_of
from payments.forms import ChoiceForm, ConfirmationForm
from payments.gateways.base import HostedForm
from payments.models import Payment
from payments.queries import payments_of
from payments.services.starting import (
    PaymentAlreadyOpen,
    PaymentRefused,
    hand_over,
    start_payment,
)
from payments.views.check import lines_of, show_check
from payments.views.choose import show_choices, sort_debts
from payments.views.memory import payment_started_by, remember_payment


@sensitive_post_parameters("email")
@debtor_required
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Create the payment that the check page showed, and hand its signed form over.

    One choice gives one payment: sent twice (double click, reload, Back button), it leads to the
    page of the payment that it gave the first time.
    """
    debtor = debtor_of(request)
    try:
        choice = Choice.read(request.POST.get("choix", ""), debtor)
    except ChoiceLost:
        return redirect("payments:choose")
    known = payment_started_by(request, choice)
    if known is not None:
        return redirect("payments:detail", known)
    form = ConfirmationForm(request.POST)
    lines = lines_of(choice, debtor)
    if lines is not None and not form.is_valid():
        return show_check(request, debtor, choice, lines, form)
    return _start(request, debtor, choice, form)


def _start(
    request: HttpRequest, debtor: Debtor, choice: Choice, form: ConfirmationForm
) -> HttpResponse:
    now = timezone.now()
    try:
        payment = start_payment(
            debtor=debtor,
            shares=choice.shares,
            email=form.cleaned_data.get("email", "") if form.is_valid() else "",
            langue=get_language(),
            now=now,
        )
    except PaymentAlreadyOpen as error:
        if payments_of(debtor).filter(pk=error.payment.pk).exists():
            return redirect("payments:detail", error.payment.public_id)
        return _choose_again(request, debtor, choice, str(error))
    except PaymentRefused as error:
        return _choose_again(request, debtor, choice, str(error))
    remember_payment(request, choice, payment.public_id)
    return _depart(request, payment, hand_over(payment=payment, now=now))


@debtor_required
@require_POST
def resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave again for the bank's page with a payment that was started and not finished."""
    payment = get_object_or_404(payments_of(debtor_of(request)), public_id=public_id)
    if face_of(payment) != Face.STARTED:
        return redirect("payments:detail", public_id)
    try:
        form = hand_over(payment=payment, now=timezone.now())
    except PaymentRefused:
        # Finished in the meantime: its page says how.
        return redirect("payments:detail", public_id)
    return _depart(request, payment, form)


def _depart(request: HttpRequest, payment: Payment, form: HostedForm) -> HttpResponse:
    """The page that posts to the bank: the only one whose forms may go there."""
    parts = urlsplit(form.url)
    origin = f"{parts.scheme}://{parts.netloc}"

    @csp_update({"form-action": [origin]})
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "payments/depart.html", {"payment": payment, "hosted": form})

    return page(request)


def _choose_again(
    request: HttpRequest, debtor: Debtor, choice: Choice, refusal: str
) -> HttpResponse:
    debts = sort_debts(debtor, now=timezone.now())
    form = ChoiceForm(None, creances=debts.payable, proposed=choice.shares)
    return show_choices(request, debts, form, refusal=refusal)
