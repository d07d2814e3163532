"""A real server on loopback, which the fakes of those whom Backline talks to over HTTP have in common."""

from __future__ import annotations

import ssl
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hung up, or was killed, needs no answer any more; all else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Listening(ABC):
    """`with` it listens at `base`, over TLS where it has a certificate; each request gets a handler of its own."""

    tls: ssl.SSLContext | None = None

    @abstractmethod
    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), self.handler())
        if self.tls:
            # Not when it is taken: one who shakes no hands would keep all others waiting.
            line = self._server.socket
            self._server.socket = self.tls.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"
