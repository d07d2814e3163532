"""What the auditor keeps of one case while it reads: what goes on, since when, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backline.core.words import ClockName, Priority, State
from backline.engine.auditor.beside import Beside, Since

OVER = (State.CLOSED, State.WITHDRAWN)


@dataclass(slots=True)
class Record:
    """One case, read event by event; `lost` is what was said to be lost, each time anew, since it goes on.

    `ruled` says since which event each clock runs by other rules. `limits` is how long waits might stop the resolution
    by the rules that it had before, each until a moment;
    `handed_on` are the teams that gave it back or handed it on, `returns` how often one of these got it again.
    """

    state: State
    policy: str
    priority: Priority
    technician: str
    entered: Since
    opened: Since
    turned: int = 0
    ruled: dict[ClockName, int] = field(default_factory=dict)
    team: str = ""
    person: str = ""
    lease: Since | None = None
    lease_until: datetime | None = None
    lease_span: timedelta = timedelta()
    stretched: bool = False
    promise: Since | None = None
    promise_by: datetime | None = None
    said: Since | None = None
    wrote: Since | None = None
    answer_by: datetime | None = None
    answered: Since | None = None
    owed: Since | None = None
    call: Since | None = None
    call_by: datetime | None = None
    gate_opened: int = 0
    stop: Since | None = None
    debt: Since | None = None
    owes: bool = False
    beside: dict[str, Beside] = field(default_factory=dict)
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    limits: list[tuple[datetime, Mapping[str, int]]] = field(default_factory=list)
    lost: list[tuple[Since, Mapping[str, Any]]] = field(default_factory=list)
    handed_on: set[str] = field(default_factory=set)
    returns: int = 0

    def going_on(self, *clocks: ClockName) -> list[tuple[str, Beside]]:
        """What of these kinds has not ended."""
        return [(name, one) for name, one in self.beside.items() if one.clock in clocks and one.over is None]
