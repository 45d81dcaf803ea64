"""A shop that really listens: a local HTTP server that keeps what it is sent."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class ShopServer:
    """What was received, and what to answer. `on_call` runs while the sandbox waits."""

    url: str = ""
    status: int = 200
    answer: bytes = b"OK"
    headers: dict[str, str] = field(default_factory=dict)
    on_call: Callable[[dict[str, str]], None] = lambda fields: None
    bodies: list[str] = field(default_factory=list)

    @property
    def calls(self) -> list[dict[str, str]]:
        """The fields of each call, empty ones included."""
        return [dict(parse_qsl(body, keep_blank_values=True)) for body in self.bodies]


@contextmanager
def listening_shop() -> Iterator[ShopServer]:
    """Serve on a free port of the loopback interface until the block ends."""
    shop = ShopServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
            shop.bodies.append(body)
            shop.on_call(dict(parse_qsl(body, keep_blank_values=True)))
            self.send_response(shop.status)
            for name, value in shop.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(shop.answer)

        def log_message(self, format: str, *args: object) -> None:
            """Tests need no access log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}/paiement/ipn/"
        # Short polls: `shutdown` waits for the next one.
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield shop
        server.shutdown()
        thread.join()
