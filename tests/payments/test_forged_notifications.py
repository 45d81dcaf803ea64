"""Our forms are signed with the key of notifications: none of them may be sent back as one.

The signature joins the values of the fields, sorted by name, by ``+`` and leaves the names out
(sheet B). Whoever reads a signed form may therefore give its values other names, and cut or join
them wherever the signed text has a ``+``.
"""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from payments.forms import ConfirmationForm
from payments.gateways.payzen.signature import sign
from payments.models import Notification, Payment
from payments.services.departing import hand_over
from payments.services.starting import start_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, body_of, debtor_of, notification_fields, signed

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
#: What comes before the address in the signed text of a form.
BEFORE = ("vads_a", "vads_amount", "vads_b", "vads_ctx_mode", "vads_currency")
#: What an address with ``+`` would be cut into.
CUT = ("vads_order_id", "vads_site_id", "vads_trans_status", "vads_trans_uuid")

pytestmark = pytest.mark.django_db


@pytest.fixture
def creances():
    with national_scope():
        first = CreanceFactory()
        return [first, CreanceFactory(allocataire=first.allocataire)]


def depart(creance, *, email=""):
    """An open payment and the fields of its signed form, as the browser receives them."""
    with caisse_scope(creance.caisse_id):
        payment = start_payment(
            debtor=debtor_of(creance),
            shares={creance.public_id: creance.balance_cents},
            email=email,
            email_shared=True,
            langue="fr",
            now=NOW,
        )
    return payment, dict(hand_over(payment=payment, now=NOW).fields)


def address_that_cuts(target):
    return f"{target.reference}+{target.boutique.site_id}+AUTHORISED+{'ab' * 16}+z@example.org"


def forged(form, *, names):
    """The form's own signature over the same text, under names of our choice."""
    values = [form[name] for name in sorted(form) if name != "signature"]
    pieces = "+".join(values).split("+", len(names))
    fields = dict(zip((*names, "vads_zzz"), pieces, strict=True))
    return {**fields, "signature": form["signature"]}


def test_a_form_with_a_cut_address_sent_back_pays_nothing(client, creances):
    target, _ = depart(creances[0])
    address = address_that_cuts(target)
    assert ConfirmationForm({"email": address}).is_valid()
    payment, form = depart(creances[1], email=address)

    answer = client.post(IPN, body_of(forged(form, names=BEFORE + CUT)), content_type=FORM)

    assert answer.status_code in {403, 404}
    with national_scope():
        assert set(Payment.objects.values_list("status", flat=True)) == {"OPEN"}
        assert not Notification.objects.exists()
        # The confirmation still goes where the person asked: by us, not by the platform.
        assert payment.email == address


def test_no_value_of_a_form_can_be_cut(creances):
    target, _ = depart(creances[0])
    _, form = depart(creances[1], email=address_that_cuts(target))

    assert not [name for name, value in form.items() if "+" in value and name != "signature"]


def test_a_plain_address_is_sent_along(creances):
    _, form = depart(creances[0], email="personne@example.org")

    assert form["vads_cust_email"] == "personne@example.org"


@pytest.mark.parametrize("hash_", ["", "240", "https://portail.example/" + "a" * 40])
def test_what_is_signed_without_the_hash_of_a_notification_is_refused(client, creances, hash_):
    payment, _ = depart(creances[0])
    fields = signed(payment, notification_fields(payment, vads_hash=hash_))

    answer = client.post(IPN, body_of(fields), content_type=FORM)

    assert (answer.status_code, answer.content) == (403, b"KO-signature")
    with caisse_scope(payment.caisse_id):
        assert Payment.objects.get().status == "OPEN"


def test_no_value_of_a_form_passes_for_the_hash_of_a_notification(client, creances):
    payment, form = depart(creances[0], email="personne@example.org")
    key = payment.boutique.key

    for value in (form[name] for name in form if name != "signature"):
        fields = {**notification_fields(payment), "vads_hash": value}
        body = body_of({**fields, "signature": sign(fields, key=key, algorithm="HMAC-SHA-256")})
        assert client.post(IPN, body, content_type=FORM).status_code == 403, value


def test_an_address_too_long_for_the_platform_stays_with_us(creances):
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.org"
    assert ConfirmationForm({"email": address}).is_valid()

    payment, form = depart(creances[0], email=address)

    assert "vads_cust_email" not in form
    assert payment.email == address


def test_an_address_too_long_for_any_mail_is_a_question_and_not_an_error():
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.org"

    assert "email" in ConfirmationForm({"email": address}).errors
