"""Somebody who listens to the live stream over a real socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field


@dataclass
class Listener:
    """One stream: `status` of its answer, and what it told so far, beats aside."""

    port: int
    cookie: str = ""
    address: str = "/live"
    status: int = 0
    head: str = ""
    told: list[str] = field(default_factory=list)
    beats: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    _socket: socket.socket = field(default_factory=socket.socket)

    def open(self, method: str = "GET") -> Listener:
        """Ask for the stream, and read from it in a thread of its own."""
        self._socket = socket.create_connection(("127.0.0.1", self.port))
        lines = (f"{method} {self.address} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {self.cookie}", "Connection: close")
        self._socket.sendall("\r\n".join((*lines, "", "")).encode())
        file = self._socket.makefile("rb")
        self.head = "".join(iter(lambda: file.readline().decode().strip().lower() + "\n", "\n"))
        self.status = int(self.head.split()[1])
        threading.Thread(target=self._read, args=(file,), daemon=True).start()
        return self

    def _read(self, file: object) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in file:  # type: bytes
                text = line.decode().strip()
                self.beats += text == "event: beat"
                if text.startswith("data: "):
                    self.told += text.removeprefix("data: ").split()
        self.ended.set()

    def close(self) -> None:
        """Hang up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
