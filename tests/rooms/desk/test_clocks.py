"""How every clock ran: on its page and on the command line, as it stood and as it was known."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.calendars.choices import EVERYBODY
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import queries
from backline.config.telling import Question, explained
from backline.config.trouble import Trouble
from backline.core.calendar import same_every_day
from backline.core.words import Impact, Urgency, WaitReason
from backline.people.operations import PersonForm, keep_person
from tests.core.calendars import blocks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House

HOUR = timedelta(hours=1)
wall = datetime.fromisoformat


def read(client: Client, address: str) -> str:
    """The text of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", words(client.get(address))).split())


@pytest.fixture
def case(house: House) -> str:
    """A case of priority 2 that Sana took, and that waited two hours for a key of Cleo's."""
    found = house.working()
    until = house.clock.now() + timedelta(days=1)
    cases.begin_wait([found], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    house.clock.advance(2 * HOUR)
    wait = house.view(found).waits[0].id
    cases.end_wait([found], record=wait, outcome="Here it is", **house.once("sana"))
    house.clock.advance(30 * HOUR)
    return found


def test_the_page_says_what_counted_what_did_not_and_what_became_of_each(house: House, case: str) -> None:
    keep_person(
        PersonForm("Carl", "carl@example.org", tuple(house.actor("carl").roles), zone="Europe/Berlin"),
        person_id=str(house.persons["carl"].id),
    )
    carl = signed_in("carl")
    assert f"/cases/{case}/clocks" in carl.get(f"/cases/{case}").content.decode()
    page = read(carl, f"/cases/{case}/clocks")
    assert "The resolution late" in page
    assert "It began on Fri 20 Nov 2026, 19:00 +01:00; 24 h may pass, and all time counts." in page
    assert "It was due on Sat 21 Nov 2026, 21:00 +01:00 and is late: it has counted 30 h 1 min." in page
    assert "paused: waited for the customer" in page
    assert "Route it kept" in page
    assert "Times are by the clock in Europe/Berlin. The place itself is in UTC." in page
    then = read(carl, f"/cases/{case}/clocks?at=2026-11-20T20:00&known_at=2026-11-20T20:00")
    assert "The resolution stands still" in then
    assert "It stands still (paused: waited for the customer) with 1 min counted" in then


def test_one_clock_alone_can_be_asked_for(house: House, case: str) -> None:
    page = read(signed_in("carl"), f"/cases/{case}/clocks?clock=RESOLVE")
    assert "The resolution late" in page
    assert "Route it kept" not in page
    assert "This clock had not begun then." in read(signed_in("carl"), f"/cases/{case}/clocks?clock=REVIEW")
    everything = signed_in("carl").get(f"/cases/{case}/clocks?clock=LUNCH&at=2026-11-20T20:00")
    assert everything.status_code == 200
    assert "Only this one" in words(everything)
    assert "?clock=RESOLVE&amp;at=2026-11-20T20%3A00" in everything.content.decode()


@pytest.mark.parametrize(
    "asked",
    ["at=yesterday", "known_at=2026-13-40T99:99", "at=9999-12-31T23:59", "at=2027-12-01T00:00", "at=0001-01-01T00:00"],
)
def test_a_moment_that_is_none_is_said_beside_its_field_and_any_other_is_answered(case: str, asked: str) -> None:
    page = signed_in("carl").get(f"/cases/{case}/clocks?{asked}")
    assert page.status_code == (200 if "0001" in asked else 422)
    if "9999" in asked or "2027" in asked:
        assert "Choose a moment within a year from now." in words(page)
    elif page.status_code == 422:
        assert "Give a date and a time, such as 2026-11-24 14:30." in words(page)
    if "0001" in asked:
        assert "No clock of this case had begun then." in words(page)


def test_what_will_be_known_later_is_not_answered_but_refused_beside_its_field(house: House) -> None:
    case = house.raised()
    sentence = "Nobody knows yet what will be known"
    page = signed_in("carl").get(f"/cases/{case}/clocks?known_at=2026-11-20T18:01")
    assert page.status_code == 422
    assert f"{sentence} then. Choose a moment that has passed." in words(page)
    assert signed_in("carl").get(f"/cases/{case}/clocks?known_at=2026-11-20T18:00").status_code == 200
    with pytest.raises(Trouble, match=f"^{sentence} at 2300-01-01T00:00Z. Choose a moment that has passed.$"):
        explained(Question(case, known_at="2300-01-01T00:00Z"))


def test_before_the_priority_changed_there_was_one_clock_of_each_name(house: House) -> None:
    found, carl = house.raised(), signed_in("carl")
    house.clock.advance(timedelta(minutes=10))
    change = {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "As agreed"}
    cases.change_priority([found], **change, **house.once("carl"))
    house.clock.advance(timedelta(minutes=10))
    before = read(carl, f"/cases/{found}/clocks?at=2026-11-20T18:05")
    assert (before.count("Route it"), before.count("The resolution")) == (1, 1)
    now = read(carl, f"/cases/{found}/clocks")
    assert (now.count("Route it"), now.count("The resolution")) == (2, 2)


def test_a_clock_that_stopped_stays_as_it_was_whatever_is_chosen_afterwards(house: House) -> None:
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house))
    found = house.working()
    house.clock.advance(timedelta(minutes=5))
    house.resolve(found)
    cases.confirm([found], **house.once("cleo"))
    house.clock.advance(timedelta(minutes=5))
    reference = house.view(found).line.reference
    before = explained(Question(reference, clock="RESOLVE"))
    assert "counted in Office" in before
    night = calendar(house, "Night", same_every_day(*blocks("22:00-30:00")))
    chosen(house, ChosenFor.SITE, house.job.site_id, night)
    house.clock.advance(timedelta(days=2))
    assert explained(Question(reference, clock="RESOLVE")) == before


def test_whoever_may_not_see_the_case_sees_no_clock_of_it(house: House, case: str) -> None:
    for name in ("tom", "dora"):
        assert signed_in(name).get(f"/cases/{case}/clocks").status_code == 404
    house.clock.advance(timedelta(minutes=1))
    assert signed_in("max").get(f"/cases/{case}/clocks").status_code == 200


def test_the_command_line_says_the_same_by_the_clock_at_the_site(house: House, case: str) -> None:
    number = house.view(case).line.reference
    house.job.site.zone = "Asia/Tokyo"
    house.job.site.save()
    said = explained(Question(number, clock="resolve", at="2026-11-21T01:00+01:00"))
    assert said.splitlines()[0] == "The resolution (RESOLVE): runs"
    assert "It began on Sat 21 Nov 2026, 03:00 +09:00; 24 h may pass, and all time counts." in said
    assert (
        "Sat 21 Nov 2026, 03:01 +09:00 to Sat 21 Nov 2026, 05:01 +09:00  2 h, paused: waited for the customer" in said
    )
    assert said.splitlines()[-1] == "Times are by the clock at the place: Asia/Tokyo."
    change = {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "As agreed"}
    cases.change_priority([case], **change, **house.once("carl"))
    again = explained(Question(number, clock="RESOLVE", at="2026-11-21T01:00+01:00", known_at="2026-11-21T12:00+01:00"))
    assert again == said, "what was known then is said for ever"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Question("E-999999"), "There is no case E-999999."),
        (Question("", clock="LUNCH"), "There is no clock LUNCH. The clocks are: TRIAGE,"),
        (Question("", at="soon"), "soon is no moment. Write it like 2026-11-20T18:00+01:00."),
        (Question("", at="2300-01-01T00:00Z"), "2300-01-01T00:00Z lies too far ahead. Choose a moment within a year"),
        (Question("", known_at="2026-11-20T18:00"), "2026-11-20T18:00 says no zone. Write it like"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(case: str, question: Question, sentence: str) -> None:
    with pytest.raises(Trouble) as trouble:
        explained(question if question.case else Question(case, question.clock, question.at, question.known_at))
    assert str(trouble.value).startswith(sentence)
    assert "\n" not in str(trouble.value)


def test_the_hour_that_comes_twice_is_told_apart_by_its_offset(house: House) -> None:
    house.job.site.zone = "Europe/Berlin"
    house.job.site.save()
    house.clock.advance(wall("2026-10-24T12:00+00:00") - house.clock.now())
    found = house.raised()
    house.clock.advance(timedelta(days=1))
    said = explained(Question(found, clock="RESOLVE", at="2026-10-25T01:30+00:00", known_at="2026-10-26T00:00+00:00"))
    assert "It began on Sat 24 Oct 2026, 14:00 +02:00;" in said
    assert "it is due on Sun 25 Oct 2026, 13:00 +01:00." in said
    assert "Sun 25 Oct 2026, 02:30 +01:00  13 h 30 min, counted" in said
    carl = signed_in("carl")
    assert "The place itself is in Europe/Berlin." in read(carl, f"/cases/{found}/clocks")


LINE = re.compile(r" {4}(\S.*?) to (\S.*?)  (.*?), (counted|paused)")


def seconds(span: str) -> timedelta:
    """A span as it is said."""
    units = {"h": "hours", "min": "minutes", "s": "seconds"}
    return timedelta(**{units[unit]: int(many) for many, unit in re.findall(r"(\d+) (h|min|s)\b", span)})


def moment(said: str) -> datetime:
    return datetime.strptime(said if said.count(":") == 3 else said.replace(" +", ":00 +"), "%a %d %b %Y, %H:%M:%S %z")


@pytest.mark.parametrize(
    "parts", [(600_000, 900_000, 700_000, 500_000), (400_000, 300_000, 400_000, 300_000), (1, 0, 999_999, 0)]
)
def test_spans_are_what_lies_between_the_moments_that_are_shown(house: House, parts: tuple[int, ...]) -> None:
    steps = [HOUR + timedelta(microseconds=part) for part in parts]
    house.clock.advance(steps[0])
    found = house.working()
    for step in steps[1:3]:
        house.clock.advance(step)
        until = house.clock.now() + 9 * HOUR
        cases.begin_wait([found], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
        house.clock.advance(step)
        cases.end_wait([found], record=house.view(found).waits[0].id, outcome="Here it is", **house.once("sana"))
    house.clock.advance(steps[3])
    said = explained(Question(found, clock="RESOLVE", at=house.clock.now().isoformat()))
    lines = [LINE.match(line) for line in said.splitlines() if line.startswith("    ")]
    assert len(lines) == 5
    for line in lines:
        assert line, said
        assert moment(line[2]) - moment(line[1]) == seconds(line[3]), said
    counted = sum((seconds(line[3]) for line in lines if line and line[4] == "counted"), timedelta(0))
    total = re.search(r"It has counted (.*); it is due", said)
    assert total
    assert seconds(total[1]) == counted, said
    page = read(signed_in("carl"), f"/cases/{found}/clocks?clock=RESOLVE")
    assert total[0].strip() in page, "the page and the command say the same"


def test_each_span_is_said_with_the_hours_that_it_was_counted_in(house: House) -> None:
    found = house.raised()
    house.clock.advance(timedelta(hours=2))
    chosen(
        house, ChosenFor.SITE, house.job.site_id, calendar(house, "Evenings", same_every_day(*blocks("18:00-23:00")))
    )
    house.clock.advance(timedelta(hours=24))
    chosen(
        house,
        ChosenFor.SITE,
        house.job.site_id,
        calendar(house, "Round the clock", same_every_day(*blocks("00:00-24:00"))),
    )
    house.clock.advance(timedelta(hours=3))
    asked = Question(house.view(found).line.reference, clock="RESOLVE", at="2026-11-21T23:00+00:00",
                     known_at="2026-11-21T23:00+00:00")  # fmt: skip
    story = explained(asked)
    assert (
        "24 h may pass, counted in all time (no hours were chosen); "
        "from Fri 20 Nov 2026, 20:00 +00:00 on in Evenings, the hours of the site; "
        "from Sat 21 Nov 2026, 20:00 +00:00 on in Round the clock, the hours of the site."
    ) in story
    in_evenings = "Evenings, the hours of the site"
    assert [line.strip() for line in story.splitlines() if line.startswith("    ")] == [
        "Fri 20 Nov 2026, 18:00 +00:00 to Fri 20 Nov 2026, 20:00 +00:00  2 h, counted: all time (no hours were chosen)",
        f"Fri 20 Nov 2026, 20:00 +00:00 to Fri 20 Nov 2026, 22:00 +00:00  2 h, counted: {in_evenings}",
        f"Fri 20 Nov 2026, 22:00 +00:00 to Sat 21 Nov 2026, 17:00 +00:00  19 h, closed: {in_evenings}",
        f"Sat 21 Nov 2026, 17:00 +00:00 to Sat 21 Nov 2026, 20:00 +00:00  3 h, counted: {in_evenings}",
        "Sat 21 Nov 2026, 20:00 +00:00 to Sat 21 Nov 2026, 23:00 +00:00  3 h, "
        "counted: Round the clock, the hours of the site",
    ]
    assert "It has counted 10 h" in story
    for name in ("carl", "max"):
        page = read(signed_in(name), f"/cases/{found}/clocks?at=2026-11-21T23:00&known_at=2026-11-21T23:00")
        assert "on in Evenings, the hours of the site; from" in page
        assert "closed: Evenings, the hours of the site" in page
    assert "Evenings" not in explained(Question(found, clock="RESOLVE", at="2026-11-20T19:00+00:00",
                                                known_at="2026-11-20T19:00+00:00"))  # fmt: skip


def test_what_was_waited_for_in_vain_is_not_said_to_be_kept(house: House) -> None:
    found, at = house.working(), house.clock.now()
    cases.begin_wait([found], reason=WaitReason.PART, until=at + 9 * HOUR, what="Relay", **house.once("sana"))
    cases.begin_wait([found], reason=WaitReason.VENDOR, until=at + 9 * HOUR, what="A word", **house.once("sana"))
    for hours in (20, 30):
        visit = cases.NewVisit(at + hours * HOUR, at + (hours + 1) * HOUR)
        cases.book_visit([found], visit=visit, **house.once("sana"))
    house.clock.advance(HOUR)
    waits, visits = house.view(found).waits, house.view(found).visits
    cases.end_wait([found], record=waits[1].id, outcome="They rang", **house.once("sana"))
    cases.call_off_visit([found], record=visits[0].id, why="Not needed", **house.once("sana"))
    house.clock.advance(HOUR)
    house.resolve(found)
    house.clock.advance(HOUR)
    said = explained(Question(found, clock="WAIT", at=house.clock.now().isoformat()))
    assert sorted(line for line in said.splitlines() if line.startswith("The end of")) == [
        "The end of the wait (WAIT): ended, though it never came", "The end of the wait (WAIT): kept",
    ]  # fmt: skip
    assert (
        "It ended on Fri 20 Nov 2026, 20:01 +00:00, before it was due on Sat 21 Nov 2026, 03:01 +00:00: what it" in said
    )
    said = explained(Question(found, clock="VISIT", at=house.clock.now().isoformat()))
    assert said.count("The visit (VISIT): ended, though it never came") == 2
    for name in ("carl", "sana"):
        page = read(signed_in(name), f"/cases/{found}/clocks")
        assert "what it waited for had not come, and was not needed any more." in page


def test_a_wait_that_was_late_when_the_case_was_resolved_stays_missed(house: House) -> None:
    found, at = house.working(), house.clock.now()
    cases.begin_wait([found], reason=WaitReason.PART, until=at + HOUR, what="Relay", **house.once("sana"))
    house.clock.advance(2 * HOUR)
    house.resolve(found)
    house.clock.advance(HOUR)
    assert "(WAIT): missed" in explained(Question(found, clock="WAIT", at=house.clock.now().isoformat()))


def test_an_account_reads_its_hours_once_however_many_clocks_stopped(house: House) -> None:
    case = house.raised()

    def asked() -> int:
        with CaptureQueriesContext(connection) as sent:
            queries.explained(case, at=house.clock.now(), known_at=house.clock.now())
        return len(sent)

    before = asked()
    for number in range(6):
        house.clock.advance(timedelta(minutes=1))
        impact = (Impact.LOW, Impact.MAJOR)[number % 2]
        cases.change_priority([case], impact=impact, urgency=Urgency.HIGH, why="It changed", **house.once("carl"))
    assert asked() == before


def colour(line: str) -> str:
    return re.findall('class="clock-line (.*?)"', line)[0]


@pytest.mark.parametrize("end", ["confirm", "withdraw"])
def test_a_case_that_ended_has_a_way_to_its_clocks_and_green_is_only_what_was_met(house: House, end: str) -> None:
    case = house.working()
    cases.change_priority(
        [case], impact=Impact.MAJOR, urgency=Urgency.HIGH, why="Worse than it seemed", **house.once("carl")
    )
    if end == "confirm":
        house.resolve(case)
        cases.confirm([case], words="She said so", **house.once("carl"))
    else:
        cases.withdraw([case], why="A double", **house.once("carl"))
    carl = signed_in("carl")
    page = words(carl.get(f"/cases/{case}"))
    assert "None runs any more." in page
    assert f'href="/cases/{case}/clocks"' in page
    ran = words(carl.get(f"/cases/{case}/clocks?clock=RESOLVE"))
    went_on, last = re.findall(r'<svg class="clock-line [^"]+".*?</svg>', ran)
    assert "went on under another target" in ran
    assert colour(went_on) == "ended"
    assert colour(last) == ("kept" if end == "confirm" else "ended")
    assert 'class="now"' not in went_on + last, "nothing runs"


def test_a_weekend_brings_no_clock_nearer_and_now_is_marked(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, calendar(house))
    house.clock.advance(wall("2026-11-27T14:30:00+00:00") - house.clock.now())  # Friday, half an hour before a night
    case = house.raised(impact=Impact.LOW, urgency=Urgency.LOW)
    carl = signed_in("carl")

    def triage(at: str) -> str:
        house.clock.advance(wall(at) - house.clock.now())
        shown = words(carl.get(f"/cases/{case}"))
        [line] = re.findall(r'Route it.*?(<svg class="clock-line.*?</svg>)', shown.split("<h2>Clocks")[1], re.S)[:1]
        assert 'class="now"' in line
        return colour(line)

    assert triage("2026-11-30T06:30:00+00:00") == "", "of 4 h, 2 h 30 min counted on Friday, a weekend passed"
    assert triage("2026-11-30T07:50:00+00:00") == "soon", "3 h 20 min of 4 h"
    assert triage("2026-11-30T09:00:00+00:00") == "over"
    then = words(carl.get(f"/cases/{case}/clocks?clock=TRIAGE&at=2026-11-30T06:30")).split('id="clock-1"')[1]
    assert 'class="clock-line "' in then, "as it stood at the moment that is asked about"
