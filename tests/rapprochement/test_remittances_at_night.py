"""A remittance leaves at night: its money is on its way once, on each day of Paris."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from rapprochement.models import Residu
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import paid
from tests.rapprochement.readers.gateway_files import jrb_file, jrb_line, jt_file, jt_line
from tests.rapprochement.statements import fund, received, shop_of

DAY = date(2026, 11, 20)
LATER = NOW + timedelta(days=3)

pytestmark = pytest.mark.django_db


def load(file: tuple[str, bytes]) -> None:
    received(file[1], file[0], now=LATER)


def on_its_way(day_on: date) -> tuple[int, list[tuple[str, int]]]:
    """What the platform owes at the end of the day, and the residuals that say where it is."""
    proof = prove_day(caisse_id=fund("011").pk, day_on=day_on, now=LATER)
    with caisse_scope(proof.caisse_id):
        found = Residu.objects.filter(rapprochement=proof, kind="EN_CHEMIN").order_by("subject")
        return proof.owed_cents, [(each.subject.split()[0], each.amount_cents) for each in found]


@pytest.mark.parametrize(
    ("remitted_at", "days"),
    [
        # 23:30 in Paris, then 00:30: the same UTC day.
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), ["remise", "remise"]),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), ["attente", "remise"]),
    ],
)
def test_money_is_on_its_way_once_whatever_the_hour_of_its_remittance(remitted_at, days):
    with national_scope():
        debt = CreanceFactory()
    transaction = paid(debt)
    site, order = shop_of("011").site_id, transaction.payment.reference
    said = {"trans_id": "000001", "cents": 240_00, "order_id": order}
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        load(jt_file([], site, day, header=False))
    load(jt_file([jt_line(at=NOW, uuid=transaction.uuid, **said)], site, DAY))
    load(jrb_file([jrb_line(remitted_at=remitted_at, remittance_number="7", **said)], site, DAY))
    match_gateway(caisse_id=transaction.caisse_id, now=LATER)

    ways = [on_its_way(DAY), on_its_way(DAY + timedelta(days=1))]

    assert ways == [(240_00, [(what, 240_00)]) for what in days]
