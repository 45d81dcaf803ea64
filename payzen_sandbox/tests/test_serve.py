"""The sandbox as it is really started: one command, several threads, a thread that sweeps."""

import os
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from payzen_sandbox.tests.journey import ACCEPTED, LATE, shop, signed_form
from payzen_sandbox.tests.shop_server import listening_shop

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, *, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "too long"
        time.sleep(0.05)


def answers(base):
    try:
        return requests.get(base, timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The base URL of a running sandbox, and the shop it tells."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch, listening_shop() as listener:
        patch.setenv("NO_PROXY", "127.0.0.1")
        environment = {
            **os.environ,
            "SANDBOX_DATABASE": str(tmp_path_factory.mktemp("served") / "sandbox.sqlite3"),
            "SANDBOX_PUBLIC_URL": base,
            "SANDBOX_NOTIFICATION_URL": listener.url,
            "SANDBOX_LATE_ANSWER_SECONDS": "1",
        }
        command = [sys.executable, "-m", "payzen_sandbox", "serve", "--port", str(port)]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            # Whatever happens it must be told to stop: leaving the block waits for its end.
            try:
                wait_until(lambda: answers(base), seconds=60)
                yield base, listener
            finally:
                process.terminate()


def card_page(base, **changes):
    """Go to the card page as a browser does; returns what is needed to send it."""
    session = requests.Session()
    entered = session.post(f"{base}/vads-payment/", signed_form(**changes), timeout=10)
    token = TOKEN.search(entered.text)[1]
    chosen = session.post(entered.url, {"csrfmiddlewaretoken": token, "network": "CB"}, timeout=10)
    return session, chosen.url, token


def send_card(session, url, token, number):
    card = {"number": number, "expiry": "12/40", "cvv": "123", "csrfmiddlewaretoken": token}
    return session.post(url, card, timeout=20)


def test_the_same_card_sent_by_several_clicks_is_debited_once(served):
    base, listener = served
    before = len(listener.calls)
    session, url, token = card_page(base)

    with ThreadPoolExecutor(4) as clicks:
        pages = list(clicks.map(lambda _n: send_card(session, url, token, ACCEPTED), range(4)))

    assert {page.status_code for page in pages} == {200}
    assert len(listener.calls) - before == 1


def test_payments_at_the_same_time_all_end_and_all_tell(served):
    base, listener = served
    forms = [{"vads_order_id": f"PARALLEL-{rank}"} for rank in range(8)]

    def whole_payment(form):
        return send_card(*card_page(base, **form), ACCEPTED)

    with ThreadPoolExecutor(8) as buyers:
        pages = list(buyers.map(whole_payment, forms))

    assert all("Paiement accepté" in page.text for page in pages)
    told = {fields["vads_order_id"] for fields in listener.calls}
    assert {form["vads_order_id"] for form in forms} <= told


def test_a_late_answer_comes_by_itself(served):
    base, listener = served
    send_card(*card_page(base, vads_order_id="LATE-ONE"), LATE)

    def statuses():
        return [
            (fields["vads_trans_status"], fields["vads_url_check_src"])
            for fields in listener.calls
            if fields["vads_order_id"] == "LATE-ONE"
        ]

    wait_until(lambda: len(statuses()) == 2)
    assert statuses() == [("UNDER_VERIFICATION", "PAY"), ("AUTHORISED", "BATCH")]
    order = requests.post(
        f"{base}/api-payment/V4/Order/Get",
        json={"orderId": "LATE-ONE"},
        auth=(shop().site_id, shop().rest_password),
        timeout=10,
    ).json()
    assert order["answer"]["orderStatus"] == "PAID"


def rest(base, service, body):
    return requests.post(
        f"{base}/api-payment/V4/{service}",
        json=body,
        auth=(shop().site_id, shop().rest_password),
        timeout=10,
    )


def back_office(base, path, body):
    answer = requests.post(f"{base}/back-office/{path}/", json=body, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paid_uuid(base, listener, order_id):
    send_card(*card_page(base, vads_order_id=order_id), ACCEPTED)
    return next(
        fields["vads_trans_uuid"]
        for fields in listener.calls
        if fields["vads_order_id"] == order_id
    )


def test_a_cut_connection_gives_no_answer_though_the_act_is_done(served):
    base, listener = served
    uuid = paid_uuid(base, listener, "CUT-ONE")
    asked = {"kind": "cut", "service": "Transaction/Cancel", "done": True}
    back_office(base, "rest-faults", asked)

    with pytest.raises(requests.ConnectionError):
        rest(base, "Transaction/Cancel", {"uuid": uuid})

    found = rest(base, "Transaction/Get", {"uuid": uuid}).json()["answer"]
    assert found["detailedStatus"] == "CANCELLED"


def test_refunds_at_the_same_time_never_give_back_more_than_was_taken(served):
    base, listener = served
    uuid = paid_uuid(base, listener, "REFUND-RACE")
    back_office(base, f"transactions/{uuid}/capture", {})
    asked = {"uuid": uuid, "amount": 3000, "currency": "EUR"}

    with ThreadPoolExecutor(4) as agents:
        answers = list(
            agents.map(lambda _n: rest(base, "Transaction/Refund", asked).json(), range(4))
        )

    assert [each["status"] for each in answers].count("SUCCESS") == 1
    refusals = {each["answer"]["errorCode"] for each in answers if each["status"] == "ERROR"}
    assert refusals == {"PSP_020"}


def test_a_retry_leaves_by_itself_when_the_clock_moves(served):
    base, listener = served
    back_office(base, f"shops/{shop().site_id}", {"rules": {"end_of_payment": {"retry": True}}})
    listener.status = 500
    paid_uuid(base, listener, "RETRIED")
    listener.status = 200

    back_office(base, "clock", {"advance_seconds": 900})

    def sources():
        return [
            fields["vads_url_check_src"]
            for fields in listener.calls
            if fields["vads_order_id"] == "RETRIED"
        ]

    wait_until(lambda: sources() == ["PAY", "RETRY"])
