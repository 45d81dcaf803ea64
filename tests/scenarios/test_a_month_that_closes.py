"""A month of one fund, closed day by day with nothing left unexplained.

To be read by an accountant. March 2027 in the Ain (011), whose clocks change on Sunday 28. 5115 is
what the platform owes the fund, 5121 the bank, 6278 what the bank keeps of each remittance, 4092xx
what allocataires owe by benefit, 471 what nobody identified yet, 4673 the withholdings, 5112 the
cheques, 6561 the debts as they were established.

Each morning at eight the files of the day before come in: the platform's (what it took, what was
done to it, what it remitted, what was taken back) and the bank's statement. The portal matches
what can be matched with certainty; the accountant closes the day, or is told why it cannot be.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from comptabilite.models import Cloture
from payments.models import Payment
from payments.services.invariants import find_breaches
from tests.echanges.files import debt, movement, person
from tests.payments.plans import refuse, states_of
from tests.rapprochement.whole_history import everything_computed_twice
from tests.scenarios.gestures import left_on
from tests.scenarios.month import Fund
from tests.scenarios.month_given import (
    read_by_another_program,
    shown_in_the_pictures,
    verifier_says,
    written_to,
)
from tests.scenarios.month_platform import Taken

pytestmark = pytest.mark.django_db

DATES = {"enregistree": "2026-06-01", "notifiee": "2026-06-03"}


def owes(numero: str, nature: str, cents: int) -> list[dict]:
    """Two lines of the software's file: somebody, and a debt of June 2026."""
    return [
        person(id=f"P{numero}", numero=numero, email=f"p{numero}@example.org"),
        another(numero, nature, cents, rang="001"),
    ]


def another(numero: str, nature: str, cents: int, *, rang: str = "002") -> dict:
    """One more debt of somebody."""
    name = f"C{numero}{rang}"
    return debt(id=name, numero=numero, nature=nature, rang=rang, montant_centimes=cents, **DATES)


def receives(kind: str, numero: str, nature: str, cents: int, *, on: int) -> dict:
    """A line of the software's file: what the fund collected itself, that day of March."""
    owed = {"numero": numero, "nature": nature, "montant_centimes": cents}
    return movement(id=f"{kind}-{on}", mouvement=kind, effet=f"2027-03-{on:02}", **owed)


def test_a_month_that_closes(client: Client, time_machine, tmp_path, monkeypatch):
    fund = Fund(time_machine, client)

    with everything_computed_twice(monkeypatch) as proved:
        first_card, plan, mistaken = first_week(fund)
        second_week(fund, first_card, mistaken)
        third_week(fund, first_card)
        fourth_week(fund, plan)
        month = the_month_closes(fund)

        accounts_agree_with_the_bank_and_the_debts(fund)
        nothing_is_left_to_explain(fund, month)
        others_read_the_same(fund, tmp_path)
    assert len(set(proved)) >= 31, "each proof of the month is that of the whole history"


def first_week(fund: Fund) -> tuple[Taken, Payment, Taken]:
    """Gives the card that will be contested, the plan in three times, and a mistake."""
    platform, bank = fund.platform, fund.bank
    fund.morning(1)

    # Monday 1 March. The software of the fund tells nine debts of eight people, 1 305 €, that were
    # established in June 2026: they are of that exercise, and this one opens with them.
    fund.at(1, 9)
    fund.software_sends(
        *owes("1000001", "IN5", 300_00),
        *owes("1000002", "INK", 300_00),
        *owes("1000003", "IM3", 160_00),
        *owes("1000004", "IN1", 80_00),
        another("1000004", "INL", 90_00),
        *owes("1000005", "INM", 150_00),
        *owes("1000006", "ING", 50_00),
        *owes("1000007", "INS", 75_00),
        *owes("1000008", "INP", 100_00),
    )
    # The first person pays 300 € of APL by card.
    apl = fund.pays(fund.debt("IN5"), 300_00)

    # Tuesday 2. The night's remittance takes them to the bank, which keeps 1,20 €.
    fund.morning(2)
    fund.closes(1)
    bank.moves(2, platform.remits("1", fund.moment(2, 4), apl, fee_cents=1_20), "REMISE CB 000001")
    # The second person agrees to pay 300 € of RSA in three times; the bank takes the first 100 €.
    fund.at(2, 10)
    plan = fund.agrees_three_payments(fund.debt("INK"))
    first_due = fund.due_is_taken(plan, 1)

    # Wednesday 3. The bank pays the second remittance in two lines, 60 € and the rest.
    fund.morning(3)
    fund.closes(2)
    net = platform.remits("2", fund.moment(3, 4), first_due, fee_cents=40)
    bank.moves(3, 60_00, "REMISE CARTES")
    bank.moves(3, net - 60_00, "REMISE CARTES")
    # 120 € of the 160 € of prime d'activité.
    fund.at(3, 10)
    prime = fund.pays(fund.debt("IM3"), 120_00)

    # Thursday 4. Somebody leaves to pay 80 € of family benefits; the fund's software withholds 30 €
    # of them meanwhile; the bank takes the 80 €: 30 € too much, which wait on 471.
    fund.morning(4)
    fund.closes(3)
    net = platform.remits("3", fund.moment(4, 4), prime, fee_cents=48)
    fund.at(4, 10)
    leaving = fund.leaves_for_the_bank(fund.debt("IN1"), 80_00)
    fund.software_sends(receives("RETENUE", "1000004", "IN1", 30_00, on=4))
    family = fund.comes_back(leaving)
    christmas = fund.pays(fund.debt("ING"), 50_00)
    assert fund.balance("471") == -30_00

    # Friday 5. The bank pays the third remittance a day late, and two others in one line.
    fund.morning(5)
    fund.closes(4)
    bank.moves(5, net, "REMISE CB 000003")
    nets = [
        platform.remits("4", fund.moment(5, 4), family, fee_cents=32),
        platform.remits("5", fund.moment(5, 4), christmas, fee_cents=20),
    ]
    bank.moves(5, sum(nets), "REMISES CARTES")
    # The 30 € go to the same person's other debt, as that person chooses. Another person pays
    # 150 € of RSA.
    fund.at(5, 10)
    fund.places_the_surplus_on(fund.debt("INL"))
    assert fund.balance("471") == 0
    mistaken = fund.pays(fund.debt("INM"), 150_00)
    return apl, plan, mistaken


def second_week(fund: Fund, apl: Taken, mistaken: Taken) -> None:
    """A refund, a cancellation, and a file of the platform that comes two days late."""
    platform, bank = fund.platform, fund.bank

    # Saturday 6, without a bank; a payment comes in at half past midnight: on Sunday in Paris,
    # though still on Saturday for the platform, whose days are those of London.
    net = platform.remits("6", fund.moment(6, 4), mistaken, fee_cents=60)
    fund.morning(6)
    fund.at(7, 0, 30)
    past_midnight = fund.pays(fund.debt("INP"), 40_00)
    fund.morning(7)

    # Monday 8. The bank brings both remittances.
    fund.morning(8)
    fund.closes(5, 6, 7)
    bank.moves(8, net, "REMISE CB 000006")
    net = platform.remits("7", fund.moment(8, 4), past_midnight, fee_cents=16)
    bank.moves(8, net, "REMISE CB 000007")
    # The 150 € of RSA were paid by mistake: one agent asks that they go back, another approves,
    # and the debt is owed again.
    fund.at(8, 10)
    given_back = fund.gives_back(mistaken)
    assert left_on(fund.debt("INM")) == (150_00,)

    # Tuesday 9. That refund leaves with the night's remittance: the bank takes 150 €.
    fund.morning(9)
    fund.closes(8)
    bank.moves(
        9, platform.remits("8", fund.moment(9, 4), given_back, fee_cents=0), "REMISE CB 000008"
    )
    # A payment of 40 € is cancelled the same day, before any remittance.
    fund.at(9, 10)
    too_quick = fund.pays(fund.debt("IM3"), 40_00)
    fund.at(9, 17)
    fund.cancels(too_quick)
    assert left_on(fund.debt("IM3")) == (40_00,)

    # Wednesday 10. An ordinary payment; but the platform's file of that day does not come.
    fund.morning(10)
    fund.closes(9)
    fund.at(10, 10)
    ordinary = fund.pays(fund.debt("INS"), 25_00)

    # Thursday 11. At noon the work list says which file lacks; the day cannot be closed.
    fund.morning(11, without="JT")
    assert fund.noon(11) == ["JT 90000011 TEST 2027-03-10"]
    assert fund.cannot_close(10) == (
        "Le 10 mars 2027 ne peut pas être clôturé : il reste 1 écart à expliquer, de 25,00 €. "
        "Ouvrez le rapprochement de ce jour et réglez-le."
    )
    bank.moves(
        11, platform.remits("9", fund.moment(11, 4), ordinary, fee_cents=10), "REMISE CB 000009"
    )

    # Friday 12. The file arrives: both days close by that fact.
    fund.morning(12)
    assert "il reste 1 écart" in fund.cannot_close(10)
    fund.at(12, 15)
    fund.lost_file_arrives("JT", 10)
    assert fund.noon(12) == []
    fund.closes(10, 11)
    # The holder of the first card contests: its bank takes the 300 € of 1 March back.
    platform.is_charged_back(apl, on=date(2027, 3, 12))
    assert left_on(fund.debt("IN5")) == (0,)


def third_week(fund: Fund, apl: Taken) -> None:
    """A chargeback, two lost notifications, and a transfer that says nothing."""
    platform, bank = fund.platform, fund.bank

    # Saturday 13 to Monday 15: the platform says so, the debt is owed again, the bank takes it.
    fund.morning(13, 14, 15)
    assert left_on(fund.debt("IN5")) == (300_00,)
    assert fund.balance("5115") == -300_00
    fund.closes(12, 13, 14)
    assert fund.work_list() == ["CHARGEBACK"]
    fund.notes("CHARGEBACK", "Personne appelée : elle repaiera avec une autre carte")
    bank.moves(15, -300_00, f"IMPAYE CB {apl.trans_id}")
    # A payment of 50 €, of which the notification is lost. From this day on, camt.053.
    fund.at(15, 10)
    unheard = fund.pays_unheard(fund.debt("INS"), 50_00)

    # Tuesday 16. The platform's file tells it and its service does not answer: the day waits. It
    # answers at ten: the payment is written on its own day, which closes.
    fund.morning(16, platform_answers=False)
    assert fund.balance("5115") == 0
    assert fund.proof(15) == [
        f"NON_COMPTABILISE 5000 JT {unheard.trans_id} {unheard.payment.reference} : le portail ne "
        "connaît pas cette transaction : la plateforme est interrogée"
    ]
    assert "1 écart à expliquer, de 50,00 €" in fund.cannot_close(15)
    fund.at(16, 10)
    fund.reconciles()
    fund.closes(15)
    assert left_on(fund.debt("INS")) == (0,)
    bank.moves(
        16, platform.remits("10", fund.moment(16, 4), unheard, fee_cents=20), "REMISE CB 000010"
    )
    # The fund's software tells a cheque of 60 € of the day before, which is closed: it is written
    # on the first open day and keeps its own.
    fund.software_sends(receives("CHEQUE", "1000005", "INM", 60_00, on=15))
    assert fund.last_written() == ("CHEQUE", "2027-03-15", "2027-03-16")
    # The same file has the portal look for debts paid twice in the month: that of 4 March was not.
    assert fund.work_list() == ["DOUBLE_COLLECTION"]
    fund.notes("DOUBLE_COLLECTION", "Les 30 € de trop sont déjà sur l’autre dette de la personne")

    # Wednesday 17. A transfer of 90 € that says nothing of whose it is, and a payment of 60 € of
    # which the notification is lost.
    fund.morning(17)
    fund.closes(16)
    bank.moves(17, 90_00, "VIREMENT RECU")
    fund.at(17, 10)
    late = fund.pays_unheard(fund.debt("INP"), 60_00)

    # Thursday 18. The platform's service does not answer all day. The accountant says that the
    # transfer waits to be identified, notes that the payment will be written when the platform
    # answers, and closes.
    fund.morning(18, platform_answers=False)
    assert "2 écarts à expliquer, de 150,00 € en tout" in fund.cannot_close(17)
    fund.says_it_waits(fund.bank_line(90_00), note="Vu avec la banque : virement d’un particulier")
    assert "1 écart à expliquer, de 60,00 €" in fund.cannot_close(17)
    fund.notes("LOST_NOTIFICATION", "Vu dans le back office : paiement encaissé, à enregistrer")
    fund.closes(17)
    bank.moves(
        18, platform.remits("11", fund.moment(18, 4), late, fee_cents=24), "REMISE CB 000011"
    )

    # Friday 19. It answers: the payment is written on the first open day, Thursday, with its day.
    fund.morning(19)
    assert fund.last_written("CARD_PAYMENT") == ("CARD_PAYMENT", "2027-03-17", "2027-03-18")
    fund.closes(18)
    assert fund.balance("5115") == 0
    # The person of the transfer calls: it was for the debt whose payment was given back.
    fund.places(
        fund.bank_line(90_00), fund.debt("INM"), note="Appel de la personne, avis de virement"
    )
    assert left_on(fund.debt("INM")) == (0,)
    assert fund.balance("471") == 0


def fourth_week(fund: Fund, plan: Payment) -> None:
    """A due that is refused and paid otherwise, and the night on which clocks change."""
    platform, bank = fund.platform, fund.bank

    # Monday 22. The contested 300 € are paid again, by another card.
    fund.morning(20, 21, 22)
    fund.closes(19, 20, 21)
    fund.at(22, 10)
    apl_again = fund.pays(fund.debt("IN5"), 300_00)
    fund.morning(23)
    net = platform.remits("12", fund.moment(23, 4), apl_again, fee_cents=1_20)
    bank.moves(23, net, "REMISE CB 000012")

    # Thursday 25. The bank refuses the second due of the plan: not a line.
    fund.morning(24, 25)
    fund.closes(22, 23, 24)
    fund.at(25, 10)
    assert refuse(fund.client, plan, 2) == "OK-APPLIED"
    assert left_on(fund.debt("INK")) == (200_00,)

    # Friday 26. The person pays it by the page of the plan.
    fund.morning(26)
    fund.closes(25)
    fund.at(26, 10)
    paid_otherwise = fund.pays_due_online(plan, 2)
    assert states_of(plan) == ["PAID", "PAID_OTHERWISE", "PLANNED"]
    assert fund.work_list() == ["REFUSED_INSTALMENT"]
    fund.notes("REFUSED_INSTALMENT", "Payée en ligne le lendemain")

    # The night of Saturday 27 to Sunday 28, which has 23 hours: a payment half an hour after
    # midnight, another half an hour before the next one. Monday 29 is a holiday of the banks.
    fund.morning(27)
    sent = platform.remits("13", fund.moment(27, 4), paid_otherwise, fee_cents=40)
    fund.at(28, 0, 30)
    first_hour = fund.pays(fund.debt("IM3"), 20_00)
    fund.morning(28)
    fund.at(28, 23, 30)
    last_hour = fund.pays(fund.debt("IM3"), 20_00)
    assert (last_hour.at - first_hour.at) == timedelta(hours=22)
    assert fund.days_of_the_facts("IM3") == ["03", "09", "09", "28", "28"]
    fund.morning(29)
    both = platform.remits("14", fund.moment(29, 4), first_hour, last_hour, fee_cents=16)

    # Tuesday 30. Nothing is left at the platform.
    fund.morning(30)
    fund.closes(26, 27, 28, 29)
    bank.moves(30, sent, "REMISE CB 000013")
    bank.moves(30, both, "REMISE CB 000014")


def the_month_closes(fund: Fund) -> Cloture:
    """Day after day, then whole."""
    # Thursday 1 April. The last days close, then the month.
    fund.morning(31, 32)
    fund.closes(30)
    assert fund.cannot_close_the_month() == (
        "mars 2027 a encore des jours ouverts : clôturez d’abord le 31 mars 2027."
    )
    fund.closes(31)
    return fund.closes_the_month()


def accounts_agree_with_the_bank_and_the_debts(fund: Fund) -> None:
    """Every account, to the cent."""
    # The balance of the accounts: debits, credits, and what is left. 160 € of RSA are still owed:
    # the last due of the plan, and 60 € of another debt.
    assert fund.trial_balance() == [
        "409210 |    80,00 |    80,00 |     0,00",
        "409220 |   600,00 |   600,00 |     0,00",
        "409230 |   865,00 |   705,00 |   160,00",
        "409240 |   200,00 |   200,00 |     0,00",
        "409250 |    50,00 |    50,00 |     0,00",
        "4673   |    30,00 |     0,00 |    30,00",
        "471    |   120,00 |   120,00 |     0,00",
        "5112   |    60,00 |     0,00 |    60,00",
        "5115   |  1905,00 |  1905,00 |     0,00",
        "5121   |  1499,34 |   450,00 |  1049,34",
        "6278   |     5,66 |     0,00 |     5,66",
        "6561   |     0,00 |  1305,00 | -1305,00",
    ]
    assert sum(fund.balances().values()) == 0
    # What the books say of the bank is what the bank says; of each debt, what is owed on it.
    assert fund.balance("5121") == fund.bank.balance_cents
    assert fund.owed_by_the_books() == fund.owed_by_the_debts()
    assert fund.owed_by_the_debts() == {"1000002-INK-001": 100_00, "1000004-INL-002": 60_00}


def nothing_is_left_to_explain(fund: Fund, month: Cloture) -> None:
    """Neither at the platform nor on the work list."""
    # Thirty-one proofs: nothing at the platform any more, and the one note of the month.
    proofs = fund.proofs()
    assert len(proofs) == 31
    assert (proofs[-1].owed_cents, proofs[-1].ledger_owed_cents) == (0, 0)
    assert {proof.unexplained for proof in proofs} == {0}
    assert fund.work_list() == []
    assert find_breaches() == []

    # The month closed on the sums of its days, whose écritures are all final.
    assert month.proof == {"days": 31}
    assert month.ecritures == fund.final_ecritures() == fund.all_ecritures()


def others_read_the_same(fund: Fund, folder: Path) -> None:
    """Our verifier, another program, and whoever looks at the pictures."""
    # The exports of the exercise so far: our verifier finds nothing to say, and another program
    # reads the same balances, the 1 305 € of 2026 being a result. The pictures show the same money.
    for how in ("FEC", "CSV", "JSONL"):
        files = written_to(folder, fund, how)
        assert verifier_says(files) == (0, [])
    result = fund.balance("6561")
    assert read_by_another_program(folder) == {
        number: cents for number, cents in fund.balances().items() if cents and number != "6561"
    } | {"120": result}
    shown = shown_in_the_pictures(fund)
    assert shown.net_cents == fund.moved_by_operations() == 965_00
    assert (shown.paid_cents, shown.refunded_cents, shown.charged_back_cents) == (
        1_455_00,
        190_00,
        300_00,
    )
