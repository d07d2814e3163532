"""`backline recompute`: how far it is, how much moved, and with `--check` only what differs."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.conf import settings

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.cases.recomputed import changes, waiting
from backline.config import recomputing
from backline.config.cli_data import recompute
from backline.core.words import ClockName
from tests.fakes.browser import signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_recompute import almost_never, recomputed
from tests.rooms.cases.test_recompute_race import beside


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
    moment = "2026-11-%d 18:00 UTC"
    lines = told.out.splitlines()
    assert lines[0].startswith("All clocks, because somebody asked for it, 2")
    assert lines[1] == "Cases looked at: 1. Clocks moved: 1."
    assert lines[2].startswith(f"  {reference}, The resolution: was due {moment % 22}, is due {moment % 23}; next 2")
    assert "Max will be told that it is late: The resolution" in lines[2], "who is told next"
    assert lines[3].endswith(f"/administration/recomputes/{changes()[0].id}")
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


def test_the_change_that_it_followed_is_told_with_what_moved_and_the_address_of_its_page(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [house.raised(**P3) for _ in range(recomputing.MOST_TOLD + 1)]
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    assert recompute(check=False) == 0
    said = capsys.readouterr().out
    first, second = said.split("All clocks, because somebody asked for it")
    assert first.startswith("Office chosen for the organisation, by Ada, 2026-11-20 18:00 UTC\nCases looked at: 21.")
    assert first.count("is due") == recomputing.MOST_TOLD, "the first of them"
    reference = Case.objects.get(id=min(cases))
    assert f"{reference}, Route it: was due 2026-11-20 19:00 UTC, is due 2026-11-23 08:00 UTC; next 2" in first
    assert f"All of it: {settings.BACKLINE_URL}/administration/recomputes/{changes()[1].id}\n" in first
    assert "Clocks moved: 0." in second
    assert "The change before" not in said
    assert recompute(check=False) == 0
    again, ended = capsys.readouterr().out, changes()[1].ended_at
    assert ended
    moment = f"{ended:%Y-%m-%d %H:%M} UTC"
    assert again.startswith(f"The change before, done by {moment} and not by this command:\nAll clocks")
    assert again.count("The change before") == 1
    assert again.count("All clocks, because") == 2


class Heard(StringIO):
    """What is written to it, and whether anybody was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = threading.Event()

    def write(self, text: str, /) -> int:
        if "Waiting for" in text:
            self.waits.set()
        return super().write(text)


def test_while_somebody_still_writes_it_says_whom_it_waits_for_and_so_does_the_page(
    fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, heard = House(clock), Heard()
    house.raised(**P3)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    page = f"/administration/recomputes/{changes()[0].id}"
    monkeypatch.setattr(sys, "stderr", heard)
    with psycopg.connect(fresh_database, application_name="<slow> import") as slow:
        slow.execute("SELECT pg_current_xact_id()")
        worker = beside(lambda: recompute(check=False))
        assert heard.waits.wait(60)
        said = words(signed_in("ada").get(page))
        assert signed_in("carl").get(page).status_code == 403
        session = slow.info.backend_pid
    worker.join(60)
    assert not worker.is_alive()
    told = heard.getvalue()
    assert told.count("Waiting for") == 1, "it is said once"
    assert f"Waiting for session {session} of the database (<slow> import), which has been writing since 20" in told
    assert f"session {session} of the database (<slow> import), since" in said
    assert "What was recomputed is kept" in said
    assert waiting() is None
    assert "session" not in words(signed_in("ada").get(page)).split("</h1>")[1]


def test_a_case_that_somebody_holds_is_named_while_all_others_are_recomputed(
    fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, heard = House(clock), Heard()
    case, *_others = (house.raised(**P3) for _ in range(3))
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    page, reference = f"/administration/recomputes/{changes()[0].id}", house.view(case).line.reference
    cases.recompute(at=house.clock.now())
    monkeypatch.setattr(sys, "stderr", heard)
    with psycopg.connect(fresh_database, application_name="<slow> click") as slow:
        slow.execute("SELECT id FROM cases_case WHERE id = %s FOR UPDATE", [case])
        worker = beside(lambda: recompute(check=False))
        assert heard.waits.wait(60)
        said = words(signed_in("ada").get(page))
        session, going = slow.info.backend_pid, waiting()
    worker.join(60)
    assert not worker.is_alive()
    assert going
    assert going.looked == 2
    told = heard.getvalue()
    assert told.count("Waiting for") == 1, "it is said once"
    holder = f"session {session} of the database (<slow> click)"
    assert f"Waiting for case {reference}, which is held by {holder} since 20" in told
    assert f"It waits for case {reference}, which somebody holds: {holder}, since" in said
    assert waiting() is None
    assert recompute(check=True) == 0
