"""What a row calls itself, in a page's title and in what the portal says of it."""

from datetime import UTC, datetime

import pytest

from comptabilite.models import Anomalie
from rapprochement.expected_files import missing_words
from rapprochement.models import Impaye, LignePlateforme, Residu

AT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def a_line(**said):
    return Anomalie(opened_at=AT, **said)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (
            a_line(
                kind="CHARGEBACK",
                subject="f714",
                detail="La banque a repris 85 €, sur le paiement P261116-QN3XNAKM (contestée).",
                amount_cents=85_00,
            ),
            "Impayé : la banque a repris un paiement, P261116-QN3XNAKM, 85,00\u00a0€, 21/11/2026",
        ),
        (
            a_line(kind="BANK_LINE", subject="banque 6fa6", detail="Banque : VIREMENT SANS MOTIF"),
            "Ligne de banque à identifier, Banque : VIREMENT SANS MOTIF, 21/11/2026",
        ),
    ],
)
def test_an_anomaly_is_named_by_its_kind_its_payment_or_words_its_sum_and_its_paris_day(
    line, title
):
    assert str(line) == title


def test_lines_chargebacks_and_gaps_are_named_by_what_they_are():
    day = AT.date()
    line = LignePlateforme(
        kind="JRB", trans_id="000001", order_reference="P261120-A", amount_cents=30_00, day_on=day
    )
    gap = Residu(kind="BANQUE", amount_cents=90_00, since_on=day)

    assert str(line) == "JRB 000001 P261120-A, 30,00\u00a0€, 20/11/2026"
    assert str(Impaye(amount_cents=85_00, charged_on=day)) == "impayé de 85,00\u00a0€ du 20/11/2026"
    assert str(gap) == "Ligne de banque à identifier, 90,00\u00a0€, 20/11/2026"


def test_a_file_that_lacks_is_told_in_words():
    shop = missing_words("JT 90000011 TEST 2026-11-20")
    account = missing_words("RELEVE FR7699999000010009000001167 2026-11-20")

    assert shop == "Journal JT de la boutique 90000011, journée du 20/11/2026 : attendu et non reçu"
    assert account.startswith("Relevé du compte finissant par 1167, journée du 20/11/2026")
