"""What Tess lets Cleo do until it is repaired, said with her report."""

from __future__ import annotations

from typing import Any

import pytest

from backline.engine.auditor import passes
from backline.engine.models import Finding
from tests.fakes.browser import signed_in, words
from tests.fakes.forms import report
from tests.fakes.house import House

SAID = {
    "meanwhile": "Use the left lift",
    "limits": "Four persons at most",
    "until": "2026-11-22T10:00",
    "unsafe": "no",
}


def raised(house: House, **typed: Any) -> str:
    """Tess sends her report; the id of the case."""
    done = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(**SAID | typed))
    assert done.status_code == 302, words(done)
    return str(done.headers["Location"].rpartition("/")[2])


def told(house: House) -> list[str]:
    """What Cleo was told of it."""
    return [one.body for one in house.letters("Cleo") if "Use the left lift" in one.body]


def test_it_is_offered_with_the_report_and_the_customer_reads_it_once(house: House) -> None:
    tess, form = signed_in("tess"), report(**SAID)
    place = f"/jobs/{house.job.id}/raise"
    assert "Can they do something until it is repaired?" in words(tess.get(place))
    case = str(tess.post(place, form).headers["Location"].rpartition("/")[2])
    assert tess.post(place, form).status_code == 302, "sent twice"
    [body] = told(house)
    assert "Four persons at most" in body
    one = house.view(case).case.workaround
    assert one
    assert len(house.letters("Cleo")) == 2, "that more help was called, and what she can do"
    house.tick()
    passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what__in=("LATE", "OVERDUE")).exists()


@pytest.mark.parametrize("typed", [{"unsafe": "yes"}, {"danger": "RISK"}, {"reasons": ["SAFETY_RISK"]}])
def test_what_may_hurt_waits_for_a_manager_also_from_the_site(house: House, typed: dict[str, Any]) -> None:
    case = raised(house, **typed)
    assert house.view(case).case.proposed
    assert told(house) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("meanwhile", ""), ("limits", " "), ("until", ""), ("unsafe", ""), ("unsafe", "nonsense"),
        ("until", "2026-11-20T10:00"), ("until", "2027-11-20T10:00"),
    ],
)  # fmt: skip
def test_what_is_said_by_half_is_asked_for_and_raises_nothing_yet(house: House, name: str, typed: str) -> None:
    page = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(**SAID | {name: typed}))
    assert page.status_code == 422
    assert f'id="id_{name}_error"' in words(page)
    assert "It stands still" in words(page), "what was typed is kept"
    assert house.letters("Cleo") == []
    assert house.letters("Carl") == []


def test_whoever_says_nothing_of_it_raises_as_before(house: House) -> None:
    case = raised(house, **dict.fromkeys(SAID, ""))
    assert (house.view(case).case.workaround, house.view(case).case.proposed) == (None, None)


def test_added_to_an_open_case_it_goes_to_whoever_works_on_it(house: House) -> None:
    case = house.working()
    before = len(house.letters("Cleo"))
    done = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(**SAID | {"do": "add", "another": ""}))
    assert done.status_code == 302
    assert len(house.letters("Cleo")) == before
    page = words(signed_in("sana").get(f"/cases/{case}"))
    assert "What they could do meanwhile: Use the left lift" in page
    assert "Its limits: Four persons at most" in page
    assert house.view(case).case.workaround is None
