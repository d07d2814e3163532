"""The working-time cases of three peers' own test suites, to the second."""

from __future__ import annotations

import csv
import json
import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backline.core.calendar import Block, Calendar, CalendarRefused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def vectors() -> list[dict[str, str]]:
    path = Path(os.environ.get("BACKLINE_SHARED") or "../shared") / "data" / "calendar" / "vectors.csv"
    if not path.exists():
        pytest.skip(f"no shared data at {path.resolve()}: set BACKLINE_SHARED")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def calendar(row: dict[str, str]) -> Calendar:
    """The hours of a case; holidays are days of every year."""
    hours = json.loads(row["hours"])
    week = tuple(tuple(Block(minutes(start), minutes(end)) for start, end in hours.get(day, ())) for day in DAYS)
    holidays = {
        date.fromisoformat(f"{year}-{day}") for day in json.loads(row["holidays"]) for year in range(2010, 2030)
    }
    return Calendar(row["tz"], week, (), frozenset(holidays))


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def moment(text: str) -> datetime:
    """`2015-02-17 12:00:00 Europe/Berlin`, or with an offset at the end."""
    wall, _, zone = text.rpartition(" ")
    if zone[0] in "+-":
        return datetime.fromisoformat(wall + zone)
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.shared_data
def test_every_vector_to_the_second() -> None:
    rows, wrong = vectors(), []
    for row in rows:
        try:
            if row["op"] == "add_working_time":
                found = str(calendar(row).after(moment(row["start"]), int(row["amount_seconds"])).timestamp())
                right = str(moment(row["expected"]).timestamp())
            else:
                found = str(calendar(row).between(moment(row["start"]), moment(row["end"])).total_seconds())
                right = str(float(row["expected"]))
        except CalendarRefused as error:
            found, right = str(error), "an answer"
        if found != right:
            wrong.append(f"{row['id']} {found} instead of {right}")
    assert wrong == []
    assert len(rows) == 76
