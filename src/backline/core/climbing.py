"""The part of the fold that is about climbs: how far each has come, and what it holds until somebody is on call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backline.core.case import Case, Climb, Held, Jumped
from backline.core.events import Event, moment
from backline.core.words import ClockName


def reached(case: Case, event: Event) -> Case:
    """A rung acted, at its moment or ahead of it; what is held stays so until another is, or somebody is told."""
    data = event.data
    clock, _, _ = data["climb"].rpartition(":")
    goes_back = data["clock"] == ClockName.IMPACT  # a correction may give one back that another had taken over from
    earlier = {name: climb for name, climb in case.climbs.items() if goes_back or name.rpartition(":")[0] != clock}
    before = case.climbs.get(data["climb"])
    jumps, held = (before.jumps, before.held) if before else ((), None)
    if event.kind == "rung.jumped":
        jumps = (*jumps, Jumped(data["rung"], event.recorded_at))
    climb = Climb(data["rung"], data["repeat"], jumps, event.recorded_at, _held(data) or held)
    return replace(case, climbs={**earlier, data["climb"]: climb})


def covered(case: Case, event: Event) -> Case:
    """What was held was told, or waits on for a later shift; how far the climb has come stays as it is."""
    name = event.data["climb"]
    climb = replace(case.climbs[name], held=_held(event.data))
    return replace(case, climbs={**case.climbs, name: climb})


def _held(data: Mapping[str, Any]) -> Held | None:
    """What the event holds back; those from before named who was next, and his letter waited."""
    if "held_until" not in data or data["told"]:
        return None
    return Held(data["rung"], data["repeat"], moment(data, "held_until"))
