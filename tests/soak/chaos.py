"""A soak: cases for a night in which the clocks change, workers that die amid it, and what the auditor says of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import DatabaseError, connection

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.operations import MoveRefused, NewStep, NewVisit
from backline.channels.notices import LEASE
from backline.core.calendar import same_every_day
from backline.core.words import Danger, Impact, Reason, StepResult, Urgency, WaitReason
from backline.engine.auditor import passes
from backline.engine.models import Pass
from backline.ledger.models import Event
from tests.core.calendars import blocks
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.soak.herd import START, Takes, ended, herded
from tests.soak.night import AUTUMN, SPRING, Night

_PAUSE = threading.Event()


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    cases: int
    workers: int
    kills: int
    seconds: float
    patience: float


@dataclass
class Soak:
    """One night, the same for a seed but for who comes first."""

    size: Size
    seed: int
    url: str
    restart: Callable[[], None]
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.origin = self.random.choice([AUTUMN, SPRING])

    def run(self) -> Outcome:
        """Fill the house, let the night pass, and ask the auditor."""
        house = House(SettableClock(self.origin - timedelta(days=1)))
        self._hours(house)
        late = max(self.size.cases // 10, 1)
        for _number in range(self.size.cases - late):
            self._case(house, self.origin - timedelta(seconds=self.random.randrange(20, 50)))
        night = Night(self.origin, _database_now(), (timedelta(hours=6) / timedelta(seconds=1)) / self.size.seconds)
        size = self.size
        with herded(START, night.as_text(), size.workers, size.kills, self.seed, DATABASE_URL=self.url) as herd:
            self._while_it_passes(house, night, late)
            until(lambda: not _waiting(night), self.size.patience)
            killed = ended(herd)
        after = night.end + LEASE
        while deliver(at=after, sender=Takes(), limit=500):
            pass  # what those had in hand who were killed
        kept = passes.run(night.end, whole=True, watch=lambda: 0)  # the night stands still, however long this takes
        assert kept
        return Outcome(kept, killed, Event.objects.filter(kind="rung.reached").count())

    def _hours(self, house: House) -> None:
        """A team that works at night, with a boundary in the hour that is there twice or not at all."""
        ada = house.actor("ada")
        at = house.clock.now()
        week = same_every_day(*blocks("00:00-02:30", "02:45-09:00", "22:00-24:00"))
        kept = keep(Plan("Night", "Europe/Berlin", week, date(2026, 1, 1)), by=ada, at=at)
        choices.choose((ChosenFor.ORGANISATION, str(choices.EVERYBODY)), kept.calendar, by=ada, at=at)

    def _case(self, house: House, at: Any) -> None:
        """Somebody raises a case, and within a minute it may be some moves on its way."""
        house.clock.at = at
        random = self.random
        case = house.raised(
            random.choice(["tess", "carl"]), danger=random.choice([Danger.NONE] * 4 + [Danger.RISK]),
            impact=random.choice(list(Impact)), urgency=random.choice(list(Urgency)),
            reasons=frozenset({random.choice([Reason.UNRESOLVED_ON_SITE, Reason.MISSING_PART])}),
        )  # fmt: skip
        later = at + timedelta(minutes=random.choice([10, 45, 180]))
        step = NewStep("Looked", StepResult.NO_EFFECT)
        moves: list[Callable[[], object]] = [
            lambda: house.offer(case, random.choice(["sana", "lena", ""])),
            lambda: house.accept(case, "lena", minutes=random.choice([15, 30, 60])),
            lambda: cases.begin_wait(
                [case], reason=random.choice([WaitReason.PART, WaitReason.CUSTOMER]), until=later, what="K7",
                **house.once("lena"),
            ),
            lambda: cases.book_visit([case], visit=NewVisit(later, later + timedelta(hours=1)), **house.once("lena")),
            lambda: cases.try_step([case], step=step, **house.once("lena")),
        ]  # fmt: skip
        for move in moves[: random.randrange(len(moves) + 1)]:
            house.clock.advance(timedelta(seconds=2))
            try:
                move()
            except MoveRefused:
                return

    def _while_it_passes(self, house: House, night: Night, late: int) -> None:
        """More is raised, and once the database restarts under everybody."""
        at = sorted(self.random.random() for _number in range(late))
        restart_at = self.random.uniform(0.2, 0.6)
        for share in at:
            if restart_at and share > restart_at:
                self.restart()
                restart_at = 0
            until(lambda share=share: _share(night) >= share, self.size.seconds * 3)
            self._raise(house, night)
        if restart_at:
            self.restart()

    def _raise(self, house: House, night: Night) -> None:
        house.clock.at = night.at(_database_now())
        house.raised("carl", impact=Impact.HIGH)


@dataclass(frozen=True)
class Outcome:
    """What the auditor says, how many workers died amid their work, and how many rungs were reached."""

    kept: Pass
    killed: int
    rungs: int

    def __str__(self) -> str:
        said = self.kept
        return (
            f"{said.cases} cases, {self.rungs} rungs, {self.killed} workers killed: lost {said.lost} of "
            f"{said.expected}, doubled {said.doubled}, early {said.early}, silent {said.silent}, "
            f"overdue {said.overdue}, broken {said.broken}, late {said.late}"
        )


def _database_now() -> Any:
    """The moment by the database, as soon as it answers."""

    def asked() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                return cursor.fetchone()[0]
        except DatabaseError:
            connection.close()
            return None

    return until(asked, 60)


def _share(night: Night) -> float:
    """How much of the night is over."""
    return (night.at(_database_now()) - night.origin) / (night.end - night.origin)


def _waiting(night: Night) -> bool:
    """Whether the night goes on, or something is due yet."""
    now = night.at(_database_now())
    return now < night.end or bool(queries.alarms_due(now, 1))


def until(true: Callable[[], Any], patience: float) -> Any:
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, "it did not come to an end"
        _PAUSE.wait(0.05)
    return found
