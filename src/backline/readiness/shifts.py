"""What is not ready in who will be there: shifts that nobody has, turns of who left, rosters, roles with nobody on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from backline.core.oncall import Agreed, Away, Interval, Layer, Schedule
from backline.core.rota import LONGEST_TURN
from backline.core.words import Role
from backline.look.moments import zone_of
from backline.people import planned, rosters
from backline.people import queries as people
from backline.people.oncall import schedules
from backline.readiness.lacks import Kind, Lack
from backline.readiness.wording import named, spans

AHEAD = timedelta(weeks=4)
"""So far ahead it is asked whether somebody will be there."""
_EVER = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Plans:
    """The schedules of teams for the coming weeks, read once, and what the teams are called."""

    at: datetime
    zone: str
    names: Mapping[str, str]
    schedules: Mapping[str, Schedule]

    @classmethod
    def read(cls, at: datetime, zone: str, teams: Collection[str] | None = None) -> Plans:
        """Of these teams, or of all."""
        return cls(at, zone, people.team_names(), schedules(teams, at, at + AHEAD, at=at))


def shifts(plans: Plans) -> list[Lack]:
    """The shifts that nobody has, and the hours that no plan covers."""
    return [lack for team, one in plans.schedules.items() for lack in _of_schedule(plans, team, one)]


def _of_schedule(plans: Plans, team: str, schedule: Schedule) -> Iterator[Lack]:
    name, zone = plans.names[team], plans.zone
    empty, left_open = schedule.unmanned(*schedule.stands(plans.at, plans.at + AHEAD))
    for week, found in _by_week(empty, zone).items():
        said = _(
            "Nobody has these shifts of %(team)s, for whoever would is away or has left, so the whole team hears what "
            "it is offered, and the coordinators what whoever is on call would: %(spans)s"
        )
        yield Lack(Kind.SHIFT, said % {"team": name, "spans": spans(found, zone)}, f"{team}:{week}")
    if left_open:
        said = _("The schedule of %(team)s leaves hours open, in which the whole team hears: %(spans)s")
        yield Lack(Kind.OPEN_HOURS, said % {"team": name, "spans": spans(left_open, zone)}, team)


def _by_week(found: Iterable[Interval], zone: str) -> dict[str, list[Interval]]:
    """The spans by the Monday of the week in which they begin: of a week it is told once that nobody is there."""
    weeks: dict[str, list[Interval]] = {}
    for start, end in found:
        day = start.astimezone(zone_of(zone)).date()
        weeks.setdefault((day - timedelta(days=day.weekday())).isoformat(), []).append((start, end))
    return weeks


def rotas(plans: Plans) -> list[Lack]:
    """Who takes turns in a schedule and has left its team, or is not active any more."""
    members = people.members(plans.schedules)
    gone = dict.fromkeys(
        (team, person)
        for team, schedule in plans.schedules.items()
        for layer in schedule.layers
        for person in (layer.persons if isinstance(layer, Layer) else ())
        if person not in members.get(team, ())
    )
    persons = people.persons_by_id(person for _team, person in gone)
    said = _("%(name)s takes turns in the schedule of %(team)s and has left, so others stand in: plan without.")
    return [
        Lack(Kind.ROTA, said % {"name": persons[person].name, "team": plans.names[team]}, f"{team}:{person}")
        for team, person in gone
        if person in persons
    ]


def from_elsewhere(plans: Plans) -> list[Lack]:
    """Rosters that cannot be read or have nothing ahead, and names in them of which nobody knows who is meant."""
    names, unknown = plans.names, rosters.unknown_names(at=plans.at)
    said = _("Nobody knows who is meant in the roster of %(team)s by these, so their shifts are nobody's: %(who)s")
    return [
        *(Lack(Kind.ROSTER, *one) for roster, ahead in rosters.standing(at=plans.at) for one in _of(roster, ahead)),
        *(Lack(Kind.NAMES, said % {"team": names[team], "who": named(who)}, team) for team, who in unknown.items()),
    ]


def _of(roster: rosters.Roster, ahead: bool) -> Iterator[tuple[str, str]]:
    """What is said of one, and about what."""
    known = {"team": roster.team.name, "fault": roster.fault}
    if roster.fault:
        said = _("The roster of %(team)s from elsewhere could not be read: %(fault)s")
        if roster.read_at:
            said = _("The roster of %(team)s from elsewhere could not be read: %(fault)s What was read before stays.")
        yield said % known, str(roster.team_id)
    if roster.read_at and not ahead:
        said = _("No shifts ahead in the roster of %(team)s: its own turns count, or all of the team hears.")
        yield said % known, f"{roster.team_id}:ahead"


def roles(at: datetime, zone: str) -> list[Lack]:
    """When all coordinators, or all managers with their deputies, are away at once."""
    deputies = [Agreed(str(one.person_id), one.from_at, one.to_at) for one in people.deputies_ahead(at)]
    found: list[tuple[Kind, Role, Sequence[Agreed], str]] = [
        (Kind.AWAY, Role.COORDINATOR, (),
         _("All coordinators are away at once, so the managers hear in their place: %(spans)s")),
        (Kind.DEPUTY, Role.MANAGER, deputies,
         _("All managers are away at once and nobody stands in for them, so reviews wait: %(spans)s")),
    ]  # fmt: skip
    return [
        Lack(kind, said % {"spans": spans(away, zone)}, f"{role}:{week}")
        for kind, role, stand_ins, said in found
        for week, away in _by_week(_nobody(role, stand_ins, at), zone).items()
    ]


def _nobody(role: Role, stand_ins: Sequence[Agreed], at: datetime) -> tuple[Interval, ...]:
    """When nobody of a role is there: by the law of shifts, as if all of them took turns that never end."""
    holders = people.with_role(role)
    if not holders:
        return ()
    asked = [*holders, *(one.person for one in stand_ins)]
    away = tuple(Away(str(one.person_id), one.from_at, one.to_at) for one in planned.away_ahead(asked, at=at))
    turns = Layer("UTC", _EVER, 0, LONGEST_TURN, holders)
    return Schedule((turns,), tuple(stand_ins), away).gaps(at, at + AHEAD)
