"""A home of its own for each test, and the people who send photos."""

from __future__ import annotations

import os
import pathlib
from datetime import UTC, datetime
from typing import Any

import pytest

from backline.core.words import Actor, ActorKind, Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: pathlib.Path) -> pathlib.Path:
    settings.BACKLINE_HOME = str(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def tess() -> Actor:
    return Actor(ActorKind.PERSON, "tess", frozenset({Role.TECHNICIAN}), name="Tess")


@pytest.fixture
def otto() -> Actor:
    return Actor(ActorKind.PERSON, "otto", frozenset({Role.TECHNICIAN}), name="Otto")


@pytest.fixture
def hostile() -> pathlib.Path:
    shared = pathlib.Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    folder = shared / "data" / "hostile" / "uploads"
    if not folder.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    return folder
