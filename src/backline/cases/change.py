"""What one transaction does to one case: the row, the case before and after, and the events between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backline.cases.models import Case as Row
from backline.core.case import Case
from backline.core.events import Event
from backline.core.watch import Watched


@dataclass(frozen=True, slots=True)
class Change:
    """One case that has changed, with the texts that were said, by what stands for them in its events.

    `was` is None where it has just been raised.
    """

    row: Row
    was: Watched | None
    now: Watched
    events: Sequence[Event]
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> Case | None:
        """The case as it was."""
        return self.was.case if self.was else None

    @property
    def case(self) -> Case:
        """The case as it is."""
        return self.now.case

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return self.events[-1].recorded_at
