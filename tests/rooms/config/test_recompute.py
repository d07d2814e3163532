"""`backline recompute`: how far it is, how much moved, and with `--check` only what differs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases.models import Alarm, Case
from backline.config.cli_data import recompute
from backline.core.words import ClockName
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, calendar, chosen
from tests.rooms.cases.test_recompute import almost_never, recomputed


def test_a_clock_that_differs_is_named_and_mended(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    case = house.raised(**P3)
    assert recompute(check=True) == 0
    assert capsys.readouterr().out == "All is as the calendars give it.\n"
    wrong = Alarm.objects.filter(case=case, clock=ClockName.RESOLVE)
    right = wrong.get().due_at
    wrong.update(due_at=right - timedelta(days=1))
    assert recompute(check=True) == 1
    said = capsys.readouterr().out
    reference = house.view(case).line.reference
    assert said.startswith(f"{reference}, RESOLVE: due 2026-11-22 18:00:00+00:00, by the calendars 2026-11-23 18:00")
    assert said.endswith("\nClocks that are not what the calendars give: 1.\n")
    assert wrong.get().due_at != right, "a check writes nothing"
    assert recompute(check=False) == 0
    told = capsys.readouterr()
    assert told.err.endswith("Recomputing: 100 %\n")
    assert told.out == "Cases looked at: 1. Clocks moved: 1.\n"
    assert wrong.get().due_at == right
    assert recompute(check=True) == 0


def test_a_clock_that_cannot_be_counted_is_named(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.raised(**P3)
    recomputed(house)
    almost_never(house, office)
    assert recompute(check=True) == 1
    said = capsys.readouterr().out
    reference = str(Case.objects.get(id=case))
    assert f"{reference}, RESOLVE: due " in said
    assert "by the calendars it cannot be counted: they have too little working time" in said
    assert said.endswith("\nClocks that are not what the calendars give: 2.\n")
