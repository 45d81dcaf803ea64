"""An accountant letters the open lines of an account, and takes a lettrage back with a reason."""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Lettrage, Ligne
from tests.caisses.factories import agent_of, entered
from tests.comptabilite.factories import add_lines, bare_ecriture

PAGE = "/agents/comptabilite/lettrage/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """300 debited, 100 and 200 credited."""
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        made = add_lines(bare_ecriture(caisse_id=caisse_id), (300, 0), (0, 100), (0, 200))
        return [line.pk for line in made]


def client_of(role, code="011"):
    with national_scope():
        return entered(agent_of(code, role=role, login=f"{role}-{code}"))


def account_of(lines):
    with national_scope():
        return Ligne.objects.get(pk=lines[0]).compte_id


def post(client, lines, reason="Répondent", **address):
    said = {"ligne": lines, "reason": reason}
    return client.post(f"{PAGE}lettrer/", said, follow=True).content.decode()


def lettrages():
    with national_scope():
        return list(Lettrage.objects.all())


def test_open_lines_are_shown_ticked_lettered_and_no_longer_shown(lines):
    client = client_of(Role.COMPTABLE)
    asked = {"compte": account_of(lines)}

    page = client.get(f"{PAGE}lettrer/", asked)
    assert len(page.context["lines"]) == 3
    assert ">011 " in page.content.decode(), "accounts are told with their fund"
    assert "Lettre A donnée" in post(client, lines)

    assert "Aucune ligne ouverte" in client.get(f"{PAGE}lettrer/", asked).content.decode()
    (made,) = lettrages()
    assert "Délettrer" in client.get(f"{PAGE}{made.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("kept", "reason", "words"),
    [(2, "essai", "2,00"), (3, " ", "pourquoi"), (0, "essai", "au moins deux lignes")],
)
def test_a_refusal_is_a_sentence(lines, kept, reason, words):
    assert words in post(client_of(Role.COMPTABLE), lines[:kept], reason)
    assert lettrages() == []


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "-1", "x"])
def test_a_key_that_no_line_has_is_left_out(lines, key):
    assert "2,00" in post(client_of(Role.COMPTABLE), [key, *lines[:2]])
    assert lettrages() == []


def test_a_lettrage_is_taken_back_with_a_reason_and_once(lines):
    client = client_of(Role.COMPTABLE)
    post(client, lines)
    (made,) = lettrages()
    address = f"{PAGE}{made.pk}/delettrer/"

    assert "Motif" in client.get(address).content.decode()
    first = client.post(address, {"reason": "Erreur"}, follow=True).content.decode()
    second = client.post(address, {"reason": "Erreur"}, follow=True).content.decode()

    assert "de nouveau ouvertes" in first
    assert "déjà été défait" in second


@pytest.mark.parametrize(("role", "code"), [(Role.AGENT, "011"), (Role.COMPTABLE, "331")])
def test_nobody_else_letters_nor_takes_back(lines, role, code):
    other = client_of(role, code)
    post(other, lines)
    assert lettrages() == []
    with national_scope():
        accountant = entered(agent_of("011", role=Role.COMPTABLE, login="comptable"))
    post(accountant, lines)
    (made,) = lettrages()

    answer = other.post(f"{PAGE}{made.pk}/delettrer/", {"reason": "Erreur"})

    assert answer.status_code == (302 if code == "011" else 404)
    assert [each.undone_at for each in lettrages()] == [None]
    assert (
        not other.get(f"{PAGE}lettrer/")
        .context["form"]
        .fields["compte"]
        .queryset.filter(caisse__code="011")
    )


def test_the_page_of_a_lettrage_shows_its_lines_linked_and_the_same_sum_on_both_sides(lines):
    client = client_of(Role.COMPTABLE)
    post(client, lines)
    (made,) = lettrages()
    with national_scope():
        ecriture_id = Ligne.objects.get(pk=lines[0]).ecriture_id

    page = client.get(f"{PAGE}{made.pk}/change/").content.decode()

    assert page.count("3,00\u00a0€") == 3, "the debited line, and both sums"
    assert page.count(f"/agents/comptabilite/ecriture/{ecriture_id}/change/") == 3


def test_the_list_of_ecritures_tells_how_much_each_is(lines):
    page = client_of(Role.COMPTABLE).get("/agents/comptabilite/ecriture/").content.decode()

    assert "3,00\u00a0€" in page
