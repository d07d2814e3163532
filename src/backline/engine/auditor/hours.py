"""In whose hours the clocks of some cases count, as it was known at any moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backline.calendars import choices
from backline.calendars.choices import Choices
from backline.cases.audited import Place, Places
from backline.cases.terms import Terms
from backline.engine.auditor.clocks import Open, Running

SINCE = timedelta(minutes=10)
"""So long what is known of calendars may take to reach every clock, and whoever acts by the old is not wrong."""


@dataclass(slots=True)
class Known:
    """What was known of the calendars of some places; `learned` are the moments at which anything was.

    `cases` says where each case is and was.
    """

    cases: Mapping[str, Places]
    learned: Sequence[datetime]
    _chosen: dict[datetime, Choices] = field(default_factory=dict)

    def moments(self, at: datetime) -> list[datetime | None]:
        """The states of knowledge that held within the last minutes, the latest last; None for nothing known yet."""
        last = bisect_right(self.learned, at)
        first = bisect_right(self.learned, at - SINCE)
        return [self.learned[number - 1] if number else None for number in range(first, last + 1)]

    def places(self, case: str, at: datetime) -> tuple[Place, ...]:
        """Where it was around a moment; that a job is elsewhere reaches its clocks a little later than it is so."""
        return self.cases[case].between(at - SINCE, at + SINCE)

    def of(self, case: str, clock: Running, at: datetime) -> list[Open]:
        """The hours in which a clock and its rungs counted around a moment, by all that was known of them then."""
        if not clock.asks:
            return [{}]
        return [self.hours(place, clock, known) for known in self.moments(at) for place in self.places(case, at)]

    def hours(self, place: Place, clock: Running, known_at: datetime | None) -> Open:
        """The hours in which a clock and its rungs count at a place, by what was known; none where all time does."""
        if not clock.asks or known_at is None:
            return {}
        chosen = self._chosen.get(known_at)
        if chosen is None:
            subjects = {subject for places in self.cases.values() for one in places.all for _, subject in one}
            chosen = self._chosen[known_at] = choices.known(subjects, at=known_at)
        terms = Terms(chosen, place)
        found = {one: chosen.hours(terms.chain(one, clock.team, clock.opened_at)) for one in clock.asks}
        return {whose: hours for whose, hours in found.items() if hours}
