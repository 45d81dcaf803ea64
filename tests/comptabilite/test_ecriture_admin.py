"""The page of an écriture: draft or final, its dates in words, and its reversal."""

from datetime import date

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Ecriture
from comptabilite.services.validation import validate_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.comptabilite.test_reversing import DAY, LATER

LIST = "/agents/comptabilite/ecriture/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def client():
    with national_scope():
        return entered(agent_of("011", role=Role.COMPTABLE, login="comptable"))


def written(ain, **changes):
    with caisse_scope(ain):
        ecriture = bare_ecriture(caisse_id=ain, **changes)
        add_lines(ecriture, (300, 0), (0, 300))
        return ecriture


def page_of(client, ecriture):
    return client.get(f"{LIST}{ecriture.pk}/change/").content.decode()


def test_a_draft_says_so_and_a_final_one_has_its_number_and_its_hash(ain, client):
    ecriture = written(ain)
    assert "brouillon" in page_of(client, ecriture)

    with caisse_scope(ain):
        cloture = Cloture.objects.create(
            caisse_id=ain, periode="JOUR", first_on=DAY, last_on=DAY, closed_at=LATER
        )
        validate_day(cloture=cloture, validated_on=date(2026, 11, 23), now=LATER)
        final = Ecriture.objects.get(pk=ecriture.pk).validation

    page = page_of(client, ecriture)
    assert "2026-1" in page
    assert final.hash in page
    assert ecriture.piece in client.get(LIST, {"validation": "validee"}).content.decode()
    assert not client.get(LIST, {"validation": "brouillon"}).context["cl"].result_list


def test_a_late_event_is_told_in_words(ain, client):
    late = written(ain, origin_on=date(2026, 11, 18), accounting_on=date(2026, 11, 21))

    said = page_of(client, late)

    assert "Fait du 18 novembre 2026, appris le 20 novembre 2026, écrit au premier jour" in said


def test_late_ecritures_are_listed_apart_and_lead_to_their_debt(ain, client):
    with national_scope():
        debt = CreanceFactory()
        name = f"{debt.allocataire.numero}-{debt.nature}-{debt.rang}"
    dates = {"origin_on": date(2026, 11, 18), "accounting_on": date(2026, 11, 21)}
    late = written(ain, event="DEBT_RAISED", piece=name, **dates)
    written(ain)

    listed = client.get(LIST, {"retard": "oui"}).context["cl"].result_list

    assert [row.pk for row in listed] == [late.pk]
    assert f"/agents/allocataires/creance/{debt.pk}/change/" in page_of(client, late)


def test_an_accountant_reverses_from_the_page_with_a_reason(ain, client):
    gap = written(ain, event="GAP_LOSS")
    assert "Contrepasser" in page_of(client, gap)
    address = f"{LIST}{gap.pk}/contrepasser/"

    assert "Motif" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    answer = client.post(address, {"reason": "Saisi deux fois"}, follow=True)

    assert "Contrepassation : Essai" in answer.content.decode()
    assert "Contrepasser</a>" not in page_of(client, gap)
    with national_scope():
        reversal = Ecriture.objects.get(reverses=gap)
    assert reversal.reason == "Saisi deux fois"
    assert f"{LIST}{reversal.pk}/change/" in page_of(client, gap)


def test_what_is_corrected_at_its_source_has_no_button_and_is_refused_in_words(ain, client):
    paid = written(ain)

    assert "Contrepasser</a>" not in page_of(client, paid)
    answer = client.post(f"{LIST}{paid.pk}/contrepasser/", {"reason": "x"}, follow=True)

    assert "se corrige à sa source" in answer.content.decode()
    with national_scope():
        assert not Ecriture.objects.filter(reverses=paid).exists()


def test_an_agent_has_no_button_and_is_refused(ain):
    gap = written(ain, event="GAP_LOSS")
    with national_scope():
        agent = entered(agent_of("011"))

    assert "Contrepasser</a>" not in page_of(agent, gap)
    answer = agent.post(f"{LIST}{gap.pk}/contrepasser/", {"reason": "x"}, follow=True)

    assert "comptable de cette caisse" in answer.content.decode()
