"""What goes on beside the state of a record, and what the events of workarounds make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from backline.core.events import Event
from backline.core.words import ClockName

WORKAROUNDS = tuple(
    f"workaround.{how}" for how in ("offered", "proposed", "approved", "refused", "extended", "ended")
)  # fmt: skip
PROPOSED = "PROPOSED"
"""The reason of a workaround for which a manager is asked: nobody is told that it may be used."""


class Since(NamedTuple):
    """Since which event something is so: its number, when it was recorded, and when it was so on site."""

    seq: int
    at: datetime
    on_site: datetime


@dataclass(slots=True)
class Beside:
    """A wait, visit, workaround or review beside the state; `over` says when on site it ended."""

    clock: ClockName
    since: Since
    until: datetime | None = None
    reason: str = ""
    over: datetime | None = None


def turn_workarounds(beside: dict[str, Beside], event: Event, since: Since) -> None:
    """A customer has one workaround, and a manager one to judge: the next of a kind takes the place of the last."""
    name, what = event.data["id"], event.kind.removeprefix("workaround.")
    if what in ("refused", "ended"):
        beside[name].over = event.occurred_at
        return
    until = datetime.fromisoformat(event.data["until"])
    if what == "extended":
        beside[name].since, beside[name].until = since, until
        return
    reason = PROPOSED if what == "proposed" else ""
    _replace(beside, reason, event)
    beside[name] = Beside(ClockName.WORKAROUND, since, until, reason)


def _replace(beside: Mapping[str, Beside], reason: str, event: Event) -> None:
    for one in beside.values():
        if one.clock is ClockName.WORKAROUND and one.over is None and one.reason == reason:
            one.over = event.occurred_at
