"""A file does not start again a recovery that a demande stopped: the same rule as for an agent."""

from datetime import timedelta

import pytest

from caf_portal.database.scope import national_scope
from echanges.models import Rejet
from echanges.services.loading import apply_lot
from tests.allocataires.factories import AllocataireFactory
from tests.caisses.factories import agent_of
from tests.echanges.files import jsonl, receive, state
from tests.payments.factories import NOW
from tests.recouvrement.demandes import answer, ask, debt

pytestmark = pytest.mark.django_db

SENTENCE = (
    "Une demande de la personne arrête le remboursement : répondez-y dans le portail, "
    "puis attendez la date de reprise."
)


@pytest.fixture
def rsa():
    with national_scope():
        person = AllocataireFactory(numero="0000001")
    return debt("RSA", allocataire=person, rang="001")


def says(etat, *, number=1, now=NOW):
    """The fund's software says a state; what became of the line."""
    line = state(id=f"E{number}", nature="INK", etat=etat, effet="2026-11-20")
    lot = receive(jsonl(line, sequence=number), now=now)
    lot = apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=now)
    return lot.applied_lines, lot.rejected_lines


def state_of(creance):
    with national_scope():
        creance.refresh_from_db()
    return creance.state


def test_a_file_that_claims_what_a_demande_stopped_is_told_so_and_changes_nothing(rsa):
    ask(rsa, "RECOURS")

    assert says("EN_RECOUVREMENT") == (0, 1)

    assert state_of(rsa) == "CONTESTEE"
    with national_scope():
        reject = Rejet.objects.get()
    assert (reject.field, reject.code, reject.reason) == ("etat", "DEMANDE_EN_COURS", SENTENCE)


def test_a_file_waits_for_the_day_of_recovery_too_and_may_then_say_it(rsa):
    demande = ask(rsa, "RECOURS")
    with national_scope():
        agent = agent_of("011")
    answered = answer(agent, demande, "REJETEE")

    assert says("MISE_EN_DEMEURE", number=1) == (0, 1)
    day = NOW + (answered.resume_on - answered.filed_on)
    assert says("MISE_EN_DEMEURE", number=2, now=day - timedelta(days=1)) == (0, 1)
    assert says("MISE_EN_DEMEURE", number=3, now=day) == (1, 0)

    assert state_of(rsa) == "MISE_EN_DEMEURE"


def test_a_file_may_say_what_claims_nothing_while_a_demande_waits(rsa):
    ask(rsa, "RECOURS")

    assert says("TRANSFEREE") == (1, 0)

    assert state_of(rsa) == "TRANSFEREE"


def test_a_demande_that_stops_nothing_stops_no_file(rsa):
    with national_scope():
        person = AllocataireFactory(numero="0000002")
    family = debt("PF", allocataire=person, rang="001", state="NOTIFIEE")
    ask(family, "REMISE")

    line = state(numero="0000002", nature="IN1", etat="EN_RECOUVREMENT", effet="2026-11-20")
    lot = receive(jsonl(line), now=NOW)
    apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=NOW)

    assert state_of(family) == "EN_RECOUVREMENT"
