"""Lists at the desk: a page that nobody gave out is a page all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases import queries
from backline.cases.queries import Wanted
from tests.fakes.browser import signed_in
from tests.fakes.house import House


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-20T18:00:00", "x", ""]
)
def test_a_page_of_a_list_at_the_end_of_time_is_a_page(house: House, moment: str) -> None:
    carl = signed_in("carl")
    assert carl.get("/queue", {"after": f"{moment}~x"}).status_code == 200
    assert carl.get("/outgoing", {"after": f"{moment}_{'0' * 32}"}).status_code == 200


def test_a_list_goes_on_after_its_last_line_and_leaves_none_out(house: House) -> None:
    carl, known = house.actor("carl"), {house.raised() for _ in range(3)}
    house.clock.advance(timedelta(minutes=1))
    known.add(house.raised())
    found, after = list[str](), None
    while lines := queries.queue(carl, Wanted(after=after, most=1)):
        [line] = lines
        assert line.due_at
        found.append(str(line.id))
        after = (line.due_at, str(line.id))
    assert (len(found), set(found)) == (4, known)
