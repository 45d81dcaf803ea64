"""Gestures on the payment pages with Django's test client."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from allocataires.models import Creance


def choice_data(**how: tuple[Creance, str, str]) -> dict[str, str]:
    """The fields of the choice form: ``name=(debt, "tout" | "partie" | "rien", typed)``."""
    data = {}
    for creance, choice, typed in how.values():
        data[f"{creance.public_id.hex}-how"] = choice
        data[f"{creance.public_id.hex}-amount"] = typed
    return data


def choose(client: Client, **how: tuple[Creance, str, str]) -> HttpResponse:
    """Send the choice form."""
    return client.post("/payer/", choice_data(**how))


def signed_choice(client: Client) -> str:
    """What the check page would send, once something was chosen."""
    page = client.get("/payer/verifier/").content.decode()
    found = re.search(r'name="choix" value="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def pay(
    client: Client, *, email: str = "", choice: str | None = None, **ticked: str
) -> HttpResponse:
    """Send the check page's form."""
    said = {"choix": choice or signed_choice(client), "email": email, **ticked}
    return client.post("/payer/confirmer/", said)


def text_of(response: HttpResponse) -> str:
    """What a person reads, with ordinary spaces."""
    without_tags = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(without_tags).split())
