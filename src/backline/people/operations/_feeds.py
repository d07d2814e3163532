"""Secret addresses by which somebody's own calendar reads shifts: made, changed for another one, and closed."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.core.exceptions import PermissionDenied

from backline.core.words import Actor
from backline.people.models import Person, ShiftFeed, Team
from backline.people.oncall import may_read
from backline.people.operations._registers import not_yours
from backline.people.queries import ids


def open_feed(team: str, *, by: Actor, at: datetime) -> ShiftFeed:
    """The address of a team's shifts, or without a team of one's own; where there is one already, that stays."""
    known = Team.objects.filter(id__in=ids([team])).first()
    if team and not (known and may_read(by, team)):
        raise PermissionDenied
    person = Person.objects.get(id=by.id)
    return ShiftFeed.objects.get_or_create(person=person, team=known, defaults={"made_at": at})[0]


def renew_feed(key: str, *, by: Actor, at: datetime) -> None:
    """Another address in place of this one, which reads nothing any more. Raises `Invalid` where it is not his."""
    if not ShiftFeed.objects.filter(key__in=ids([key]), person__in=ids([by.id])).update(key=uuid4(), made_at=at):
        raise not_yours()


def close_feed(key: str, *, by: Actor) -> None:
    """The address reads nothing any more. Raises `Invalid` where it is not his."""
    if not ShiftFeed.objects.filter(key__in=ids([key]), person__in=ids([by.id])).delete()[0]:
        raise not_yours()
