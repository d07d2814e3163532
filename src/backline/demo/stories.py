"""What goes wrong in the demo, read from `stories/*.toml`: one story for each fault code of each kind of asset."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from backline.cases.operations import NewStep
from backline.core.words import Danger, Impact, Reason, StepResult, Urgency

KINDS = ("lift", "escalator", "heating", "medical")


@dataclass(frozen=True, slots=True)
class Story:
    """One fault and all that people say of it, with gaps such as `{floor}` in the texts."""

    kind: str
    code: str
    fault: str
    reason: Reason
    danger: Danger
    impact: Impact
    urgency: Urgency
    title: str
    summary: str
    words: str
    steps: tuple[tuple[str, str, str, str, int], ...]
    work: tuple[tuple[str, str, str, str, int], ...]
    notes: tuple[str, ...]
    update: str
    part: str
    cause: str
    fix: str
    conditions: str = ""
    lifted_on: str = ""
    evidence: str = ""
    fits: tuple[str, ...] = ()

    def fits_to(self, asset_name: str) -> bool:
        """Whether it may happen to an asset of this name."""
        return not self.fits or asset_name.startswith(self.fits)


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as it was at one asset, with its gaps filled."""

    story: Story
    gaps: Mapping[str, str]

    def text(self, name: str) -> str:
        """One of its texts."""
        return self.filled(getattr(self.story, name))

    def filled(self, text: str) -> str:
        """Any text with gaps."""
        return text.format_map(self.gaps)

    def tried(self) -> tuple[NewStep, ...]:
        """What the technician tried before he raised it."""
        return tuple(self._step(step) for step in self.story.steps)

    def worked(self, number: int) -> NewStep:
        """What its owner tried, one after the other; the last one stands for all that follow."""
        return self._step(self.story.work[min(number, len(self.story.work) - 1)])

    def _step(self, step: tuple[str, str, str, str, int]) -> NewStep:
        action, tool, reading, result, minutes = step
        return NewStep(self.filled(action), StepResult(result), tool, self.filled(reading), minutes)


@cache
def stories(kind: str) -> tuple[Story, ...]:
    """All stories of a kind of asset."""
    text = resources.files("backline.demo").joinpath("stories", f"{kind}.toml").read_text(encoding="utf-8")
    return tuple(_story(kind, told) for told in tomllib.loads(text)["story"])


def _story(kind: str, told: dict[str, Any]) -> Story:
    values = {
        "reason": Reason(told["reason"]),
        "danger": Danger(told.get("danger", Danger.NONE)),
        "impact": Impact(told["impact"]),
        "urgency": Urgency(told["urgency"]),
        "steps": tuple(tuple(step) for step in told["steps"]),
        "work": tuple(tuple(step) for step in told["work"]),
        "notes": tuple(told["notes"]),
        "fits": tuple(told.get("fits", ())),
    }
    return Story(kind=kind, **{**told, **values})
