"""Many cases looked at in one transaction: what is written and told is what each gives by itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.cases.models import Alarm, Case, Search
from backline.cases.operations import NewWord
from backline.cases.queries import alarms_due
from backline.channels.models import Notice
from backline.core.words import Reason, WaitReason
from backline.engine.duties.look import Look
from backline.ledger.models import Event
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

DAY = timedelta(days=1)


def everything(house: House) -> list[list[tuple[Any, ...]]]:
    """All that a look may write, but for what is counted up or drawn by lot."""
    columns = [
        (Event, ("case_id", "seq", "kind", "body", "hash")),
        (Case, ("id", "state", "due_at", "closed_at", "head_seq", "head_hash", "recorded_at", "fold")),
        (Alarm, ("case_id", "clock", "subject", "generation", "due_at", "look_at", "rung", "repeat", "pauses")),
        (Search, ("case_id", "open", "words")),
        (Notice, ("effect_key", "kind", "audience", "recipient_id", "address", "subject", "body", "state", "why")),
    ]
    return [sorted(map(_plain, model._base_manager.values_list(*names))) for model, names in columns]


def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    texts = (str(bytes(value)) if isinstance(value, memoryview) else str(value) for value in row)
    return tuple(re.sub(r"/c/\S+", "/c/", text) for text in texts)  # a customer's link holds the second it was signed


def crowd(house: House, each: int = 2) -> list[str]:
    """Cases of every kind of clock: raised, offered to one and to a team, taken, waited for, resolved, in review."""
    found = []
    for _time in range(each):
        house.raised(reasons=frozenset({Reason.SAFETY_RISK}), job=str(house.otto_job.id))
        found += [house.raised(), house.raised("carl"), house.raised()]
        house.offer(found[-1], "")
        found.append(house.working())
        cases.begin_wait([found[-1]], reason=WaitReason.PART, until=house.clock.now() + DAY, what="A relay",
                         **house.once("sana"))  # fmt: skip
        found.append(house.working())
        word = NewWord("We know more tonight", house.clock.now() + timedelta(hours=4))
        cases.tell_customer([found[-1]], word=word, **house.once("sana"))
        found.append(house.working())
        house.resolve(found[-1])
        house.clock.advance(timedelta(minutes=7))
    return found


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=3), timedelta(days=6)])
def test_a_look_at_many_is_a_look_at_each(house: House, after: timedelta) -> None:
    crowd(house)
    at = house.clock.advance(after)
    due = alarms_due(at, 500)
    with transaction.atomic():
        assert cases.look(due, at=at) >= len(due)
        together = everything(house)
        transaction.set_rollback(True)
    for case in due:
        cases.look([case], at=at)
    assert everything(house) == together
    assert not alarms_due(at, 500)
    assert cases.rebuild(check=True).flaws == ()


def test_a_look_at_many_asks_no_more_than_a_look_at_few(house: House) -> None:
    asked = []
    for each in (1, 6):
        crowd(house, each)
        house.tick()
        house.clock.advance(timedelta(hours=2))
        with CaptureQueriesContext(connection) as queries:
            Look().run(house.clock.now())
        asked.append(len(queries))
        house.tick()
    assert asked[1] <= asked[0]


def test_an_alarm_that_stays_as_it_is_is_not_even_locked(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)

    def alarms() -> dict[tuple[str, str], tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT case_id, clock, look_at, ctid::text, xmax::text FROM cases_alarm")
            return {(str(case), clock): row for case, clock, *row in cursor.fetchall()}

    crowd(house, each=1)
    house.tick()
    at = house.clock.advance(timedelta(hours=3))
    before = alarms()
    assert cases.look(alarms_due(at, 500), at=at) > 5
    after = alarms()
    same = [one for one in before if one in after and after[one][0] == before[one][0]]
    assert 5 < len(same) < len(before)
    assert [one for one in same if after[one] != before[one]] == []


def test_what_ends_at_once_for_many_leaves_no_letter_of_any(house: House) -> None:
    gone = [house.working() for _time in range(3)]
    stays = house.working()
    house.clock.advance(timedelta(hours=2))
    house.tick()
    cases.withdraw(gone, why="The customer mended it", **house.once("carl"))
    live = Notice.objects.filter(state="QUEUED")
    assert not live.filter(case_id__in=gone, kind__startswith="rung.").exists()
    assert live.filter(case_id=stays, kind__startswith="rung.").exists()
    last = live.filter(case_id__in=gone, audience="CONTACT").values_list("kind", flat=True)
    assert list(last) == ["customer.withdrawn"] * 3
    stopped = Notice.objects.filter(case_id__in=gone, state="CANCELLED")
    assert stopped.exists()
    assert not stopped.filter(why="").exists()
