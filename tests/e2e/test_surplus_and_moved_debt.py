"""Too much paid, and a debt that changed funds, in a real browser: axe and the phone's width."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope, national_scope
from recouvrement.models import MutationDemandee
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from tests.caisses.factories import agent_of
from tests.e2e import journey
from tests.e2e.database import looking_into
from tests.e2e.inspection import inspect
from tests.e2e.people import Person
from tests.e2e.stack import Stack

NewPerson = Callable[..., Person]
APL = "Aide personnalisée au logement"


def seen(page: Page, name: str) -> None:
    """Look at it; keep a picture where one is asked for (``SURPLUS_PICTURES``)."""
    inspect(page)
    folder = os.environ.get("SURPLUS_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.usefixtures("_database_allowed")
def test_too_much_is_seen_and_chosen_about(page: Page, person: NewPerson, stack: Stack) -> None:
    somebody = person(240_00, 80_00)
    journey.come_in_by_account(page, somebody)
    journey.go_and_choose(page)
    journey.choose_all(page, APL)
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    withhold(stack, somebody, 60_00)
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)
    journey.expect_heading(page, "Votre paiement est enregistré")
    seen(page, "payment")
    page.goto("/mes-creances/")
    seen(page, "list")

    page.get_by_role("link", name="Choisir ce que devient cette somme").click()
    journey.expect_heading(page, "Somme payée en trop")
    seen(page, "choice")
    page.get_by_role("button", name="Enregistrer mon choix").click()

    page.get_by_text("Votre choix est enregistré.").wait_for()
    seen(page, "chosen")


@pytest.mark.usefixtures("_database_allowed")
def test_a_moved_debt_says_who_follows_it(page: Page, person: NewPerson, stack: Stack) -> None:
    somebody = person(240_00)
    move(stack, somebody)
    journey.come_in_by_account(page, somebody)
    with looking_into(stack.database), national_scope():
        debt = Creance.objects.get(pk=somebody.creance_ids[0])

    page.goto(f"/mes-creances/{debt.public_id}/")

    page.get_by_text("Cette dette est suivie par la").wait_for()
    seen(page, "moved")


def withhold(stack: Stack, somebody: Person, cents: int) -> None:
    """Withheld from the benefits while the person is at the bank's page."""
    now = timezone.now()
    with looking_into(stack.database), caisse_scope(somebody.caisse_id):
        post_mouvements(
            caisse_id=somebody.caisse_id,
            kind=MouvementType.RETENUE,
            postings=[Posting(somebody.creance_ids[0], cents)],
            value_on=date(now.year, now.month, 1),
            source_id=uuid4(),
            now=now,
        )


def move(stack: Stack, somebody: Person) -> None:
    """By the services, each fund in its scope."""
    now = timezone.now()
    with looking_into(stack.database):
        with national_scope():
            here, there = agent_of("011"), agent_of("331")
        with caisse_scope(somebody.caisse_id):
            leaving = Leaving("331", "7654321", now.date(), "déménagement")
            ask_move(agent=here, creance_id=somebody.creance_ids[0], leaving=leaving, now=now)
        carry_moves(now=now)
        with national_scope():
            asked = MutationDemandee.objects.filter(side="ARRIVEE").latest("pk")
        with caisse_scope(asked.caisse_id):
            answer_move(agent=there, request_id=asked.pk, accepted=True, answer="", now=now)
        carry_moves(now=now)
