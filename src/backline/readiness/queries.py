"""Everything that is not ready now, and since when that is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backline.cases import queries as cases
from backline.core.policy import Recipients
from backline.people import queries as people
from backline.people.queries import Organisation
from backline.policies import reach
from backline.readiness import hours, persons, set_up, shifts
from backline.readiness.lacks import Kind, Lack
from backline.readiness.models import Known

_ORDER = {kind: place for place, kind in enumerate(Kind)}
_KINDS = {Recipients.TEAM: Kind.ONE_MEMBER, Recipients.CANDIDATE: Kind.UNSUITED}
_SAID_OTHERWISE = frozenset(Recipients) - _KINDS.keys()
"""Where nobody is in such a role, that is said of the team or of the role itself, not of each rung that names it."""


def lacks(at: datetime) -> list[Lack]:
    """Everything that is not ready, the gravest first; nothing before there is an organisation."""
    house = people.organisation()
    found = _all(at, house) if house else iter(())
    return sorted(found, key=lambda one: _ORDER[one.kind])


def _all(at: datetime, house: Organisation) -> Iterator[Lack]:
    missing, plans = set_up.missing(), shifts.Plans.read(at, house.zone)
    empty = {one.subject for one in missing if one.kind is Kind.EMPTY_TEAM}
    yield from missing
    yield from (one for one in unreached(at) if one.subject not in empty)
    yield from persons.last_resort(house)
    yield from shifts.roles(at, house.zone)
    yield from shifts.shifts(plans)
    yield from shifts.rotas(plans)
    yield from shifts.from_elsewhere(plans)
    yield from persons.addresses(house)
    yield from persons.skills()
    yield from persons.certificates(at, house.zone)
    yield from set_up.mail_hints()
    yield from hours.hours(at)


def unreached(at: datetime) -> list[Lack]:
    """Whom policies do not reach: the one in force, those that come soon, and each that an open case still has."""
    found = []
    for about, said in reach.gaps(cases.policies_in_use(), at=at).items():
        role, _colon, team = about.partition(":")
        if team and role in _KINDS:
            found.append(Lack(_KINDS[Recipients(role)], said, team))
        elif role not in _SAID_OTHERWISE:
            found.append(Lack(Kind.REACH, said, about))
    return found


def since() -> dict[str, datetime]:
    """When each lack was found that the last look knows of, by its key."""
    return dict(Known.objects.values_list("key", "since_at"))


def how_many() -> int:
    """How many things that must be mended the last look knows of."""
    return Known.objects.filter(is_hint=False).count()
