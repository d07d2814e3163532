"""Somebody outside who hears heartbeats: a real HTTP server on loopback that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    """What arrived, the first first; `status` is what it is answered with, `silent` says that nothing is."""

    address: str
    status: int = 200
    silent: threading.Event = field(default_factory=threading.Event)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Heard]:
    """A server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if heard.silent.is_set():
                over.wait(10)
                return
            heard.said.append((self.path, json.loads(body)))
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody needs to read of it."""

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard = Heard(f"http://127.0.0.1:{server.server_port}/ping/secret?from=backline")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield heard
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
