"""What another system says of a job that may raise a case: visits, answers, parts, the customer's word; kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.core.words import VisitResult
from backline.jobs.models import Job, Visit
from tests.fakes.house import House
from tests.fakes.imported import DATA, imported

pytestmark = pytest.mark.django_db


def written(tmp_path: Path, text: str, mapping: str = "") -> tuple[Path, Path]:
    lines, said = tmp_path / "jobs.csv", tmp_path / "jobs.toml"
    lines.write_text(text, encoding="utf-8")
    said.write_text(mapping, encoding="utf-8")
    return lines, said


def test_the_example_of_another_system_is_kept_with_its_words_and_a_second_run_changes_nothing() -> None:
    report, flaws = imported(DATA / "visits.csv", "visits.toml")
    assert ((report.new, report.refused), flaws) == ((6, 0), [])
    job = Job.objects.get(reference="B-2003")
    [visit] = Visit.objects.filter(job=job)
    assert (visit.result, visit.moved, job.fault_code, job.unsafe) == (VisitResult.UNRESOLVED, 0, "E42", False)
    assert Job.objects.get(reference="B-2005").unsafe
    assert Job.objects.get(reference="B-2006").rating == 1
    again, _none = imported(DATA / "visits.csv", "visits.toml")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 6)


def test_a_later_window_counts_as_put_off_and_a_column_that_says_how_often_wins(house: House, tmp_path: Path) -> None:
    head = "reference,title,opened_at,site,visit_from_at,visit_to_at,rescheduled\n"
    job = "LIB-J1,Lift stands still,2026-11-20 10:00,LIB-1"
    moved = []
    for window in ("2026-11-24 08:00,2026-11-24 10:00,", "2026-11-25 08:00,2026-11-25 10:00,",
                   "2026-11-25 07:00,2026-11-25 10:00,", "2026-11-26 08:00,2026-11-26 10:00,5"):  # fmt: skip
        lines, _said = written(tmp_path, f"{head}{job},{window}\n")
        assert imported(lines)[1] == []
        moved.append(Visit.objects.get(job=house.job).moved)
    assert moved == [0, 1, 1, 5]


@pytest.mark.parametrize(
    ("columns", "values", "said"),
    [
        ("rating", "9", "A rating is a number from 1 to 5."),
        ("rating", "-1", "“-1” is no whole number up to 1000."),
        ("rescheduled", "٣", "“٣” is no whole number up to 1000."),
        ("unsafe", "perhaps", "“perhaps” is none of yes, no; the mapping's words can say which of them it is."),
        ("visit_result", "ok", "“ok” is none of done, unresolved, not_made; the mapping's words can say which"),
        ("visit_from_at,visit_to_at", "2026-11-24 10:00,2026-11-24 08:00", "It must be later than its beginning."),
        ("visit_started_at,visit_ended_at", "2026-11-24 10:00,2026-11-24 10:00", "It must be later"),
        ("fault_code", "E" * 41, "At most 40 characters"),
        ("part", "P" * 201, "At most 200 characters"),
        ("part_at", "soon", "“soon” is no date and time"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_column_and_nothing_of_the_line_is_kept(
    house: House, tmp_path: Path, columns: str, values: str, said: str
) -> None:
    lines, _mapping = written(
        tmp_path, f"reference,title,opened_at,site,{columns}\nJ-9,Hums,2026-11-20 10:00,LIB-1,{values}\n"
    )
    report, [flaw] = imported(lines)
    assert (report.new, report.refused, flaw.column in columns.split(",")) == (0, 1, True)
    assert said in flaw.said
    assert not Job.objects.filter(reference="J-9").exists()
    assert not Visit.objects.exists()


def test_several_visits_of_a_job_are_told_apart_by_their_numbers(house: House, tmp_path: Path) -> None:
    head = "reference,title,opened_at,site,visit,visit_from_at,visit_to_at,visit_result\n"
    job = "LIB-J1,Lift stands still,2026-11-20 10:00,LIB-1"
    for visit in ("1,2026-11-20 12:00,2026-11-20 13:00,not_made", "2,2026-11-21 12:00,2026-11-21 13:00,unresolved"):
        lines, _said = written(tmp_path, f"{head}{job},{visit}\n")
        assert imported(lines)[1] == []
    found = Visit.objects.filter(job=house.job).order_by("reference")
    assert [(visit.reference, visit.result) for visit in found] == [("1", "NOT_MADE"), ("2", "UNRESOLVED")]


def test_a_job_that_is_opened_again_is_open_here_too(house: House, tmp_path: Path) -> None:
    head = "reference,title,opened_at,site,done_at,reopened\nLIB-J1,Lift stands still,2026-11-20 10:00,LIB-1"
    lines, _said = written(tmp_path, f"{head},2026-11-21 10:00,\n")
    imported(lines)
    assert Job.objects.get(reference="LIB-J1").done_at
    lines, _said = written(tmp_path, f"{head},,1\n")
    imported(lines)
    job = Job.objects.get(reference="LIB-J1")
    assert (job.done_at, job.reopened) == (None, 1)
