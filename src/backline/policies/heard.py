"""Whether somebody hears in time, whatever a policy says: no ladder keeps everybody in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from django.utils.translation import gettext as _

from backline.core.policy import Rung, Whose
from backline.core.words import ClockName, Priority
from backline.policies.shapes import UNITS, Flaw, Flaws, Place, span_in_words

LONGEST = 31 * UNITS["d"]
"""So long at most somebody who accepted goes on without a sign, nobody hears again, a wait lasts in anybody's hours."""
OUTER = (ClockName.RESOLVE, ClockName.CONFIRM, ClockName.IMPACT)
"""The clocks whose first word may come later: others ask meanwhile, or nobody of ours has to act."""
MAY_REST = (*OUTER, ClockName.DOCUMENT)
"""The clocks that may count in somebody's hours at P1: of all others nobody would hear for a weekend."""
URGENT = (Priority.P1, Priority.P2)
"""The priorities at which somebody hears within a day, and again within a day of each word."""


def are_heard(found: dict[str, Any], at: Place, flaws: Flaws) -> None:
    """No ladder keeps everybody in silence, before its first word or after it: at P1 and P2 for no longer than a day.

    Every target counts here as if all time did; whether somebody's hours hold it is asked by `reach`. At P1 all time
    does count.
    """
    for clock, hours in found.get("counts_in", {}).items():
        if clock not in MAY_REST and hours.get(Priority.P1, Whose.ELAPSED) is not Whose.ELAPSED:
            said = _("At P1 nobody waits for anybody's hours: somebody would hear only when they open.")
            flaws.append(Flaw((*at, "counts_in", clock.value, Priority.P1.value), said))
    for place, said in _late(found):
        flaws.append(Flaw((*at, "ladders", *place), said))
    for clock, rungs in found["ladders"].items():
        silent = next(chain(_beyond(rungs, clock, found), _silences(rungs, clock, found)), None)
        if silent:
            place, said = silent
            flaws.append(Flaw((*at, "ladders", clock.value, *place), said))


def _late(found: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """The first words that come too late: about a loss, and about a case that something holds though it might end."""
    impact, confirm = (found["ladders"][clock] for clock in (ClockName.IMPACT, ClockName.CONFIRM))
    if impact[0].wait > 0:
        yield ("IMPACT", "rungs", 1, "wait"), _("What is lost is told at once, for it may be told otherwise soon.")
    for priority in Priority:
        if _moments(confirm, ClockName.CONFIRM, priority, found)[0] > _goes(ClockName.CONFIRM, priority, found):
            said = _("At %(priority)s it comes after the due moment. By then somebody hears what still holds the case.")
            yield ("CONFIRM", "rungs", 1), said % {"priority": priority}
            return


def _beyond(rungs: Sequence[Rung], clock: ClockName, found: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """The rungs of a ladder that come more than a year after its start, with the sentence that says so."""
    for priority in Priority:
        for number, moment in enumerate(_moments(rungs, clock, priority, found), 1):
            if moment > UNITS["d"] * 365:
                said = _("At %(priority)s it comes more than a year after the start. Let the rungs come sooner.")
                yield ("rungs", number), said % {"priority": priority}


def _silences(rungs: Sequence[Rung], clock: ClockName, found: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """The gaps of a ladder in which nobody hears for too long, each where it ends, with the sentence that says so."""
    for priority in Priority:
        urgent = priority in URGENT and clock is not ClockName.IMPACT
        longest = UNITS["d"] if urgent else LONGEST
        begin: list[tuple[Place, int]] = [((), 0)] if urgent and clock not in OUTER else []
        sure = _sure(rungs, _moments(rungs, clock, priority, found))
        gaps = [(place, at - before) for (_place, before), (place, at) in pairwise([*begin, *sure])]
        for place, gap in (*gaps, (("every",), rungs[-1].every)):
            if gap > longest:
                said = _("At %(priority)s nobody hears for %(long)s. Tell somebody within %(most)s.")
                most = _("a day") if urgent else span_in_words(longest)
                yield place, said % {"priority": priority, "long": span_in_words(gap), "most": most}


def _sure(rungs: Sequence[Rung], moments: Sequence[int]) -> Iterator[tuple[Place, int]]:
    """The rungs by which somebody hears for sure, with their moments: one that is held may wait for the next shift."""
    for number, (rung, moment) in enumerate(zip(rungs, moments, strict=True), 1):
        if not rung.hold:
            yield ("rungs", number), moment


def _goes(clock: ClockName, priority: Priority, found: dict[str, Any]) -> int:
    """How long a clock goes; 0 where that is agreed case by case."""
    goes = found["leases"] if clock is ClockName.PROGRESS else found["targets"].get(clock, {})
    return int(goes.get(priority, 0))


def _moments(rungs: Sequence[Rung], clock: ClockName, priority: Priority, found: dict[str, Any]) -> list[int]:
    """How long after its start each rung of a clock comes; a day holds eight hours of anybody's; P1 waits for none."""
    moments, goes, holds = [0], _goes(clock, priority, found), 1 if priority is Priority.P1 else 3
    for rung in rungs:
        before = moments[-1] if rung.share is None else int(rung.share * goes)
        wait = rung.wait if rung.wait_in is Whose.ELAPSED else holds * rung.wait
        moments.append(max(moments[-1], before + wait))
    return moments[1:]
