"""The person asks from the debt's own page, and is told first what will happen."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from allocataires.models import Creance
from allocataires.services.etapes import Why, move_creance
from allocataires.session import Debtor
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import national_scope
from recouvrement.models import Demande
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.caisses.factories import agent_of
from tests.payments.pages import text_of
from tests.recouvrement.demandes import answer, ask, debt, fresh, move

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOON, tick=False)


def form_of(creance, word="contestation"):
    return f"/mes-creances/{creance.public_id}/demander/{word}/"


def page_of(creance):
    return f"/mes-creances/{creance.public_id}/"


def entered(creance: Creance, client: Client) -> Client:
    enter(client, person_of(creance))
    return client


def demandes():
    with national_scope():
        return list(Demande.objects.order_by("pk"))


def test_the_page_of_a_debt_leads_to_what_may_be_asked(client):
    creance = debt("PPA", notified_on=date(2026, 11, 3))

    page = entered(creance, client).get(page_of(creance)).content.decode()

    for word in ("rectification", "contestation", "remise"):
        assert form_of(creance, word) in page


def test_the_form_says_what_stops_until_when_and_by_which_text(client):
    creance = debt("RSA", notified_on=date(2026, 11, 3))

    page = text_of(entered(creance, client).get(form_of(creance)))

    assert "Le remboursement s’arrête dès que vous envoyez" in page
    assert "il ne reprendrait pas avant le 27 janvier 2027" in page
    assert "Payer reste possible" in page
    assert "L.262-46, L.262-47, R.262-90 CASF" in page
    assert "président du conseil départemental" in page


def test_the_form_says_when_it_stops_nothing(client):
    creance = debt("PF", notified_on=date(2026, 11, 3))

    page = text_of(entered(creance, client).get(form_of(creance)))

    assert "n’arrête pas le remboursement : pour cette prestation" in page
    assert "s’arrête dès que" not in page


def test_a_late_request_is_said_late_before_it_is_sent(client):
    creance = debt("PF", notified_on=date(2026, 10, 1))

    page = text_of(entered(creance, client).get(form_of(creance, "rectification")))

    assert "Le dernier jour était le 21 octobre 2026" in page
    assert "Comme le délai est passé, cette demande n’arrête pas le remboursement" in page


def test_sending_stops_the_recovery_and_the_pages_say_since_when(client):
    creance = debt("RSA")
    entered(creance, client)

    response = client.post(form_of(creance), {"message": "Ce n’est pas exact."}, follow=True)

    page = text_of(response)
    (demande,) = demandes()
    assert fresh(creance).state == S.CONTESTEE
    assert f"Votre demande est déposée. Sa référence : {demande.reference}." in page
    assert "Le remboursement est arrêté à partir de maintenant." in page
    assert "Remboursement arrêté depuis le 20 novembre 2026, jusqu’à la réponse." in page
    assert "rien ne vous sera demandé avant la fin du 26 janvier 2027" in page
    assert "Remboursement arrêté depuis le 20 novembre 2026" in text_of(
        client.get("/mes-creances/")
    )


def test_a_suspension_by_an_agent_says_since_when_and_until_when(client):
    endless, ended = debt("RSA"), debt("PF")
    with national_scope():
        for creance, until_on in ((endless, None), (ended, date(2027, 1, 31))):
            why = Why(EtapeCause.AGENT, "Décès.", until_on=until_on)
            move_creance(fresh(creance), S.SUSPENDUE, why=why, now=NOON)

    texts = []
    for creance in (endless, ended):
        client.cookies.clear()
        texts.append(text_of(entered(creance, client).get(page_of(creance))))

    assert "depuis le 20 novembre 2026, jusqu’à nouvel ordre de votre Caf" in texts[0]
    assert "depuis le 20 novembre 2026, jusqu’au 31 janvier 2027" in texts[1]


def test_what_is_open_is_not_offered_again(client):
    creance = debt("RSA")
    ask(creance)

    page = entered(creance, client).get(page_of(creance)).content.decode()

    assert form_of(creance) not in page
    assert form_of(creance, "remise") in page


def test_sending_twice_makes_one_and_says_so(client):
    creance = debt("RSA")
    entered(creance, client)
    said = {"message": "Non."}
    client.post(form_of(creance), said)

    again = client.post(form_of(creance), said, follow=True)

    assert "Cette demande est déjà déposée" in text_of(again)
    assert len(demandes()) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"message": ""}, "Dites en quelques mots"),
        ({"message": "  \r\n "}, "Dites en quelques mots"),
        ({"message": "x" * 2001}, "2 000 caractères au plus"),
        ({"message": "Non.", "email": "pas une adresse"}, "Écrivez une adresse comme"),
    ],
)
def test_a_bad_form_says_what_to_do_and_keeps_what_was_written(client, said, words):
    creance = debt("RSA")

    response = entered(creance, client).post(form_of(creance), said)

    assert response.status_code == 200
    assert words in text_of(response)
    assert demandes() == []
    assert fresh(creance).state == S.EN_RECOUVREMENT


def test_two_thousand_characters_are_counted_as_people_count_them(client):
    creance = debt("RSA")
    message = "\r\n".join(["x" * 9] * 200)

    entered(creance, client).post(form_of(creance), {"message": message})

    (demande,) = demandes()
    assert len(demande.message) == 1999


def test_a_remission_needs_no_word(client):
    creance = debt("RSA")

    entered(creance, client).post(form_of(creance, "remise"), {})

    assert demandes()[0].kind == "REMISE"


def test_fraud_is_told_kindly_with_what_remains_possible(client):
    creance = debt("RSA", fraude=True)
    entered(creance, client)

    for response in (
        client.get(form_of(creance, "remise")),
        client.post(form_of(creance, "remise"), {}),
    ):
        page = text_of(response)
        assert "la loi ne permet pas de remise" in page
        assert "Ce qui reste possible" in page
    assert demandes() == []


def test_a_debt_of_the_departement_is_not_contested_here(client):
    creance = debt("RSA")
    move(creance, S.TRANSFEREE)

    page = text_of(entered(creance, client).get(form_of(creance)))

    assert "adressez-vous à l’organisme qui la suit" in page


def test_an_unknown_word_or_somebody_else_s_debt_is_not_found(client):
    creance, other = debt(), debt()
    entered(other, client)

    for method in (client.get, client.post):
        assert method(form_of(creance)).status_code == 404
        assert method(form_of(other, "pardon")).status_code == 404
    assert demandes() == []


def test_the_holder_of_a_letter_asks_about_its_debt_and_sees_no_address(client):
    creance = debt("RSA")
    with national_scope():
        second = CreanceFactory(allocataire=creance.allocataire, nature="INK")
    enter(client, holder_of(creance))

    shown = client.get(form_of(creance)).content.decode()
    client.post(form_of(creance), {"message": "Non."})

    assert creance.allocataire.email not in shown
    assert client.get(form_of(second)).status_code == 404
    assert [demande.creance_id for demande in demandes()] == [creance.pk]


def test_the_holder_of_a_link_is_sent_to_identification(client):
    creance = debt("RSA")
    enter(client, Debtor(creance.caisse_id, creance.allocataire_id, link_id=7))

    response = client.get(form_of(creance))

    assert response.status_code == 302
    assert "/identification/" in response.url


def test_withdrawing_asks_first_then_says_it(client):
    creance = debt("RSA")
    demande = ask(creance)
    entered(creance, client)
    address = f"/demandes/{demande.public_id}/retirer/"

    question = text_of(client.get(address))
    done = text_of(client.post(address, follow=True))

    assert "au moins 6 jours de plus" in question
    assert "Votre demande est retirée." in done
    assert "Il pourra reprendre le 27 novembre 2026" in done
    assert "n’est plus en attente" in text_of(client.post(address, follow=True))


def test_somebody_else_does_not_withdraw(client):
    demande = ask(debt())
    entered(debt(), client)

    assert client.post(f"/demandes/{demande.public_id}/retirer/").status_code == 404
    assert demandes()[0].status == "DEPOSEE"


def test_the_answer_and_its_reason_are_on_the_page_of_the_debt(client):
    creance = debt("RSA")
    with national_scope():
        agent = agent_of("011")
    reason = "Vos revenus ont baissé."
    answer(agent, ask(creance, "REMISE"), "PARTIELLE", cents=100_00, reason=reason)

    page = text_of(entered(creance, client).get(page_of(creance)))

    assert "Acceptée en partie" in page
    assert "La dette a baissé de 100,00 €" in page
    assert reason in page
    assert "rien ne vous est demandé avant le 27 novembre 2026" in page


def test_the_holder_of_a_letter_reads_the_answer_and_not_what_was_written_of_the_person(client):
    creance = debt("RSA")
    with national_scope():
        agent = agent_of("011")
    reason = "Vos revenus ont baissé."
    answer(agent, ask(creance, "REMISE"), "PARTIELLE", cents=100_00, reason=reason)
    enter(client, holder_of(creance))

    page = text_of(client.get(page_of(creance)))

    assert "Acceptée en partie" in page
    assert "Le motif de la réponse ne s’affiche pas avec un courrier" in page
    assert reason not in page


def test_who_cannot_pay_is_led_to_the_remission_of_each_debt(client):
    creance = debt("RSA")
    with national_scope():
        fraud = CreanceFactory(allocataire=creance.allocataire, nature="INK", fraude=True)

    page = entered(creance, client).get("/je-ne-peux-pas-payer/").content.decode()

    assert form_of(creance, "remise") in page
    assert form_of(fraud, "remise") not in page
    assert "demander/remise" not in Client().get("/je-ne-peux-pas-payer/").content.decode()


def test_the_answer_to_a_rectification_opens_the_delay_of_an_appeal_again(client, time_machine):
    # Notified on 15 October: an appeal by Tuesday 15 December. Refused on 10 December: two more
    # months, until Wednesday 10 February.
    creance = debt("PPA", notified_on=date(2026, 10, 15))
    demande = ask(creance, "RECTIFICATION")
    before = text_of(entered(creance, client).get(f"{page_of(creance)}pourquoi/"))
    with national_scope():
        agent = agent_of("011")
    refused = datetime(2026, 12, 10, 11, tzinfo=UTC)
    answer(agent, demande, "REJETEE", now=refused)
    time_machine.move_to(datetime(2027, 1, 4, 11, tzinfo=UTC), tick=False)
    client.cookies.clear()

    after = text_of(entered(creance, client).get(f"{page_of(creance)}pourquoi/"))

    assert "Jusqu’au 15 décembre 2026 inclus." in before
    assert "Jusqu’au 10 février 2027 inclus." in after
    assert "Le dernier jour était le 15 décembre 2026." not in after
