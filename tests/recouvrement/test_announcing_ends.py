"""The word that a debt is over: once for each end, to who has an address, and never too soon."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType as M
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from recouvrement.services.announcing_ends import LOOKS_BACK, announce_ends
from recouvrement.tasks import announce_ends as task
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.lives import move

pytestmark = pytest.mark.django_db
ENDED_ON = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def a_debt(**person: object) -> Creance:
    with national_scope():
        return CreanceFactory(allocataire=AllocataireFactory(**person), initial_cents=240_00)


def messages() -> list[Message]:
    with national_scope():
        return list(Message.objects.filter(kind="DEBT_SETTLED").order_by("pk"))


def test_the_end_of_a_debt_is_told_once_with_the_way_to_its_quittance():
    creance = a_debt(email="camille@example.org")
    move(creance, M.CHEQUE, 240_00, ENDED_ON)

    assert announce_ends(now=NOW) == 1
    assert announce_ends(now=NOW + timedelta(minutes=10)) == 0

    (message,) = messages()
    with national_scope():
        mail = render_message(message)
    assert mail.to == ["camille@example.org"]
    assert f"/mes-creances/{creance.public_id}/" in mail.body
    assert "quittance" in mail.body
    assert "CAF de l'Ain" in mail.body
    for hidden in ("IN5", "logement", "240,00"):
        assert hidden not in mail.subject + mail.body


def test_it_is_written_in_the_persons_language():
    move(a_debt(langue="en"), M.CHEQUE, 240_00, ENDED_ON)

    announce_ends(now=NOW)

    with national_scope():
        assert render_message(messages()[0]).subject == "One of your debts is over"


@pytest.mark.parametrize(
    ("kind", "told"), [(M.REMISE, 1), (M.ANNULATION, 1), (M.PETIT_MONTANT, 1), (M.NON_VALEUR, 0)]
)
def test_every_end_that_has_a_quittance_is_told(kind, told):
    move(a_debt(), kind, 240_00, ENDED_ON)

    assert announce_ends(now=NOW) == told


def test_nothing_without_an_address_nor_while_something_is_owed():
    move(a_debt(email=""), M.CHEQUE, 240_00, ENDED_ON)
    move(a_debt(), M.CHEQUE, 239_99, ENDED_ON)

    assert announce_ends(now=NOW) == 0
    assert messages() == []


def test_a_debt_owed_again_is_not_told_and_its_next_end_is():
    creance = a_debt()
    move(creance, M.CHEQUE, 240_00, date(2026, 11, 18))
    move(creance, M.IMPAYE, 240_00, date(2026, 11, 19))
    assert announce_ends(now=NOW) == 0

    move(creance, M.VIREMENT, 240_00, ENDED_ON)

    assert announce_ends(now=NOW) == 1
    assert announce_ends(now=NOW) == 0


def test_an_old_end_is_not_told_afterwards():
    move(a_debt(), M.CHEQUE, 240_00, (NOW - LOOKS_BACK - timedelta(days=1)).date())

    assert announce_ends(now=NOW) == 0


def test_each_fund_is_told_in_its_own_scope():
    for code in ("011", "331"):
        move(a_debt(caisse=Caisse.objects.get(code=code)), M.CHEQUE, 240_00, ENDED_ON)

    assert announce_ends(now=NOW) == 2
    assert {message.caisse_id for message in messages()} == {
        caisse.pk for caisse in Caisse.objects.filter(code__in=["011", "331"])
    }


def test_the_task_has_the_name_of_the_schedule(time_machine):
    time_machine.move_to(NOW)
    move(a_debt(), M.CHEQUE, 240_00, ENDED_ON)

    task()

    assert task.name == "recouvrement.announce_ends"
    assert len(messages()) == 1
