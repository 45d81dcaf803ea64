"""The style sheet and the logo of a fund: what is published, kept for ever, and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from caisses.branding import Branding, branding_of
from caisses.models import Agent, Caisse, Charte
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of

NOW = datetime.now(UTC)
PNG = b"\x89PNG\r\n\x1a\n of a test"


@pytest.fixture
def agents(db: None) -> tuple[Agent, Agent]:
    return Agent.objects.create(username="drafts"), Agent.objects.create(username="approves")


def publish(agents: tuple[Agent, Agent], **values: object) -> Charte:
    drafter, approver = agents
    published = {"approved_by": approver, "published_at": NOW - timedelta(hours=1)}
    with national_scope():
        return Charte.objects.create(
            **{
                "caisse": Caisse.objects.get(code="011"),
                "couleur_principale": "#123456",
                "couleur_accent": "#654321",
                "drafted_by": drafter,
                **published,
                **values,
            }
        )


def css(fingerprint: str, code: str = "011") -> str:
    return reverse("caisses:charte_css", kwargs={"code": code, "fingerprint": fingerprint})


def branding(code: str = "011") -> Branding:
    found = branding_of(Caisse.objects.get(code=code), now=NOW)
    assert found is not None
    return found


def test_the_style_sheet_gives_the_funds_colours_and_may_be_kept_for_ever(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents)

    response = client.get(css(branding().css_hash))

    assert response.status_code == 200
    assert response.content == (b":root{--couleur-principale:#123456;--couleur-accent:#654321}\n")
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_logo_is_served_as_it_was_published(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents, logo_png=PNG, logo_alt="Fonds d’essai")
    words = {"code": "011", "fingerprint": branding().logo_hash}

    response = client.get(reverse("caisses:charte_logo", kwargs=words))

    assert response.content == PNG
    assert response.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(("code", "fingerprint"), [("011", "0" * 16), ("999", "0" * 16)])
def test_a_name_that_is_not_the_contents_own_is_not_found(
    client: Client, agents: tuple[Agent, Agent], code: str, fingerprint: str
) -> None:
    publish(agents)

    assert client.get(css(fingerprint, code)).status_code == 404


def test_a_charte_without_logo_has_none_to_serve(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents)
    hash_of_nothing = "e3b0c44298fc1c14"

    words = {"code": "011", "fingerprint": hash_of_nothing}
    assert branding().logo_hash == ""
    assert client.get(reverse("caisses:charte_logo", kwargs=words)).status_code == 404


def test_a_draft_and_a_charte_to_come_are_not_shown(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents, approved_by=None, published_at=None)
    publish(agents, published_at=NOW + timedelta(hours=1))

    assert branding_of(Caisse.objects.get(code="011"), now=NOW) is None


def test_a_page_opened_under_the_former_charte_still_finds_its_style_sheet(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents, published_at=NOW - timedelta(days=1))
    former = branding()
    publish(agents, couleur_principale="#000000")

    assert branding().css_hash != former.css_hash
    assert client.get(css(former.css_hash)).status_code == 200
    assert client.get(css(branding().css_hash)).content.startswith(
        b":root{--couleur-principale:#000000"
    )


def test_one_funds_style_sheet_is_not_another_ones(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents)

    assert client.get(css(branding().css_hash, code="751")).status_code == 404


def test_a_debtors_pages_link_to_the_charte_of_their_fund(
    client: Client, agents: tuple[Agent, Agent]
) -> None:
    publish(agents, logo_png=PNG, logo_alt="Fonds d’essai", contact="Guichet de test")
    with national_scope():
        creance: Creance = CreanceFactory()
    enter(client, person_of(creance))

    for page in ("allocataires:home", "allocataires:creances"):
        html = client.get(reverse(page)).content.decode()
        assert f'href="{css(branding().css_hash)}"' in html
        assert re.search(r'<img src="/charte/011\.[0-9a-f]{16}\.png" alt="Fonds d’essai">', html)
        assert "Guichet de test" in html


def test_a_stranger_sees_the_neutral_theme(client: Client, agents: tuple[Agent, Agent]) -> None:
    publish(agents)

    assert "/charte/" not in client.get(reverse("allocataires:home")).content.decode()
