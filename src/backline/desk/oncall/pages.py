"""Who is on call, for all teams at once, and the calendar of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.core.oncall import Interval, Listed, Schedule, Shift, uncovered
from backline.core.words import Actor
from backline.desk.oncall import drawn, said
from backline.desk.oncall.drawn import Reader
from backline.desk.oncall.forms import AwayForm
from backline.desk.oncall.once import team_or_404
from backline.look import moments
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.people import operations as people
from backline.people import planned, queries
from backline.people.oncall import AHEAD, may_plan, may_read, schedule_of, schedules
from backline.people.queries import Team
from backline.readiness.lacks import may_look

MOST_MINE, MOST_GAPS = 8, 3
SOON = timedelta(days=8)
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class OnCall:
    """One team: who has it now, and until when as far as pages look ahead; who is next; and where nobody is."""

    team: Team
    now: tuple[Shift, ...] = ()
    next: Shift | None = None
    gaps: tuple[Interval, ...] = ()
    planned: bool = False
    member: bool = False
    own: bool = False
    plans: bool = False
    mine: bool = False

    @property
    def may_take(self) -> bool:
        """Whether the reader is offered to take over: who is in the team or plans it, and has not got it."""
        return self.planned and not self.mine and (self.member or self.plans)

    @property
    def gap_now(self) -> Interval | None:
        """The gap that there is now."""
        return self.gaps[0] if self.gaps and not self.now else None

    @property
    def gaps_ahead(self) -> tuple[Interval, ...]:
        """Those that come, the first of them."""
        return self.gaps[1:] if self.gap_now else self.gaps


@signed_in()
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """Every team, my own first; my shifts, the swaps that wait for an answer, and when I am away."""
    at, by = request.at, request.actor
    known, members = list(queries.teams()), queries.members(queries.team_names())
    found = schedules(None, at, at + AHEAD, at=at)
    rows = [_on_call(team, found.get(str(team.id)), by, members.get(str(team.id), ()), at) for team in known]
    rows.sort(key=lambda one: not one.own)
    mine = _mine(by.id, known, found, at)
    names = said.names_of(*(one.now for one in rows), [one.next for one in rows if one.next], [one for one, _t in mine])
    context = {
        "rows": rows, "names": names, "horizon": at + AHEAD, "days": AHEAD.days, "soon": at + SOON,
        "mine": [(one, team, said.reason(one, names), str(team.id) in by.teams) for one, team in mine],
        "takes": any(one.may_take for one in rows), "hours": people.TAKEN_OVER // timedelta(hours=1),
        "swaps": planned.swaps_open(by, at=at), "away": planned.away_ahead([by.id], at=at), "me": by,
        "form": AwayForm(persons=[(by.id, by.name)]), "key": uuid4().hex, "gap_most": MOST_GAPS,
        "readiness": may_look(by),
    }  # fmt: skip
    return render(request, "desk/oncall/overview.html", context)


def _on_call(team: Team, found: Schedule | None, by: Actor, members: Collection[str], at: datetime) -> OnCall:
    here = str(team.id)
    bare = OnCall(team, member=by.id in members, own=here in by.teams, plans=may_plan(by, here))
    if found is None:
        return bare
    shifts = found.shifts(at, at + SOON)
    gaps, now = uncovered(shifts, at, at + SOON), [one for one in shifts if one.start == at]
    if any(one.end == at + SOON for one in now):
        now = [one for one in found.shifts(at, at + AHEAD) if one.start == at]
    there = {one.person for one in now}
    following = next((one for one in shifts if one.person not in there), None) or found.next_after(at)
    return replace(bare, now=tuple(now), next=following, gaps=gaps, planned=True, mine=by.id in there)


def _mine(me: str, teams: list[Team], found: dict[str, Schedule], at: datetime) -> list[tuple[Shift, Team]]:
    """My shifts that come, in all teams, the first of them."""
    mine = [
        (shift, team)
        for team in teams
        if (one := found.get(str(team.id))) and any(me in layer.persons for layer in one.layers) | _agreed(one, me)
        for shift in one.shifts(at, at + AHEAD)
        if shift.person == me
    ]
    return sorted(mine, key=lambda one: one[0].start)[:MOST_MINE]


def _agreed(schedule: Schedule, person: str) -> bool:
    return any(one.person == person for one in schedule.agreed)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a calendar is asked for: a week or a month, in which day, and whose shifts."""

    day: date
    month: bool
    mine: bool

    @classmethod
    def of(cls, query: QueryDict, today: date) -> Asked:
        """What an address asks for; what it does not say, or not clearly, is this week of the whole team."""
        try:
            day = date.fromisoformat(query.get("day", ""))
        except ValueError:
            day = today
        day = day if FIRST_YEAR <= day.year <= LAST_YEAR else today
        return cls(day, query.get("view") == "month", query.get("whose") == "mine")

    @property
    def days(self) -> list[date]:
        """The days that are shown."""
        return drawn.month_of(self.day) if self.month else drawn.week_of(self.day)

    def with_(self, **changes: Any) -> str:
        """The address of the same with something else."""
        day, month, mine = (changes.get(name, getattr(self, name)) for name in ("day", "month", "mine"))
        view, whose = "month" if month else "week", "mine" if mine else "team"
        return f"?view={view}&whose={whose}&day={day.isoformat()}"

    @property
    def links(self) -> dict[str, str]:
        """The ways from here."""
        first = self.day.replace(day=1)
        before, after = (first - drawn.DAY, first + timedelta(days=31)) if self.month else (
            self.day - timedelta(days=7), self.day + timedelta(days=7)
        )  # fmt: skip
        return {
            "before": self.with_(day=before), "after": self.with_(day=after),
            "week": self.with_(month=False), "month": self.with_(month=True),
            "team": self.with_(mine=False), "mine": self.with_(mine=True),
        }  # fmt: skip


@signed_in()
@require_safe
def calendar(request: StaffRequest, team: UUID) -> HttpResponse:
    """The shifts of one team as a week or a month, and what is agreed beside its schedule."""
    found, at, by = team_or_404(team), request.at, request.actor
    reader = Reader(by.id, request.zone, at)
    asked = Asked.of(request.GET, reader.today)
    days, here = asked.days, str(team)
    start, end = reader.midnight(days[0]), reader.midnight(days[-1] + drawn.DAY)
    schedule = schedule_of(here, start, end, at=at)
    members, last = queries.members([here]).get(here, ()), planned.last_version(here)
    rotations = planned.layers_of(last)
    names = {
        one: person.name
        for one, person in queries.persons_by_id(
            [*members, *(person for layer in rotations for person in layer.persons)]
        ).items()
    }
    context = {
        "team": found, "asked": asked, "links": asked.links | {"today": asked.with_(day=reader.today)},
        "drawing": drawn.draw(
            schedule, days, reader, mine=asked.mine, month=asked.day.month if asked.month else 0
        ),
        "layers": [said.layer_in_words(one, names) for one in rotations], "last": last,
        "elsewhere": any(isinstance(one, Listed) for one in (schedule.layers if schedule else ())),
        "zones": said.other_zones(rotations, request.zone), "zone": moments.zone_of(request.zone).key,
        "agreed": planned.agreed_ahead(here, at=at), "ends": planned.may_end(here, by, at=at),
        "away": planned.away_ahead(members, at=at),
        "plans": may_plan(by, here), "reads": may_read(by, here), "member": by.id in members,
        "key": uuid4().hex,
    }  # fmt: skip
    return render(request, "desk/oncall/calendar.html", context)
