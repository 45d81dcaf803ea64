"""What is written to the person: dates and a link, in their language, and nothing of the debt."""

from datetime import timedelta

import pytest

from caf_portal.database.scope import national_scope
from recouvrement.services.demande_sweeps import announce_recoveries, reject_by_silence
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.recouvrement.demandes import answer, ask, debt

pytestmark = pytest.mark.django_db


def mails():
    with national_scope():
        return {
            message.kind: render_message(message)
            for message in Message.objects.order_by("pk").select_related("caisse")
        }


@pytest.mark.parametrize(
    ("langue", "filed", "resumes"),
    [
        ("fr", "le remboursement est arrêté", "Le remboursement reprend le 23 février 2027"),
        ("en", "repayment is stopped", "Repayment resumes on 23 February 2027"),
    ],
)
def test_the_three_letters_of_a_silence(langue, filed, resumes):
    creance = debt("PPA", notified_on=NOW.date() - timedelta(days=3))
    with national_scope():
        creance.allocataire.langue = langue
        creance.allocataire.save(update_fields=["langue"])
    ask(creance, "RECTIFICATION")
    reject_by_silence(now=NOW + timedelta(days=32))
    announce_recoveries(now=NOW.replace(year=2027, month=2, day=18))

    said = mails()

    assert set(said) == {"DEMANDE_FILED", "DEMANDE_DECIDED", "RECOVERY_RESUMES"}
    assert filed in said["DEMANDE_FILED"].body
    assert said["RECOVERY_RESUMES"].subject == resumes
    for mail in said.values():
        text = f"{mail.subject} {mail.body}"
        assert f"/mes-creances/{creance.public_id}/" in text
        for secret in ("240", "prime", "Prime", "IM3", creance.rang + " ", "Exemple"):
            assert secret not in text.replace(str(creance.public_id), "")


def test_a_demande_that_stops_nothing_says_so_and_its_answer_gives_no_date():
    creance = debt("PF")
    with national_scope():
        agent = agent_of("011")
    answer(agent, ask(creance, "REMISE"), "REJETEE")

    said = mails()

    assert "Elle n’arrête pas le remboursement." in said["DEMANDE_FILED"].body
    assert "avant le" not in said["DEMANDE_DECIDED"].body
