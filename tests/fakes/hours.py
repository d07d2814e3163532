"""Calendars over HTTP: what somebody types into the form, looks at, and saves; and calendars made in one line."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.test import Client

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.core.calendar import Block, same_every_day
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.house import House

OFFICE = same_every_day(*blocks("08:00-18:00"), days=WEEKDAYS)
TYPED = {
    "name": "Office", "zone": "Europe/Berlin", "effective_on": "2026-11-20",
    **{f"day_{day}": "08:00-12:00, 13:00-17:00" for day in range(5)},
}  # fmt: skip
NEW = "/administration/calendars/new"


def calendar(house: House, name: str = "Office", week: tuple[tuple[Block, ...], ...] = OFFICE, **more: Any) -> str:
    """A calendar that Ada saved; its id."""
    plan = Plan(name, "Europe/Berlin", week, date(2026, 1, 1), **more)
    return keep(plan, by=house.actor("ada"), at=house.clock.now()).calendar


def chosen(house: House, kind: ChosenFor, subject: object, calendar_id: str) -> bool:
    """Ada chose it for somebody."""
    return choices.choose((kind, str(subject)), calendar_id, by=house.actor("ada"), at=house.clock.now())


def unseen(page: Any) -> dict[str, str]:
    """What a form carries unseen."""
    text = page.content.decode()
    found = {name: re.findall(f'name="{name}"(?: value="([^"]*)")?', text) for name in ("key", "looked", "seen")}
    return {name: values[0] for name, values in found.items() if values}


def looked(client: Client, address: str, **typed: Any) -> Any:
    """Open the form, fill it in, and look at what it would do."""
    return client.post(address, {**unseen(client.get(address)), **typed})


def saved(client: Client, address: str, page: Any, **typed: Any) -> Any:
    """Save what is on view."""
    return client.post(address, {**unseen(page), **typed, "save": "1"})


def kept(client: Client, **typed: Any) -> str:
    """A new calendar, looked at and saved; its id."""
    sent = TYPED | typed
    done = saved(client, NEW, looked(client, NEW, **sent), **sent)
    assert done.status_code == 302, done.content.decode()
    return str(done["Location"].rpartition("/")[2])


def edited(client: Client, calendar_id: str, **typed: Any) -> None:
    """Another version of a calendar, looked at and saved."""
    sent, address = TYPED | typed, f"/administration/calendars/{calendar_id}/edit"
    done = saved(client, address, looked(client, address, **sent), **sent)
    assert done.status_code == 302, done.content.decode()
