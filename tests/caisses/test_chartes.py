"""A charte is drafted by one person and published by another."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from caf_portal.database.scope import national_scope
from caisses.models import Charte
from caisses.services.chartes import (
    AlreadyPublished,
    SamePerson,
    Unreadable,
    publish_charte,
    save_draft,
)
from caisses.services.logos import MAX_PNG_BYTES, LogoRefused, encode_logo
from tests.caisses.factories import draft, entered, national_agent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def people():
    with national_scope():
        yield national_agent("auteure"), national_agent("approbateur")


def png(size=(1200, 800), mode="RGB") -> BytesIO:
    buffer = BytesIO()
    Image.new(mode, size, "#123456").save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def test_somebody_else_publishes_and_it_is_in_force(people):
    author, approver = people
    charte = draft("011", author)

    publish_charte(charte=charte, approver=approver, now=NOW)

    found = Charte.objects.in_force(caisse_id=charte.caisse_id, now=NOW)
    assert (found.pk, found.approved_by, found.published_at) == (charte.pk, approver, NOW)


def test_inv16_whoever_drafted_it_does_not_publish_it(people):
    author, _ = people
    charte = draft("011", author)

    with pytest.raises(SamePerson):
        publish_charte(charte=charte, approver=author, now=NOW)

    charte.refresh_from_db()
    assert charte.published_at is None


def test_inv16_the_database_refuses_one_person_for_both(people):
    author, _ = people
    charte = draft("011", author)

    with pytest.raises(IntegrityError, match="inv16"), transaction.atomic():
        Charte.objects.filter(pk=charte.pk).update(approved_by=author, published_at=NOW)


def test_inv16_an_approver_who_changes_the_draft_becomes_its_author(people):
    author, approver = people
    charte = draft("011", author)
    charte.accueil = "Des mots changés"

    save_draft(charte=charte, author=approver)

    with pytest.raises(SamePerson):
        publish_charte(charte=charte, approver=approver, now=NOW)


def test_a_published_charte_is_neither_changed_nor_published_again(people):
    author, approver = people
    charte = publish_charte(charte=draft("011", author), approver=approver, now=NOW)

    with pytest.raises(AlreadyPublished):
        save_draft(charte=charte, author=author)
    with pytest.raises(AlreadyPublished):
        publish_charte(charte=charte, approver=approver, now=NOW)


def test_a_pale_colour_is_refused_when_drafted_and_when_published(people):
    author, approver = people
    pale = draft("011", author, couleur_accent="#ffcc00")

    with pytest.raises(Unreadable, match="#ffcc00"):
        save_draft(charte=pale, author=author)
    with pytest.raises(Unreadable):
        publish_charte(charte=pale, approver=approver, now=NOW)


def test_a_logo_is_made_anew_small_and_without_what_it_carried():
    carried = png().getvalue() + b"<script>alert(1)</script>"

    encoded = encode_logo(BytesIO(carried))

    with Image.open(BytesIO(encoded)) as image:
        assert (image.format, image.size) == ("PNG", (600, 400))
    assert len(encoded) <= MAX_PNG_BYTES
    assert b"script" not in encoded


def test_a_rich_picture_is_brought_under_the_limit_or_refused():
    noise = Image.effect_noise((600, 600), 90).convert("RGB")
    buffer = BytesIO()
    noise.save(buffer, "PNG")
    buffer.seek(0)

    with pytest.raises(LogoRefused, match="100 ko"):
        encode_logo(buffer)


@pytest.mark.parametrize(
    "content",
    [b"", b"not an image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", png().getvalue()[:60]],
    ids=["empty", "text", "svg", "cut"],
)
def test_what_is_not_a_picture_is_refused(content):
    with pytest.raises(LogoRefused):
        encode_logo(BytesIO(content))


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(LogoRefused, match="pixels"):
        encode_logo(png((6000, 6000), "1"))


def test_a_file_over_two_megabytes_is_refused():
    with pytest.raises(LogoRefused, match="2 Mo"):
        encode_logo(BytesIO(b"\0" * (2 * 1024 * 1024 + 1)))


def test_two_administrators_draft_and_publish_in_the_admin(people):
    author, approver = people
    charte = draft("331", author)
    fields = {
        "caisse": charte.caisse_id,
        "couleur_principale": "#204060",
        "couleur_accent": "#7a2e2e",
        "accueil": "Bonjour",
        "logo": SimpleUploadedFile("logo.png", png().getvalue(), "image/png"),
    }
    address = f"/national/caisses/charte/{charte.pk}/"

    saved = entered(author).post(f"{address}change/", fields)
    refused = entered(author).post(f"{address}publier/", follow=True)
    published = entered(approver).post(f"{address}publier/", follow=True)

    assert saved.status_code == 302
    assert "Une autre personne" in refused.content.decode()
    assert "La charte est publiée" in published.content.decode()
    charte.refresh_from_db()
    assert (charte.approved_by, charte.couleur_principale) == (approver, "#204060")
    assert bytes(charte.logo_png).startswith(b"\x89PNG")


def test_the_admin_shows_a_preview_and_refuses_pale_colours(people):
    author, _ = people
    charte = draft("331", author, couleur_principale="#204060")
    client = entered(author)
    address = f"/national/caisses/charte/{charte.pk}/"
    pale = {
        "caisse": charte.caisse_id,
        "couleur_principale": "#eeeeee",
        "couleur_accent": "#7a2e2e",
    }

    css = client.get(f"{address}apercu.css")
    refused = client.post(f"{address}change/", pale)

    assert css.content.decode().splitlines() == [
        ".charte-bouton{background:#204060}",
        ".charte-bandeau{border-color:#204060}",
        ".charte-lien{color:#204060}",
        f".charte-etape{{color:{charte.couleur_accent}}}",
    ]
    assert css["Content-Type"].startswith("text/css")
    assert client.get(f"{address}logo.png").status_code == 404
    assert "Trop pâle" in refused.content.decode()
    assert "1,2 pour 1" in refused.content.decode()


def test_publishing_is_asked_by_post_only(people):
    author, approver = people
    charte = draft("331", author)

    response = entered(approver).get(f"/national/caisses/charte/{charte.pk}/publier/")

    assert response.status_code == 405


@pytest.mark.parametrize("typed", ["rouge", "#12345", "#12345g", "204060"])
def test_a_colour_written_otherwise_is_explained(people, typed):
    author, _ = people
    charte = draft("331", author)

    refused = entered(author).post(
        f"/national/caisses/charte/{charte.pk}/change/",
        {"caisse": charte.caisse_id, "couleur_principale": typed, "couleur_accent": "#7a2e2e"},
    )

    assert refused.status_code == 200
    assert "Écrivez la couleur sous la forme #1a2b3c." in refused.content.decode()


def test_capital_letters_in_a_colour_are_understood(people):
    author, _ = people
    charte = draft("331", author)

    saved = entered(author).post(
        f"/national/caisses/charte/{charte.pk}/change/",
        {"caisse": charte.caisse_id, "couleur_principale": "#7A2E2E", "couleur_accent": "#7a2e2e"},
    )

    assert saved.status_code == 302
    charte.refresh_from_db()
    assert charte.couleur_principale == "#7a2e2e"
