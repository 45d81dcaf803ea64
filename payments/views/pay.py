"""``/payer/confirmer/`` and ``/paiement/<uuid>/continuer/``: the departures to the bank's page.

Both mind their own transactions: the platform may have to be asked for its page, and nothing is
locked while it answers.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from allocataires.middleware import own_transactions
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required, payer_required
from caf_portal.database.scope import caisse_scope
from payments.choice import Choice, ChoiceLost
from payments.faces import Face, face_of
from payments.forms import ChoiceForm, ConfirmationForm
from payments.models import Payment
from payments.queries import payments_of, terms_of
from payments.services.starting import PaymentAlreadyOpen, PaymentRefused, start_payment
from payments.views.check import lines_of, show_check
from payments.views.choose import show_choices, sort_debts
from payments.views.departure import depart
from payments.views.memory import payment_started_by, remember_payment


@own_transactions
@sensitive_post_parameters("email")
@debtor_required
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Create the payment that the check page showed, and leave for the bank's page with it.

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
    with caisse_scope(debtor.caisse_id):
        started = _start(request, debtor, choice)
    if isinstance(started, HttpResponse):
        return started
    remember_payment(request, choice, started.public_id)
    return depart(request, started)


def _start(request: HttpRequest, debtor: Debtor, choice: Choice) -> Payment | HttpResponse:
    """The payment, or the page that says why there is none."""
    form = ConfirmationForm(request.POST, terms=terms_of(debtor.caisse_id))
    lines = lines_of(choice, debtor)
    if lines is not None and not form.is_valid():
        return show_check(request, debtor, choice, lines, form)
    try:
        return start_payment(
            debtor=debtor,
            shares=choice.shares,
            email=form.cleaned_data.get("email", "") if form.is_valid() else "",
            email_shared=form.is_valid() and form.cleaned_data.get("partage", False),
            langue=get_language(),
            now=timezone.now(),
        )
    except PaymentAlreadyOpen as error:
        if payments_of(debtor).filter(pk=error.payment.pk).exists():
            return redirect("payments:detail", error.payment.public_id)
        return _choose_again(request, debtor, choice, str(error))
    except PaymentRefused as error:
        return _choose_again(request, debtor, choice, str(error))


@own_transactions
@payer_required
@require_POST
def resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave again for the bank's page with a payment that was started and not finished."""
    debtor = debtor_of(request)
    with caisse_scope(debtor.caisse_id):
        payment = get_object_or_404(payments_of(debtor), public_id=public_id)
    if face_of(payment) != Face.STARTED:
        return redirect("payments:detail", public_id)
    return depart(request, payment)


def _choose_again(
    request: HttpRequest, debtor: Debtor, choice: Choice, refusal: str
) -> HttpResponse:
    debts = sort_debts(debtor, now=timezone.now())
    form = ChoiceForm(None, creances=debts.payable, proposed=choice.shares)
    return show_choices(request, debts, form, refusal=refusal)
