"""Asks three other libraries the questions of bench/clock.py; run by it in an environment of their own."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from types import FrameType
from typing import Any

import businesstimedelta
import pytz
from business_duration import businessDuration
from django_bizcal.calendars.working import WorkingCalendar
from django_bizcal.providers import SetHolidayProvider

Ask = Callable[[float, float], float]
LIMIT = 15
LOADING = 60
"""So many seconds a library may take in its first call, which loads what it needs."""
BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a peer raises where it has no answer."""


def moment(second: float) -> datetime:
    """An aware moment."""
    return datetime.fromtimestamp(second, UTC)


def business_time_delta(task: dict[str, Any]) -> dict[str, Ask]:
    """Rules that step from one working day to the next."""
    zone, holidays = pytz.timezone(task["zone"]), [date.fromisoformat(day) for day in task["holidays"]]
    start, end = wall(task["from"]), wall(task["to"] % 24)
    rules = [businesstimedelta.WorkDayRule(start, end, task["days"], tz=zone)]
    if holidays:
        rules.append(businesstimedelta.HolidayRule(holidays, tz=zone))
    hours = businesstimedelta.Rules(rules, tz=zone)

    def amount(seconds: float) -> Any:
        return businesstimedelta.BusinessTimeDelta(hours, seconds=seconds)

    return {
        "between": lambda first, last: hours.difference(moment(first), moment(last)).timedelta.total_seconds(),
        "after": lambda first, seconds: (moment(first) + amount(seconds)).timestamp(),
        "before": lambda first, seconds: (moment(first) - amount(seconds)).timestamp(),
    }


def business_duration(task: dict[str, Any]) -> dict[str, Ask]:
    """One function over naive moments of the wall clock, which its caller makes."""
    zone, holidays = pytz.timezone(task["zone"]), [date.fromisoformat(day) for day in task["holidays"]]
    start, end = wall(task["from"]), wall(task["to"] % 24)
    weekend = [day for day in range(7) if day not in task["days"]]

    def local(second: float) -> datetime:
        return datetime.fromtimestamp(second, zone).replace(tzinfo=None)

    def between(first: float, last: float) -> float:
        return float(businessDuration(local(first), local(last), start, end, weekend, holidays, unit="sec"))

    return {"between": between}


def bizcal(task: dict[str, Any]) -> dict[str, Ask]:
    """A calendar that walks from day to day and remembers the windows of each."""
    block: Any = (wall(task["from"]), wall(task["to"] % 24))
    block = (*block, 1) if task["to"] > 24 else block
    hours = WorkingCalendar(
        tz=task["zone"],
        weekly_schedule={day: [block] for day in task["days"]},
        holiday_provider=SetHolidayProvider({date.fromisoformat(day) for day in task["holidays"]}),
    )
    return {
        "between": lambda first, last: hours.business_time_between(moment(first), moment(last)).total_seconds(),
        "after": lambda first, seconds: hours.add_business_time(moment(first), timedelta(seconds=seconds)).timestamp(),
        "before": lambda last, seconds: hours.add_business_time(moment(last), timedelta(seconds=-seconds)).timestamp(),
    }


PEERS = {"businesstimedelta": business_time_delta, "business-duration": business_duration, "django-bizcal": bizcal}


def hung(_signal: int, _frame: FrameType | None) -> None:
    """A question that is not answered for seconds never will be."""
    raise TimeoutError


def answer(ask: Ask, pairs: list[tuple[float, float]]) -> tuple[float, list[float | None]]:
    """How long all took, and what each gave, nothing where it failed; no more is asked after a hang, or too long."""
    warm(ask, *pairs[0])
    found: list[float | None] = []
    begun = time.perf_counter()
    for one, other in pairs:
        signal.alarm(3)
        try:
            found.append(ask(one, other))
        except TimeoutError:
            found.append(None)
            break
        except BROKEN:
            found.append(None)
        if time.perf_counter() - begun > LIMIT:
            break
    signal.alarm(0)
    return time.perf_counter() - begun, found


def warm(ask: Ask, one: float, other: float) -> None:
    """Ask once before anything is counted: what a library loads in its first call is no answer."""
    signal.alarm(LOADING)
    with suppress(TimeoutError, *BROKEN):
        ask(one, other)


def main() -> None:
    """Tasks come in, answers go out, as JSON."""
    signal.signal(signal.SIGALRM, hung)
    tasks = json.load(sys.stdin)
    answers = [
        {
            name: {verb: answer(ask, task["asked"][verb][: task["most"][name]]) for verb, ask in make(task).items()}
            for name, make in PEERS.items()
        }
        for task in tasks
    ]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
