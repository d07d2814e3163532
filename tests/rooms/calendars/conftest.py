"""Feeds as text, and who keeps calendars."""

from __future__ import annotations

import os
import pathlib

import pytest

from backline.core.words import Actor, ActorKind, Role


@pytest.fixture
def ada() -> Actor:
    return Actor(ActorKind.PERSON, "ada", frozenset({Role.ADMINISTRATOR}), name="Ada")


@pytest.fixture
def found_in_public() -> list[pathlib.Path]:
    shared = pathlib.Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    folder = shared / "data" / "ics"
    if not folder.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    return sorted(folder.glob("*/*.ics"))
