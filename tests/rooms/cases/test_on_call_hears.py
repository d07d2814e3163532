"""Whom a climb tells because of who is on call when it acts."""

from __future__ import annotations

from dataclasses import replace

from backline.cases.climbs import climbs
from backline.channels import queries as channels
from backline.channels.models import Notice
from backline.channels.notices import NoticeState
from backline.core.calendar import Block
from backline.core.policy import Recipients, Rung, shipped
from backline.core.words import ClockName, Danger, Reason
from backline.engine.auditor import passes
from backline.engine.auditor import queries as queries_of_audit
from backline.people import operations as people
from backline.people.operations import ExpertiseForm, TeamForm
from backline.policies import file, queries
from backline.policies import operations as policies
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import (
    HOUR,
    MINUTE,
    SATURDAY,
    away,
    ids,
    plan,
    turns,
)
from tests.rooms.engine.test_auditor import audited, found


def test_what_is_offered_to_a_team_goes_to_who_is_on_call_and_then_to_the_team(house: House, team: str) -> None:
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert len(house.letters("Sana")) == 1
    assert house.letters("Dora") == house.letters("Lena") == []
    assert "on call for the team" in house.letters("Sana")[0].body
    house.until(FRIDAY + 20 * MINUTE)
    assert len(house.letters("Dora")) == 1
    assert house.letters("Otto") == []


def test_who_hears_is_who_is_on_call_when_it_is_told(house: House, team: str) -> None:
    house.clock.at = SATURDAY - 2 * MINUTE
    case = house.raised()
    house.offer(case, person="")
    foreseen = house.view(case).coming
    assert "Lena" in str(foreseen)
    house.tick()
    house.until(SATURDAY + 4 * MINUTE)
    assert (len(house.letters("Sana")), len(house.letters("Lena"))) == (1, 1)


def test_where_nobody_is_on_call_the_whole_team_hears(house: House, team: str) -> None:
    for name in ("sana", "lena"):
        away(house, name, FRIDAY, None)
    away(house, "dora", FRIDAY, FRIDAY + HOUR)
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")] == [1, 1, 1]


def full(house: House, name: str) -> None:
    """One case is enough for somebody, who has it."""
    people.keep_expertise(ExpertiseForm(cap=1), person_id=str(house.persons[name].id))
    case = house.raised(job=str(house.otto_job.id))
    house.offer(case, name)
    house.accept(case, name, minutes=120)


def test_who_has_enough_is_passed_over_for_the_next_and_that_stands_on_the_timeline(house: House, team: str) -> None:
    full(house, "sana")
    before = len(house.letters("Sana"))
    case = house.raised()
    house.offer(case, person="")
    said = "Sana was passed over: has 1 open case, and no more at once"
    ahead = text(signed_in("carl").get(f"/cases/{case}/climbs"))
    assert said in ahead, "it is foretold"
    house.tick()
    assert (len(house.letters("Sana")), len(house.letters("Lena")), house.letters("Dora")) == (before, 1, [])
    assert said in text(signed_in("carl").get(f"/cases/{case}"))
    [untold] = [one for one in channels.outgoing(limit=50).rows if one.kind.startswith("rung.") and one.why]
    assert (untold.recipient_name, untold.state) == ("Sana", NoticeState.NOT_SENT)
    assert untold.why == "Passed over: has 1 open case, and no more at once"
    passes.run(house.clock.now() + MINUTE, whole=True)
    assert queries_of_audit.wrong(most=9) == []
    assert case not in {str(letter.case_id) for letter in house.letters("Otto")}


def test_a_cap_passes_over_nobody_where_somebody_is_in_danger_or_where_all_have_enough(house: House, team: str) -> None:
    for name in ("sana", "lena", "dora"):
        full(house, name)
    before = [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")]
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")] == [before[0] + 1, *before[1:]]
    people.keep_expertise(ExpertiseForm(), person_id=str(house.persons["lena"].id))
    trapped = house.raised(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    house.offer(trapped, person="")
    house.tick()
    assert [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")] == [before[0] + 2, *before[1:]]
    assert "passed over" not in text(signed_in("carl").get(f"/cases/{trapped}"))


def test_who_of_a_team_is_away_is_passed_over_and_that_is_recorded_once(house: House) -> None:
    team, members = str(house.specialists.id), tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=team)
    away(house, "lena", FRIDAY, None)
    case = house.raised()
    house.offer(case, person="")
    ahead = climbs(case, house.actor("carl"), at=FRIDAY, zone="UTC").climbs
    assert "Lena was passed over: is away" in str(ahead)
    house.tick()
    assert [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")] == [1, 0, 1]
    [untold] = Notice.objects.filter(recipient_name="Lena")
    assert (untold.state, untold.why) == ("NOT_SENT", "Passed over: is away")
    assert "Lena was passed over: is away" in str(house.view(case).timeline)
    assert audited(house).well, found()
    house.clock.advance(MINUTE)
    house.tick()
    assert Notice.objects.filter(recipient_name="Lena").count() == 1
    away(house, "sana", house.clock.now(), None)
    away(house, "dora", house.clock.now(), None)
    house.until(FRIDAY + 15 * MINUTE)
    assert Notice.objects.filter(recipient_name="Lena", state=NoticeState.QUEUED).exists(), "all are away: all hear"
    Notice.objects.filter(pk=untold.pk).delete()
    assert audited(house).lost == 1, "why somebody was not told is missed as a letter would be"


def holding(house: House) -> None:
    """From now on what is offered to a team is told to who is on call, and held until somebody is."""
    before = shipped()
    rungs = (Rung(Recipients.ON_CALL, hold=True), *before.ladders[ClockName.ACCEPT][3:])
    ladders = {**before.ladders, ClockName.ACCEPT: rungs}
    text = file.write(replace(before, ladders=ladders))
    seen = queries.version_in_force(house.clock.now()).number
    plan = policies.Plan(text, why="Nights are quiet")
    policies.keep_version(plan, seen=seen, by=house.actor("ada"), at=house.clock.now())


def test_danger_does_not_wait_for_a_shift(house: House, team: str) -> None:
    holding(house)
    days = ((Block(8 * 60, 18 * 60),),) * 7
    plan(house, team, turns(house, "sana", "lena", week=days), seen=1)
    case = house.raised(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    house.offer(case, person="")
    before = len(house.letters("Carl"))
    house.tick()
    assert house.letters("Lena") == []
    assert len(house.letters("Carl")) == before + 1
