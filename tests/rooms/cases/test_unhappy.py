"""What a customer says of a job: heard once, heard anew when it is another word, and never put with another rating."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from backline.cases.found_words import words_of
from backline.cases.models import Case, Finding
from backline.jobs.models import Job
from tests.fakes.browser import send, signed_in, text
from tests.fakes.house import House
from tests.rooms.cases.test_triggers import look, tells


def names() -> list[str]:
    """What was heard of the customer, the first first."""
    return list(Finding.objects.filter(trigger="UNHAPPY").order_by("found_at", "id").values_list("name", flat=True))


def visited(house: House, **said: str) -> None:
    """Tess ends a visit with what the customer says of it."""
    house.clock.advance(timedelta(minutes=1))
    send(signed_in("tess"), f"/jobs/{house.job.id}/visit", result="UNRESOLVED", **said)
    look(house)


def heard(house: House) -> list[str]:
    """What the timeline of the case says of it."""
    [case] = Case.objects.all()
    page = text(signed_in("carl").get(f"/cases/{case.id}"))
    return re.findall(r"rated the work (\d) of 5", page)


def test_old_words_are_not_said_of_a_better_rating(house: House) -> None:
    visited(house, rating="1", remark="Awful")
    assert (names(), set(heard(house))) == (["1"], {"1"})
    visited(house, rating="4")
    assert (names(), set(heard(house))) == (["1"], {"1"}), "who is content by now says nothing that must be read"
    visited(house, rating="4", remark="The door squeaks")
    assert len(names()) == 2, "what he says now is read"
    assert set(heard(house)) == {"1", "4"}


def test_a_bad_rating_without_words_is_heard_without_the_old_ones(house: House, tmp_path: Path) -> None:
    tells(house, tmp_path, remark="The door squeaks")
    tells(house, tmp_path, rating=4)
    tells(house, tmp_path, rating=1)
    found = {one.name: one for one in Finding.objects.all()}
    said = words_of(found.values())
    assert {name: said[one.id] for name, one in found.items()} == {"remark": "The door squeaks", "1 2": ""}


def test_by_import_the_same_text_is_not_heard_anew_and_a_rating_that_falls_again_is(
    house: House, tmp_path: Path
) -> None:
    tells(house, tmp_path, rating=2, remark="Too late")
    assert names() == ["2"]
    tells(house, tmp_path, rating=2, remark="Too late")
    tells(house, tmp_path, rating=4, remark="Too late")
    assert names() == ["2"], "the same text with a better rating"
    tells(house, tmp_path, rating=2, remark="Too late")
    assert len(names()) == 2, "taken back, and said again"
    tells(house, tmp_path, rating=2, remark="Much too late")
    assert len(names()) == 3


def test_a_suggestion_at_whose_job_nobody_would_look_becomes_a_case_all_the_same(house: House, tmp_path: Path) -> None:
    tells(house, tmp_path, remark="Too late")
    Job.objects.update(look_at=None)
    house.clock.advance(timedelta(hours=3, minutes=59))
    look(house)
    assert not Case.objects.exists(), "there is time to judge it"
    house.clock.advance(timedelta(minutes=1))
    look(house)
    assert Case.objects.get().reasons == ["CUSTOMER_DISSATISFACTION"]
    assert [one.state for one in Finding.objects.all()] == ["RAISED"]
