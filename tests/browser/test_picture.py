"""The picture in the README; `pytest tests/browser/test_picture.py --picture docs/picture.png` takes it again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from backline.cases import operations as cases
from backline.cases.operations import NewStep, NewVisit, NewWord
from backline.core.words import StepResult, ToldBy, WaitReason
from tests.fakes.stage import Stage

FRAME = (1440, 1020)
MOST_BYTES = 300_000


def in_the_middle_of_it(stage: Stage) -> str:
    """A case that Sana did not answer at once and works on now; its id."""
    house = stage.house
    case = house.raised(words="People are late for work", fault_codes=("E42",))
    stage.later(minutes=2)
    house.offer(case)
    stage.later(minutes=18)
    house.accept(case, minutes=120)
    stage.later(minutes=6)
    step = NewStep("Measured the coil of relay K7", StepResult.FAILED, "Multimeter", "0.2 V", 15)
    cases.try_step([case], step=step, **house.once("sana"))
    until = stage.later(minutes=1) + timedelta(hours=3)
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="Relay K7 from the store", **house.once("sana"))
    visit = NewVisit(until + timedelta(minutes=30), until + timedelta(minutes=90))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    stage.later(minutes=1)
    word = NewWord("We found the fault. The part is on its way.", until + timedelta(hours=1), ToldBy.MAIL)
    cases.tell_customer([case], word=word, **house.once("sana"))
    stage.later(minutes=20)
    return case


def test_the_case_page_fits_into_a_picture(stage: Stage, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    case = in_the_middle_of_it(stage)
    sana = stage.signed_in("sana", FRAME)
    sana.goto(f"/cases/{case}")
    expect(sana.get_by_role("heading", name="What if nobody does anything?")).to_be_in_viewport()
    file = Path(pytestconfig.getoption("--picture", default=None) or tmp_path / "picture.png")
    sana.screenshot(path=file)
    assert 20_000 < file.stat().st_size < MOST_BYTES
