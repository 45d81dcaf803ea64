"""A fund's software that listens: it checks the signature by itself, with no code of ours."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Receiver:
    """What came, and how to answer."""

    url: str = ""
    secret: str = ""
    #: A status for each try, the last one for all that follow.
    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slow: float = 0.0

    def believes(self, headers: dict[str, str], content: bytes) -> bool:
        """As the documentation tells a receiver to do."""
        said = dict(part.split("=", 1) for part in headers["X-Caf-Signature"].split(","))
        expected = hmac.new(
            self.secret.encode(), said["t"].encode() + b"." + content, hashlib.sha256
        )
        return hmac.compare_digest(expected.hexdigest(), said["v1"])


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free port of this machine, for the length of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.raw.append((dict(self.headers), content))
            receiver.events.append(json.loads(content))
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            if receiver.slow:
                self._drip()
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _drip(self) -> None:
            """One byte now and then, for ever."""
            try:
                for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 500:
                    self.wfile.write(bytes([byte]))
                    time.sleep(receiver.slow)
            except OSError:
                return

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/evenements?caisse=011"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
