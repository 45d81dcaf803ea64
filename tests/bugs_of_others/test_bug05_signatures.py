"""Bug 5: a bad signature taken for a good one, answered 200, or checked by what ``-O`` removes.

Odoo pull request 81204; ``==`` in Joanie; ``assert`` in Lingo.
"""

import ast
import hmac
import logging
from pathlib import Path

import pytest

from caf_portal.database.scope import national_scope
from payments.gateways.payzen import signature
from payments.models import Notification, Payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import body_of, notification_fields, open_payment, signed

ROOT = Path(__file__).resolve().parents[2]
IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil", [str.lower, str.strip, lambda s: s[:-1], lambda s: s + "=", str.upper]
)
def test_bug05_a_signature_that_is_nearly_right_is_refused_logged_and_pays_nothing(
    client, caplog, spoil
):
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)
    fields = signed(payment, notification_fields(payment))
    wrong = spoil(fields["signature"] + " ")
    is_right = wrong == fields["signature"]

    with caplog.at_level(logging.WARNING):
        answer = client.post(IPN, body_of({**fields, "signature": wrong}), content_type=FORM)

    assert is_right == (answer.status_code == 200)
    if not is_right:
        assert answer.status_code == 403
        assert "payments.notification.refused" in caplog.text
        with national_scope():
            assert Payment.objects.get().status == "OPEN"
            assert not Notification.objects.exists()


def test_bug05_signatures_are_compared_in_constant_time(monkeypatch):
    compared, really = [], hmac.compare_digest

    def spy(one, other):
        compared.append((one, other))
        return really(one, other)

    monkeypatch.setattr(signature.hmac, "compare_digest", spy)

    assert not signature.is_authentic(
        {"vads_a": "1", "signature": "x"}, key="clé", algorithm="HMAC-SHA-256"
    )
    assert len(compared) == 1


def test_bug05_no_rule_of_ours_is_an_assert_that_an_option_removes():
    sources = [
        path
        for application in ("allocataires", "caf_portal", "caisses", "comptabilite", "payments")
        for path in (ROOT / application).rglob("*.py")
    ]

    guilty = {
        str(path.relative_to(ROOT))
        for path in sources
        if any(
            isinstance(node, ast.Assert) for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }

    assert len(sources) > 100
    assert guilty == set()
