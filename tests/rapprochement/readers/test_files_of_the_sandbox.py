"""What the sandbox writes, read: its four files and its bank's statement, from a real process."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
import requests

from payments.gateways.departures import FormRequest
from payments.gateways.payzen.gateway import PayZenGateway
from payments.gateways.payzen.shop import Shop
from rapprochement.readers.bank.reading import read_bank_file
from rapprochement.readers.gateway.reading import read_gateway_file
from rapprochement.readers.gateway.statuses import is_money
from tests.processes.sandbox import running_sandbox

pytestmark = pytest.mark.slow
SITE = "90000011"
#: Its key of demonstration, public.
SHOP = Shop(SITE, "TEST", "HMAC-SHA-256", "8a0babece70d5dcb", "")
NOBODY = "http://127.0.0.1:9/paiement/ipn/"


class Platform:
    """The sandbox with payments made on it, and the files that it then writes."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.gateway = PayZenGateway(shop=SHOP, form_url=sandbox.url, rest_url=sandbox.rest_url)
        self.trans_ids = iter(range(1, 100))
        self.day = self._noon_of_tomorrow()

    def _noon_of_tomorrow(self):
        """The sandbox's day from now on: no midnight can pass during a test."""
        now = datetime.now(tz=UTC)
        day = now.date() + timedelta(days=1)
        ahead = datetime.combine(day, time(12), tzinfo=UTC) - now
        self._post("clock", {"advance_seconds": int(ahead.total_seconds())})
        return day

    def _post(self, path, values):
        answer = requests.post(f"{self.sandbox.url}/back-office/{path}/", json=values, timeout=30)
        assert answer.ok, answer.text

    def pay(self, cents, **more):
        """A payment on the hosted page; gives its transaction."""
        now = datetime.now(tz=UTC)
        form = self.gateway.hosted_form(
            FormRequest(
                order_reference=f"REMB-{cents}",
                payment_id=uuid4(),
                amount_cents=cents,
                trans_id=f"{next(self.trans_ids):06d}",
                issued_at=now,
                email="personne@example.org",
                langue="fr",
                return_url="http://127.0.0.1/retour/",
                cancel_url="http://127.0.0.1/retour/",
            )
        )
        fields = {**dict(form.fields), **more}
        answer = requests.post(f"{self.sandbox.url}/load/", data=fields, timeout=30)
        assert answer.ok, answer.text
        return UUID(answer.json()["trans_uuid"])

    def capture(self):
        """The batch of the night."""
        self._post("runs", {"run": "capture"})

    def download(self, kind, day):
        """A file's name and bytes, as the back office gives them."""
        answer = requests.get(f"{self.sandbox.url}/journaux/{kind}/{SITE}/{day}/", timeout=30)
        assert answer.ok
        return answer.headers["Content-Disposition"].split('"')[1], answer.content

    def lines(self, kind, day):
        """The file's lines, once it is known to be of this shop and day."""
        name, content = self.download(kind, day)
        file = read_gateway_file(content, filename=name)
        assert (file.kind, file.site_id, file.mode, file.day_on) == (kind, SITE, "TEST", day)
        assert file.produced_at is not None
        return file.lines


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder, notification_url=NOBODY) as sandbox:
        yield Platform(sandbox)


def test_a_day_at_the_sandbox_is_read_in_its_five_files(platform):
    sandbox = platform.sandbox
    sandbox.set_shops(fee_fixed_cents=5, fee_basis_points=25)
    kept, disputed = platform.pay(24_000), platform.pay(5_124)
    platform.pay(7_700, load_card="4970100000000113")
    platform.capture()
    refund = UUID(sandbox.operate(kept.hex, "refund", amount=4_000)["uuid"])
    platform.capture()
    sandbox.operate(disputed.hex, "chargeback", reason="Contesté")
    day = platform.day

    told = platform.lines("JT", day)
    done = platform.lines("JO", day)
    remitted = platform.lines("JRB", day)
    (unpaid,) = platform.lines("JRI", day)
    (statement,) = read_bank_file(platform.download("releve", day)[1], filename="r").statements

    assert [(line.uuid, line.operation, line.amount_cents) for line in told if is_money(line)] == [
        (kept, "DEBIT", 24_000),
        (disputed, "DEBIT", 5_124),
        (refund, "CREDIT", 4_000),
    ]
    assert [line.status for line in told if not is_money(line)] == ["REFUSED"]
    assert all(line.happened_at is not None and line.dated_on == day for line in (*told, *done))
    assert [(line.operation_kind, line.operation, line.amount_cents) for line in done] == [
        ("CAPTURE", "DEBIT", 24_000),
        ("CAPTURE", "DEBIT", 5_124),
        ("CREDIT", "CREDIT", 4_000),
        ("CAPTURE", "CREDIT", 4_000),
        ("CHARGEBACK", "DEBIT", 5_124),
    ]
    assert done[2].parent_uuid == kept
    assert [
        (line.remittance_number, line.operation, line.net_cents, line.fee_cents)
        for line in remitted
    ] == [("1", "DEBIT", 23_935, 65), ("1", "DEBIT", 5_106, 18), ("2", "CREDIT", 4_000, 0)]
    assert {line.trans_id for line in remitted} <= {line.trans_id for line in told}
    assert (unpaid.uuid, unpaid.amount_cents, unpaid.reason) == (disputed, 5_124, "Contesté")
    # What the bank writes is what the platform says, to the cent.
    assert [(each.label, each.amount_cents) for each in statement.movements] == [
        ("REMISE CB 000001", 23_935 + 5_106),
        ("REMISE CB 000002", -4_000),
        (f"IMPAYE CB {unpaid.trans_id}", -5_124),
    ]
    assert statement.account == f"9999900001000{SITE}"


def test_a_day_on_which_nothing_happened_is_read_too(platform):
    day = datetime(2026, 1, 2, tzinfo=UTC).date()

    assert [platform.lines(kind, day) for kind in ("JT", "JO", "JRB", "JRI")] == [()] * 4
    (statement,) = read_bank_file(platform.download("releve", day)[1], filename="r").statements
    assert statement.movements == ()
