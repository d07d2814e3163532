"""Homes for real installations, and one trial that several tests look at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.installation import Installation


def _home() -> Path:
    """A folder that others may pass through, with a short path, for a socket's path is short."""
    place = Path(tempfile.mkdtemp(prefix="bl-", dir="/tmp"))
    place.chmod(0o711)
    return place


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of this test's own, which is not there yet."""
    place = _home()
    yield place / "home"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def trial() -> Iterator[Installation]:
    """`backline up --try` on a fresh home, running."""
    place = _home()
    running = Installation(place / "home").start()
    yield running
    running.kill()
    shutil.rmtree(place, ignore_errors=True)
