"""An accountant drafts a version of the fund's scheme, changes it, and has it adopted."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from caf_portal.paris import paris_date
from caisses.models.habilitation import Role
from comptabilite.models import Compte, Journal, SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.services.schema_adoption import adopt_version, withdraw_version
from comptabilite.services.schema_checks import check_version
from comptabilite.services.schema_drafts import SchemaRefused, draft_version, drop_draft
from comptabilite.services.schema_editing import (
    Names,
    open_compte,
    open_journal,
    set_names,
    set_rules,
)
from comptabilite.services.scheme_rules import RuleMissing, rules_of, rules_on
from comptabilite.services.writing import Part, write_ecriture
from tests.caisses.factories import agent_of, national_agent
from tests.comptabilite.versions import (
    NOW,
    TOMORROW,
    adopted,
    change_rule,
    choices_of,
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


def test_a_draft_copies_the_version_in_force_and_has_no_problem(comptable):
    draft = draft_version(caisse_id=fund(), agent=comptable, now=NOW)

    assert (draft.effective_on, draft.status) == (date(2026, 12, 1), "BROUILLON")
    assert rules_of(draft) == rules_on(fund(), TODAY)
    assert draft.comptes.count() == Compte.objects.filter(caisse_id=fund()).count()
    assert draft.journaux.count() == 4
    assert problems(draft) == []


def test_a_fund_has_one_draft_at_a_time(comptable):
    drafted(comptable)

    with pytest.raises(SchemaRefused, match="déjà ouvert"):
        drafted(comptable)

    with pytest.raises(IntegrityError, match="schema_one_draft"), transaction.atomic():
        SchemaComptable.objects.create(
            caisse_id=fund(), effective_on=TOMORROW, label="x", status="BROUILLON"
        )


def test_a_draft_rules_nothing(comptable):
    draft = drafted(comptable, effective_on=TODAY)
    change_rule(draft, comptable, Evenement.BANK_FEE, debit_id=account("658").pk)

    assert rules_on(fund(), TODAY + timedelta(days=400)).rule_for("BANK_FEE").debit_id == (
        account("6278").pk
    )


def test_an_adopted_version_rules_from_its_day_on(comptable):
    draft = drafted(comptable, effective_on=TOMORROW)
    change_rule(draft, comptable, Evenement.BANK_FEE, debit_id=account("658").pk)

    done = adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    assert (done.status, done.adopted_at, done.adopted_by) == ("ADOPTE", NOW, comptable)
    assert rules_on(fund(), TODAY).rule_for("BANK_FEE").debit_id == account("6278").pk
    assert rules_on(fund(), TOMORROW).rule_for("BANK_FEE").debit_id == account("658").pk


@pytest.mark.parametrize("role", [Role.AGENT, None], ids=["agent", "accountant of another fund"])
def test_only_the_funds_accountant_or_a_national_agent_changes_its_scheme(comptable, role):
    other = agent_of("011", login="a", role=role) if role else agent_of("331", role=Role.COMPTABLE)
    draft = drafted(comptable)

    for change in (
        lambda: draft_version(caisse_id=fund(), agent=other, now=NOW),
        lambda: with_header(draft, other, label="Autre"),
        lambda: open_journal(schema_id=draft.pk, agent=other, code="ZZ", label="x", kind="DIVERS"),
        lambda: adopt_version(schema_id=draft.pk, agent=other, now=NOW),
        lambda: drop_draft(schema_id=draft.pk, agent=other),
    ):
        with pytest.raises(SchemaRefused, match="Seul un comptable"):
            change()
    assert adopt_version(schema_id=draft.pk, agent=national_agent(), now=NOW).status == "ADOPTE"


def test_an_adopted_version_is_neither_changed_nor_dropped_nor_adopted_again(comptable):
    done = adopted(comptable)

    for change in (
        lambda: with_header(done, comptable, label="Autre"),
        lambda: change_rule(done, comptable, Evenement.BANK_FEE, debit_id=account("658").pk),
        lambda: set_names(schema_id=done.pk, agent=comptable, names=Names({}, {})),
        lambda: adopt_version(schema_id=done.pk, agent=comptable, now=NOW),
        lambda: drop_draft(schema_id=done.pk, agent=comptable),
    ):
        with pytest.raises(SchemaRefused, match="adoptée"):
            change()


def test_a_dropped_draft_leaves_nothing_and_another_may_be_drafted(comptable):
    draft = drafted(comptable)

    assert drop_draft(schema_id=draft.pk, agent=comptable) == fund()

    assert not SchemaComptable.objects.filter(pk=draft.pk).exists()
    with pytest.raises(SchemaRefused, match="abandonné"):
        drop_draft(schema_id=draft.pk, agent=comptable)
    assert drafted(comptable).status == "BROUILLON"


def test_accounts_and_journals_of_the_funds_own_are_opened_in_a_draft(comptable):
    draft = drafted(comptable)

    compte = open_compte(
        schema_id=draft.pk, agent=comptable, number="51153", label="Cartes", auxiliaire="AUCUN"
    )
    journal = open_journal(
        schema_id=draft.pk, agent=comptable, code="CB2", label="Cartes", kind="ENCAISSEMENT"
    )

    assert draft.comptes.get(compte=compte).label == "Cartes"
    assert draft.journaux.get(journal=journal).kind == "ENCAISSEMENT"
    for again in (
        lambda: open_compte(
            schema_id=draft.pk, agent=comptable, number="51153", label="x", auxiliaire="AUCUN"
        ),
        lambda: open_journal(
            schema_id=draft.pk, agent=comptable, code="CB2", label="x", kind="DIVERS"
        ),
    ):
        with pytest.raises(SchemaRefused, match="existe déjà"):
            again()


@pytest.mark.parametrize("number", ["51", "5115A", "1234567890123", "５１１５"])
def test_an_account_has_three_to_twelve_digits(comptable, number):
    with pytest.raises(SchemaRefused, match="3 à 12 chiffres"):
        open_compte(
            schema_id=drafted(comptable).pk,
            agent=comptable,
            number=number,
            label="x",
            auxiliaire="AUCUN",
        )


def test_what_a_draft_calls_an_account_is_said_from_its_day_on_only(comptable):
    draft = drafted(comptable, effective_on=TOMORROW)
    names = Names({account("471").pk: ("Sommes en attente", "AUCUN")}, {})
    set_names(schema_id=draft.pk, agent=comptable, names=names)

    adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    in_force = SchemaComptable.objects.in_force
    for day, label in ((TODAY, "Encaissements à identifier"), (TOMORROW, "Sommes en attente")):
        schema = in_force(caisse_id=fund(), on=day).get()
        assert schema.comptes.get(compte__number="471").label == label


def test_the_auxiliary_account_names_what_the_version_wants(comptable):
    draft = drafted(comptable, effective_on=TOMORROW)
    names = Names(
        {
            account("409230").pk: ("RSA", "PERSONNE"),
            account("409220").pk: ("AL", "AUCUN"),
        },
        {},
    )
    set_names(schema_id=draft.pk, agent=comptable, names=names)
    adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    ecriture = write_ecriture(
        caisse_id=fund(),
        event=Evenement.CARD_PAYMENT,
        parts=[
            Part(Evenement.CARD_PAYMENT, 100, "x", famille, "1234567-INK-001")
            for famille in ("RSA", "AL", "PPA")
        ],
        source_id=uuid4(),
        piece="P",
        label="x",
        now=NOW + timedelta(days=1),
    )

    said = ecriture.lignes.order_by("position").values_list("compte__number", "auxiliaire")
    assert list(said) == [
        ("5115", ""),
        ("409230", "1234567"),
        ("409220", ""),
        ("409240", "1234567-INK-001"),
    ]


def test_events_of_the_funds_software_are_left_to_it_and_no_other(comptable):
    draft = drafted(comptable, booked_elsewhere=("CHEQUE", "CASH"))
    draft.regles.filter(event__in=["CHEQUE", "CASH"]).delete()

    assert problems(draft) == []
    rules = rules_of(draft)
    assert rules.left_to_the_fund("CHEQUE")
    assert not rules.left_to_the_fund("WITHHOLDING")
    with pytest.raises(SchemaRefused, match="logiciel de la caisse"):
        with_header(draft, comptable, booked_elsewhere=("CARD_PAYMENT",))


def test_a_rule_uses_the_versions_own_accounts(comptable):
    draft = drafted(comptable)
    theirs = Compte.objects.filter(caisse_id=fund("331")).first()

    with pytest.raises(SchemaRefused, match="de cette version"):
        change_rule(draft, comptable, Evenement.BANK_FEE, debit_id=theirs.pk)


def test_an_event_without_a_debt_has_no_rule_of_a_family(comptable):
    draft = drafted(comptable)
    choices = choices_of(draft, Evenement.BANK_FEE)

    with pytest.raises(SchemaRefused, match="une seule règle"):
        set_rules(
            schema_id=draft.pk,
            agent=comptable,
            event=Evenement.BANK_FEE,
            choices={"RSA": choices[""]},
        )


def test_one_rule_serves_every_family_that_has_none(comptable):
    draft = drafted(comptable)
    choice = choices_of(draft, Evenement.REMISSION)["RSA"]

    set_rules(schema_id=draft.pk, agent=comptable, event=Evenement.REMISSION, choices={"": choice})

    assert rules_of(draft).rule_for("REMISSION", "AL").credit_id == choice.credit_id
    with pytest.raises(RuleMissing):
        rules_of(draft).rule_for("NOTHING")


def test_the_kind_of_a_journal_is_the_versions(comptable):
    draft = drafted(comptable)
    journal = Journal.objects.get(caisse_id=fund(), code="OD")

    set_names(
        schema_id=draft.pk, agent=comptable, names=Names({}, {journal.pk: ("Divers", "BANQUE")})
    )

    named = draft.journaux.get(journal=journal)
    assert (named.label, named.kind) == ("Divers", "BANQUE")
    journal.refresh_from_db()
    assert (journal.label, journal.kind) == ("Opérations diverses", "DIVERS")


def test_a_version_that_has_not_begun_may_become_a_draft_again(comptable):
    done = adopted(comptable)

    again = withdraw_version(schema_id=done.pk, agent=comptable, now=NOW)

    assert (again.status, again.adopted_at, again.adopted_by) == ("BROUILLON", None, None)
    assert rules_on(fund(), TOMORROW) == rules_on(fund(), TODAY)
    assert adopt_version(schema_id=done.pk, agent=comptable, now=NOW).status == "ADOPTE"


def test_a_version_that_began_or_is_no_ones_to_take_back_stays(comptable):
    done = adopted(comptable)
    begun = NOW + timedelta(days=1)
    other = agent_of("011", login="lecteur", role=Role.AGENT)

    with pytest.raises(SchemaRefused, match="en vigueur"):
        withdraw_version(schema_id=done.pk, agent=comptable, now=begun)
    with pytest.raises(SchemaRefused, match="Seul un comptable"):
        withdraw_version(schema_id=done.pk, agent=other, now=NOW)
    drafted(comptable)
    with pytest.raises(SchemaRefused, match="Un autre brouillon"):
        withdraw_version(schema_id=done.pk, agent=comptable, now=NOW)
    done.refresh_from_db()
    assert done.status == "ADOPTE"
