"""Sums that wait on the suspense accounts: they sum to the balance, and each says what it is."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import F, Sum

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie, Compte, Lettrage, Ligne, LigneLettree, NoteLigne
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.settling import WordsNotEnough, settle_anomalie
from comptabilite.services.writing import Part, write_ecriture
from comptabilite.suspense import money_waiting, total_waiting, waiting_pieces
from tests.caisses.factories import agent_of, entered, national_agent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PAGE = "/agents/comptabilite/anomalie/en-attente/"


@pytest.fixture(autouse=True)
def _everywhere():
    with national_scope():
        yield


@pytest.fixture
def ain() -> int:
    return Caisse.objects.get(code="011").pk


def write(ain: int, event: str, cents: int, piece: str, *, source_id=None, days: int = 0):
    return write_ecriture(
        caisse_id=ain,
        event=Evenement(event),
        parts=[Part(Evenement(event), cents, "essai")],
        source_id=source_id or uuid4(),
        piece=piece,
        label=f"Essai {piece}",
        now=NOW - timedelta(days=days),
    )


def balance(ain: int) -> int:
    lines = Ligne.objects.filter(caisse_id=ain, compte__number="471")
    return lines.aggregate(cents=Sum(F("credit_cents") - F("debit_cents")))["cents"] or 0


def test_what_waits_is_the_oldest_first_with_what_is_left_and_sums_to_the_balance(ain):
    write(ain, "UNIDENTIFIED_RECEIPT", 100_00, "P-1", days=3)
    write(ain, "SUSPENSE_REFUND", 40_00, "P-1")
    write(ain, "UNIDENTIFIED_RECEIPT", 30_00, "P-2", days=9)
    write(ain, "SUSPENSE_REFUND", 30_00, "P-2")
    write(ain, "BANK_RECEIPT", 5_00, "B-1")
    write(ain, "BANK_PAYMENT", 2_00, "B-2", days=5)

    rows = waiting_pieces(caisse_ids=[ain], most=10)
    total = total_waiting(caisse_ids=[ain])

    assert [(row.piece, row.cents, row.since_on) for row in rows] == [
        ("B-2", -2_00, date(2026, 11, 15)),
        ("P-1", 60_00, date(2026, 11, 17)),
        ("B-1", 5_00, date(2026, 11, 20)),
    ]
    assert total.cents == sum(row.cents for row in rows) == balance(ain) == 63_00
    assert (total.pieces, total.credit_cents, total.debit_cents) == (3, 65_00, 2_00)


def test_lettered_lines_wait_no_more_and_the_total_is_still_the_balance(ain):
    received = write(ain, "UNIDENTIFIED_RECEIPT", 100_00, "P-1")
    given = write(ain, "BANK_PAYMENT", 100_00, "B-1")
    write(ain, "UNIDENTIFIED_RECEIPT", 7_00, "P-2")
    compte = Compte.objects.get(caisse_id=ain, number="471")
    lettrage = Lettrage.objects.create(
        caisse_id=ain,
        compte=compte,
        rank=0,
        lettered_on=NOW.date(),
        lettered_at=NOW,
        reason="essai",
    )
    LigneLettree.objects.bulk_create(
        LigneLettree(caisse_id=ain, lettrage=lettrage, ligne=each.lignes.get(compte=compte))
        for each in (received, given)
    )

    assert [row.piece for row in waiting_pieces(caisse_ids=[ain], most=10)] == ["P-2"]
    assert total_waiting(caisse_ids=[ain]).cents == balance(ain) == 7_00


def test_pages_follow_each_other_without_losing_a_sum(ain):
    for number in range(5):
        write(ain, "UNIDENTIFIED_RECEIPT", 1_00, f"P-{number}")

    read = [
        row.piece
        for skip in (0, 2, 4)
        for row in waiting_pieces(caisse_ids=[ain], most=2, skip=skip)
    ]

    assert sorted(read) == [f"P-{number}" for number in range(5)]


def test_an_agents_words_do_not_settle_money_that_waits_and_do_once_it_left(ain):
    source_id = uuid4()
    write(ain, "UNIDENTIFIED_RECEIPT", 100_00, "P-1", source_id=source_id)
    open_anomalie(
        caisse_id=ain,
        kind=AnomalieKind.AMOUNT_MISMATCH,
        subject=source_id.hex,
        detail="Constat.",
        now=NOW,
    )
    line, agent = Anomalie.objects.get(), agent_of("011")

    assert money_waiting(line) == 100_00
    with pytest.raises(WordsNotEnough, match="100,00"):
        settle_anomalie(anomalie_id=line.pk, agent=agent, note="Vu.", now=NOW)
    write(ain, "SUSPENSE_REFUND", 100_00, "P-1")
    settle_anomalie(anomalie_id=line.pk, agent=agent, note="Rendue.", now=NOW)

    line.refresh_from_db()
    assert line.settled_note == "Rendue."


def test_an_accountant_may_explain_money_that_waits(ain):
    source_id = uuid4()
    write(ain, "UNIDENTIFIED_RECEIPT", 100_00, "P-1", source_id=source_id)
    open_anomalie(
        caisse_id=ain,
        kind=AnomalieKind.UNKNOWN_ORDER,
        subject=source_id.hex,
        detail="Constat.",
        now=NOW,
    )
    accountant = agent_of("011", role=Role.COMPTABLE)

    settle_anomalie(
        anomalie_id=Anomalie.objects.get().pk, agent=accountant, note="Voir note.", now=NOW
    )

    assert total_waiting(caisse_ids=[ain]).cents == 100_00, "the sum is still listed"


def test_the_page_shows_sums_notes_and_the_balance(ain):
    ecriture = write(ain, "UNIDENTIFIED_RECEIPT", 1234_56, "P-1", days=3)
    client = entered(agent_of("011"))
    line = ecriture.lignes.get(compte__number="471")

    client.post(f"{PAGE}{line.pk}/noter/", {"text": " Payeur appelé. "})
    empty = client.post(f"{PAGE}{line.pk}/noter/", {"text": "  "}, follow=True)
    page = client.get(PAGE)

    words = page.content.decode()
    assert NoteLigne.objects.get().text == "Payeur appelé."
    assert "Écrivez votre note." in empty.content.decode()
    assert "Payeur appelé." in words
    assert f"/agents/comptabilite/ecriture/{ecriture.pk}/change/" in words
    assert page.context["total"].cents == balance(ain) == 1234_56
    assert "1\u202f234,56\u00a0€" in words


def test_another_funds_sums_are_neither_seen_nor_noted(ain):
    ecriture = write(ain, "UNIDENTIFIED_RECEIPT", 10_00, "P-1")
    stranger = entered(agent_of("331"))

    page = stranger.get(PAGE)
    line = ecriture.lignes.first()
    noted = stranger.post(f"{PAGE}{line.pk}/noter/", {"text": "x"})

    assert (page.context["total"].pieces, noted.status_code) == (0, 404)
    assert not NoteLigne.objects.exists()


def test_the_nation_chooses_a_fund_and_an_unknown_one_is_all_of_them(ain):
    write(ain, "UNIDENTIFIED_RECEIPT", 10_00, "P-1")
    write(Caisse.objects.get(code="331").pk, "UNIDENTIFIED_RECEIPT", 5_00, "P-2")
    client = entered(national_agent())
    address = "/national/comptabilite/anomalie/en-attente/"

    assert client.get(address).context["total"].cents == 15_00
    assert client.get(f"{address}?caisse=331").context["total"].cents == 5_00
    assert client.get(f"{address}?caisse=zz&p=99").context["total"].cents == 15_00
