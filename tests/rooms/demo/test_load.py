"""The demo: as much as was promised, lawful, alive at the moment it is loaded, and the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoDbBlocker

from backline.calendars import choices
from backline.calendars import queries as calendars
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.channels import queries as channels
from backline.channels.models import Notice
from backline.config.postgres import EmbeddedPostgres
from backline.core.fairness import had
from backline.core.words import OPEN_STATES, ClockName, State
from backline.demo import cast
from backline.demo.operations import NotEmpty, Wish, load
from backline.demo.places import ASSETS, IN_OFFICE_HOURS, SITES, places
from backline.demo.plan import DAYS, SIZE, plans
from backline.demo.stories import KINDS, stories
from backline.jobs.models import Asset, Site
from backline.ledger import queries as ledger
from backline.ledger.models import Event, Text
from backline.people import expertise
from backline.people import queries as people
from backline.people.models import Person
from backline.people.oncall import schedules
from tests import databases
from tests.rooms.demo import conftest
from tests.rooms.demo.conftest import AT, PASSWORD
from tests.rooms.demo.prints import print_of

OPEN = sorted(OPEN_STATES)
SIZE_TWICE = 40


def test_there_is_as_much_as_was_promised(demo: str) -> None:
    assert (Person.objects.count(), Site.objects.count(), Asset.objects.count()) == (40, 120, 300)
    assert (SITES, ASSETS) == (120, 300)
    assert SIZE >= 600
    assert Case.objects.count() == conftest.SIZE
    assert Event.objects.count() >= 8 * conftest.SIZE
    assert set(Asset.objects.values_list("type", flat=True)) == set(KINDS)
    for name, _role, _what in cast.CAST:
        person = people.person_by_email(f"{name.lower()}@backline.example")
        assert person
        assert person.check_password(PASSWORD)


def test_every_state_is_there_and_all_of_it_lies_in_ninety_days(demo: str) -> None:
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(states) == set(State)
    moments = Event.objects.order_by("recorded_at").values_list("recorded_at", flat=True)
    first, last = moments[0], moments.reverse()[0]
    assert AT - timedelta(days=DAYS + 1) <= first
    assert last <= AT
    numbers = list(Case.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + conftest.SIZE))


def test_a_visitor_sees_who_can_do_what_whose_certificates_end_and_how_the_nights_lay(demo: str) -> None:
    ending = expertise.certificates_ending(AT.date(), most=9)
    assert [one.person.name for one in ending] == ["Anton Maier", "Sana", "Berta Lange"]
    caps = expertise.caps([str(one.id) for one in people.persons()])
    assert sorted(caps.values()) == [6, 8, 12, 12, 12]
    [(team, schedule)] = schedules(None, AT - timedelta(weeks=12), AT, at=AT).items()
    found = had(schedule.shifts(AT - timedelta(weeks=12), AT), [], cast.ZONE)
    assert found.keys() == set(people.members([team])[team])
    assert sum(one.nights for one in found.values()) == pytest.approx(84, abs=1)


def test_the_record_is_whole_and_every_row_follows_from_it(demo: str) -> None:
    done = cases.rebuild(check=True)
    assert (done.cases, done.flaws) == (conftest.SIZE, ())


def test_every_open_case_has_an_owner_a_next_step_and_an_alarm_to_come(demo: str) -> None:
    for row in Case.objects.filter(state__in=OPEN):
        alarms = list(Alarm.objects.filter(case=row))
        assert alarms, row
        assert min(alarm.due_at for alarm in alarms if alarm.clock != ClockName.IMPACT) == row.due_at
        assert min(alarm.look_at for alarm in alarms) > AT, f"the engine would have looked at {row}"
        assert row.person or row.team or row.state in (State.RAISED, State.RETURNED)


def test_what_is_open_is_alive(demo: str) -> None:
    rows = Case.objects.filter(state__in=OPEN)
    late = rows.filter(due_at__lt=AT)
    assert 2 <= late.count() <= rows.count() / 3
    for row in late:
        assert "rung.reached" in [event.kind for event in ledger.events(str(row.id))], f"{row} is late in silence"
    assert rows.filter(due_at__gt=AT, due_at__lt=AT + timedelta(hours=1)).exists()
    assert rows.filter(due_at__gt=AT + timedelta(hours=2)).exists()
    running = Counter(Alarm.objects.values_list("clock", flat=True))
    for clock in (ClockName.WAIT, ClockName.VISIT, ClockName.REVIEW, ClockName.CONFIRM, ClockName.DOCUMENT):
        assert running[clock], clock
    cleo = rows.filter(contact__name="Cleo", state=State.ACCEPTED, person__name="Sana", technician__name="Tess")
    assert cleo.exists()


def test_contracts_count_in_hours_of_their_own(demo: str) -> None:
    assert [one.name for one in calendars.calendars()] == ["Day and night", "Office hours"]
    assert Counter(one.name for one in choices.in_force()) == {"Day and night": 4, "Office hours": 22}
    assert {one.whose[0] for one in choices.in_force()} == {ChosenFor.CUSTOMER}
    rows = Case.objects.filter(state__in=OPEN, customer__name__in=IN_OFFICE_HOURS)
    found = Alarm.objects.filter(case__in=rows, clock=ClockName.RESOLVE)
    assert found
    for alarm in found:
        wall = alarm.due_at.astimezone(ZoneInfo(cast.ZONE))
        assert wall.weekday() < 5, "no resolution is due on a weekend"
        assert 7 <= wall.hour + wall.minute / 60 <= 18, "nor at night"


def test_nothing_was_sent_and_no_customer_counts_as_left_in_silence(demo: str) -> None:
    found = Counter(Notice.objects.values_list("state", "why"))
    assert list(found) == [("NOT_SENT", "demo: nothing leaves a demo organisation")]
    assert channels.unreported_failures(limit=1) == ()
    addresses = set(Notice.objects.values_list("address", flat=True))
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_texts_are_whole_sentences_with_every_gap_filled(demo: str) -> None:
    said = [text for text in Text.objects.values_list("text", flat=True) if text]
    assert len(set(said)) > 100
    assert [text for text in said if re.search(r"[{}]|lorem|None", text)] == []


def test_every_story_is_complete(demo: str) -> None:
    codes = [story.code for kind in KINDS for story in stories(kind)]
    assert len(codes) == len(set(codes)) >= 25
    for place in places():
        assert [story for story in stories(place.kind) if story.fits_to(place.name)], place


def test_it_goes_into_an_empty_database_alone(demo: str) -> None:
    before = Event.objects.count()
    with pytest.raises(NotEmpty):
        load(Wish(PASSWORD, 1), at=AT)
    assert Event.objects.count() == before


def made_apart(url: str, size: int, *how: str) -> subprocess.CompletedProcess[str]:
    """The demo made by a program of its own, which may have a second process."""
    command = [sys.executable, "-m", "tests.rooms.demo.made", str(size), *how]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)


def test_one_seed_and_one_moment_give_one_demo_whoever_makes_it(
    postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), databases.clone(postgres) as first, databases.clone(postgres) as second:
        with databases.using(first):
            load(Wish(PASSWORD, SIZE_TWICE), at=AT)
            one = print_of()
        two = made_apart(second, SIZE_TWICE, "together")
    assert one.count("\n") > 10 * SIZE_TWICE
    assert two.stdout == one, two.stderr


def test_where_the_other_process_fails_that_is_said_and_it_stays_unfinished(fresh_database: str) -> None:
    torn = made_apart(fresh_database, 2, "together", "torn")
    assert torn.returncode == 1
    assert torn.stderr.strip().endswith("Unfinished: IndexError: list index out of range")
    organisation = people.organisation()
    assert organisation
    assert organisation.demo == "LOADING"


def test_another_seed_gives_another_demo() -> None:
    one, two, again = (plans(seed, SIZE, at=AT) for seed in (1, 2, 1))
    assert one == again != two
