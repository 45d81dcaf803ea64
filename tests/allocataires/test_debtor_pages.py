"""*Mes créances*: what a debtor reads about what is owed, and what stays hidden."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from allocataires.models import Allocataire, Creance
from allocataires.nomenclature import MouvementType, Nature
from allocataires.reference import Reference
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.session import Debtor
from allocataires.states import ONLINE_PAYMENT, CreanceState
from caf_portal.database.scope import national_scope
from caf_portal.money import format_euros
from caisses.models import Caisse
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
LIST = reverse("allocataires:creances")


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        return CreanceFactory(rang="007")


def another_debt_of(creance: Creance, **values: object) -> Creance:
    with national_scope():
        return CreanceFactory(
            allocataire=Allocataire.objects.get(pk=creance.allocataire_id), **values
        )


def repay(creance: Creance, kind: MouvementType, *amounts: int, on: date) -> None:
    with national_scope():
        for cents in amounts:
            post_mouvements(
                caisse_id=creance.caisse_id,
                kind=kind,
                postings=[Posting(creance.pk, cents)],
                value_on=on,
                source_id=uuid4(),
                now=NOW,
            )


def page_of(creance: Creance) -> str:
    return reverse("allocataires:creance", kwargs={"public_id": creance.public_id})


def words(html: str) -> str:
    """The text a person reads, on one line."""
    body = html.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


def test_the_list_says_what_why_how_it_was_repaid_and_what_is_left(
    client: Client, creance: Creance
) -> None:
    repay(creance, MouvementType.RETENUE, 30_00, 30_00, on=date(2026, 5, 20))
    repay(creance, MouvementType.CHEQUE, 20_00, on=date(2026, 5, 25))
    enter(client, person_of(creance))

    text = read(client, LIST)

    assert "Aide personnalisée au logement" in text
    assert "Vos ressources ont été mises à jour." in text
    assert "janvier 2026 à mars 2026" in text
    # Read as words: the unbreakable spaces of the amounts are spaces to split().
    for line in (
        "Au départ 240,00 €",
        "Retenue sur vos prestations −60,00 €",
        "Chèque −20,00 €",
        "Reste à rembourser 160,00 €",
    ):
        assert line in text


def test_the_total_is_the_sum_of_what_is_left_and_says_what_may_be_paid_here(
    client: Client, creance: Creance
) -> None:
    another_debt_of(creance, initial_cents=1_000_00, transferee=True)
    enter(client, person_of(creance))

    html = client.get(LIST).content.decode()

    assert format_euros(1_240_00) in html
    assert "Dont 240,00 € que vous pouvez payer ici." in words(html)
    assert f'href="{reverse("payments:choose")}"' in html


def test_what_is_contested_is_in_the_total_and_is_said_not_to_be_asked_for(
    client: Client, creance: Creance
) -> None:
    contested = another_debt_of(creance, initial_cents=100_00, state=CreanceState.CONTESTEE)
    enter(client, person_of(creance))

    both = read(client, LIST)
    repay(creance, MouvementType.VIREMENT, 240_00, on=date(2026, 5, 20))
    one = read(client, LIST)

    assert "340,00 €" in both
    assert "Dont 100,00 € qui ne vous sont pas demandés aujourd’hui." in both
    assert "Rien ne vous en est demandé aujourd’hui." in one
    assert str(ONLINE_PAYMENT[contested.state].reason) in one


def test_a_debt_that_may_not_be_paid_says_why_and_offers_no_button(
    client: Client, db: None
) -> None:
    with national_scope():
        transferred = CreanceFactory(transferee=True)
    enter(client, person_of(transferred))

    html = client.get(LIST).content.decode()

    assert str(ONLINE_PAYMENT[CreanceState.TRANSFEREE].reason) in html
    assert "Rien n’est à payer ici" in html
    assert reverse("payments:choose") not in html
    assert reverse("payments:choose") not in client.get(page_of(transferred)).content.decode()


def test_not_being_able_to_pay_is_as_easy_to_reach_as_paying(
    client: Client, creance: Creance
) -> None:
    enter(client, person_of(creance))

    for address in (LIST, page_of(creance)):
        main = client.get(address).content.decode().split("<main")[1]
        pay, cannot = reverse("payments:choose"), reverse("allocataires:cannot_pay")
        assert re.search(rf'class="button" href="{pay}', main)
        assert re.search(rf'class="button button-secondary" href="{cannot}"', main)


def test_a_settled_debt_is_kept_apart_and_asks_for_nothing(
    client: Client, creance: Creance
) -> None:
    repay(creance, MouvementType.VIREMENT, 240_00, on=date(2026, 5, 20))
    enter(client, person_of(creance))

    text = read(client, LIST)

    assert "Vous ne devez plus rien." in text
    assert "Terminées" in text
    assert "À rembourser" not in text
    page = read(client, page_of(creance))
    assert "il ne reste rien à rembourser" in page
    assert "Vous ne pouvez pas payer" not in page


def test_a_person_without_debt_is_told_so(client: Client, db: None) -> None:
    with national_scope():
        allocataire = AllocataireFactory()
    enter(client, Debtor(allocataire.caisse_id, allocataire.pk))

    assert "Aucune dette à votre nom dans cette Caf." in read(client, LIST)


def test_a_debts_page_tells_its_story_with_what_was_left_after_each_line(
    client: Client, creance: Creance
) -> None:
    repay(creance, MouvementType.RETENUE, 40_00, on=date(2026, 5, 20))
    repay(creance, MouvementType.IMPAYE, 10_00, on=date(2026, 5, 28))
    enter(client, person_of(creance))

    text = read(client, page_of(creance))

    with national_scope():
        numero = Allocataire.objects.get(pk=creance.allocataire_id).numero
    assert f"Référence de paiement {Reference('011', numero, 'IN5', '007')}" in text
    assert "Notifiée le 11 mai 2026" in text
    assert "Comment votre Caf l’a su Une déclaration ou un document reçu" in text
    story = [
        "Dette enregistrée 4 mai 2026 + 240,00 € 240,00 €",
        "Retenue sur vos prestations 20 mai 2026 − 40,00 € 200,00 €",
        "Paiement rejeté par la banque 28 mai 2026 + 10,00 € 210,00 €",
    ]
    told = text.replace("+", "+ ").replace("−", "− ")
    places = [" ".join(told.split()).find(line) for line in story]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("nature", "expected", "absent"),
    [
        (Nature.PRESTATIONS_FAMILIALES, "20 jours après la notification", "est suspendu"),
        (Nature.PRIME_ACTIVITE, "le remboursement est suspendu", "conseil départemental"),
        (Nature.RSA_SOCLE, "président du conseil départemental", "20 jours"),
        (Nature.APL, "Le courrier de votre Caf indique à qui écrire", "20 jours"),
    ],
)
def test_a_debts_page_says_only_what_is_certain_about_disagreeing(
    client: Client, db: None, nature: Nature, expected: str, absent: str
) -> None:
    with national_scope():
        creance = CreanceFactory(nature=nature)
    enter(client, person_of(creance))

    text = read(client, page_of(creance))

    assert expected in text
    assert absent not in text


def test_whoever_came_by_letter_sees_that_debt_only(client: Client, creance: Creance) -> None:
    other = another_debt_of(creance, nature=Nature.RSA_SOCLE)
    enter(client, holder_of(creance))

    text = read(client, LIST)

    assert "vous voyez seulement la dette dont il parle" in text
    assert "Aide personnalisée au logement" in text
    assert "RSA" not in text
    assert client.get(page_of(creance)).status_code == 200
    assert client.get(page_of(other)).status_code == 404


@pytest.mark.parametrize("caisse", ["011", "751"], ids=["same fund", "another fund"])
def test_another_persons_debt_is_not_found(client: Client, creance: Creance, caisse: str) -> None:
    with national_scope():
        stranger = AllocataireFactory(caisse=Caisse.objects.get(code=caisse))
        theirs = CreanceFactory(allocataire=stranger)
    enter(client, person_of(creance))

    response = client.get(page_of(theirs))

    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()
    assert (
        client.get(reverse("allocataires:creance", kwargs={"public_id": uuid4()})).status_code
        == 404
    )


@pytest.mark.parametrize("debts", [1, 6])
def test_the_list_asks_the_same_number_of_queries_whatever_the_debts(
    client: Client, db: None, debts: int, django_assert_max_num_queries: object
) -> None:
    with national_scope():
        allocataire = AllocataireFactory()
        CreanceFactory.create_batch(debts, allocataire=allocataire)
    enter(client, Debtor(allocataire.caisse_id, allocataire.pk))

    with django_assert_max_num_queries(17):  # type: ignore[operator]
        client.get(LIST)


def test_nobody_is_let_in_without_being_recognised(client: Client, creance: Creance) -> None:
    for address in (LIST, page_of(creance)):
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"] == (
            reverse("allocataires:identify") + "?next=" + address.replace("/", "%2F")
        )


def test_a_debtors_pages_are_kept_by_nobody(client: Client, creance: Creance) -> None:
    enter(client, person_of(creance))

    for address in (LIST, page_of(creance)):
        assert "no-store" in client.get(address).headers["Cache-Control"]
