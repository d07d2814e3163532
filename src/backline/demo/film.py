"""Plays the lives of all cases up to a moment, with the engine looking on; two processes may share the work.

Each case is a story of its own, so that what comes out does not depend on who plays it. Every verb is a transaction of
its own, as always: a demo that was interrupted is whole as far as it goes, and known to be unfinished.
"""

from __future__ import annotations

import heapq
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, connections

from backline.cases import operations as cases
from backline.cases import queries
from backline.demo.hands import Company, Idle, Real
from backline.demo.life import Life
from backline.demo.plan import Plan

HEARTBEAT = timedelta(seconds=1)
PLAYED, PAUSE = "played", 0.2
Say = Callable[[float], None]
"""Is told how much of the work is done, from 0 to 1."""


class Unfinished(Exception):
    """The other process did not finish its half."""


@dataclass(frozen=True, slots=True)
class Film:
    """The cases to be played, who plays them, and the moment up to which."""

    plans: list[Plan]
    company: Company
    seed: int
    at: datetime


def play(film: Film, say: Say) -> None:
    """Everybody's next moments in their order, and the engine's looks at theirs."""
    with _in_haste():
        _play(film, say)


def play_together(film: Film, say: Say) -> None:
    """The same, half of the cases in this process and half in another."""
    context = get_context("fork")
    shared: Any = context.Value("d", 0.0)
    ours, theirs = context.Pipe()
    connections.close_all()  # a connection belongs to one process
    half = replace(film, plans=film.plans[1::2])
    other = context.Process(target=_play_half, args=(half, theirs, shared), daemon=True)
    other.start()
    theirs.close()
    try:
        play(replace(film, plans=film.plans[::2]), lambda share: say((share + shared.value) / 2))
        while not ours.poll(PAUSE):
            say((1 + shared.value) / 2)
        said = _heard(ours)
    except BaseException:
        other.terminate()
        raise
    finally:
        other.join()
    if said != PLAYED:
        raise Unfinished(said)


def _heard(there: Connection) -> str:
    try:
        return str(there.recv())
    except EOFError:
        return "it ended without a word"


def _play_half(film: Film, there: Connection, shared: Any) -> None:
    """The other process: plays its half and says how that went."""

    def say(share: float) -> None:
        shared.value = share

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first one, which ends this one
    try:
        play(film, say)
        there.send(PLAYED)
    except Exception as error:
        there.send(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()


@contextmanager
def _in_haste() -> Iterator[None]:
    """Commits do not wait for the disk inside the block; the next one after it waits for all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")


def _play(film: Film, say: Say) -> None:
    total = sum(moment <= film.at for plan in film.plans for moment in _rehearsed(plan, film.seed))
    reels = [_Reel(plan, film.company, film.seed) for plan in film.plans]
    coming = [(reel.next_at, number) for number, reel in enumerate(reels) if reel.next_at]
    heapq.heapify(coming)
    done = 0
    while coming and coming[0][0] <= film.at:
        _moment, number = heapq.heappop(coming)
        done += reels[number].turn()
        following = reels[number].next_at
        if following is not None:
            heapq.heappush(coming, (following, number))
        say(done / total)


def _rehearsed(plan: Plan, seed: int) -> Iterator[datetime]:
    return Life(plan, Idle(), seed, plan.begins_at).moments()


class _Reel:
    """One case on its way: its people's next moment, and the engine's."""

    def __init__(self, plan: Plan, company: Company, seed: int) -> None:
        self._hands = Real(plan, company)
        self._life = Life(plan, self._hands, seed, plan.begins_at).moments()
        self._people_at: datetime | None = next(self._life)
        self._engine_at: datetime | None = None

    @property
    def next_at(self) -> datetime | None:
        """When something happens to it next; None where it is over."""
        return min((moment for moment in (self._people_at, self._engine_at) if moment), default=None)

    def turn(self) -> int:
        """Do what comes next; how many moments of people that were."""
        engine = self._engine_at if self._engine_at == self.next_at else None
        if engine:
            cases.look([self._hands.case], at=engine)
        else:
            self._people_at = next(self._life, None)  # does what is done at this moment, and says when it goes on
        due = queries.next_look(self._hands.case)
        self._engine_at = due + HEARTBEAT if due else None
        return int(not engine)
