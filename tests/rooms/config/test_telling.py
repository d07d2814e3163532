"""What the command line tells of a case, however its reference is typed."""

from __future__ import annotations

import pytest

from backline.config.telling import Question, explained
from backline.config.trouble import Trouble
from tests.fakes.house import House


@pytest.mark.parametrize("typed", ["E-1001", "e-1001"])
def test_a_case_is_found_in_large_and_small_letters(house: House, typed: str) -> None:
    reference = house.view(house.raised()).line.reference
    at = "2026-11-20T19:30:00+01:00"
    assert explained(Question(typed.replace("1001", reference[2:]), at=at)) == explained(Question(reference, at=at))
    for unknown in ("e-999999", "e-", "e-x", "1001"):
        with pytest.raises(Trouble, match="There is no case"):
            explained(Question(unknown))
