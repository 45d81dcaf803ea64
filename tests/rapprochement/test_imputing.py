"""What a bank line is: read in one way only, or left to an accountant."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ecriture, LigneLettree, SchemaComptable
from rapprochement.models import Imputation, RemiseBanque
from rapprochement.services.imputation_writing import AlreadyImputed, ImputationRefused
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.imputing_by_agent import Difference, impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import bank_line, jt_of, ledger_line, paid, remise_of

DAY = date(2026, 11, 20)
NEXT = DAY + timedelta(days=3)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant(ain):
    with national_scope():
        return agent_of("011", role="COMPTABLE")


def sold(caisse_id, *, number="7", fee=0, count=1):
    """A remittance of payments of 240 euros, matched; its transactions."""
    with national_scope():
        debts = [CreanceFactory() for _n in range(count)]
    transactions = [paid(debt) for debt in debts]
    with caisse_scope(caisse_id):
        lines = [jt_of(each, trans_id=f"{n:06d}") for n, each in enumerate(transactions)]
        remise = remise_of(caisse_id, *lines, number=number, fee=fee)
    match_gateway(caisse_id=caisse_id, now=NOW)
    return remise, transactions


def line_of(caisse_id, cents, label="REMISE CB 000007", on=NEXT, **changes):
    with caisse_scope(caisse_id):
        return bank_line(caisse_id, cents, label, on=on, **changes)


def impute(caisse_id):
    return impute_bank_lines(caisse_id=caisse_id, now=NOW)


def entry_of(caisse_id, line):
    """(account, debit, credit) of the écriture of a bank line."""
    with caisse_scope(caisse_id):
        ecriture = Ecriture.objects.get(source_id=line.public_id)
        assert (ecriture.origin_on, ecriture.journal.code) == (line.booked_on, "BQ")
        rows = ecriture.lignes.order_by("position")
        return list(rows.values_list("compte__number", "debit_cents", "credit_cents"))


def test_a_remittance_is_known_by_its_number_and_its_net_amount(ain):
    remise, transactions = sold(ain, fee=65)
    line = line_of(ain, 239_35)

    imputed = impute(ain)

    assert imputed == 1
    assert entry_of(ain, line) == [("5121", 239_35, 0), ("6278", 65, 0), ("5115", 0, 240_00)]
    with caisse_scope(ain):
        assert Imputation.objects.get().regle == "REMISE"
        assert RemiseBanque.objects.get().remise_id == remise.pk
        lettered = set(LigneLettree.objects.values_list("ligne_id", flat=True))
        assert ledger_line(transactions[0]).pk in lettered
        assert len(lettered) == 2


def test_the_amount_alone_is_enough_when_nothing_else_has_it(ain):
    sold(ain, fee=65)
    line_of(ain, 239_35, "VIREMENT PLATEFORME")

    imputed = impute(ain)

    assert imputed == 1
    with caisse_scope(ain):
        assert Imputation.objects.get().regle == "MONTANT"


def test_two_remittances_of_the_same_amount_are_left_to_an_accountant(ain):
    sold(ain, number="7")
    sold(ain, number="8")
    line_of(ain, 240_00, "VIREMENT PLATEFORME")

    assert impute(ain) == 0


def test_the_number_tells_two_remittances_of_the_same_amount_apart(ain):
    sold(ain, number="7")
    eighth, _transactions = sold(ain, number="8")
    line_of(ain, 240_00, "REMISE CB 000008")

    assert impute(ain) == 1
    with caisse_scope(ain):
        assert RemiseBanque.objects.get().remise_id == eighth.pk


def test_one_line_brings_all_the_remittances_of_a_day(ain):
    sold(ain, number="7")
    sold(ain, number="8", count=2, fee=10)
    line = line_of(ain, 719_90, "VIREMENT PLATEFORME")

    imputed = impute(ain)

    assert imputed == 1
    assert entry_of(ain, line)[2] == ("5115", 0, 720_00)
    with caisse_scope(ain):
        assert Imputation.objects.get().regle == "GROUPE"
        assert LigneLettree.objects.values("lettrage").distinct().count() == 1
        assert LigneLettree.objects.count() == 4


def test_a_remittance_that_comes_in_two_lines_is_lettered_once_whole(ain):
    sold(ain, count=2, fee=11)
    with caisse_scope(ain):
        first = bank_line(ain, 100_00, "VIR 1", on=NEXT)
        second = _same_statement(first, 379_89)

    imputed = impute(ain)

    assert imputed == 2
    with caisse_scope(ain):
        shares = RemiseBanque.objects.order_by("pk").values_list("gross_cents", "fee_cents")
        assert [sum(column) for column in zip(*shares, strict=True)] == [480_00, 11]
        assert LigneLettree.objects.count() == 4
    assert {row[0] for row in entry_of(ain, second)} >= {"5121", "5115"}


def test_gross_remittances_are_read_as_the_scheme_says(ain):
    with caisse_scope(ain):
        SchemaComptable.objects.filter(caisse_id=ain).update(remittance_mode="BRUTE")
    sold(ain, fee=65)
    line = line_of(ain, 240_00)

    assert impute(ain) == 1
    assert entry_of(ain, line) == [("5121", 240_00, 0), ("5115", 0, 240_00)]


def test_a_remittance_with_a_line_that_no_book_knows_is_imputed_and_left_open(ain):
    remise, transactions = sold(ain)
    with caisse_scope(ain):
        unknown = jt_of(transactions[0], transaction_uuid=uuid4(), trans_id="000077")
        other = remise_of(ain, unknown, number="9")
    line_of(ain, 240_00, "REMISE CB 000009")

    assert impute(ain) == 1
    with caisse_scope(ain):
        assert RemiseBanque.objects.get().remise_id == other.pk
        assert not LigneLettree.objects.exists()
    assert remise.pk != other.pk


def test_a_proof_follows_the_money_to_the_bank(ain):
    sold(ain, fee=65)
    line_of(ain, 239_35)
    impute(ain)

    proof = prove_day(caisse_id=ain, day_on=NEXT, now=NOW)

    assert (proof.bank_cents, proof.ledger_bank_cents) == (239_35, 239_35)
    assert (proof.owed_cents, proof.ledger_owed_cents) == (0, 0)


def test_a_line_that_nothing_explains_waits_with_its_anomaly(ain, accountant):
    line = line_of(ain, 30_00, "VIR M EXEMPLE")
    assert impute(ain) == 0
    prove_day(caisse_id=ain, day_on=NEXT, now=NOW)
    with caisse_scope(ain):
        assert Anomalie.objects.filter(kind="BANK_LINE", settled_at__isnull=True).count() == 1

    decide(ain, accountant, line, "ATTENTE", note="Virement d’une personne")

    assert entry_of(ain, line) == [("5121", 30_00, 0), ("471", 0, 30_00)]
    with caisse_scope(ain):
        assert not Anomalie.objects.filter(kind="BANK_LINE", settled_at__isnull=True).exists()


def test_fees_and_what_is_foreign_to_the_portal_have_their_accounts(ain, accountant):
    fees, foreign = line_of(ain, -5_00, "FRAIS"), line_of(ain, 70_00, "SUBVENTION", on=NEXT)

    decide(ain, accountant, fees, "FRAIS", note="Frais de novembre")
    decide(ain, accountant, foreign, "ETRANGERE", note="Subvention")

    assert entry_of(ain, fees) == [("6278", 5_00, 0), ("5121", 0, 5_00)]
    assert entry_of(ain, foreign) == [("5121", 70_00, 0), ("580", 0, 70_00)]


def test_only_an_accountant_of_the_fund_imputes(ain):
    line = line_of(ain, 30_00, "VIR")
    with national_scope():
        agent = agent_of("011")

    with pytest.raises(ImputationRefused, match="comptable"):
        decide(ain, agent, line, "ATTENTE", note="Essai")


def test_a_line_is_imputed_once(ain, accountant):
    line = line_of(ain, 30_00, "VIR")
    decide(ain, accountant, line, "ATTENTE", note="Essai")

    with pytest.raises(AlreadyImputed):
        decide(ain, accountant, line, "ETRANGERE", note="Essai")


def test_a_difference_must_be_said(ain, accountant):
    remise, _transactions = sold(ain)
    line = line_of(ain, 239_35, "VIREMENT")

    with pytest.raises(ImputationRefused, match="0,65"):
        decide(ain, accountant, line, "REMISE", note="Essai", remise_ids=[remise.pk])


def test_a_difference_that_is_a_fee_goes_to_fees(ain, accountant):
    remise, _transactions = sold(ain)
    line = line_of(ain, 239_35, "VIREMENT")

    decide(
        ain,
        accountant,
        line,
        "REMISE",
        note="Frais non dits",
        remise_ids=[remise.pk],
        difference=Difference.FEE,
    )

    assert entry_of(ain, line) == [("5121", 239_35, 0), ("6278", 65, 0), ("5115", 0, 240_00)]


@pytest.mark.parametrize(("brought", "event"), [(239_99, "GAP_LOSS"), (240_01, "GAP_GAIN")])
def test_a_small_gap_is_written_apart_and_lettered_with_the_rest(ain, accountant, brought, event):
    remise, _transactions = sold(ain)
    line = line_of(ain, brought, "VIREMENT")

    decide(
        ain,
        accountant,
        line,
        "REMISE",
        note="Arrondi",
        remise_ids=[remise.pk],
        difference=Difference.GAP,
    )

    with caisse_scope(ain):
        assert Ecriture.objects.filter(event=event).count() == 1
        assert LigneLettree.objects.count() == 3
    assert prove_day(caisse_id=ain, day_on=NEXT, now=NOW).ledger_owed_cents == 0


def test_a_large_gap_is_refused(ain, accountant):
    remise, _transactions = sold(ain)
    line = line_of(ain, 230_00, "VIREMENT")

    with pytest.raises(ImputationRefused, match="1,00"):
        decide(
            ain,
            accountant,
            line,
            "REMISE",
            note="Essai",
            remise_ids=[remise.pk],
            difference=Difference.GAP,
        )


def decide(caisse_id, agent, line, kind, **choices):
    with caisse_scope(caisse_id):
        return impute_by_agent(ligne_id=line.pk, kind=kind, agent=agent, now=NOW, **choices)


def _same_statement(first, cents):
    """A second line in the statement of the first; the chain of balances is not read here."""
    line = type(first)(
        caisse_id=first.caisse_id,
        releve_id=first.releve_id,
        rank=2,
        booked_on=first.booked_on,
        value_on=first.value_on,
        amount_cents=cents,
        label="VIR 2",
    )
    line.save(force_insert=True)
    return line
