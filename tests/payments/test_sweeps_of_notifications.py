"""Notifications kept and never judged are found soon, and none grows too old to be found."""

from datetime import timedelta

import pytest
from django.db import connection

from caf_portal.celery import app
from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Notification, NotificationOutcome
from payments.services.notifications import LOOKING_BACK, finish_notifications
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def keep(payment, body=None):
    with caisse_scope(payment.caisse_id):
        return Notification.objects.create(
            caisse_id=payment.caisse_id,
            boutique_id=payment.boutique_id,
            received_at=NOW,
            content_type="application/x-www-form-urlencoded",
            body=body or signed_body(payment),
        )


def test_the_frequent_sweep_reads_days_and_the_nightly_one_everything(payment):
    keep(payment)
    late = NOW + LOOKING_BACK + timedelta(hours=1)

    assert finish_notifications(now=late) == 0
    assert finish_notifications(now=late, looking_back=None) == 1


def test_one_that_always_fails_hides_no_other(payment, monkeypatch):
    good = keep(payment)
    poisoned = keep(payment, body=b"not a form but kept all the same")
    monkeypatch.setattr(
        "payments.services.notifications._set_aside", lambda *_, **__: 1 / 0, raising=True
    )

    assert finish_notifications(now=NOW + timedelta(minutes=1)) == 1

    with national_scope():
        assert NotificationOutcome.objects.get().notification_id == good.pk != poisoned.pk


def test_the_frequent_sweep_reads_neither_all_the_notifications_nor_all_their_outcomes(payment):
    """It runs three times a minute over tables that only grow."""
    keep(payment)
    left = Notification.objects.unfinished(before=NOW, since=NOW - LOOKING_BACK)

    with national_scope(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = left.order_by("?").explain()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'notification_received'")
        (index,) = cursor.fetchone()

    assert "Anti Join" in plan
    assert index.endswith("(received_at)")
    assert "received_at >=" in plan


#: They wait for somebody else, over a network.
OF_THE_PLATFORM = frozenset({"payments.check_payment", "echanges.serve_subscriber"})


def test_questions_to_a_silent_platform_do_not_hold_up_the_other_tasks():
    app.loader.import_default_modules()

    def queue_of(task):
        return app.amqp.router.route({}, task)["queue"].name

    assert {queue_of(task) for task in OF_THE_PLATFORM} == {"platform"}
    others = {queue_of(task) for task in app.tasks if task not in OF_THE_PLATFORM}
    assert "platform" not in others
    # A worker started without -Q reads them all.
    assert {queue.name for queue in app.conf.task_queues} == others | {"platform"}
