"""Posts one event to the fund's software: no redirect, no proxy, a few seconds at most.

What the other side writes back is not kept: only its status is.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from caf_portal.database.scope import refuse_open_scope
from echanges.gateways.addresses import AddressRefused, Place, place_of

#: Seconds for each word of the other side, and for the whole of it.
SILENCE, LONGEST = 5.0, 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try; ``error`` says why there is no status."""

    status_code: int | None
    error: str
    took_ms: int

    @property
    def is_received(self) -> bool:
        """Only 2xx is: a redirect is not followed, for it might lead anywhere."""
        return self.status_code is not None and 200 <= self.status_code < 300


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Post ``body``. Raises nothing: whatever goes wrong is in the outcome."""
    refuse_open_scope()
    began = time.monotonic()
    status, error = None, ""
    try:
        status = _status_of(place_of(url), body, headers)
    except AddressRefused as refused:
        error = str(refused)
    except ssl.SSLError:
        error = _("La connexion sécurisée a échoué (certificat ?).")
    except TimeoutError:
        error = _("Pas de réponse à temps.")
    except (OSError, http.client.HTTPException):
        error = _("La machine ne répond pas, ou pas en HTTP.")
    return Outcome(status, error, int((time.monotonic() - began) * 1000))


def _status_of(place: Place, body: bytes, headers: Mapping[str, str]) -> int:
    with closing(_connected(place)) as connection, _cut_after(connection.sock, LONGEST) as cut:
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request("POST", place.path, body=body, headers=dict(headers))
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            if cut.is_set():
                raise TimeoutError from error
            raise


def _connected(place: Place) -> http.client.HTTPConnection:
    """To the address that was judged, asking for the name that was typed."""
    connection = http.client.HTTPConnection(place.host, place.port, timeout=SILENCE)
    if place.scheme == "https" and place.port == http.client.HTTPS_PORT:
        # The name alone in the header Host, as for any browser.
        connection.default_port = http.client.HTTPS_PORT
    plain = socket.create_connection((place.address, place.port), timeout=SILENCE)
    if place.scheme == "http":
        connection.sock = plain
        return connection
    try:
        context = ssl.create_default_context()
        # The handshake comes later, when the whole of it is counted.
        connection.sock = context.wrap_socket(
            plain, server_hostname=place.host, do_handshake_on_connect=False
        )
    except BaseException:
        plain.close()
        raise
    return connection


@contextmanager
def _cut_after(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Shut the line after so long: one word every few seconds would hold a worker for hours."""
    cut = threading.Event()

    def shut() -> None:
        cut.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            # Closed meanwhile: it was over by itself.
            cut.clear()

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()
