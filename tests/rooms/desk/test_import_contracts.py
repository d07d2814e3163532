"""Ada imports contracts: looked at first, errors by the line, hours counted by what they cover, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backline.calendars.models import Cover
from backline.calendars.words import ChosenFor
from backline.cases.models import Recompute
from backline.core.words import ClockName
from backline.jobs.models import Contract
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.lists import CONTRACTS, everything, figures, imported, looked, place
from tests.rooms.cases.test_hours import P3, due
from tests.rooms.cases.test_recompute import lawful, recomputed

HEAD = "Number;Customer;Name;Holds from;Until;Sites;Assets;Penalty\n"
GOOD = "C-1;Library;Repairs;2026-01-01;;;;\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("C-9;Nobody;Repairs;2026-01-01;;;;", "There is no customer Nobody, or more than one."),
        ("C-9;;Repairs;2026-01-01;;;;", "Fill this in."),
        ("C-9;Library;;2026-01-01;;;;", "Fill this in."),
        ("C-9;Library;Repairs;;;;;", "Holds from:</span> Fill this in."),
        ("C-9;Library;Repairs;1.1.2026;;;;", "Holds from:</span> Give a date such as 2026-12-01."),
        ("C-9;Library;Repairs;2026-02-30;;;;", "Give a date such as 2026-12-01."),
        ("C-9;Library;Repairs;20260101;;;;", "Give a date such as 2026-12-01."),
        ("C-9;Library;Repairs;0001-01-01;;;;", "Choose a day between the years 1900 and"),
        ("C-9;Library;Repairs;2026-01-01;2025-12-31;;;", "Until:</span> It cannot end before it begins."),
        ("C-9;Library;Repairs;2026-01-01;soon;;;", "Until:</span> Give a date such as 2026-12-01."),
        ("C-9;Library;Repairs;2026-01-01;;MUS-1;;", "Sites:</span> MUS-1: nothing of this name belongs to Library."),
        ("C-9;Library;Repairs;2026-01-01;;LIB-1, X;;", "Sites:</span> X: nothing of this name belongs to Library."),
        ("C-9;Library;Repairs;2026-01-01;;;MUS-L7;", "Assets:</span> MUS-L7: nothing of this name belongs to"),
        (f"{'9' * 101};Library;Repairs;2026-01-01;;;;", "At most 100 characters."),
        (f"C-9;Library;Repairs;2026-01-01;;;;{'5' * 501}", "At most 500 characters."),
        (";Library;Repairs;2026-01-01;;;;", "Fill this in."),
        ("C-0;Museum;Repairs;2026-01-01;;;;", "A contract stays with its customer; add another one"),
    ],
)
def test_a_bad_line_says_why_and_the_good_one_is_imported(house: House, line: str, said: str) -> None:
    ada = signed_in("ada")
    imported(ada, "contracts", HEAD + "C-0;Library;Repairs;2026-01-01;;;;\n")
    page = looked(ada, "contracts", f"{HEAD}{line}\n{GOOD}")
    assert figures(page) == (1, 0, 0, 1)
    assert said in words(page)
    assert ada.post(place(page)).status_code == 302
    assert sorted(Contract.objects.values_list("number", flat=True)) == ["C-0", "C-1"]


def test_a_line_that_stands_twice_is_refused(house: House) -> None:
    page = looked(signed_in("ada"), "contracts", HEAD + GOOD + GOOD)
    assert figures(page) == (1, 0, 0, 1)
    assert "C-1 stands in line 2 already." in words(page)


def test_a_change_says_what_and_undo_brings_back_what_was_covered(house: House) -> None:
    ada = signed_in("ada")
    imported(ada, "contracts", CONTRACTS)
    before, covers = everything(), set(Cover.objects.values_list("kind", "subject"))
    assert covers == {("ASSET", house.job.asset_id), ("SITE", house.job.site_id)}
    same = looked(ada, "contracts", "Number;Customer;Sites\nC-17;LIB;LIB-1;\n".replace(";\n", "\n"))
    assert figures(same) == (0, 0, 1, 0), "by its reference it is the same customer, and an empty cell says nothing"
    house.clock.advance(timedelta(minutes=1))
    page = looked(ada, "contracts", "Number;Name;Until;Penalty\nC-17;Basic;2027-06-30;None\n")
    assert figures(page) == (0, 1, 0, 0)
    assert "2027-06-30" in words(page)
    assert ada.post(place(page)).status_code == 302
    assert Contract.objects.get().name == "Basic"
    ends = Cover.objects.order_by("-id").values_list("to_at", flat=True)[0]
    assert ends == datetime(2027, 7, 1, tzinfo=UTC), "to the end of its last day at the place"
    house.clock.advance(timedelta(minutes=1))
    assert "Taken back" in words(ada.post(f"{place(page)}/undo", follow=True))
    assert everything() == before
    assert Cover.objects.order_by("-id").values_list("to_at", flat=True)[0] == datetime(2027, 1, 1, tzinfo=UTC)


def test_what_it_covers_counts_for_the_clocks_and_one_with_hours_stays(house: House) -> None:
    ada, office = signed_in("ada"), calendar(house)
    case, other = house.raised(**P3), house.raised(job=str(house.otto_job.id), **P3)
    address = imported(
        ada, "contracts", HEAD + "C-17;Library;Full service;2026-01-01;;;;\nC-18;Museum;None;2026-01-01;;;;\n"
    )
    house.clock.advance(timedelta(minutes=5))
    before, museum = due(case, ClockName.RESOLVE), due(other, ClockName.RESOLVE)
    chosen(house, ChosenFor.CONTRACT, Contract.objects.get(number="C-17").id, office)
    recomputed(house)
    assert due(case, ClockName.RESOLVE) > before
    assert due(other, ClockName.RESOLVE) == museum
    assert "counted in" in words(signed_in("carl").get(f"/cases/{case}"))
    page = words(ada.post(f"{address}/undo", follow=True))
    assert "C-17" in page
    assert "needed by now, so it stays" in page
    assert [one.number for one in Contract.objects.all()] == ["C-17"]
    recomputed(house)
    lawful()


def test_an_import_of_a_cover_that_had_hours_is_a_change_of_calendars(house: House) -> None:
    ada, office = signed_in("ada"), calendar(house)
    imported(ada, "contracts", HEAD + "C-17;Library;Full service;2026-01-01;2026-01-31;;;\n")
    chosen(house, ChosenFor.CONTRACT, Contract.objects.get().id, office)
    house.clock.advance(timedelta(minutes=5))
    case = house.raised(**P3)
    recomputed(house)
    before = due(case, ClockName.RESOLVE)
    imported(ada, "contracts", "Number;Until\nC-17;2027-12-31\n")
    assert Recompute.objects.filter(ended_at=None).exists()
    recomputed(house)
    assert due(case, ClockName.RESOLVE) > before
    lawful()


def test_it_is_ada_who_imports_contracts_and_nobody_else(house: House) -> None:
    for name in ("carl", "max", "tess", "sana"):
        client = signed_in(name)
        assert client.get("/administration/import/contracts").status_code == 403
        assert client.post("/administration/import/contracts", {"text": CONTRACTS}).status_code == 403
    assert "/administration/import/contracts" in words(signed_in("ada").get("/administration/contracts"))
    example = signed_in("ada").get("/administration/import/contracts/example.csv").content.decode()
    assert "Holds from" in example
    assert not Contract.objects.exists()
