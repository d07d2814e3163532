"""Two gateways in a process of their own, for mail and in Twilio's shape: each answers after a while and keeps a log.

Run as `python -m bench.gateways MAIL_PORT SMS_PORT LOG SECONDS`; each letter that is taken is a line of the log, with
the name by which we know it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import TextIO


class Gateways:
    """Takes all letters, each after so many seconds."""

    def __init__(self, log: TextIO, wait: float) -> None:
        self._log = log
        self._wait = wait
        self._taken = 0

    def _take(self, by: str, name: str = "") -> str:
        self._taken += 1
        name = name or f"SM{self._taken:032x}"
        self._log.write(f"{time.monotonic():.4f} {by} {name}\n")
        self._log.flush()
        return name

    async def mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of SMTP; the answer to a text takes its time."""
        writer.write(b"220 gateway\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            answer = "250 ok"
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(self._wait)
                named = re.search(rb"^Message-ID: (\S+)", letter, re.MULTILINE)
                answer = f"250 {self._take('mail', named.group(1).decode() if named else '?')}"
            writer.write(f"{answer}\r\n".encode())
        writer.close()

    async def sms(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of HTTP, which stays open from letter to letter."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
                await reader.readexactly(int(length.group(1)) if length else 0)
                await asyncio.sleep(self._wait)
                sid = self._take("sms")
                said = json.dumps({"sid": sid, "status": "queued"}).encode()
                kind = b"content-type: application/json\r\n"
                writer.write(b"HTTP/1.1 201 Created\r\n%scontent-length: %d\r\n\r\n%s" % (kind, len(said), said))
        except asyncio.IncompleteReadError:
            writer.close()


async def serve(mail_port: int, sms_port: int, log: str, wait: float) -> None:
    """Until it is stopped."""
    with open(log, "a", encoding="utf-8") as kept:
        gateways = Gateways(kept, wait)
        mail = await asyncio.start_server(gateways.mail, "127.0.0.1", mail_port)
        sms = await asyncio.start_server(gateways.sms, "127.0.0.1", sms_port)
        async with mail, sms:
            await asyncio.gather(mail.serve_forever(), sms.serve_forever())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
