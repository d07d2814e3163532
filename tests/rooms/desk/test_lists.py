"""Lists at the desk: a page that nobody gave out is a page all the same."""

from __future__ import annotations

import pytest

from tests.fakes.browser import signed_in
from tests.fakes.house import House


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "x", ""])
def test_a_page_of_a_list_at_the_end_of_time_is_the_first(house: House, moment: str) -> None:
    carl, reference = signed_in("carl"), house.view(house.raised()).line.reference
    for place, after in (("/queue", f"{moment}~x"), ("/outgoing", f"{moment}_{'0' * 32}")):
        answer = carl.get(place, {"after": after})
        assert (answer.status_code, reference in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("place", "after"), [("/queue", "9999-01-01T00:00~x"), ("/outgoing", f"1999-01-01_{'0' * 32}")]
)
def test_a_moment_of_no_zone_is_no_place_in_a_list(house: House, place: str, after: str) -> None:
    reference = house.view(house.raised()).line.reference
    assert reference in signed_in("carl").get(place, {"after": after}).content.decode()
