"""A version that would not work is not adopted, and says why."""

import re
from datetime import timedelta

import pytest

from caf_portal.paris import paris_date
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Compte
from comptabilite.models.events import Evenement
from comptabilite.services.schema_adoption import adopt_version
from comptabilite.services.schema_checks import BANK_SIDES, check_version
from comptabilite.services.schema_drafts import SchemaRefused
from comptabilite.services.schema_editing import open_compte
from tests.caisses.factories import agent_of
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.comptabilite.versions import (
    NOW,
    TOMORROW,
    adopted,
    change_rule,
    drafted,
    fund,
    with_header,
)

pytestmark = pytest.mark.usefixtures("national")
TODAY = paris_date(NOW)


@pytest.fixture
def comptable():
    return agent_of("011", role=Role.COMPTABLE)


def problems(schema):
    schema.refresh_from_db()
    return check_version(schema=schema, now=NOW)


def account(number):
    return Compte.objects.get(caisse_id=fund(), number=number)


def drop_a_rule(draft, agent):
    draft.regles.filter(event="CARD_PAYMENT", famille="RSA").delete()


def same_account_twice(draft, agent):
    change_rule(draft, agent, Evenement.BANK_FEE, debit_id=account("5121").pk)


def another_511(draft, agent):
    other = open_compte(
        schema_id=draft.pk, agent=agent, number="51159", label="x", auxiliaire="AUCUN"
    )
    change_rule(draft, agent, Evenement.REMITTANCE, credit_id=other.pk)


def another_512(draft, agent):
    other = open_compte(
        schema_id=draft.pk, agent=agent, number="51299", label="x", auxiliaire="AUCUN"
    )
    change_rule(draft, agent, Evenement.BANK_RECEIPT, debit_id=other.pk)


def cheques_at_the_bank(draft, agent):
    change_rule(draft, agent, Evenement.CHEQUE, "RSA", debit_id=account("5121").pk)


def cash_at_the_platform(draft, agent):
    change_rule(draft, agent, Evenement.CASH, "PF", debit_id=account("5115").pk)


def another_suspense(draft, agent):
    change_rule(draft, agent, Evenement.BANK_RECEIPT, credit_id=account("4674").pk)


def another_debt_account(draft, agent):
    change_rule(draft, agent, Evenement.REMISSION, "RSA", credit_id=account("409290").pk)


def nameless(draft, agent):
    draft.comptes.filter(compte__number="658").delete()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (drop_a_rule, "il manque une règle pour RSA"),
        (same_account_twice, "le compte débité est aussi le compte crédité"),
        (same_account_twice, "n’est pas équilibrée"),
        (another_511, "un seul compte 511x.* : 5115, 51159"),
        (another_512, "un seul compte, pour que le relevé soit suivi : 5121, 51299"),
        (cheques_at_the_bank, "5121, par où passe la banque, sert aussi à « Chèque »"),
        (cash_at_the_platform, "5115, où la plateforme doit, sert aussi à « Espèces »"),
        (another_suspense, "un seul compte : 4674, 471"),
        (another_debt_account, "RSA.* : 409230, 409290"),
        (nameless, "658 n’a pas de nom"),
    ],
)
def test_a_version_that_would_not_work_is_not_adopted_and_says_why(comptable, spoil, said):
    draft = drafted(comptable, effective_on=TOMORROW)
    spoil(draft, comptable)

    with pytest.raises(SchemaRefused) as refused:
        adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    assert any_matches(said, refused.value.problems)
    draft.refresh_from_db()
    assert draft.status == "BROUILLON"


def any_matches(pattern, sentences):
    return any(re.search(pattern, sentence) for sentence in sentences)


def test_a_version_begins_tomorrow_at_the_earliest_after_what_is_closed_and_written(comptable):
    draft = drafted(comptable, effective_on=TODAY)
    assert any_matches("demain au plus tôt", problems(draft))

    with_header(draft, comptable, effective_on=TOMORROW)
    assert problems(draft) == []

    add_lines(bare_ecriture(caisse_id=fund(), accounting_on=TOMORROW), (1, 0), (0, 1))
    assert any_matches("Des écritures existent déjà", problems(draft))

    Cloture.objects.create(
        caisse_id=fund(),
        periode="JOUR",
        first_on=TOMORROW,
        last_on=TOMORROW,
        closed_at=NOW + timedelta(days=2),
    )
    assert any_matches("déjà clôturée", problems(draft))


def test_tomorrow_is_the_one_of_paris(comptable):
    late = NOW.replace(hour=22, minute=59)
    draft = drafted(comptable, effective_on=TOMORROW)

    assert check_version(schema=draft, now=late) == []
    assert check_version(schema=draft, now=late + timedelta(minutes=1)) != []


def test_a_version_does_not_slip_before_one_that_is_adopted(comptable):
    adopted(comptable, on=TOMORROW + timedelta(days=30))
    draft = drafted(comptable, effective_on=TOMORROW + timedelta(days=30))

    assert any_matches("choisissez une date plus tardive", problems(draft))


def test_the_bank_is_known_by_what_it_serves_whatever_its_number(comptable):
    draft = drafted(comptable, effective_on=TOMORROW)
    treasury = open_compte(
        schema_id=draft.pk, agent=comptable, number="5151", label="Trésor", auxiliaire="AUCUN"
    )
    for event, side in BANK_SIDES:
        change_rule(draft, comptable, event, **{side: treasury.pk})

    adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    draft.refresh_from_db()
    assert draft.status == "ADOPTE"
