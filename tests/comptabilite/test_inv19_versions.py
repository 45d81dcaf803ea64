"""Invariant 19: what was written keeps the parameters of its day, by any hand."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Compte, CompteSchema, Journal, RegleComptable
from comptabilite.services.schema_adoption import adopt_version
from comptabilite.services.schema_editing import Names, set_names
from tests.caisses.factories import agent_of
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.comptabilite.versions import NOW, TOMORROW, adopted, drafted, fund

pytestmark = pytest.mark.usefixtures("national")
DAY = timedelta(days=1)


@pytest.fixture
def comptable():
    return agent_of("011", role=Role.COMPTABLE)


def write(on):
    ecriture = bare_ecriture(caisse_id=fund(), accounting_on=on)
    add_lines(ecriture, (100, 0), (0, 100))
    return ecriture


def close(on):
    return Cloture.objects.create(
        caisse_id=fund(), periode="JOUR", first_on=on, last_on=on, closed_at=NOW + 30 * DAY
    )


def refused():
    return pytest.raises(IntegrityError, match="inv19")


OF_COMPTE = (
    "SELECT label, since, until FROM comptabilite_nom_compte WHERE compte_id = %s ORDER BY 2"
)
OF_JOURNAL = (
    "SELECT label, since, until FROM comptabilite_nom_journal WHERE journal_id = %s ORDER BY 2"
)


def names_of(statement, key):
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchall()


def test_inv19_a_version_that_wrote_something_is_frozen(comptable):
    schema = adopted(comptable)
    write(TOMORROW)

    for change in (
        lambda: type(schema).objects.filter(pk=schema.pk).update(label="Autre"),
        lambda: type(schema).objects.filter(pk=schema.pk).update(status="BROUILLON"),
        lambda: type(schema).objects.filter(pk=schema.pk).update(remittance_mode="BRUTE"),
        lambda: schema.regles.filter(event="CARD_PAYMENT").update(
            debit=schema.regles.first().credit
        ),
        lambda: schema.regles.filter(event="CARD_PAYMENT").delete(),
        lambda: schema.comptes.update(label="Autre"),
        lambda: schema.comptes.update(auxiliaire="AUCUN"),
        lambda: schema.journaux.all().delete(),
    ):
        with refused(), transaction.atomic():
            change()


def test_inv19_no_version_begins_on_a_day_that_has_ecritures_or_is_closed(comptable):
    draft = drafted(comptable, effective_on=TOMORROW)
    rows = type(draft).objects.filter(pk=draft.pk)
    write(TOMORROW + DAY)

    with refused(), transaction.atomic():
        rows.update(status="ADOPTE")
    rows.update(effective_on=TOMORROW + 2 * DAY)
    close(TOMORROW + 2 * DAY)
    with refused(), transaction.atomic():
        rows.update(status="ADOPTE")
    rows.update(effective_on=TOMORROW + 3 * DAY)
    assert rows.update(status="ADOPTE") == 1


def test_inv19_a_version_to_come_is_not_moved_into_the_past(comptable):
    schema = adopted(comptable, on=TOMORROW + 30 * DAY)
    write(TOMORROW)

    with refused(), transaction.atomic():
        type(schema).objects.filter(pk=schema.pk).update(effective_on=TOMORROW)


def test_inv19_a_name_is_added_to_a_version_in_use_only_if_it_is_the_one_that_held():
    account = Compte.objects.get(caisse_id=fund(), number="471")
    named = CompteSchema.objects.get(caisse_id=fund(), compte=account)
    schema = named.schema
    named.delete()
    write(date(2026, 11, 20))

    def name(label):
        return CompteSchema.objects.create(
            caisse_id=fund(), schema=schema, compte=account, label=label
        )

    with refused(), transaction.atomic():
        name("Autre")
    assert name(account.label).pk


def test_inv19_an_event_that_wrote_nothing_may_still_be_learnt():
    rules = RegleComptable.objects.filter(caisse_id=fund())
    cheque = rules.get(event="CHEQUE", famille="RSA")
    card = rules.get(event="CARD_PAYMENT", famille="RSA")
    RegleComptable.objects.filter(pk__in=[cheque.pk, card.pk]).delete()
    write(date(2026, 11, 20))

    for rule in (cheque, card):
        rule.pk = None
    assert RegleComptable.objects.bulk_create([cheque])
    with refused(), transaction.atomic():
        RegleComptable.objects.bulk_create([card])


@pytest.mark.parametrize("model", [Compte, Journal])
def test_inv19_an_account_and_a_journal_keep_their_first_name(model):
    for change in (
        lambda: model.objects.filter(caisse_id=fund()).update(label="Autre"),
        lambda: model.objects.filter(caisse_id=fund())._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match=r"inv19|permission denied"), transaction.atomic():
            change()


def test_inv19_the_names_of_the_past_are_those_of_their_day(comptable):
    account = Compte.objects.get(caisse_id=fund(), number="471")
    journal = Journal.objects.get(caisse_id=fund(), code="OD")
    before = names_of(OF_COMPTE, account.pk)
    draft = drafted(comptable, effective_on=TOMORROW)
    names = Names({account.pk: ("En attente", "AUCUN")}, {journal.pk: ("Divers", "DIVERS")})
    set_names(schema_id=draft.pk, agent=comptable, names=names)

    assert names_of(OF_COMPTE, account.pk) == before
    adopt_version(schema_id=draft.pk, agent=comptable, now=NOW)

    first = date(1, 1, 1)
    assert names_of(OF_COMPTE, account.pk) == [
        ("Encaissements à identifier", first, TOMORROW),
        ("En attente", TOMORROW, None),
    ]
    assert names_of(OF_JOURNAL, journal.pk) == [
        ("Opérations diverses", first, TOMORROW),
        ("Divers", TOMORROW, None),
    ]


def test_inv19_the_triggers_stop_the_owner_too():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'inv19%' AND tgenabled = 'O'"
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "inv19_compte_frozen",
            "inv19_compte_named_once",
            "inv19_journal_frozen",
            "inv19_journal_named_once",
            "inv19_letter_after_exports",
            "inv19_regle_frozen",
            "inv19_schema_frozen",
        }
