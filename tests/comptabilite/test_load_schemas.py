"""Every fund starts with a proposed scheme of accounts; its own is never touched."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from allocataires.nomenclature import Famille
from caf_portal.data_file import DataFileRefused
from caisses.models import Caisse
from comptabilite.models import (
    Compte,
    CompteSchema,
    Journal,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)
from comptabilite.models.events import Evenement
from comptabilite.services.default_scheme import (
    COMPTES_FILE,
    SCHEMA_FILE,
    read_scheme,
)
from comptabilite.services.mirrors import MIRRORS, complete_schemas
from comptabilite.services.missing_names import name_what_is_used
from comptabilite.services.new_events import add_new_events
from comptabilite.services.schemas import load_schemas
from tests.comptabilite.factories import add_lines, bare_ecriture

pytestmark = pytest.mark.django_db


def test_every_fund_has_a_rule_for_each_event_and_family(national):
    for caisse in Caisse.objects.all():
        rules = RegleComptable.objects.in_force(caisse_id=caisse.pk, on=date(2026, 1, 1))
        found = {(rule.event, rule.famille) for rule in rules}
        whole = {
            Evenement.UNIDENTIFIED_RECEIPT,
            Evenement.SUSPENSE_REFUND,
            Evenement.RECEIPT_SENT,
            Evenement.CHARGEBACK_SUSPENSE,
            Evenement.REPRESENTMENT_SUSPENSE,
            Evenement.REMITTANCE,
            Evenement.REMITTANCE_FEE,
            Evenement.BANK_WITHDRAWAL,
            Evenement.BANK_WITHDRAWAL_FEE,
            Evenement.BANK_FEE,
            Evenement.BANK_RECEIPT,
            Evenement.BANK_PAYMENT,
            Evenement.BANK_OUTSIDE_IN,
            Evenement.BANK_OUTSIDE_OUT,
            Evenement.GAP_LOSS,
            Evenement.GAP_GAIN,
        }
        by_family = set(Evenement) - whole
        assert found == {
            *((event, "") for event in whole),
            *((event, famille) for event in by_family for famille in Famille),
        }


def test_the_default_scheme_says_that_it_is_a_proposal(national):
    labels = set(SchemaComptable.objects.values_list("label", flat=True))

    assert labels == {"Schéma proposé, à confirmer par la caisse"}


def test_card_money_waits_on_5115_and_what_is_unknown_on_471(national):
    ain = Caisse.objects.get(code="011")
    receipts = [Evenement.CARD_PAYMENT, Evenement.UNIDENTIFIED_RECEIPT]
    rules = RegleComptable.objects.filter(caisse=ain, event__in=receipts).select_related(
        "journal", "debit", "credit"
    )

    assert {rule.journal.code for rule in rules} == {"CBL"}
    assert {rule.debit.number for rule in rules} == {"5115"}
    numbers = {rule.famille: rule.credit.number for rule in rules}
    assert numbers[""] == "471"
    owed = {number for famille, number in numbers.items() if famille}
    assert len(owed) == len(Famille)
    assert all(number.startswith("4092") for number in owed)


def test_what_is_given_back_takes_the_same_accounts_the_other_way_round(national):
    ain = Caisse.objects.get(code="011")

    def accounts(event):
        rules = RegleComptable.objects.filter(caisse=ain, event=event)
        return {rule.famille: (rule.debit_id, rule.credit_id) for rule in rules}

    for came, goes in MIRRORS.items():
        mirrored = {famille: pair[::-1] for famille, pair in accounts(came).items()}
        assert accounts(goes) == mirrored


def test_a_scheme_older_than_refunds_is_completed_with_its_own_accounts(national):
    ain = Caisse.objects.get(code="011")
    own = Compte.objects.create(caisse=ain, number="4092999", label="RSA, compte de la caisse")
    RegleComptable.objects.filter(event__in=MIRRORS.values()).delete()
    RegleComptable.objects.filter(caisse=ain, event="CARD_PAYMENT", famille="RSA").update(
        credit=own
    )

    added = complete_schemas()

    assert added == 101 * 7
    rule = RegleComptable.objects.get(caisse=ain, event="CARD_REFUND", famille="RSA")
    assert (rule.debit.number, rule.credit.number) == ("4092999", "5115")
    assert complete_schemas() == 0


def test_a_scheme_that_says_how_it_refunds_keeps_its_rules(national):
    ain = Caisse.objects.get(code="011")
    rules = RegleComptable.objects.filter(caisse=ain, event="CARD_REFUND")
    rules.exclude(famille="RSA").delete()

    complete_schemas()

    assert [rule.famille for rule in rules] == ["RSA"]


def test_a_scheme_older_than_an_event_learns_it_with_its_own_accounts(national):
    ain = Caisse.objects.get(code="011")
    own = Compte.objects.create(caisse=ain, number="4092999", label="RSA, compte de la caisse")
    waiting = Compte.objects.create(caisse=ain, number="4719", label="Attente, compte de la caisse")
    newer = RegleComptable.objects.filter(
        caisse=ain, event__in=["SUSPENSE_TO_DEBT", "RECEIPT_SENT", "REMISSION"]
    )
    newer.delete()
    RegleComptable.objects.filter(caisse=ain, event="CARD_PAYMENT", famille="RSA").update(
        credit=own
    )
    RegleComptable.objects.filter(caisse=ain, event="UNIDENTIFIED_RECEIPT").update(credit=waiting)

    added = add_new_events(scheme=read_scheme())

    assert added == len(Famille) * 2 + 1
    placed = newer.get(event="SUSPENSE_TO_DEBT", famille="RSA")
    assert (placed.debit.number, placed.credit.number) == ("4719", "4092999")
    sent = newer.get(event="RECEIPT_SENT")
    assert (sent.debit.number, sent.credit.number) == ("4719", "4671")
    assert add_new_events(scheme=read_scheme()) == 0


def test_a_scheme_that_knows_an_event_keeps_its_rules(national):
    ain = Caisse.objects.get(code="011")
    rules = RegleComptable.objects.filter(caisse=ain, event="REMISSION")
    rules.exclude(famille="RSA").delete()

    add_new_events(scheme=read_scheme())

    assert [rule.famille for rule in rules] == ["RSA"]


def test_loading_again_gives_nothing_to_anyone(national):
    counts = (Compte.objects.count(), Journal.objects.count(), RegleComptable.objects.count())

    assert load_schemas(scheme=read_scheme()) == 0
    assert counts == (
        Compte.objects.count(),
        Journal.objects.count(),
        RegleComptable.objects.count(),
    )


def forget_schemes(*but):
    for model in (RegleComptable, CompteSchema, JournalSchema):
        model.objects.all().delete()
    SchemaComptable.objects.exclude(caisse__in=but).delete()


def test_a_fund_with_a_scheme_of_its_own_keeps_it(national):
    ain = Caisse.objects.get(code="011")
    forget_schemes(ain)

    served = load_schemas(scheme=read_scheme())

    assert served == 100
    assert not RegleComptable.objects.filter(caisse=ain).exists()


def test_an_account_that_a_fund_has_keeps_its_name(national, tmp_path):
    path = tmp_path / "comptes.csv"
    words = COMPTES_FILE.read_text(encoding="utf-8")
    path.write_text(words.replace("Cartes bancaires à encaisser", "Autre nom"), encoding="utf-8")
    forget_schemes()

    load_schemas(scheme=read_scheme(comptes=path))

    assert set(Compte.objects.filter(number="5115").values_list("label", flat=True)) == {
        "Cartes bancaires à encaisser"
    }
    named = CompteSchema.objects.filter(compte__number="5115")
    assert set(named.values_list("label", flat=True)) == {"Cartes bancaires à encaisser"}


def test_every_version_names_its_accounts_and_journals_and_says_what_they_are_for(national):
    scheme = read_scheme()
    ain = Caisse.objects.get(code="011")

    journals = JournalSchema.objects.filter(caisse=ain).values_list("journal__code", "kind")
    comptes = CompteSchema.objects.filter(caisse=ain).values_list("compte__number", "auxiliaire")

    assert dict(journals) == {
        "CBL": "ENCAISSEMENT",
        "BQ": "BANQUE",
        "PRE": "PRESTATIONS",
        "OD": "DIVERS",
    }
    assert dict(Journal.objects.filter(caisse=ain).values_list("code", "kind")) == dict(journals)
    assert dict(comptes) == {each.number: each.auxiliaire for each in scheme.comptes.values()}
    assert {number for number, word in comptes if word == "CREANCE"} == {
        f"4092{number}" for number in (10, 20, 30, 40, 50, 90)
    }
    assert SchemaComptable.objects.get(caisse=ain).remittance_mode == "NETTE"


def test_a_version_older_than_names_receives_those_that_held(national):
    ain = Caisse.objects.get(code="011")
    own = Compte.objects.create(caisse=ain, number="4719", label="Attente, compte de la caisse")
    CompteSchema.objects.filter(caisse=ain).delete()
    JournalSchema.objects.filter(caisse=ain).delete()
    RegleComptable.objects.filter(caisse=ain, event="UNIDENTIFIED_RECEIPT").update(credit=own)
    add_lines(bare_ecriture(caisse_id=ain.pk), (100, 0), (0, 100))

    added = name_what_is_used(scheme=read_scheme())

    named = CompteSchema.objects.filter(caisse=ain).values_list("compte__number", "label")
    assert added == len(named) + 4
    assert dict(named)["4719"] == "Attente, compte de la caisse"
    assert dict(named)["5115"] == "Cartes bancaires à encaisser"
    assert name_what_is_used(scheme=read_scheme()) == 0


def test_one_insert_a_table_for_all_the_funds(national, django_assert_max_num_queries):
    scheme = read_scheme()
    forget_schemes()

    with django_assert_max_num_queries(16):
        assert load_schemas(scheme=scheme) == 101


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("CARD_PAYMENT,PF", "CARD,PF", "line 6, field event: 'CARD' is unknown"),
        ("CARD_PAYMENT,PF", "CARD_PAYMENT,XX", "line 6, field famille: 'XX' is unknown"),
        ("409210", "4O9210", "line 6, field credit: '4O9210' is not an account"),
        ("409210", "409211", "line 6, field credit: '409211' is not in the file of accounts"),
        ("PF,CBL", "PF,CB", "line 6, field journal: 'CB' is not in the file of journals"),
        ("CARD_PAYMENT,AL", "CARD_PAYMENT,PF", "line 7, field famille: this event and family"),
        ("PF,CBL", "PF,", "line 6, field journal: the value is missing"),
    ],
)
def test_a_bad_file_is_refused_by_line_and_field(national, tmp_path, old, new, said):
    path = tmp_path / "schema.csv"
    path.write_text(SCHEMA_FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataFileRefused, match=said):
        read_scheme(path)
    with pytest.raises(CommandError, match=said):
        call_command("load_schemas", file=path)
