"""The periodic tasks do what their services do, at the hour of the worker."""

from datetime import UTC, datetime

import pytest

from allocataires.states import CreanceState as S
from caf_portal.database.scope import national_scope
from recouvrement import tasks
from recouvrement.models import Demande
from relation_usager.models import Message
from tests.payments.plans import running_plan, standing
from tests.payments.test_plan_stopping import Platform
from tests.recouvrement.demandes import ask, debt, fresh
from tests.recouvrement.test_plan_stops import listening

pytestmark = pytest.mark.django_db


def test_days_bring_silence_notice_and_recovery(time_machine):
    creance = debt("RSA")
    ask(creance)

    for day, work in (
        (datetime(2027, 1, 21, 0, 35, tzinfo=UTC), tasks.reject_by_silence),
        (datetime(2027, 1, 24, 6, 5, tzinfo=UTC), tasks.announce_recoveries),
        (datetime(2027, 1, 27, 23, 50, tzinfo=UTC), tasks.resume_recoveries),
    ):
        time_machine.move_to(day, tick=False)
        work()

    with national_scope():
        assert Demande.objects.get().status == "SANS_REPONSE"
        assert Message.objects.filter(kind="RECOVERY_RESUMES").count() == 1
    assert fresh(creance).state == S.EN_RECOUVREMENT, "it is the 28th in Paris"


def test_the_minute_stops_the_plans_of_what_was_contested(client):
    creance = debt("RSA")
    payment = running_plan(client, creance)
    ask(creance)
    platform = Platform(payment, "AUTHORISED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")

    with listening(platform):
        tasks.stop_plans()

    assert standing(payment) == ("STOPPED", "STOPPED")
