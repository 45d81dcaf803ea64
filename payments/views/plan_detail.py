"""``/echeancier/<uuid>/``: a plan, what was promised and what came in; paying a refused due."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from allocataires.middleware import own_transactions
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.models import Payment
from payments.plan_queries import plan_view, plans_of
from payments.queries import payments_of
from payments.services.otherwise import pay_due
from payments.services.starting import PaymentAlreadyOpen, PaymentRefused
from payments.views.departure import depart


@debtor_required
@require_safe
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of one plan."""
    return show_plan_page(request, plan_payment(request, public_id))


@own_transactions
@debtor_required
@require_POST
def pay_refused_due(request: HttpRequest, public_id: UUID, rank: int) -> HttpResponse:
    """Leave for the bank's page to pay one due that the bank had refused."""
    debtor = debtor_of(request)
    with caisse_scope(debtor.caisse_id):
        started = _start(request, debtor, public_id, rank)
    return depart(request, started) if isinstance(started, Payment) else started


def show_plan_page(request: HttpRequest, payment: Payment, *, refusal: str = "") -> HttpResponse:
    """The page itself; ``refusal`` is a sentence about what could not be done."""
    view = plan_view(payment, today=paris_date(timezone.now()))
    context = {
        "plan": view,
        "payment": payment,
        "refusal": refusal,
        "debts": [
            row.creance
            for row in payment.affectations.select_related("creance").order_by(
                "creance__notified_on", "creance__pk"
            )
        ],
    }
    return render(request, "payments/plan.html", context)


def plan_payment(request: HttpRequest, public_id: UUID) -> Payment:
    """The plan's payment, if the debtor may see it; else 404."""
    return get_object_or_404(plans_of(debtor_of(request)), echeancier__public_id=public_id)


def _start(
    request: HttpRequest, debtor: Debtor, public_id: UUID, rank: int
) -> Payment | HttpResponse:
    payment = plan_payment(request, public_id)
    due = payment.echeancier.echeances.filter(rank=rank).first() if payment.echeancier else None
    if due is None:
        raise Http404
    try:
        return pay_due(
            debtor=debtor,
            plan=payment,
            due=due,
            email=payment.email,
            langue=get_language(),
            now=timezone.now(),
        )
    except PaymentAlreadyOpen as error:
        if payments_of(debtor).filter(pk=error.payment.pk).exists():
            return redirect("payments:detail", error.payment.public_id)
        return show_plan_page(request, payment, refusal=str(error))
    except PaymentRefused as error:
        return show_plan_page(request, payment, refusal=str(error))
