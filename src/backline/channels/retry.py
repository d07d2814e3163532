"""Decides what to do after an attempt that did not succeed; a pure function that returns a value and sleeps never.

Delivery is at least once. An attempt whose outcome nobody knows (the connection was lost after the text had been
handed over) is repeated with the same Message-ID: for staff at once and up to four times, because twice beats silence;
for a customer once, because the mail servers on the way can recognise the repetition but people cannot. Where the
other side will say what became of it, a customer's is repeated only when it did not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backline.channels.notices import Audience, What

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=1)
MOST_URGENT = 2
PATIENT = timedelta(minutes=1)
"""Who asks for a longer wait than this is not waited for with what is urgent, where there is another way."""
MOST_UNKNOWN = {Audience.PERSON: 5, Audience.CONTACT: 2}


class GiveUp(StrEnum):
    """Why nothing more is tried."""

    REFUSED = "REFUSED"
    TOO_LONG = "TOO_LONG"
    MAYBE_ARRIVED = "MAYBE_ARRIVED"


@dataclass(frozen=True, slots=True)
class Tried:
    """What is known about a notice after an attempt that did not succeed; counts include that attempt.

    The other side may have asked us to `wait`, or says by then what became of an attempt that nobody knows of.
    """

    what: What
    audience: Audience
    attempts: int
    unknowns: int
    due_since: datetime
    wait: timedelta = timedelta()

    @property
    def waits(self) -> timedelta:
        """How long nothing is tried for that: not at all where one of ours may not have heard."""
        is_at_once = self.what is What.UNKNOWN and self.audience is Audience.PERSON
        return timedelta() if is_at_once else self.wait


def wait_after(attempts: int, *, jitter: float) -> timedelta:
    """Twice as long each time, up to a bound, spread by `jitter` in [0, 1) so that no crowd comes back at once."""
    doubled = FIRST_WAIT * int(2 ** min(max(attempts, 1) - 1, 10))
    return min(doubled, LONGEST_WAIT) * (0.75 + 0.5 * jitter)


def leaves(tried: Tried, decision: datetime | GiveUp) -> bool:
    """Whether another way is worth more than another try: what is urgent is tried twice on each."""
    return isinstance(decision, GiveUp) or tried.attempts >= MOST_URGENT or tried.waits > PATIENT


def decide(tried: Tried, *, at: datetime, jitter: float) -> datetime | GiveUp:
    """The moment of the next try, or why there is none."""
    if tried.what is What.FAILED_FOR_GOOD:
        return GiveUp.REFUSED
    if tried.what is What.UNKNOWN and tried.unknowns >= MOST_UNKNOWN[tried.audience]:
        return GiveUp.MAYBE_ARRIVED
    if at - tried.due_since >= GIVE_UP_AFTER:
        return GiveUp.TOO_LONG
    return at + max(wait_after(tried.attempts, jitter=jitter), min(tried.waits, LONGEST_WAIT))
