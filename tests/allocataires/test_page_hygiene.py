"""What every page of a debtor owes: a strict policy, no gap, a language, one title."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of

PUBLIC = ["home", "cannot_pay", "legal", "accessibility", "identify", "demo_login", "states"]
OF_A_DEBT = ["creance", "why"]
OF_THE_PERSON = ["creances", "ledger"]
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


class Outline(HTMLParser):
    """The tags of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        return CreanceFactory()


@pytest.fixture(
    params=[
        *PUBLIC,
        *OF_A_DEBT,
        *OF_THE_PERSON,
        "identify refused",
        "by letter",
        "missing",
        "verify",
        "verified false",
    ]
)
def html(request: pytest.FixtureRequest, client: Client, creance: Creance) -> Iterator[str]:
    name = request.param
    if name in PUBLIC:
        response = client.get(reverse(f"allocataires:{name}"))
    elif name == "identify refused":
        response = client.post(reverse("allocataires:identify"), {"reference": "?"})
    elif name == "missing":
        response = client.get("/nulle-part/")
    elif name == "verify":
        response = client.get(reverse("payments:verify"))
    elif name == "verified false":
        response = client.get(reverse("payments:verify_code", args=["x"]))
    else:
        enter(client, holder_of(creance) if name == "by letter" else person_of(creance))
        page = {"public_id": creance.public_id} if name in OF_A_DEBT else {}
        page_name = "creances" if name == "by letter" else name
        response = client.get(reverse(f"allocataires:{page_name}", kwargs=page))
    assert response.status_code == (404 if name == "missing" else 200)
    assert set(response.headers["Content-Security-Policy"].split("; ")) == STRICT
    return response.content.decode()


def test_every_page_is_whole(html: str) -> None:
    outline = Outline(html)

    assert "undefined" not in html
    assert outline.named("html") == [{"lang": "fr"}]
    assert len(outline.named("h1")) == 1
    assert len(outline.named("main")) == 1
    title = re.search(r"<title>(.+?)</title>", html)
    assert title is not None
    assert title[1].endswith("– Rembourser ma Caf")
    assert not title[1].startswith("–")


def test_no_page_needs_what_the_policy_refuses(html: str) -> None:
    outline = Outline(html)

    assert outline.named("style") == []
    assert [attrs for attrs in outline.named("script") if "src" not in attrs] == []
    for _tag, attrs in outline.tags:
        assert "style" not in attrs
        assert [name for name in attrs if name.startswith("on")] == []
        for name in ("src", "href", "action"):
            assert not re.match(r"(?!mailto:)\w+:|//", attrs.get(name) or "")


def test_ids_are_unique_and_what_points_to_them_exists(html: str) -> None:
    outline = Outline(html)
    ids = [attrs["id"] for _tag, attrs in outline.tags if attrs.get("id")]

    assert sorted(ids) == sorted(set(ids))
    for _tag, attrs in outline.tags:
        pointed = [attrs.get("for")]
        for name in ("aria-describedby", "aria-labelledby"):
            pointed += (attrs.get(name) or "").split()
        if (attrs.get("href") or "").startswith("#"):
            pointed.append((attrs["href"] or "")[1:])
        assert {one for one in pointed if one} <= set(ids)


def test_every_form_that_posts_is_protected(html: str) -> None:
    posts = re.findall(r'<form method="post".*?</form>', html, flags=re.DOTALL)

    assert posts
    assert all("csrfmiddlewaretoken" in form for form in posts)


def test_headings_do_not_skip_a_level(html: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(html).tags if re.fullmatch(r"h[1-6]", tag)]

    # The summary of errors comes first, before the page's own title.
    after_title = levels[levels.index(1) :]
    assert all(below - above <= 1 for above, below in pairwise(after_title))


def test_a_session_ends_with_the_browser_and_after_an_hour_at_most(client, creance):
    enter(client, person_of(creance))
    client.get("/mes-creances/")

    assert client.session.get_expire_at_browser_close()
    assert client.session.get_expiry_age() <= 60 * 60
