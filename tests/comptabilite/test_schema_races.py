"""Two at once on a scheme, over real connections; each race has its control."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent
from caisses.models.habilitation import Role
from comptabilite.models import (
    Compte,
    CompteSchema,
    Ecriture,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)
from comptabilite.models.events import Evenement
from comptabilite.services import schema_adoption, writing
from comptabilite.services.schema_adoption import adopt_version
from comptabilite.services.schema_drafts import SchemaRefused, draft_version
from comptabilite.services.scheme_rules import rules_on
from comptabilite.services.writing import Part, write_ecriture
from tests.caisses.factories import agent_of
from tests.comptabilite.versions import NOW, TOMORROW, change_rule, drafted, fund
from tests.payments.test_races import at_once

#: Long enough for the other thread to reach the place where it would collide, or wait.
PAUSE = 0.8


@pytest.fixture
def comptable(committed_db):
    with national_scope():
        agent = agent_of("011", role=Role.COMPTABLE)
    yield agent
    forget_versions()


def forget_versions():
    """Schemes are reference data of the tests: leave them as they were found."""
    owner = connections["owner"]
    owner.settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    with owner.cursor() as cursor:
        cursor.execute("TRUNCATE comptabilite_ecriture CASCADE")
    owner.close()
    with national_scope():
        made = SchemaComptable.objects.filter(drafted_at__isnull=False)
        for parts in (RegleComptable, CompteSchema, JournalSchema):
            parts.objects.filter(schema__in=made).delete()
        made.delete()


@pytest.fixture
def draft(comptable):
    """From tomorrow on, fees of the bank go to another account."""
    with national_scope():
        schema = drafted(comptable, effective_on=TOMORROW)
        other = Compte.objects.get(caisse_id=fund(), number="658")
        change_rule(schema, comptable, Evenement.BANK_FEE, debit_id=other.pk)
    return schema


def adopt(schema, agent):
    with caisse_scope(schema.caisse_id):
        fresh = Agent.objects.get(pk=agent.pk)
        return adopt_version(schema_id=schema.pk, agent=fresh, now=NOW)


def book(schema):
    """Just after midnight, on the first day of the version."""
    with caisse_scope(schema.caisse_id):
        return write_ecriture(
            caisse_id=schema.caisse_id,
            event=Evenement.BANK_FEE,
            parts=[Part(Evenement.BANK_FEE, 65, "Frais")],
            source_id=uuid4(),
            piece="F",
            label="Frais",
            now=NOW + timedelta(days=1),
        )


def slow_to_commit(monkeypatch, module, name, adopted):
    """Do the real thing, tell the other thread, and commit later."""
    real = getattr(module, name)

    def slow(*args, **kwargs):
        result = real(*args, **kwargs)
        adopted.set()
        time.sleep(PAUSE)
        return result

    monkeypatch.setattr(f"{__name__}.{name}", slow)


def names(results):
    return sorted(type(result).__name__ for result in results)


def debited():
    with national_scope():
        return Ecriture.objects.get().lignes.get(debit_cents__gt=0).compte.number


def wanted(schema):
    with national_scope():
        rule = rules_on(schema.caisse_id, TOMORROW).rule_for("BANK_FEE")
        return Compte.objects.get(pk=rule.debit_id).number


def adopt_then_book(monkeypatch, draft, comptable):
    under_way = threading.Event()
    slow_to_commit(monkeypatch, schema_adoption, "adopt_version", under_way)

    def late():
        assert under_way.wait(10)
        return book(draft)

    return at_once(lambda: adopt(draft, comptable), late)


def test_rules_read_without_the_lock_write_under_a_version_that_is_over(
    monkeypatch, draft, comptable
):
    def unlocked(caisse_id, on, _events):
        return rules_on(caisse_id, on), on

    monkeypatch.setattr(writing, "rules_of_open_day", unlocked)

    results = adopt_then_book(monkeypatch, draft, comptable)

    assert names(results) == ["Ecriture", "SchemaComptable"]
    assert (debited(), wanted(draft)) == ("6278", "658"), "the control: they differ"


def test_inv19_a_booking_waits_for_an_adoption_and_follows_it(monkeypatch, draft, comptable):
    results = adopt_then_book(monkeypatch, draft, comptable)

    assert names(results) == ["Ecriture", "SchemaComptable"]
    assert debited() == wanted(draft) == "658"


def test_inv19_an_adoption_waits_for_a_booking_and_is_refused(monkeypatch, draft, comptable):
    under_way = threading.Event()
    slow_to_commit(monkeypatch, writing, "write_ecriture", under_way)

    def late():
        assert under_way.wait(10)
        return adopt(draft, comptable)

    results = at_once(lambda: book(draft), late)

    assert names(results) == ["Ecriture", "SchemaRefused"]
    assert debited() == wanted(draft) == "6278"


def two_adoptions(monkeypatch, draft, comptable):
    real = schema_adoption.check_version

    def slow(**kwargs):
        problems = real(**kwargs)
        time.sleep(PAUSE)
        return problems

    monkeypatch.setattr(schema_adoption, "check_version", slow)
    return at_once(lambda: adopt(draft, comptable), lambda: adopt(draft, comptable))


def test_without_the_lock_one_draft_is_adopted_twice(monkeypatch, draft, comptable):
    monkeypatch.setattr(
        schema_adoption,
        "locked_draft",
        lambda *, schema_id, agent: SchemaComptable.objects.get(pk=schema_id),
    )

    results = two_adoptions(monkeypatch, draft, comptable)

    assert names(results) == ["SchemaComptable", "SchemaComptable"]


def test_two_adoptions_at_once_make_one(monkeypatch, draft, comptable):
    results = two_adoptions(monkeypatch, draft, comptable)

    assert names(results) == ["SchemaComptable", "SchemaRefused"]
    refused = next(each for each in results if isinstance(each, SchemaRefused))
    assert "adoptée" in str(refused)


def test_two_drafts_at_once_make_one(comptable):
    def begin():
        with national_scope():
            fresh = Agent.objects.get(pk=comptable.pk)
            draft = draft_version(caisse_id=fund(), agent=fresh, now=NOW)
            time.sleep(PAUSE)
            return draft

    results = at_once(begin, begin)

    assert names(results) == ["SchemaComptable", "SchemaRefused"]
    with national_scope():
        assert SchemaComptable.objects.filter(status="BROUILLON").count() == 1
