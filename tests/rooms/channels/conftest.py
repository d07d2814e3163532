"""Data that only these tests need."""

from __future__ import annotations

import json
import os
import pathlib

import pytest


@pytest.fixture
def naughty() -> list[str]:
    shared = pathlib.Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    path = shared / "data" / "hostile" / "blns.json"
    if not path.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    strings: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return strings
