"""The two ways in, the way out, and what a refused form says."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from allocataires.birth_date import BirthDateField
from allocataires.demo.cast import ISSUER
from allocataires.models import Allocataire, Creance, Identite
from allocataires.reference import Reference
from allocataires.session import Debtor
from caf_portal.database.scope import national_scope
from caisses.models import Agent
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of

IDENTIFY = reverse("allocataires:identify")
DEMO_LOGIN = reverse("allocataires:demo_login")
LIST = reverse("allocataires:creances")
LETTER = {
    "reference": "011 1234567 IN5 005 31",
    "birth_on_day": "17",
    "birth_on_month": "5",
    "birth_on_year": "1990",
}


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        return CreanceFactory(allocataire__numero="1234567", rang="005")


@pytest.fixture
def account(db: None) -> Allocataire:
    with national_scope():
        allocataire = AllocataireFactory()
        Identite.objects.create(
            caisse=allocataire.caisse, allocataire=allocataire, issuer=ISSUER, subject="camomille"
        )
        return allocataire


def debtor_of(client: Client) -> Debtor | None:
    kept = client.session.get("debtor")
    return Debtor(**kept) if kept else None


def test_a_letter_opens_its_debt(client: Client, creance: Creance) -> None:
    response = client.post(IDENTIFY, LETTER)

    assert response.status_code == 302
    assert response.headers["Location"] == LIST
    assert debtor_of(client) == holder_of(creance)


def test_the_way_back_is_kept_and_only_when_it_is_ours(client: Client, creance: Creance) -> None:
    wanted = reverse("allocataires:creance", kwargs={"public_id": creance.public_id})
    asked = client.get(wanted)
    form = client.get(asked.headers["Location"]).content.decode()
    assert f'name="next" value="{wanted}"' in form

    ours = client.post(IDENTIFY, {**LETTER, "next": wanted})
    theirs = client.post(IDENTIFY, {**LETTER, "next": "https://example.org/"})
    tricky = client.post(IDENTIFY, {**LETTER, "next": "//example.org/"})

    assert ours.headers["Location"] == wanted
    assert theirs.headers["Location"] == LIST
    assert tricky.headers["Location"] == LIST


def test_a_wrong_date_and_an_unknown_reference_read_the_same(
    client: Client, creance: Creance
) -> None:
    wrong_date = client.post(IDENTIFY, {**LETTER, "birth_on_day": "18"})
    never_sent = str(Reference("011", "7654321", "IN5", "005"))
    unknown = client.post(IDENTIFY, {**LETTER, "reference": never_sent})

    assert wrong_date.status_code == unknown.status_code == 200
    assert _errors(wrong_date.content.decode()) == _errors(unknown.content.decode())
    assert "cette référence et cette date de naissance" in _errors(unknown.content.decode())
    assert debtor_of(client) is None


def _errors(html: str) -> str:
    return html.split('class="error-summary"')[1].split("</div>", maxsplit=1)[0]


def test_a_typing_mistake_is_said_at_its_field(client: Client, creance: Creance) -> None:
    html = client.post(IDENTIFY, {**LETTER, "reference": "011 1234567 IN5 005 32"}).content.decode()

    field = re.search(r'<input[^>]*id="id_reference"[^>]*>', html)
    assert field is not None
    assert 'aria-describedby="id_reference_helptext id_reference_error"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert 'id="id_reference_error"' in html
    assert 'id="id_reference_helptext"' in html
    assert "faute de frappe" in html
    assert '<a href="#id_reference">' in html
    assert "<title>Erreur" in html


def test_an_error_on_the_date_belongs_to_its_three_boxes(client: Client, db: None) -> None:
    html = client.post(
        IDENTIFY, {**LETTER, "birth_on_day": "31", "birth_on_month": "2"}
    ).content.decode()

    assert "Cette date n’existe pas" in html
    assert 'aria-describedby="id_birth_on_helptext id_birth_on_error"' in html
    assert html.count('aria-describedby="id_birth_on_error"') == 3
    assert '<a href="#id_birth_on_0">' in html
    assert 'id="id_birth_on_0"' in html
    for box, value in (("day", "31"), ("month", "2"), ("year", "1990")):
        assert re.search(rf'name="birth_on_{box}"[^>]* value="{value}"', html)
        assert f'autocomplete="bday-{box}"' in html


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        (["", "", ""], "required"),
        (["17", "", "1990"], "required"),
        (["32", "1", "1990"], "impossible"),
        (["29", "2", "1990"], "impossible"),
        (["un", "2", "1990"], "impossible"),
        (["1", "2", "1899"], "impossible"),
        (["-1", "2", "1990"], "impossible"),
        (["1", "2", "90"], "short_year"),
    ],
)
def test_a_date_that_is_not_one_gets_one_sentence(boxes: list[str], code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        BirthDateField().clean(boxes)

    assert [error.code for error in refusal.value.error_list] == [code]


@pytest.mark.parametrize("boxes", [["17", "05", "1990"], [" 17 ", "5", "1990"]])
def test_a_date_is_read_with_or_without_zeros(boxes: list[str]) -> None:
    assert BirthDateField().clean(boxes) == date(1990, 5, 17)


def test_too_many_tries_say_when_to_come_back(
    client: Client, creance: Creance, settings: Settings, time_machine: object
) -> None:
    settings.IDENTIFICATION_PER_REFERENCE = 1
    time_machine.move_to("2026-06-01T10:00:30Z", tick=False)  # type: ignore[attr-defined]
    client.post(IDENTIFY, {**LETTER, "birth_on_day": "18"})

    html = client.post(IDENTIFY, LETTER).content.decode()

    # 12:00:30 in Paris and 15 minutes, to the next whole minute: trying then is not refused.
    assert "Vous pourrez essayer de nouveau à 12:16." in html
    time_machine.move_to("2026-06-01T10:16:00Z", tick=False)  # type: ignore[attr-defined]
    assert client.post(IDENTIFY, LETTER).status_code == 302


def test_coming_in_forgets_who_was_there_before(client: Client, creance: Creance) -> None:
    agent = Agent.objects.create_user("agent", password="une longue phrase de passe")
    client.force_login(agent)
    before = client.session.session_key

    client.post(IDENTIFY, LETTER)

    assert client.session.session_key != before
    assert "_auth_user_id" not in client.session
    assert debtor_of(client) == holder_of(creance)


def test_the_demo_login_opens_all_the_debts_of_the_account(
    client: Client, account: Allocataire
) -> None:
    response = client.post(DEMO_LOGIN, {"login": " Camomille ", "password": "Demonstration"})

    assert response.headers["Location"] == LIST
    assert debtor_of(client) == Debtor(account.caisse_id, account.pk)


@pytest.mark.parametrize(
    ("login", "password"),
    [("camomille", "autre"), ("inconnue", "demonstration"), ("camomille", "")],
)
def test_the_demo_login_refuses_anybody_else(
    client: Client, account: Allocataire, login: str, password: str
) -> None:
    html = client.post(DEMO_LOGIN, {"login": login, "password": password}).content.decode()

    assert 'class="error-summary"' in html
    assert debtor_of(client) is None


def test_the_demo_login_does_not_exist_outside_a_demo(
    client: Client, account: Allocataire, settings: Settings
) -> None:
    settings.DEMO = False
    valid = {"login": "camomille", "password": "demonstration"}

    assert client.get(DEMO_LOGIN).status_code == 404
    assert client.post(DEMO_LOGIN, valid).status_code == 404
    assert debtor_of(client) is None
    for page in ("allocataires:home", "allocataires:identify"):
        html = client.get(reverse(page)).content.decode()
        assert DEMO_LOGIN not in html
        assert "inventé" not in html


def test_leaving_forgets_the_debtor(client: Client, creance: Creance) -> None:
    enter(client, person_of(creance))
    assert client.get(reverse("allocataires:logout")).status_code == 405

    response = client.post(reverse("allocataires:logout"))

    assert response.headers["Location"] == reverse("allocataires:home")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert debtor_of(client) is None
    assert client.get(LIST).status_code == 302


def test_forms_are_protected_against_other_sites(creance: Creance) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(IDENTIFY, LETTER)

    assert response.status_code == 403
    assert "Cette page a expiré" in response.content.decode()
