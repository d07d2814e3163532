"""A flood: cases of which many hear at once, by gateways that are ill, from workers that die amid it."""

from __future__ import annotations

import signal
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db.models import Min, Q
from django.test import override_settings

from backline.cases import operations as cases
from backline.cases import queries
from backline.channels import operations as channels
from backline.channels.models import Notice
from backline.channels.notices import LIVE_STATES, Channel, NoticeState
from backline.channels.push import subscription
from backline.channels.push.wired import public_key
from backline.channels.queries import unreported_failures
from backline.channels.twilio.account import Account
from backline.channels.webhook import address as webhooks
from backline.config.wiring import Wired
from backline.core.words import Impact, Role, Urgency
from backline.engine.auditor import passes
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from backline.people.operations import ContactForm, PersonForm
from tests.fakes.cast import job_at
from tests.fakes.clock import SettableClock
from tests.fakes.gateway import ACCOUNT, TOKEN
from tests.fakes.house import PASSWORD, House
from tests.soak.chaos import until
from tests.soak.couriers import START, Wall
from tests.soak.flaky import Book, Dice, Flaky, FlakyGateway, FlakyMailServer, FlakyPushService, FlakyReceiver, Words
from tests.soak.herd import ended, herded
from tests.soak.judged import Judged, judged

OURS = "+4930901820"
CREW = {"kim": "", "lou": "M", "mia": "M", "ned": "W", "ola": "P", "pat": "WPM"}
"""Coordinators, and how they are reached before mail: a mobile by texts and calls, a program, a browser."""
LOOK = timedelta(minutes=1)
"""So late an alarm is looked at at most, as long as cases are open."""


@dataclass(frozen=True)
class Flow:
    """How much of everything.

    One waits for an answer with so many seconds of `patience`, and a case `lasts` so many minutes at most.
    """

    notices: int
    workers: int
    kills: int
    patience: float
    wave: int
    lasts: int


@dataclass
class Flood:
    """One flood, the same for a seed but for who comes first."""

    flow: Flow
    seed: int
    url: str
    origin: datetime
    random: Random = field(init=False)
    open: list[tuple[datetime, str]] = field(default_factory=list)
    called_back: dict[Any, int] = field(default_factory=dict)
    left: set[Any] = field(default_factory=set)
    killed: int = 0

    def __post_init__(self) -> None:
        self.random, self.clock, self.words = Random(self.seed), SettableClock(self.origin), Words()
        self.dice, self.book = Dice(Random(self.seed)), Book(self.clock.now)

    def run(self) -> Judged:
        """Let it come, have everybody get well, and ask the auditor and the gateways' own book."""
        with ExitStack() as night:
            self._listens(night)
            night.enter_context(override_settings(BACKLINE_GATEWAYS=frozenset({"127.0.0.1"})))
            self._furnished()
            self.wall = Wall(Path(night.enter_context(tempfile.TemporaryDirectory())) / "wall")
            self.wall.move(self.clock.now())
            said = (self.wall.path, self.flow.patience, self.flow.workers, self.seed)
            own = {"DATABASE_URL": self.url, "BACKLINE_SMTP_URL": self.mail.url, "BACKLINE_GATEWAYS": "127.0.0.1"}
            self.herd = night.enter_context(herded(START, *said, **own))
            self._comes()
            self.dice.well = True
            while self._next() is not None:
                self._goes_on(5 * LOOK, longest=timedelta(days=1))
            killed = ended(self.herd)
        kept = passes.run(self.clock.now(), whole=True, watch=lambda: 0)
        assert kept
        return judged(kept, killed, self.book, self.called_back)

    def _listens(self, night: ExitStack) -> None:
        before = Wired.clock
        night.callback(lambda: setattr(Wired, "clock", before))
        Wired.clock = self.clock
        flaky = Flaky(self.dice, self.book, self.words)
        self.gateway = night.enter_context(FlakyGateway(flaky))
        self.receiver = night.enter_context(FlakyReceiver(flaky))
        self.service = night.enter_context(FlakyPushService(flaky))
        self.mail = night.enter_context(FlakyMailServer(flaky))

    def _furnished(self) -> None:
        """A house with many coordinators and customers, and all channels on."""
        self.house = House(self.clock)
        ada, at = self.house.actor("ada"), self.clock.now()
        for channel in (Channel.SMS, Channel.VOICE):
            account = Account(ACCOUNT, OURS, self.gateway.base)
            channels.keep_setup(channel, account, TOKEN, is_on=True, by=ada, at=at)
        channels.keep_push(is_on=True, by=ada, at=at)
        channels.switch(Channel.WEBHOOK, is_on=True, by=ada, at=at)
        for number, (name, ways) in enumerate(CREW.items()):
            form = PersonForm(name.title(), f"{name}@example.org", (Role.COORDINATOR,), password=PASSWORD)
            self.house.persons[name] = people.keep_person(form)
            for way in reversed(ways):
                people.put_first(str(self._reached(name, way, number).id), by=self.house.actor(name))
        Address.objects.update(proved_at=at)
        tess = self.house.persons["tess"]
        self.jobs = [
            job_at(f"House {number}", f"H{number}", contact, technician=tess, at=at)
            for number in range(12)
            for contact in [people.keep_contact(ContactForm(f"Customer {number}", f"c{number}@example.net"))]
        ]

    def _reached(self, name: str, way: str, number: int) -> Address:
        """One more way to somebody."""
        by = self.house.actor(name)
        if way == "M":
            return people.add_address(AddressKind.MOBILE, f"+49151123456{number:02}", by=by)
        if way == "W":
            place = webhooks.read(f"{self.receiver.base}/of/{name}")
            return people.add_address(AddressKind.WEBHOOK, place.shown, sealed=place.sealed, by=by)
        place = subscription.read(self.service.registered(public_key()).gives)
        return people.add_browser(place.shown, place.sealed, "Chrome", by=by, at=self.clock.now())

    def _comes(self) -> None:
        """Cases are raised minute by minute, and each is withdrawn after some; until there are notices enough."""
        enough = False
        while not enough or self.open:
            for _number in range(0 if enough else self.flow.wave):
                self._raised()
            self._withdrawn()
            self._goes_on(LOOK / 2, longest=LOOK)
            enough = enough or Notice.objects.count() >= self.flow.notices

    def _raised(self) -> None:
        impact, job = self.random.choice([Impact.MAJOR, Impact.MAJOR, Impact.HIGH]), self.random.choice(self.jobs)
        case = self.house.raised("carl", job=str(job.id), impact=impact, urgency=Urgency.HIGH)
        lasts = timedelta(minutes=self.random.randrange(2, self.flow.lasts))
        self.open.append((self.clock.now() + lasts, case))

    def _withdrawn(self) -> None:
        """Whose time is over; what is called back by it has not left until now, and never will."""
        over = [one for one in self.open if one[0] <= self.clock.now()]
        self.open = [one for one in self.open if one not in over]
        for _until, case in over:
            cases.withdraw([case], why="It runs again", **self.house.once("carl"))
            gone = Notice.objects.filter(case_id=case, state=NoticeState.CANCELLED).values_list("pk", flat=True)
            self.called_back |= dict.fromkeys(gone, next(self.book.places))

    def _goes_on(self, shortest: timedelta, *, longest: timedelta) -> None:
        """What is due is done, and then it is later."""
        self._until_done()
        now = self.clock.now()
        soonest = self._next() or now
        self.clock.at = min(max(soonest, now + shortest), now + longest)
        self.wall.move(self.clock.at)

    def _next(self) -> datetime | None:
        """When somebody must look at a notice again; None where all is over."""
        live = Notice.objects.filter(state__in=LIVE_STATES).aggregate(at=Min("next_try_at"))["at"]
        unheard = Notice.objects.aggregate(at=Min("receipt_by"))["at"]
        return min((at for at in (live, unheard) if at), default=None)

    def _until_done(self) -> None:
        """All that is due is done, but for what those had in hand who died."""
        under_way: set[Any] = set()
        since = time.monotonic()

        def done() -> bool:
            nonlocal under_way, since
            self._kill()
            sending = Notice.objects.filter(state=NoticeState.SENDING).values_list("pk", "attempts")
            now = set(sending) - self.left
            if now != under_way:
                under_way, since = now, time.monotonic()
            if now and time.monotonic() - since < 3 * self.flow.patience:
                return False
            self.left |= now
            return self.words.are_said and not self._is_due()

        until(done, 120)

    def _kill(self) -> None:
        """A worker dies each time that so many more messages are taken."""
        wanted = len(self.book.taken) * self.flow.kills // self.flow.notices
        if self.killed < min(wanted, self.flow.kills):
            self.herd.send_signal(signal.SIGUSR1)
            self.killed += 1

    def _is_due(self) -> bool:
        now = self.clock.now()
        due = Q(state__in=LIVE_STATES, next_try_at__lte=now, held_at=None) | Q(receipt_by__lte=now)
        others = queries.alarms_due(now, 1) or unreported_failures(limit=1)
        return bool(others) or Notice.objects.filter(due).exists()
