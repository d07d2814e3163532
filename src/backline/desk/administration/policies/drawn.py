"""A ladder drawn over time: its rungs as stairs, the hours in which nothing counts, and a table that says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases import wording
from backline.cases.ladders import CANDIDATE, OWNER, TECHNICIAN, Drawn, Heard
from backline.core.counting import Elapsed
from backline.core.policy import Recipients, Whose

WIDTH, STAIR = 1000, 24
"""The drawing is so wide, and each stair so high, in units of its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: when, how long after the start, who hears, and in whose place where nobody was there."""

    at: datetime
    after: str
    waits: str
    names: str
    role: str
    instead_of: str
    again: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """One ladder as it is shown, and when it is due, where it ever is; what is drawn is in units of the drawing."""

    name: str
    hours: str
    due_at: datetime | None
    agreed: bool
    starts_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...]
    height: int
    stairs: str
    dots: str
    closed: tuple[tuple[str, str], ...]
    due: str


def pictures(found: Iterable[Drawn]) -> list[Picture]:
    """The ladders as they are shown."""
    return [_picture(one) for one in found]


def _picture(one: Drawn) -> Picture:
    start = one.clock.started_at
    whole = max((one.ends_at - start).total_seconds(), 1)

    def x(moment: datetime) -> float:
        return min(max((moment - start).total_seconds() / whole, 0), 1) * WIDTH

    height = STAIR * len(one.heard)
    places = [(x(heard.step.at), height - STAIR * number) for number, heard in enumerate(one.heard)]
    stairs = " ".join(f"H{across:.1f} V{bottom - STAIR // 2}" for across, bottom in places)
    return Picture(
        name=str(wording.CLOCKS[one.clock.name]),
        hours=_hours(one),
        due_at=one.clock.due_at if one.clock.asks else None,
        agreed=one.agreed,
        starts_at=start,
        ends_at=one.ends_at,
        lines=tuple(_line(heard, start) for heard in one.heard),
        height=height,
        stairs=f"M0 {height} {stairs}",
        dots=" ".join(f"M{across:.1f} {bottom - STAIR // 2}h.01" for across, bottom in places),
        closed=tuple((f"{x(span.from_at):.1f}", f"{x(span.to_at) - x(span.from_at):.1f}") for span in one.closed),
        due=f"{x(one.clock.due_at):.1f}" if one.clock.asks else "",
    )


def _hours(one: Drawn) -> str:
    if not one.clock.asks:
        return _("All time counts, from the moment on at which what is lost passes a threshold, as long as it lasts.")
    if one.clock.whose is not Whose.ELAPSED and isinstance(one.clock.counting.hours, Elapsed):
        return _("All time counts, for no working hours were chosen.")
    said = {
        Whose.ELAPSED: _("All time counts."),
        Whose.CONTRACT: _("It counts in the hours of the contract."),
        Whose.TEAM: _("It counts in the hours of the team."),
        Whose.CUSTOMER: _("It counts in the hours of the customer."),
    }
    return said[one.clock.whose]


def _waits(whose: Whose) -> str:
    """In whose hours a step waits, where all time does not count."""
    return {
        Whose.ELAPSED: "",
        Whose.CONTRACT: _("its wait counts in the hours of the contract"),
        Whose.TEAM: _("its wait counts in the hours of the team"),
        Whose.CUSTOMER: _("its wait counts in the hours of the customer"),
    }[whose]


def _line(heard: Heard, start: datetime) -> Line:
    passed, chosen = (heard.step.at - start).total_seconds(), heard.chosen
    own = {
        OWNER: wording.ROLES[Recipients.ASSIGNEE], TECHNICIAN: wording.ROLES[Recipients.TECHNICIAN],
        CANDIDATE: wording.ROLES[Recipients.CANDIDATE],
    }  # fmt: skip
    names = [str(own.get(name, name)) for name in heard.names]
    return Line(
        at=heard.step.at,
        after=_("%(span)s after it began") % {"span": wording.duration(passed)} if passed >= 60 else _("at once"),
        waits="" if heard.step.repeat else _waits(heard.wait_in),
        names=", ".join(names),
        role=str(wording.ROLES[chosen.role]) if heard.names and heard.names[0] not in own else "",
        instead_of=str(wording.ROLES[chosen.instead_of]) if chosen.instead_of else "",
        again=bool(heard.step.repeat),
    )
