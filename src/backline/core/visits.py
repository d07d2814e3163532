"""What became of booked visits between two states of a case: called off, or given to somebody else."""

from __future__ import annotations

from backline.core.case import Case, Record
from backline.core.words import ClockName

CALLED_OFF = "CALLED_OFF"
"""How a visit ends that somebody called off."""
OFF = frozenset({CALLED_OFF, "RESOLVED", "WITHDRAWN", "CONFIRMED", "LAPSED"})
"""How a visit ends that nobody made; every other word is a commitment of what came of it."""


def called_off(before: Case | None, after: Case) -> tuple[Record, ...]:
    """The visits that are off since: by somebody's word, or because the case ended before them."""
    return tuple(visit for visit in _booked(before) if after.records[visit.id].ended in OFF)


def given_away(before: Case | None, after: Case) -> tuple[Record, ...]:
    """The visits, as they were booked, to which somebody else is to go now."""
    return tuple(visit for visit in _booked(before) if after.records[visit.id].person != visit.person)


def _booked(case: Case | None) -> tuple[Record, ...]:
    return case.running(ClockName.VISIT) if case else ()
