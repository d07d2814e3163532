"""The one connection of this process on which the database says what has changed."""

from __future__ import annotations

import asyncio
import logging

import psycopg

from backline.ledger.news import ALL, CHANNEL
from backline.look.live.hub import Hub

log = logging.getLogger(__name__)
QUIET = 15.0
"""After so many seconds without a word the connection is asked whether it still stands."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0


async def listen(hub: Hub, url: str) -> None:
    """Pass on what the database says, for ever; after each gap every page looks for itself, and nothing is missed."""
    wait = FIRST_WAIT
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                hub.tell([ALL])
                wait = FIRST_WAIT
                while True:
                    await _pass_on(hub, connection)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("the live stream lost its database (%s); it is tried again", " ".join(str(error).split()))
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


async def _pass_on(hub: Hub, connection: psycopg.AsyncConnection) -> None:
    async for notify in connection.notifies(timeout=QUIET):
        hub.tell([notify.payload])
    async with asyncio.timeout(QUIET):
        await connection.execute("SELECT 1")
