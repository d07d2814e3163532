"""What can be planned as a rota: how much of it there may be, and what is wrong with one that cannot."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from backline.core.oncall import Layer

LONGEST_TURN = 366 * 24
MOST_PERSONS, MOST_LAYERS, MOST_HAND_OVER = 200, 20, 24 * 60


class Fault(StrEnum):
    """What is wrong with a schedule; `wording` makes the sentence."""

    NOBODY = "NOBODY"
    TOO_MANY = "TOO_MANY"
    BAD_TURN = "BAD_TURN"
    NO_HOURS = "NO_HOURS"


class ScheduleRefused(ValueError):
    """A schedule that cannot be; `layer` counts from 0."""

    def __init__(self, fault: Fault, layer: int = 0) -> None:
        self.fault, self.layer = fault, layer
        super().__init__(f"{fault} {layer}")


def judge(layers: Sequence[Layer]) -> None:
    """Raise `ScheduleRefused` for layers that cannot be planned together."""
    if len(layers) > MOST_LAYERS:
        raise ScheduleRefused(Fault.TOO_MANY)
    for number, layer in enumerate(layers):
        if fault := _fault(layer):
            raise ScheduleRefused(fault, number)


def _fault(layer: Layer) -> Fault | None:
    if not layer.persons:
        return Fault.NOBODY
    if len(layer.persons) > MOST_PERSONS:
        return Fault.TOO_MANY
    if not 1 <= layer.turn <= LONGEST_TURN or not 0 <= layer.hand_over < MOST_HAND_OVER:
        return Fault.BAD_TURN
    return Fault.NO_HOURS if layer.week and not any(layer.week) else None
