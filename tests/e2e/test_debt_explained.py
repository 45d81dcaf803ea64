"""Why a debt, its documents and their verification, in a real browser: barriers, phone, print."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from allocataires.models import Allocataire, Creance
from allocataires.nomenclature import MouvementType as M
from allocataires.nomenclature import Nature
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.lives import give_months, move
from tests.allocataires.states import put_in_state
from tests.e2e.database import looking_into
from tests.e2e.inspection import inspect
from tests.e2e.journey import come_in_by_account
from tests.e2e.people import Person
from tests.e2e.stack import Stack

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@dataclass(frozen=True)
class Told:
    """A person, a debt that another letter overlaps, and one that is over."""

    person: Person
    debt: Creance
    over: Creance


@pytest.fixture
def told(stack: Stack, person: Callable[..., Person], _database_allowed: None) -> Iterator[Told]:
    """240 € of housing aid over three months, a second letter about two of them, one debt over."""
    who = person(240_00)
    with looking_into(stack.database):
        with national_scope():
            owner = Allocataire.objects.get(pk=who.allocataire_id)
            debt = Creance.objects.get(pk=who.creance_ids[0])
            second = CreanceFactory(
                allocataire=owner,
                nature=Nature.APL,
                period_start_on=FEB,
                initial_cents=60_00,
                notified_on=date(2026, 6, 2),
            )
            over = CreanceFactory(
                allocataire=owner, nature=Nature.PRIME_ACTIVITE, initial_cents=80_00
            )
            put_in_state(debt, "CONTRAINTE")
        give_months(debt, (JAN, 200_00, 120_00), (FEB, 200_00, 120_00), (MAR, 200_00, 120_00))
        give_months(second, (FEB, 120_00, 80_00), (MAR, 100_00, 80_00))
        move(debt, M.RETENUE, 40_00, date(2026, 6, 5))
        move(over, M.CHEQUE, 80_00, date(2026, 7, 5))
        yield Told(who, debt, over)


def test_why_is_read_month_by_month_without_barrier(page: Page, told: Told) -> None:
    come_in_by_account(page, told.person)
    inspect(page)
    page.goto(f"/mes-creances/{told.debt.public_id}/")
    inspect(page)

    page.get_by_role("link", name="Le calcul mois par mois").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pourquoi cette dette")
    expect(page.get_by_role("row", name=re.compile("février 2026")).first).to_contain_text("80,00")
    expect(page.get_by_text("D’autres courriers parlent des mêmes mois")).to_be_visible()
    inspect(page)


def test_the_explanation_prints_without_menus(page: Page, told: Told) -> None:
    come_in_by_account(page, told.person)
    page.goto(f"/mes-creances/{told.debt.public_id}/pourquoi/")

    page.emulate_media(media="print")

    for hidden in ("header", "footer", ".back", ".skip-link", ".demo-banner"):
        expect(page.locator(hidden).first).to_be_hidden()
    printed = " ".join(each.extract_text() for each in PdfReader(BytesIO(page.pdf())).pages)
    assert "Versé en trop" in printed
    assert "janvier 2026" in printed
    assert "Quitter" not in printed


def test_every_operation_is_in_one_list(page: Page, told: Told) -> None:
    come_in_by_account(page, told.person)

    page.get_by_role("link", name="Toutes les opérations").click()

    expect(page.get_by_role("row")).to_have_count(6)
    expect(page.get_by_role("row").last).to_contain_text("260,00")
    inspect(page)


def test_the_states_are_explained_to_anybody(page: Page) -> None:
    page.goto("/comprendre/etats-d-une-dette/")

    expect(page.get_by_role("row", name=re.compile("Transférée au département"))).to_contain_text(
        "L.262-46 CASF"
    )
    inspect(page)


def test_a_landlord_checks_a_quittance_on_a_phone(page: Page, told: Told) -> None:
    come_in_by_account(page, told.person)
    page.goto(f"/mes-creances/{told.over.public_id}/")
    link = page.get_by_role("link", name="Ma quittance (PDF)").get_attribute("href")
    pdf = PdfReader(BytesIO(page.request.get(str(link)).body()))
    code = re.findall(r"\d{3}-\w{4}-\w{4}-\w{4}-\d\d", pdf.pages[0].extract_text())[0]
    page.context.clear_cookies()

    page.goto("/verifier/")
    inspect(page)
    page.get_by_label("Code du document").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Vérifier").click()

    expect(page.get_by_role("heading", name="Vrai")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="5 juillet 2026")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="80,00")).to_be_visible()
    inspect(page)
    page.goto("/verifier/011-0000-0000-0000-00/")
    expect(page.get_by_role("heading", name="Faux")).to_be_visible()
    inspect(page)
