"""A link from the agent who makes it to the stranger who pays it, in a browser, axe on each page.

The shop has every choice of its form made, and the sandbox checks each field of the form: this is
also the proof that what we send is what the platform takes.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from caf_portal.database.scope import national_scope
from caisses.demo.agents import PASSWORD
from payments.models import Boutique, Payment, PaymentLink
from tests.e2e.closing import leave
from tests.e2e.database import looking_into
from tests.e2e.inspection import inspect
from tests.e2e.journey import ACCEPTED, come_back, expect_heading, type_card, type_code
from tests.e2e.people import Person, new_person
from tests.e2e.stack import Stack

FUND, AGENT = "331", "agent331"
CHOICES = {
    "payment_cards": "CB;VISA;MASTERCARD",
    "theme_config": "SIMPLIFIED_DISPLAY=true",
    "threeds": "3",
    "validation_mode": "0",
    "capture_delay_days": 2,
    "return_mode": "GET",
    "redirect_success_seconds": 300,
    "redirect_error_seconds": 300,
}

pytestmark = pytest.mark.usefixtures("_database_allowed")


@pytest.fixture
def somebody(stack: Stack) -> Person:
    """Who owes 240 euros to a fund whose shop has made all its choices."""
    with looking_into(stack.database), national_scope():
        Boutique.objects.filter(caisse__code=FUND).update(**CHOICES)
    return new_person(stack.database, 240_00, caisse=FUND)


def make_link(page: Page, somebody: Person) -> str:
    """From the administration's login to the address of a new link."""
    page.goto("/agents/login/")
    page.locator("#id_username").fill(AGENT)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url("**/agents/")
    page.goto(f"/agents/allocataires/allocataire/{somebody.allocataire_id}/change/")
    page.get_by_role("link", name="Créer un lien de paiement").click()
    page.locator("input[name^=somme_]").fill("60,00")
    page.get_by_role("button", name="Créer le lien").click()
    return page.get_by_label("Adresse à copier").input_value()


def test_a_link_is_made_shown_paid_by_a_stranger_used_up_and_another_one_revoked(
    browser: Browser, page: Page, stack: Stack, somebody: Person
) -> None:
    address = make_link(page, somebody)
    expect(page.get_by_alt_text("QR code de ce lien")).to_be_visible()
    page.get_by_role("link", name="Feuille à imprimer").click()
    expect(page.get_by_alt_text("QR code de ce lien")).to_be_visible()
    inspect(page)

    stranger = browser.new_context(base_url=stack.portal, locale="fr-FR").new_page()
    stranger.set_default_timeout(20_000)
    stranger.goto(address)
    expect_heading(stranger, "Payer par ce lien")
    inspect(stranger)
    stranger.get_by_role("button", name="Aller payer").click()
    expect_heading(stranger, "Comment voulez-vous payer ?")
    type_card(stranger, ACCEPTED)
    # This card needs no code: the shop is what asked for one.
    type_code(stranger)
    come_back(stranger)
    expect_heading(stranger, "Votre paiement est enregistré")
    assert "60,00" in stranger.content()
    assert "180,00" not in stranger.content()
    inspect(stranger)
    stranger.get_by_role("link", name="Retour au lien de paiement").click()
    expect_heading(stranger, "Il n’y a plus rien à payer par ce lien")
    inspect(stranger)

    other = make_another(page, somebody)
    page.get_by_role("button", name="Retirer ce lien").click()
    stranger.goto(other)
    expect_heading(stranger, "Ce lien a été retiré")
    inspect(stranger)

    ordered = make_another(page, somebody)
    page.get_by_role("button", name="Faire ouvrir une page par PayZen").click()
    expect(page.get_by_text("La plateforme a ouvert une page")).to_be_visible()
    stranger.goto(ordered)
    inspect(stranger)
    stranger.get_by_role("link", name="Aller payer").click()
    expect_heading(stranger, "Demande de paiement")
    stranger.get_by_role("button", name="Payer").click()
    type_card(stranger, ACCEPTED)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("accepté")
    stranger.goto(ordered)
    expect_heading(stranger, "Il n’y a plus rien à payer par ce lien")
    leave(stranger.context)
    with looking_into(stack.database), national_scope():
        paid = Payment.objects.filter(link__isnull=False, caisse__code=FUND).order_by("pk")
        assert list(paid.values_list("status", "amount_cents")) == [
            ("PAID", 60_00),
            ("PAID", 180_00),
        ]
        assert PaymentLink.objects.filter(revoked_at__isnull=False).count() == 1


def make_another(page: Page, somebody: Person) -> str:
    """A second link of the agent who is logged in."""
    page.goto(f"/agents/payments/paymentlink/creer/{somebody.allocataire_id}/")
    page.get_by_role("button", name="Créer le lien").click()
    return page.get_by_label("Adresse à copier").input_value()
