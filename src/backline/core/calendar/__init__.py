"""Working time: when a place is open, how much of a span counts, and when an amount of it is over.

**A moment is open when the wall clock at the place, at that moment, lies in an open block.** That is the whole rule: an
hour that the clock skips does not exist, one that it repeats counts both times, a boundary inside the skipped hour is
the moment of the change.

Spans are half-open, `[from_at, to_at)`. An amount that ends exactly at closing ends at closing, not at the next
opening; counted back, one that ends exactly at an opening ends at the opening, not at the closing before. No amount at
all ends where it began. Answers are exact to the microsecond and in UTC; they reach from 1900 to the end of 2199.
"""

from backline.core.calendar._fault import CalendarRefused
from backline.core.calendar._history import History, Pieced, Stretch, Version, full_second
from backline.core.calendar._hours import Hours, Span
from backline.core.calendar._value import Block, Calendar, OtherHours, same_every_day
from backline.core.calendar._zone import FIRST_YEAR, LAST_YEAR, Change, changes, zone_of

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Block",
    "Calendar",
    "CalendarRefused",
    "Change",
    "History",
    "Hours",
    "OtherHours",
    "Pieced",
    "Span",
    "Stretch",
    "Version",
    "changes",
    "full_second",
    "same_every_day",
    "zone_of",
]
