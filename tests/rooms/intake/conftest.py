"""A case of which Sana has been told, for the tests of what she answers."""

from __future__ import annotations

import pytest

from tests.fakes.answered import SANA, mobile
from tests.fakes.house import House


@pytest.fixture
def case(house: House) -> str:
    """A case that Sana is offered, of which she has been told by a letter and by a text."""
    mobile(house, "sana", SANA)
    found = house.raised()
    house.offer(found)
    house.tick()
    return found
