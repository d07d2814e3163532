"""What an audit finds, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

GRACE = timedelta(seconds=60)
"""So late an effect may be before it counts as missing, or as late."""


class What(StrEnum):
    """What is wrong with an effect, or with a case."""

    LOST = "LOST"
    DOUBLED = "DOUBLED"
    EARLY = "EARLY"
    SILENT = "SILENT"
    OVERDUE = "OVERDUE"
    BROKEN = "BROKEN"
    LATE = "LATE"


WRONG = (What.LOST, What.DOUBLED, What.EARLY, What.SILENT, What.OVERDUE, What.BROKEN)
"""All but what came late and says so itself."""


class Found(NamedTuple):
    """One thing found: which effect, when it should have been or was, whether it is so still, by how many seconds."""

    what: What
    effect: str
    at: datetime
    still: bool = False
    seconds: int = 0


@dataclass(slots=True)
class Verdict:
    """What was found about one case up to its last event, and when something is to be seen of it next at the latest.

    `expected` counts the effects that there should be, `returns` how often a team got it again.
    """

    case: str
    seq: int
    head: bytes
    goes_on: bool = True
    next_at: datetime | None = None
    expected: int = 0
    returns: int = 0
    found: list[Found] = field(default_factory=list)
