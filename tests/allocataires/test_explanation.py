"""Why a debt: months, sums, who erred, deadlines, other letters, life; in plain words."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from allocataires.deadlines import deadlines_of
from allocataires.explanation import explain, gap_reason
from allocataires.life import CAUSES, life_of
from allocataires.models import Creance
from allocataires.month_queries import months_of
from allocataires.move_words import words_of as move_words
from allocataires.nomenclature import MouvementType as M
from allocataires.nomenclature import Nature
from allocataires.overlaps import Comparison, overlaps_of
from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause, allowed_pairs
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.lives import give_months, move, words_of
from tests.allocataires.sessions import enter, holder_of, person_of

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
TODAY = date(2026, 6, 3)


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory(nature=Nature.PRIME_ACTIVITE, rang="005", initial_cents=240_00)


def another(creance: Creance, **values: object) -> Creance:
    with national_scope():
        return CreanceFactory(
            allocataire=creance.allocataire, nature=Nature.PRIME_ACTIVITE, **values
        )


def why(client: Client, creance: Creance) -> str:
    response = client.get(f"/mes-creances/{creance.public_id}/pourquoi/")
    assert response.status_code == 200
    return words_of(response.content.decode())


def test_months_that_make_up_the_debt_are_told_one_by_one(client: Client, creance):
    give_months(creance, (JAN, 300_00, 200_00), (FEB, 300_00, 160_00))
    enter(client, person_of(creance))

    text = why(client, creance)

    assert "janvier 2026 300,00 € 200,00 € 100,00 €" in text
    assert "février 2026 300,00 € 160,00 € 140,00 €" in text
    assert "Versé pour ces mois 600,00 €" in text
    assert "Ce qui vous était dû −360,00 €" in text
    assert "Versé en trop 240,00 €" in text
    assert "C’est bien le montant de la dette au départ : 240,00 €." in text


@pytest.mark.parametrize(
    ("paid", "fraude", "said"),
    [
        (439_50, False, "0,50 € de plus que ce que ces mois expliquent. Une différence de moins"),
        (400_00, False, "40,00 € de plus que ce que ces mois expliquent. Il peut manquer un mois"),
        (500_00, False, "60,00 € de moins que ce que ces mois expliquent. Une partie a pu être"),
        (418_18, True, "de plus que ce que ces mois expliquent. Cela correspond aux 10 % de frais"),
        (418_18, False, "de plus que ce que ces mois expliquent. Il peut manquer un mois"),
    ],
)
def test_months_that_do_not_add_up_say_by_how_much_and_what_it_may_be(
    client: Client, creance, paid, fraude, said
):
    with national_scope():
        Creance.objects.filter(pk=creance.pk).update(fraude=fraude)
    give_months(creance, (JAN, paid, 200_00))
    enter(client, person_of(creance))

    assert said in why(client, creance)


def test_months_that_are_not_known_are_said_to_be_so(client: Client, creance):
    enter(client, person_of(creance))

    text = why(client, creance)

    assert "Votre Caf n’a pas transmis le détail mois par mois de cette dette de 240,00 €." in text
    assert "Versé en trop" not in text


def test_a_gap_of_nothing_has_no_reason(creance):
    with national_scope():
        assert gap_reason(creance, months_of(creance)) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("10", "L’erreur vient de la caisse, et non de vous."),
        ("20", "Personne ne s’est trompé"),
        ("30", "un outil informatique de la caisse, et non de vous"),
        ("40", "L’erreur vient d’un autre organisme, et non de vous."),
        ("60", "sans mauvaise intention"),
        ("", "Votre Caf n’a pas dit d’où vient l’erreur"),
        ("99", "Votre Caf n’a pas dit d’où vient l’erreur"),
    ],
)
def test_who_erred_is_said_kindly(client: Client, creance, code, said):
    with national_scope():
        Creance.objects.filter(pk=creance.pk).update(responsable_code=code, event_on=FEB)
    enter(client, person_of(creance))

    text = why(client, creance)

    assert said in text
    assert "Changement du 1 février 2026" in text
    assert "fraude" not in text.split("Vous n’êtes pas d’accord ?")[0]


def test_a_fraud_is_said_only_when_the_fund_says_it(client: Client, creance):
    with national_scope():
        Creance.objects.filter(pk=creance.pk).update(fraude=True, responsable_code="64")
    enter(client, person_of(creance))

    assert "Votre Caf estime qu’il y a eu fraude. Vous pouvez le contester." in why(client, creance)


def deadlines(nature: str, notified_on: date, today: date, caisse: str = "011") -> list[tuple]:
    with national_scope():
        fund = Caisse.objects.get(code=caisse)
        debt = CreanceFactory(
            allocataire=AllocataireFactory(caisse=fund), nature=nature, notified_on=notified_on
        )
    return [
        (d.last_on, d.passed, d.days_left, d.way.law)
        for d in deadlines_of(debt, caisse=fund, today=today)
    ]


def test_prime_d_activite_has_twenty_days_then_two_months():
    # 11 May + 20 days is a Sunday, put off to Monday 1 June; 11 July a Saturday, to 13 July.
    assert deadlines("IM3", date(2026, 5, 11), TODAY) == [
        (date(2026, 6, 1), True, 0, "R.847-1-1 CSS"),
        (date(2026, 7, 13), False, 40, "L.845-2, R.847-2 CSS"),
    ]


def test_the_bank_holidays_are_those_of_the_funds_departement():
    # 6 March + 28 days would be Good Friday; 14 March + 20 days is 3 April 2026, Good Friday.
    (in_ain, _) = deadlines("IN1", date(2026, 3, 14), TODAY)
    (in_bas_rhin, _) = deadlines("IN1", date(2026, 3, 14), TODAY, caisse="671")

    assert in_ain[0] == date(2026, 4, 3)
    assert in_bas_rhin[0] == date(2026, 4, 7), "Easter Monday is a holiday everywhere"


def test_the_last_day_is_still_a_day():
    (rectification, _) = deadlines("IM3", date(2026, 5, 11), date(2026, 6, 1))

    assert rectification[1:3] == (False, 0)


def test_rsa_goes_to_the_departement_and_other_families_to_their_letter():
    assert [d[3] for d in deadlines("INK", date(2026, 5, 11), TODAY)] == ["L.262-47, R.262-88 CASF"]
    assert deadlines("IN5", date(2026, 5, 11), TODAY) == []
    assert deadlines("ZZ9", date(2026, 5, 11), TODAY) == []


def test_a_letter_from_before_every_calendar_says_that_the_letter_knows():
    assert [d[0] for d in deadlines("IM3", date(1950, 5, 11), TODAY)] == [None, None]


def test_the_page_says_how_many_days_are_left_or_that_it_is_over(
    client: Client, creance, time_machine
):
    time_machine.move_to(datetime(2026, 6, 3, 10, tzinfo=UTC))
    enter(client, person_of(creance))

    text = why(client, creance)

    assert "Délai passé Le dernier jour était le 1 juin 2026." in text
    assert "Encore 40 jours Jusqu’au 13 juillet 2026 inclus." in text


def test_two_letters_about_the_same_months_are_compared_month_by_month(client: Client, creance):
    other = another(creance, rang="006", initial_cents=190_00, period_end_on=date(2026, 4, 30))
    give_months(creance, (JAN, 300_00, 200_00), (FEB, 300_00, 230_00), (MAR, 300_00, 230_00))
    give_months(other, (FEB, 230_00, 180_00), (MAR, 300_00, 230_00), (date(2026, 4, 1), 70_00, 0))
    enter(client, person_of(creance))

    with national_scope():
        (overlap,) = overlaps_of(creance, Creance.objects.all())
    text = why(client, creance)

    assert [month.comparison for month in overlap.months] == [
        Comparison.ONLY_HERE,
        Comparison.FOLLOWS,
        Comparison.SAME,
    ]
    assert (overlap.here_cents, overlap.there_cents, overlap.difference_cents) == (
        240_00,
        120_00,
        120_00,
    )
    assert "février 2026 70,00 € 50,00 € +20,00 € Un courrier part du résultat de l’autre" in text
    assert "mars 2026 70,00 € 70,00 € 0,00 € Les mêmes sommes des deux côtés" in text
    assert "Une même somme est peut-être demandée deux fois." in text
    assert "cette dette demande 240,00 € et l’autre 120,00 €" in text


def test_other_families_other_months_and_other_people_do_not_overlap(creance):
    another(creance, rang="006", period_start_on=date(2026, 4, 1), period_end_on=date(2026, 5, 31))
    with national_scope():
        CreanceFactory(allocataire=creance.allocataire, nature=Nature.APL)
        CreanceFactory(nature=Nature.PRIME_ACTIVITE)

        assert overlaps_of(creance, Creance.objects.all()) == []


def test_overlapping_letters_without_months_say_so(client: Client, creance):
    another(creance, rang="006")
    enter(client, person_of(creance))

    text = why(client, creance)

    assert "la période de janvier 2026 à mars 2026" in text
    assert "n’a pas transmis le détail mois par mois : elle vous le doit" in text


def test_a_letter_tells_nothing_of_another_debt(client: Client, creance):
    other = another(creance, rang="006", initial_cents=190_00)
    enter(client, holder_of(creance))

    for page in ("", "pourquoi/"):
        html = client.get(f"/mes-creances/{creance.public_id}/{page}").content.decode()
        assert "mêmes mois" not in html
        assert str(other.public_id) not in html
    assert str(other.public_id) not in client.get("/mes-creances/mouvements/").content.decode()


def test_the_life_of_a_debt_is_told_with_its_causes_and_until_when(client: Client, db):
    with national_scope():
        creance = CreanceFactory(state=S.NOTIFIEE)
        why_stopped = Why(EtapeCause.AGENT, note="Le temps d’étudier.", until_on=date(2026, 9, 30))
        now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        move_creance(creance, S.SUSPENDUE, why=why_stopped, now=now, on=date(2026, 5, 30))
    move(creance, M.CHEQUE, 240_00, date(2026, 7, 5))
    enter(client, person_of(creance))

    text = why(client, creance)

    assert "11 mai 2026 : Notifiée" in text
    assert "30 mai 2026 : Suspendue Le remboursement est suspendu. Un agent de votre Caf" in text
    assert "« Le temps d’étudier. » Jusqu’au 30 septembre 2026." in text
    assert "5 juillet 2026 : Soldée Tout est remboursé." in text
    assert "n’a pas transmis toutes les étapes" not in text


def test_a_life_whose_beginning_is_not_known_says_so(creance):
    with national_scope():
        life = life_of(creance)

    assert not life.complete
    assert [event.on for event in life.events] == [creance.notified_on]


def test_every_move_and_every_cause_has_its_words():
    assert set(CAUSES) == set(EtapeCause)
    assert all(move_words(*pair).sentence for pair in allowed_pairs())


def test_explaining_takes_few_queries_whatever_the_number_of_letters(
    creance, django_assert_max_num_queries
):
    for rank in range(6, 12):
        give_months(another(creance, rang=f"{rank:03d}"), (JAN, 300_00, 200_00))
    give_months(creance, (JAN, 300_00, 200_00))

    with national_scope():
        caisse = Caisse.objects.get(pk=creance.caisse_id)
        with django_assert_max_num_queries(4):
            told = explain(creance, caisse=caisse, among=Creance.objects.all(), today=TODAY)

    assert len(told.overlaps) == 6
