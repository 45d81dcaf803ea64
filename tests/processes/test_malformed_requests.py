"""Requests that are not quite HTTP, against the real server: never a 5xx, and it lives on."""

import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from django.utils import timezone

from caf_portal.database.scope import national_scope
from payments.models import Notification, Payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body
from tests.processes.servers import web_server

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
#: Seconds to wait for an answer to something that deserves none.
PATIENCE = 3

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


@pytest.fixture
def payment() -> Payment:
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance, now=timezone.now())
    connection.close()
    return payment


@pytest.fixture
def server(tmp_path, payment: Payment) -> Iterator[str]:
    with web_server("caf_portal.wsgi", log=tmp_path / "web.log", threads=4) as (address, _process):
        yield address
    log = (tmp_path / "web.log").read_text()
    assert '"event": "request_finished"' in log, "the control: requests are logged"
    assert re.search(r'code": 5|Error handling request|WORKER TIMEOUT', log) is None


def raw(address: str, request: bytes) -> str:
    """Send these bytes and hang up; the first line of the answer, empty when there is none."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as link:
        link.sendall(request)
        link.shutdown(socket.SHUT_WR)
        answer, until = b"", time.monotonic() + PATIENCE
        while b"\r\n" not in answer and time.monotonic() < until:
            try:
                received = link.recv(4096)
            except (TimeoutError, ConnectionResetError):
                break
            if not received:
                break
            answer += received
    return answer.split(b"\r\n", 1)[0].decode("latin-1")


def request(body: bytes, *headers: str, method: str = "POST", version: str = "HTTP/1.1") -> bytes:
    lines = [f"{method} {IPN} {version}", "Host: 127.0.0.1", f"Content-Type: {FORM}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def length(number: object) -> str:
    return f"Content-Length: {number}"


def chunked(body: bytes, *, size: int = 100) -> bytes:
    """The same bytes in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


TE = "Transfer-Encoding: chunked"


def malformed(body: bytes) -> dict[str, bytes]:
    """Authentic bytes, wrapped wrongly: none of them is a whole authentic message."""
    return {
        "shorter than announced": request(body[:-60], length(len(body))),
        "longer than announced": request(body, length(len(body) - 50)),
        "nothing announced": request(body),
        "a negative length": request(body, length(-1)),
        "a length in words": request(body, length("many")),
        "two lengths": request(body, length(len(body)), length(5)),
        "a huge length": request(body, length(10**12)),
        "a length and chunks": request(chunked(body), length(len(body)), TE),
        "chunks cut short": request(chunked(body)[:200], TE),
        "chunks of no size": request(b"zz\r\n" + body, TE),
        "chunks that are none": request(body, TE),
        "an unknown transfer": request(body, "Transfer-Encoding: gzip, identity"),
        "an encoding": request(body, length(len(body)), "Content-Encoding: gzip")[:-40],
        "a header without name": request(body, ": nothing", length(len(body))),
        "a header of 20 kB": request(body, "X-Long: " + "a" * 20_000, length(len(body))),
        "no version": request(body, length(len(body)), version="HTTP/9.9"),
        "another method": request(body, length(len(body)), method="PUT"),
        "not http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + body,
        "nothing": b"",
        "a null in the path": b"POST /paiement/ipn/%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    }


def test_malformed_requests_get_no_5xx_book_nothing_and_stop_nobody(server, payment):
    body = signed_body(payment)

    answers = {name: raw(server, sent) for name, sent in malformed(body).items()}

    wrong = {name: said for name, said in answers.items() if said.split(" ")[1:2] >= ["5"]}
    accepted = {name for name, said in answers.items() if " 200 " in said}
    assert (wrong, accepted) == ({}, set())
    with national_scope():
        assert not Notification.objects.exists()
    sent = requests.post(f"{server}{IPN}", data=body, headers={"Content-Type": FORM}, timeout=20)
    assert (sent.status_code, sent.text) == (200, "OK-APPLIED"), "the control: it still listens"


def test_slow_senders_do_not_keep_the_others_waiting(server, payment):
    """Fewer than the server has threads: the rest is the reverse proxy's work."""
    body = signed_body(payment)
    parts = urlsplit(server)
    slow = [socket.create_connection((parts.hostname, parts.port)) for _ in range(2)]
    for link in slow:
        link.sendall(request(body[:20], length(len(body))))

    sent = requests.post(f"{server}{IPN}", data=body, headers={"Content-Type": FORM}, timeout=20)

    assert (sent.status_code, sent.text) == (200, "OK-APPLIED")
    for link in slow:
        link.close()
    with national_scope():
        assert Notification.objects.count() == 1
