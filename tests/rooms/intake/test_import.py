"""Imports: real outages give the known facts, every bad line says why, and a second run changes nothing."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from backline.intake.imports import Report
from backline.intake.mapping import Mapping
from backline.jobs import queries
from backline.jobs.models import Asset, Customer, Job, Site
from backline.look.sheet import Flaw, Unreadable
from backline.people.queries import Contact
from tests.fakes.asked import asked
from tests.fakes.house import House
from tests.fakes.imported import DATA, elevators, imported, imported_jobs, imported_outages

pytestmark = pytest.mark.django_db
HEADING = (
    "reference,title,opened_at,promised_at,done_at,technician,customer,site,asset,asset_type,contact,contact_name\n"
)
GOOD = "J-1,Lift hums,2026-11-20 10:00,2026-11-21,,,Hotel,H-1,H-L1,lift,hal@example.net,Hal\n"

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str | bytes, name: str = "jobs.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def figures(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


@pytest.mark.shared_data
def test_the_real_outages_give_the_known_facts() -> None:
    if not elevators().exists():
        pytest.skip(f"no shared data at {elevators()}: set BACKLINE_SHARED")
    report, flaws = imported_outages()
    assert (figures(report), flaws) == ((2034, 0, 0, 0), [])
    assert Asset.objects.count() == 271
    returned = Job.objects.exclude(done_at=None).exclude(promised_at=None)
    late = sum(job.done_at > job.promised_at for job in returned if job.done_at and job.promised_at)
    assert (returned.count(), late, Job.objects.filter(done_at=None).count()) == (2025, 304, 9)
    assert f"{late / returned.count():.4%}" == "15.0123%"
    again, _none = imported_outages()
    assert figures(again) == (0, 0, 2034, 0)


def test_our_own_jobs_with_semicolons_quotes_and_german_moments() -> None:
    report, flaws = imported(DATA / "jobs.csv", "jobs.toml")
    assert (figures(report), flaws) == ((20, 0, 0, 0), [])
    job = Job.objects.get(reference="A-1006")
    assert job.title == 'lift: says "out of order"; nobody knows why'
    assert job.opened_at.isoformat() == "2026-11-07T08:40:00+00:00"
    assert (Customer.objects.count(), Site.objects.count()) == (3, 3)
    contacts = queries.contacts_of_site(str(Site.objects.get(reference="MUS-C").id))
    assert [(contact.name, contact.email) for contact in contacts] == [("Otto", "otto@other.example")]
    again, _flaws = imported(DATA / "jobs.csv", "jobs.toml")
    assert figures(again) == (0, 0, 20, 0)
    assert Job.objects.filter(done_at=None).count() == 5


def test_some_job_is_there_for_the_film() -> None:
    job = imported_jobs()
    assert job.asset
    assert job.asset.type == "lift"


def test_a_dry_run_says_what_would_happen_and_changes_nothing(written: Written) -> None:
    path = written(HEADING + GOOD + "J-2,,2026-11-20,,,,Hotel,H-1,,,,\n")
    report, flaws = imported(path, dry=True)
    assert (figures(report), flaws) == ((1, 0, 0, 1), [Flaw(3, "title", "Fill this in.")])
    kept: tuple[type[Job | Site | Customer | Asset | Contact], ...] = (Job, Site, Customer, Asset, Contact)
    assert [model.objects.count() for model in kept] == [0] * 5
    assert figures(imported(path)[0]) == (1, 0, 0, 1)


def test_what_a_line_says_differently_is_changed_and_what_it_leaves_empty_stays(written: Written) -> None:
    imported(written(HEADING + GOOD))
    done = GOOD.replace("2026-11-21,,", ",2026-11-20 12:00,").replace("Lift hums", "Lift howls")
    assert figures(imported(written(HEADING + done))[0]) == (0, 1, 0, 0)
    job = Job.objects.get()
    assert (job.title, str(job.promised_at), str(job.done_at)) == (
        "Lift howls", "2026-11-21 00:00:00+00:00", "2026-11-20 12:00:00+00:00",
    )  # fmt: skip
    assert figures(imported(written(HEADING + done.replace("hal@", "HAL@").replace(",Hotel,", ",,")))[0]) == (
        0,
        0,
        1,
        0,
    )
    assert Contact.objects.count() == 1


BAD_LINES = {
    "J-1,A,yesterday,,,,C,S-1,,,,": ("opened_at", "“yesterday” is no date and time like 2026-11-24 14:30."),
    "J-1,A,0001-01-01 00:00+14:00,,,,C,S-1,,,,": ("opened_at", "is no date and time"),
    "J-1,A,,,,,C,S-1,,,,": ("opened_at", "Fill this in."),
    ",A,2026-11-20,,,,C,S-1,,,,": ("reference", "Fill this in."),
    "J-1,A,2026-11-20,,2026-11-19,,C,S-1,,,,": ("done_at", "It cannot be done before it was opened."),
    "J-1,A,2026-11-20,,,who@example.org,C,S-1,,,,": ("technician", "Nobody active has the address who@example.org."),
    "J-1,A,2026-11-20,,,carl@example.org,C,S-1,,,,": ("technician", "Carl is no technician."),
    "J-1,A,2026-11-20,,,,C,,,,,": ("site", "Name the site, or an asset that is known."),
    "J-1,A,2026-11-20,,,,,S-9,,,,": ("customer", "The site S-9 is not known; name its customer too."),
    "J-1,A,2026-11-20,,,,C,S-1,L-1,,,": ("asset_type", "The asset L-1 is not known; say its type too, such as lift."),
    "J-1,A,2026-11-20,,,,C,S-1,LIB-L7,lift,,": ("site", "The asset LIB-L7 is at the site LIB-1; move it there first"),
    "J-1,A,2026-11-20,,,,C,S-1,,,not-a-mail,": ("contact", "Enter an e-mail address such as"),
    "J-1,A,2026-11-20,,,,C,S-1,,,,Hal": ("contact", "a name alone reaches nobody"),
    "J-1,A,2026-11-20,,,,C,S-1,,": ("", "The line has 10 cells and the first line names 12 columns"),
    "J-1,A\0B,2026-11-20,,,,C,S-1,,,,": ("title", "A character was damaged or cannot be kept"),
    "J-1,A\ufffdB,2026-11-20,,,,C,S-1,,,,": ("title", "A character was damaged or cannot be kept"),
    f"{'J' * 101},A,2026-11-20,,,,C,S-1,,,,": ("reference", "At most 100 characters."),
    f"J-1,{'A' * 301},2026-11-20,,,,C,S-1,,,,": ("title", "At most 300 characters."),
    f"J-1,{'A' * 200_000},2026-11-20,,,,C,S-1,,,,": ("", "A field holds more than 131,072 characters"),
    f"J-1,A,2026-11-20,,,,{'C' * 101},S-1,,,,": ("customer", "At most 100 characters."),
}


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_says_why_and_the_others_are_kept(house: House, written: Written, line: str) -> None:
    before = (Site.objects.count(), Customer.objects.count(), Contact.objects.count())
    report, flaws = imported(written(f"{HEADING}\n{line}\n\n{GOOD.replace('J-1', 'J-2')}"))
    column, said = BAD_LINES[line]
    assert [(flaw.number, flaw.column) for flaw in flaws] == [(3, column)]
    assert said in flaws[0].said
    assert figures(report) == (1, 0, 0, 1)
    assert Job.objects.filter(reference="J-2").exists()
    assert (Site.objects.count(), Customer.objects.count(), Contact.objects.count()) == tuple(one + 1 for one in before)


def test_bad_lines_are_said_in_the_order_of_the_file_whoever_refuses_them(house: House, written: Written) -> None:
    lines = [
        "J-1,A,2026-11-20,,,who@example.org,C,S-1,,,,", "J-2,A,yesterday,,,,C,S-1,,,,",
        "J-3,A,2026-11-20,,,,C,,,,,", "J-4,A,2026-11-20,,,,C,S-1,,,,", "J-4,A,2026-11-20,,,,C,S-1,,,,",
    ]  # fmt: skip
    report, flaws = imported(written(HEADING + "\n".join(lines)))
    assert [flaw.number for flaw in flaws] == [2, 3, 4, 6]
    assert figures(report) == (1, 0, 0, 4)


def test_a_technician_is_known_by_mail_and_gets_the_job(house: House, written: Written) -> None:
    imported(written(HEADING + GOOD.replace(",,,Hotel", ",,TESS@example.org,Hotel")))
    assert [job.reference for job in queries.jobs_of(str(house.persons["tess"].id), at=house.clock.now())][-1:] == [
        "J-1"
    ]


def test_a_reference_that_stands_twice_is_kept_once(written: Written) -> None:
    report, flaws = imported(written(HEADING + GOOD + GOOD.replace("hums", "howls")))
    assert (figures(report), flaws) == ((1, 0, 0, 1), [Flaw(3, "reference", "J-1 stands in line 2 already.")])
    assert Job.objects.get().title == "Lift hums"


def test_an_open_quote_costs_its_own_lines_alone(written: Written) -> None:
    lines = [GOOD.replace("J-1", f"J-{number}") for number in range(2, 4000)]
    report, flaws = imported(written(HEADING + GOOD.replace("Lift hums", '"Lift hums') + "".join(lines)))
    assert flaws[0] == Flaw(
        2, "", "A field holds more than 131,072 characters; perhaps a quote before it is not closed."
    )
    assert report.new > 1000
    assert report.refused == len(flaws) <= 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_encodings_and_signs_between_columns_are_told_from_the_file(written: Written, encoding: str, sign: str) -> None:
    text = (HEADING + GOOD.replace("hums", "“brüllt”")).replace(",", sign).replace("\n", "\r\n")
    report, _flaws = imported(written(text.encode(encoding)))
    assert (figures(report), report.guessed) == ((1, 0, 0, 0), "cp1252" if encoding == "cp1252" else "")
    assert Job.objects.get().title == "Lift “brüllt”"


def test_a_moment_that_no_clock_shows_is_named(written: Written, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('zone = "Europe/Berlin"\n')
    report, flaws = imported(
        written(HEADING + GOOD.replace("2026-11-20 10:00", "2027-03-28 02:30")), str(tmp_path / "map.toml")
    )
    assert (report.new, flaws[0].column) == (0, "opened_at")
    assert flaws[0].said == "The clocks of Europe/Berlin skip “2027-03-28 02:30”, so it does not exist."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty, or its first line"),
        (b"\n\n", "is empty, or its first line"),
        (b"a,b\n1,2\n", "reference is to come from the column Order"),
        (gzip.compress(HEADING.encode() * 9)[:-9], "is packed and damaged"),
        (b"Order,Order\n1,2\n", "2 times"),
        (b"Order\n\x81\n", "cannot be read as UTF-8 or Windows-1252. Name its encoding in the mapping, such as utf-8"),
    ],
    ids=["empty", "blank", "other columns", "cut", "a column twice", "another encoding"],
)
def test_a_file_that_is_none_is_said_in_words(written: Written, content: bytes, said: str) -> None:
    written(b'[columns]\nreference = "Order"\n', "map.toml")
    path = written(content)
    with pytest.raises(Unreadable) as caught:
        imported(path, str(path.parent / "map.toml"))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("columns = 3", "says something of 3"),
        ("[columns]\nprice = 'Price'", "says something of price"),
        ("[constants]\nsite = 3", "says something of site"),
        ("colums = ''", "says something of colums"),
        ("zone = 'Berlin'", "must be a time zone"),
        ("zone = 3", "says something of zone"),
        ("date_format = '%d %z'", "Leave date_format out"),
        ("= nonsense", "is no TOML"),
        (b"zone = '\xff'", "it is not written in UTF-8; save it as that"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_said_in_words(written: Written, mapping: str | bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Mapping.read(written(mapping, "map.toml"))
    assert said in str(caught.value)


def test_many_lines_need_little_memory_and_few_queries(written: Written) -> None:
    lines = (
        GOOD.replace("J-1", f"J-{n}").replace("H-1", f"H-{n % 40}").replace("H-L1", f"H-L{n % 40}") for n in range(8000)
    )
    path = written(HEADING + "".join(lines))
    tracemalloc.start()
    with asked() as statements:
        report, _flaws = imported(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert figures(report) == (8000, 0, 0, 0)
    assert 0 < len(statements) < 8 * 20
    assert peak < 40_000_000
