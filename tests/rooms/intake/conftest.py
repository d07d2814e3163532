"""A case of which Sana has been told, for the tests of what she answers; mails that go out, and where answers go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.answered import SANA, mobile
from tests.fakes.house import House
from tests.fakes.mails import Kept


@pytest.fixture
def case(house: House) -> str:
    """A case that Sana is offered, of which she has been told by a letter and by a text."""
    mobile(house, "sana", SANA)
    found = house.raised()
    house.offer(found)
    house.tick()
    return found


@pytest.fixture
def reply_to(settings: Any) -> None:
    """Answers go to an address that takes the sign of a letter."""
    settings.BACKLINE_MAIL_REPLY_TO = "cases@localhost"


@pytest.fixture
def post(house: House) -> Kept:
    """A mail server that takes everything."""
    return Kept()
