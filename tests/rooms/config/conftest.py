"""Homes for real installations, and one that is set up and that several tests look at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import new_home
from tests.fakes.installation import Browser, Installation

FOUNDING = {
    "organisation": "Harbour Lifts",
    "zone": "Europe/Lisbon",
    "name": "Ada",
    "email": "ada@harbour.example",
    "password": "a long enough one",
}


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of this test's own, which is not there yet."""
    place = new_home()
    yield place / "home"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def set_up() -> Iterator[Installation]:
    """`backline up` on a fresh home, running, and set up by its link."""
    place = new_home()
    running = Installation(place / "home", settings={"BACKLINE_WORKERS": "2"}).start()
    link = re.search(r"/set-up/\S+", running.said)
    assert link, running.said
    assert Browser(running.well().address).send(link.group(), **FOUNDING)[0] == 200
    yield running
    running.kill()
    shutil.rmtree(place, ignore_errors=True)
