"""Working time beside three other libraries: same inputs, same run; how fast, and who is right where they differ."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from backline.core.calendar import Block, Calendar, same_every_day
from tests.core.calendars import counted

ROOT = Path(__file__).resolve().parents[1]
PEERS = ("businesstimedelta==1.0.1", "business-duration==0.68", "django-bizcal==0.13.0", "pytz")
VERBS = ("between", "after", "before")
Answers = dict[str, dict[str, tuple[float, list[float | None]]]]
"""By peer and verb: how long all took, and what each gave."""


@dataclass(frozen=True)
class Mix:
    """Questions about one calendar: each a moment, and a later moment or an amount."""

    name: str
    calendar: Calendar
    asked: dict[str, list[tuple[int, int]]]
    most: dict[str, int]

    def task(self) -> dict[str, Any]:
        """The same for the peers."""
        block = next(blocks[0] for blocks in self.calendar.week if blocks)
        return {
            "zone": self.calendar.zone,
            "from": block.start // 60,
            "to": block.end // 60,
            "days": [day for day, blocks in enumerate(self.calendar.week) if blocks],
            "holidays": sorted(day.isoformat() for day in self.calendar.holidays),
            "asked": self.asked,
            "most": self.most,
        }


def office(size: int) -> Mix:
    """Any moments of two years, 1 to 400 hours, Monday to Friday from nine to five, with holidays."""
    holidays = frozenset(date(year, month, day) for year in (2025, 2026) for month, day in ((1, 1), (5, 1), (12, 25)))
    calendar = Calendar("Europe/Berlin", same_every_day(Block(540, 1020), days=range(5)), (), holidays)
    chance, begin = random.Random(1), int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    starts = [begin + 60 * chance.randrange(700 * 24 * 60) for _ in range(size)]
    spans = [60 * chance.randrange(60, 400 * 60) for _ in range(size)]
    asked = {
        "between": [(start, start + span) for start, span in zip(starts, spans, strict=True)],
        "after": list(zip(starts, (span // 240 * 60 for span in spans), strict=True)),
        "before": list(zip(starts, (span // 240 * 60 for span in spans), strict=True)),
    }
    most = {"businesstimedelta": 1000, "business-duration": 10_000, "django-bizcal": 10_000}
    return Mix("office, 09:00 to 17:00", calendar, asked, most)


def nights(size: int) -> Mix:
    """Nights from 22:00 to 06:00 around the weekends on which the clock is changed."""
    calendar = Calendar("Europe/Berlin", same_every_day(Block(22 * 60, 30 * 60)))
    chance = random.Random(2)
    changes = [int(datetime(2026, month, day, 1, tzinfo=UTC).timestamp()) for month, day in ((3, 29), (10, 25))]
    starts = [chance.choice(changes) - 60 * chance.randrange(1, 36 * 60) for _ in range(size)]
    spans = [60 * chance.randrange(60, 48 * 60) for _ in range(size)]
    asked = {
        "between": [(start, start + span) for start, span in zip(starts, spans, strict=True)],
        "after": list(zip(starts, (span // 240 * 60 for span in spans), strict=True)),
        "before": list(zip(starts, (span // 240 * 60 for span in spans), strict=True)),
    }
    return Mix("nights when the clock changes", calendar, asked, dict.fromkeys(name_of_peers(), size))


def name_of_peers() -> list[str]:
    """The peers by name."""
    return [peer.partition("==")[0] for peer in PEERS[:3]]


def peers(mixes: list[Mix]) -> list[Answers]:
    """What the peers answer, in an environment of their own with the same Python."""
    uv, extra = ROOT / ".tools/uv/bin/uv", [part for peer in PEERS for part in ("--with", peer)]
    command = [uv, "run", "--no-project", "--quiet", "--python", sys.executable, *extra, "python"]
    tasks = json.dumps([mix.task() for mix in mixes])
    script, machine = (
        ROOT / "bench/clock_peers.py",
        os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"},
    )
    said = subprocess.run([*command, script], input=tasks, stdout=subprocess.PIPE, text=True, check=True, env=machine)
    answers = json.loads(said.stdout)
    for mix, found in zip(mixes, answers, strict=True):
        for name, verbs in found.items():
            if all(one is None for _took, given in verbs.values() for one in given):
                sys.exit(f"{mix.name}: {name} gave no answer at all, so nothing was compared.")
    return answers


def one_by_one(mix: Mix, verb: str) -> tuple[float, list[float]]:
    """Ours, as a case would ask: an aware moment in, a value out."""
    ask: Callable[[Any, Any], Any] = getattr(mix.calendar, verb)
    firsts = [datetime.fromtimestamp(first, UTC) for first, _ in mix.asked[verb]]
    seconds = [second for _, second in mix.asked[verb]]
    others: list[Any] = [datetime.fromtimestamp(one, UTC) for one in seconds] if verb == "between" else seconds
    begun = time.perf_counter()
    found = [ask(one, other) for one, other in zip(firsts, others, strict=True)]
    took = time.perf_counter() - begun
    return took, [one.total_seconds() if verb == "between" else one.timestamp() for one in found]


def as_array(mix: Mix, verb: str, size: int) -> float:
    """Ours, as a recompute would ask: so many questions of the mix in one array."""
    pairs = np.resize(np.array(mix.asked[verb], dtype=np.int64), (size, 2))
    np.random.default_rng(3).shuffle(pairs)
    ask: Callable[[Any, Any], Any] = getattr(mix.calendar, f"{verb}_all")
    begun = time.perf_counter()
    ask(pairs[:, 0], pairs[:, 1])
    return time.perf_counter() - begun


def differences(mix: Mix, verb: str, ours: list[float], theirs: list[float | None]) -> Iterator[tuple[bool, str]]:
    """Where a peer gives another answer: whether ours is right by the wall clock, and the question."""
    for (first, second), our, their in zip(mix.asked[verb], ours, theirs, strict=False):
        if their is None or abs(our - their) > 0.001:
            moment, found = datetime.fromtimestamp(first, UTC), timedelta(seconds=our)
            if verb == "between":
                holds = counted(mix.calendar, moment, datetime.fromtimestamp(second, UTC)) == found
            else:
                reached = datetime.fromtimestamp(our, UTC)
                span = (moment, reached) if verb == "after" else (reached, moment)
                holds = counted(mix.calendar, *span) == timedelta(seconds=second)
            yield holds, f"{verb} {moment:%Y-%m-%d %H:%M} {second}: {our:.0f}, not {their}"


def speed(mix: Mix, answers: Answers, size: int) -> None:
    """How many questions a second, one by one and as an array."""
    print(f"\n{mix.name}: questions a second\n{'':30} {'':12} {'ours one by one is':>20} {'ours as array is':>20}")
    for verb in VERBS:
        single, array = len(mix.asked[verb]) / one_by_one(mix, verb)[0], size / as_array(mix, verb, size)
        print(f"  {verb:8} {'Backline, array':20}{array:12,.0f}\n  {verb:8} {'Backline, one by one':20}{single:12,.0f}")
        for name, found in answers.items():
            if verb in found:
                rate = len(found[verb][1]) / found[verb][0]
                print(f"  {verb:8} {name:20}{rate:12,.0f} {single / rate:18,.0f} x {array / rate:18,.0f} x")


def right(mix: Mix, answers: Answers) -> None:
    """Where somebody answers otherwise, and what the wall clock says to that, minute by minute."""
    print(f"\n{mix.name}: answers that differ from ours")
    for verb in VERBS:
        ours = one_by_one(mix, verb)[1]
        for name, found in answers.items():
            if verb in found:
                other = list(differences(mix, verb, ours, found[verb][1]))
                judged = f"; by the wall clock ours is right in {sum(one for one, _ in other)}" if other else ""
                print(f"  {verb:8} {name:20} {len(other)} of {len(found[verb][1])}{judged}")
                print(*(f"{'':12}{text}\n" for _, text in other[:2]), sep="", end="")


def main() -> None:
    """Ask everybody, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="how many moments an array has")
    size = parser.parse_args().size
    mixes = [office(100_000), nights(400)]
    for mix in mixes:
        for verb in VERBS:
            one_by_one(mix, verb)
    found = peers(mixes)
    speed(mixes[0], found[0], size)
    for mix, answers in zip(mixes, found, strict=True):
        right(mix, answers)


if __name__ == "__main__":
    main()
