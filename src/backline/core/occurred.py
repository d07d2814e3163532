"""When something was so on site: what a device may say of it, and what is not believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.core.lifecycle import MoveRefused, Refusal

SKEW = timedelta(minutes=1)
"""So far a device's clock may be ahead of ours before what it says is not believed."""
OLDEST = timedelta(days=30)
"""So long a report may have lain on a device before it reached us."""


def believed(said: datetime | None, at: datetime, what: str, *, opened: datetime | None = None) -> datetime:
    """The moment at which it was so, by the device; now where it says none.

    Raises `MoveRefused` for one without a zone, one that lies ahead, and one before the case was `opened` (or, for a
    report that opens one, longer ago than a report may lie on a device). A clock a little ahead of ours says now.
    """
    if said is None:
        return at
    if said.tzinfo is None:
        raise MoveRefused(Refusal.NOT_THEN, what, ("ZONE",))
    if said > at + SKEW:
        raise MoveRefused(Refusal.NOT_THEN, what, ("AHEAD",))
    if said < (opened or at - OLDEST):
        raise MoveRefused(Refusal.NOT_THEN, what, ("BEFORE_THE_CASE" if opened else "LONG_AGO",))
    return min(said, at)
