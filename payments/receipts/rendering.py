"""Makes the receipt of a payment: a tagged PDF/UA-1, from data and one template."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.proofs.verification import proof_data, proof_words
from caf_portal.documents.rendering import render_document
from caf_portal.money import format_euros
from caf_portal.paris import PARIS
from payments.models import Payment
from payments.queries import Share, last_transaction, shares_of, surplus_cents
from payments.refund_queries import charged_back_cents, given_back_cents
from payments.status import PaymentStatus

_TEMPLATE = Path(__file__).with_name("receipt.typ")


class NotPaid(Exception):
    """There is a receipt for a paid payment only."""


def render_receipt(
    payment: Payment, *, code: str, langue: str = "fr", discreet: bool = False
) -> bytes:
    """The PDF, in French or in English, with the ``code`` of its proof; in the caller's scope.

    It says what was true when the payment was booked, so that it reads the same ever after but
    for what was given back since: a proof must not show more than the fund kept. No
    name and no number of the person: whoever holds the reference can find them. For the person
    as for an agent; ``discreet`` for whoever paid by a link, who is not told which debts nor what
    is left on them. Raises ``NotPaid``.
    """
    if payment.status != PaymentStatus.PAID or payment.paid_at is None:
        raise NotPaid(payment.reference)
    with translation.override(langue), timezone.override(PARIS):
        data = _data(payment, langue, discreet=discreet)
        data["proof"] = proof_data(code)
    return render_document(_TEMPLATE, data, at=payment.paid_at)


def _data(payment: Payment, langue: str, *, discreet: bool) -> dict[str, Any]:
    shares = shares_of(payment)
    return {
        "langue": langue,
        "title": _("Reçu de paiement"),
        "caisse": payment.caisse.nom,
        "reference": payment.reference,
        "facts": _facts(payment),
        "debts": [_some_debt(payment)] if discreet else [_debt(share) for share in shares],
        "surplus": "" if discreet else _surplus(shares),
        "total": format_euros(payment.amount_cents),
        "words": _words(),
    }


def _facts(payment: Payment) -> list[dict[str, str]]:
    transaction = last_transaction(payment)
    card = f"{transaction.card_brand} {transaction.card_number}".strip() if transaction else ""
    facts = [
        (_("Référence du paiement"), payment.reference),
        (_("Reçu par"), payment.caisse.nom),
        (_("Date (heure de Paris)"), _moment(payment)),
        (_("Montant payé"), format_euros(payment.amount_cents)),
        (_("Moyen de paiement"), _("Carte %(card)s") % {"card": card} if card else _("Carte")),
    ]
    taken_back_cents = charged_back_cents(payment)
    returned_cents = given_back_cents(payment) - taken_back_cents
    if returned_cents:
        facts.append((_("Rendu depuis"), format_euros(returned_cents)))
    if taken_back_cents:
        facts.append((_("Repris depuis par la banque"), format_euros(taken_back_cents)))
    return [{"name": name, "value": value} for name, value in facts]


def _moment(payment: Payment) -> str:
    moment = timezone.localtime(payment.paid_at)
    return f"{date_format(moment, 'j F Y')}, {date_format(moment, 'H:i')}"


def _debt(share: Share) -> dict[str, str]:
    creance = share.creance
    left = share.balance_after_cents
    return {
        "name": f"{creance.get_nature_display()} ({creance.nature} {creance.rang})",
        "amount": format_euros(share.booked_cents or 0),
        "balance": format_euros(left) if left is not None else "",
    }


def _some_debt(payment: Payment) -> dict[str, str]:
    name = _("Somme due à la Caf")
    return {"name": name, "amount": format_euros(payment.amount_cents), "balance": ""}


def _surplus(shares: list[Share]) -> str:
    cents = surplus_cents(shares)
    return format_euros(cents) if cents else ""


def _words() -> dict[str, str]:
    return {
        **proof_words(),
        "fact": _("Paiement"),
        "debts": _("Ce que ce paiement rembourse"),
        "debt": _("Dette"),
        "amount": _("Montant"),
        "balance": _("Reste après ce paiement"),
        "total": _("Total payé"),
        "surplus": _("Au-delà de ce qui restait dû (un agent s’en occupe)"),
        "no_discharge": _("Ce reçu ne vaut pas quittance."),
        "kept": _(
            "Il prouve que la somme ci-dessus a été payée à cette date. "
            "Votre Caf reste votre interlocutrice pour tout ce qui concerne ces dettes."
        ),
    }
