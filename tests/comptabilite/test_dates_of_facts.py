"""Accounting days are those of Paris, for funds overseas too, whatever night it is."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.models import Cloture
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture

pytestmark = pytest.mark.django_db

#: Guadeloupe is five or six hours behind Paris, Réunion and Mayotte are one to three hours ahead:
#: their books follow the legal hour of the accounts, that of Paris.
OVERSEAS = ["971", "974", "976"]
NIGHTS = [
    # 23:30 then 00:30 in Paris, an ordinary winter night and a summer one.
    (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), date(2026, 11, 20)),
    (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 21)),
    (datetime(2026, 7, 13, 21, 30, tzinfo=UTC), date(2026, 7, 13)),
    (datetime(2026, 7, 13, 22, 30, tzinfo=UTC), date(2026, 7, 14)),
    # Both ends of the day that has 23 hours, and of the one that has 25.
    (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), date(2026, 3, 28)),
    (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
    (datetime(2026, 3, 29, 21, 30, tzinfo=UTC), date(2026, 3, 29)),
    (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30)),
    (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), date(2026, 10, 24)),
    (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
    (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
    (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 26)),
    # Two exercices.
    (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), date(2026, 12, 31)),
    (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
]


def write(caisse_id, now, fact_on=None):
    return write_ecriture(
        caisse_id=caisse_id,
        event=Evenement.CARD_PAYMENT,
        parts=[Part(Evenement.CARD_PAYMENT, 500, "Créance", famille="RSA")],
        source_id=uuid4(),
        piece="P1",
        label="Paiement",
        now=now,
        fact_on=fact_on,
    )


def fund(code):
    return Caisse.objects.get(code__startswith=code)


@pytest.mark.parametrize("code", OVERSEAS)
@pytest.mark.parametrize(("now", "day"), NIGHTS)
def test_a_fact_of_overseas_is_of_the_day_of_paris(code, now, day):
    caisse_id = fund(code).pk
    with caisse_scope(caisse_id):
        ecriture = write(caisse_id, now)

    assert (ecriture.origin_on, ecriture.accounting_on) == (day, day)
    assert ecriture.recorded_at == now


@pytest.mark.parametrize("code", OVERSEAS)
def test_a_fact_of_a_closed_year_is_written_on_the_first_open_day(code):
    caisse_id = fund(code).pk
    last = date(2026, 12, 31)
    now = datetime(2027, 1, 3, 9, 0, tzinfo=UTC)
    with caisse_scope(caisse_id):
        Cloture.objects.create(
            caisse_id=caisse_id, periode="JOUR", first_on=last, last_on=last, closed_at=now
        )
        late = write(caisse_id, now, fact_on=last)
        same_day = write(caisse_id, now + timedelta(hours=1))

    assert (late.origin_on, late.accounting_on) == (last, date(2027, 1, 1))
    assert same_day.accounting_on == date(2027, 1, 3)
