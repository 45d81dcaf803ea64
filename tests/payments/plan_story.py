"""Whether a plan's dues, payment, écritures and messages tell one story."""

from django.db.models import Sum

from allocataires.models import Echeance, Echeancier, Mouvement
from caf_portal.database.scope import national_scope
from comptabilite.models import Ecriture
from payments.models import Affectation, Payment, Transaction
from relation_usager.models import Message

#: Where a plan may stand, by the status of its payment; a plan that never started is PROPOSED.
_STANDS = {
    "SCHEDULED": {"ACTIVE"},
    "STOPPED": {"STOPPED"},
    "PAID": {"DONE"},
    "HELD": {"PROPOSED", "STOPPED"},
    "REFUNDED": {"PROPOSED", "STOPPED", "DONE"},
}


def one_plan_story(payment: Payment) -> None:
    """Fail unless what is said of this plan, anywhere, agrees."""
    with national_scope():
        plan = Echeancier.objects.get(pk=payment.echeancier_id)
        status = Payment.objects.get(pk=payment.pk).status
        dues = list(Echeance.objects.filter(echeancier=plan).order_by("rank"))
        told = f"{payment.reference} is {status}, its plan {plan.status}, its dues {dues}"
        assert plan.status in _STANDS.get(status, {"PROPOSED"}), told
        stops = _said("PLAN_STOPPED", payment.public_id)
        assert stops <= 1, told
        assert stops == 1 or status != "STOPPED", told
        for due in dues:
            _one_due_story(payment, due, stopped=stops > 0)
        _whole_dues(payment, dues)


def _whole_dues(payment: Payment, dues: list[Echeance]) -> None:
    """Nothing else touched the debts of the plan: each due repaid them to its last cent."""
    of_dues = [due.public_id for due in dues]
    debts = Affectation.objects.filter(payment=payment).values("creance")
    touched = Mouvement.objects.filter(creance__in=debts).exclude(kind="IMPLANTATION")
    if touched.exclude(source_id__in=of_dues).exists():
        return
    for due in dues:
        posted = touched.filter(source_id=due.public_id).aggregate(c=Sum("amount_cents"))["c"] or 0
        wanted = due.amount_cents if due.status == "PAID" else 0
        assert posted == wanted, f"due {due.rank} of {payment.reference} repaid {posted} cents"


def _one_due_story(payment: Payment, due: Echeance, *, stopped: bool) -> None:
    """A due is booked once at most, by its own debit or by a payment made for it.

    One that was given up may be paid twice: what was under way comes late.
    """
    debits = Transaction.objects.filter(payment=payment, echeance=due, operation="DEBIT")
    booked = Ecriture.objects.filter(
        event="CARD_PAYMENT", source_id__in=list(debits.values_list("uuid", flat=True))
    ).count()
    told = f"due {due.rank} of {payment.reference} is {due.status}, booked {booked} times"
    assert booked == (due.status == "PAID"), told
    assert _said("INSTALMENT_BOOKED", due.public_id) == booked, told
    refused = _said("INSTALMENT_REFUSED", due.public_id)
    assert refused <= 1, told
    assert refused == 1 or due.status != "REFUSED", told
    instead = Payment.objects.filter(echeance=due, status__in=["PAID", "REFUNDED"])
    booked_instead = Ecriture.objects.filter(
        event="CARD_PAYMENT", piece__in=list(instead.values_list("reference", flat=True))
    ).count()
    if due.status == "PAID_OTHERWISE":
        assert booked_instead == 1, told
    elif not stopped:
        assert booked_instead == 0, told


def _said(kind: str, source_id: object) -> int:
    return Message.objects.filter(kind=kind, source_id=source_id).count()
