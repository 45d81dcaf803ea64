"""``kill -9`` of the web between the raw commit and the booking: finished after restart."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.utils import timezone

from caf_portal.database.scope import national_scope
from comptabilite.models import Ecriture
from payments.models import Notification, NotificationOutcome, Payment
from payments.services.invariants import find_breaches
from payments.services.notifications import GRACE, finish_notifications
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body
from tests.processes.servers import web_server

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance, now=timezone.now())
    connection.close()
    return payment


def test_a_notification_cut_by_kill_nine_is_finished_by_the_sweep(tmp_path, payment):
    body, mark = signed_body(payment), tmp_path / "committed"
    with web_server(
        "tests.processes.paused_wsgi", log=tmp_path / "web.log", PAUSE_MARK=str(mark)
    ) as (address, process):
        sender = threading.Thread(target=_send_and_lose, args=(address, body))
        sender.start()
        _wait_for_file(mark)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        sender.join(timeout=10)

    with national_scope():
        assert Payment.objects.get().status == "OPEN"
        assert Notification.objects.count() == 1
        assert not NotificationOutcome.objects.exists()
        assert not Ecriture.objects.exists()

    assert finish_notifications(now=timezone.now() + GRACE + timedelta(seconds=1)) == 1

    with national_scope():
        paid = Payment.objects.get()
        assert paid.status == "PAID"
        assert paid.logs.get().cause == "SWEEP"
        assert Ecriture.objects.count() == 1
    assert find_breaches() == []


def test_the_platform_may_also_send_it_again_to_the_restarted_web(tmp_path, payment):
    body, mark = signed_body(payment), tmp_path / "committed"
    with web_server(
        "tests.processes.paused_wsgi", log=tmp_path / "web.log", PAUSE_MARK=str(mark)
    ) as (address, process):
        sender = threading.Thread(target=_send_and_lose, args=(address, body))
        sender.start()
        _wait_for_file(mark)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        sender.join(timeout=10)

    with web_server("caf_portal.wsgi", log=tmp_path / "again.log") as (address, _process):
        answer = requests.post(f"{address}/paiement/ipn/", data=body, headers=FORM, timeout=20)
    later = timezone.now() + GRACE + timedelta(seconds=1)
    finished = finish_notifications(now=later)

    assert (answer.text, finished) == ("OK-APPLIED", 1)
    with national_scope():
        outcomes = set(NotificationOutcome.objects.values_list("outcome", flat=True))
        assert outcomes == {"APPLIED", "ALREADY_APPLIED"}
        assert Ecriture.objects.count() == 1


def _send_and_lose(address, body):
    with pytest.raises(requests.RequestException):
        requests.post(f"{address}/paiement/ipn/", data=body, headers=FORM, timeout=30)


def _wait_for_file(path):
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, "the notification was not committed"
        time.sleep(0.05)
