"""Redis may die at any time: payments are booked and shown, the mail leaves when it is back."""

import os
import time
from mailbox import Maildir
from pathlib import Path

import pytest
import requests
from django.db import connection
from django.utils import timezone

from caf_portal.database.scope import national_scope
from caf_portal.demo.ports import any_free_ports
from caf_portal.demo.preparation import prepare
from caf_portal.demo.processes import parts, portal_environment
from caf_portal.demo.readiness import wait_until_ready
from caf_portal.embedded.places import Place
from caf_portal.embedded.redis import redis_url, running_redis
from payments.models import Payment
from payments.services.invariants import find_breaches
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.e2e.database import looking_into, new_database
from tests.e2e.stack import running_parts
from tests.payments.factories import open_payment, signed_body

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAYER = "sans.redis@example.org"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def _database_allowed(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("_database_allowed")
def test_without_redis_a_payment_is_booked_and_shown_and_the_mail_leaves_later(tmp_path, settings):
    place = Place(name="redis", folder=tmp_path)
    name, ports = f"test_caf_redis_{os.getpid()}", any_free_ports()
    with new_database(name) as addresses:
        base = {**os.environ, **addresses, "REDIS_URL": redis_url(place)}
        portal = f"http://127.0.0.1:{ports.portal}"
        environment = portal_environment(place, ports, base=base)
        settings.FIELD_ENCRYPTION_KEYS = [environment["FIELD_ENCRYPTION_KEYS"]]
        prepare(environment, log=tmp_path / "prepare.log")
        with running_parts(parts(place, ports, base=base), tmp_path):
            with running_redis(place):
                assert wait_until_ready(ports) == []
                assert requests.get(f"{portal}/readyz", timeout=60).json()["redis"] is True

            # Redis is stopped; the worker and beat are still there, trying to reach it.
            body = _a_notification(name)
            answer = requests.post(f"{portal}/paiement/ipn/", data=body, headers=FORM, timeout=10)
            ready = requests.get(f"{portal}/readyz", timeout=60)

            assert (answer.status_code, answer.text) == (200, "OK-APPLIED")
            assert (ready.status_code, ready.json()["redis"]) == (200, False)
            with looking_into(name), national_scope():
                paid = Payment.objects.get(allocataire__numero="9999999")
                assert paid.status == "PAID"
                waiting = Message.objects.filter(source_id=paid.public_id, sent_at=None)
                assert waiting.count() == 1
            assert _received(tmp_path) == 0

            with running_redis(place):
                assert _wait_for_mail(tmp_path, seconds=90)
                with looking_into(name):
                    assert find_breaches() == []
    connection.close()


def _a_notification(database: str) -> bytes:
    with looking_into(database):
        with national_scope():
            creance = CreanceFactory(allocataire__numero="9999999")
        return signed_body(open_payment(creance, email=PAYER, now=timezone.now()))


def _received(folder: Path) -> int:
    """How many mails this payer received: the past of the demonstration has mails of its own."""
    if not (folder / "mail").exists():
        return 0
    mails = Maildir(folder / "mail", create=False)
    return sum(PAYER in str(mail["To"]) for mail in mails)


def _wait_for_mail(folder: Path, *, seconds: int) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _received(folder):
            return True
        time.sleep(0.5)
    return False
