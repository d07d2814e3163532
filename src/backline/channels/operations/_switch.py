"""The switch by which nothing leaves the whole installation: who threw it, why, and who threw it back."""

from __future__ import annotations

from datetime import datetime

from backline.channels.models import Pause
from backline.core.words import Actor


def pause(why: str, *, by: Actor, at: datetime) -> None:
    """Nothing leaves from now on; where it is paused already nothing changes."""
    Pause.objects.get_or_create(to_at=None, defaults={"from_at": at, "by": by.id, "why": why})


def resume(*, by: Actor, at: datetime) -> None:
    """What was kept meanwhile goes out; where nothing is paused nothing changes."""
    Pause.objects.filter(to_at=None).update(to_at=at, ended_by=by.id)
