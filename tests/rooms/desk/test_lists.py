"""Lists at the desk: a page that nobody gave out is a page all the same."""

from __future__ import annotations

import pytest

from tests.fakes.browser import signed_in
from tests.fakes.house import House


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "x", ""])
def test_a_page_of_a_list_at_the_end_of_time_is_a_page(house: House, moment: str) -> None:
    carl = signed_in("carl")
    assert carl.get("/queue", {"after": f"{moment}~x"}).status_code == 200
    assert carl.get("/outgoing", {"after": f"{moment}_{'0' * 32}"}).status_code == 200
