"""The demonstration's mail box pages, over the Maildir that its SMTP server writes."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.MAILBOX_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def deliver(folder: Path, *, subject: str, text: str, html: str = "") -> str:
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, "p@example.org", "a@example.org"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return mailbox.Maildir(folder, create=True).add(message.as_bytes())


def test_before_the_first_message_the_box_says_that_it_is_empty(client: Client, folder):
    page = client.get("/boite-aux-lettres/").content.decode()

    assert "Aucun message" in page


def test_messages_are_listed_with_a_link_to_each(client: Client, folder):
    key = deliver(folder, subject="Paiement enregistré", text="Bonjour,")

    page = client.get("/boite-aux-lettres/").content.decode()

    assert "Paiement enregistré" in page
    assert f"/boite-aux-lettres/{key}/" in page


def test_a_message_shows_its_text_and_never_its_html(client: Client, folder):
    key = deliver(
        folder,
        subject="<b>Sujet</b>",
        text="Bonjour <script>alert(1)</script>",
        html="<h1 id=html>Bonjour</h1>",
    )

    page = client.get(f"/boite-aux-lettres/{key}/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;Sujet&lt;/b&gt;" in page
    assert "<h1 id=html>" not in page


@pytest.mark.parametrize("key", ["inconnu", "..", "new"])
def test_an_unknown_message_is_not_found(client: Client, folder, key):
    deliver(folder, subject="Sujet", text="Bonjour")

    assert client.get(f"/boite-aux-lettres/{key}/").status_code == 404


def test_outside_a_demonstration_there_is_no_mail_box(client: Client, folder, settings):
    key = deliver(folder, subject="Sujet", text="Bonjour")
    settings.DEMO = False

    assert client.get("/boite-aux-lettres/").status_code == 404
    assert client.get(f"/boite-aux-lettres/{key}/").status_code == 404
