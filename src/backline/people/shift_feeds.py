"""What somebody's own calendar reads by a secret address: his shifts or a team's, the same until something changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from django.core import signing
from django.db import connection
from django.utils.translation import gettext as _

from backline.core.oncall import Schedule, Shift
from backline.core.words import Actor
from backline.people import shift_calendar
from backline.people.models import ShiftFeed, Team
from backline.people.oncall import may_read, schedules
from backline.people.queries import actor_of, ids, persons_by_id, team_names
from backline.people.shift_calendar import Entry
from backline.people.shift_news import concerned

__all__ = ["ShiftFeed", "content", "feed_of", "feeds_of", "readable", "secret"]

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
BEGUN = timedelta(days=366)
"""A shift that is on began no longer ago than this, or it counts as one that always was."""
_SIGNER = signing.Signer(salt="backline.shift-feed", sep=".")

# What moved a shift last, as far as it left a trace.
_CHANGED = """
SELECT max(moment) FROM (
  SELECT saved_at AS moment FROM people_scheduleversion WHERE team_id = ANY(%(teams)s)
  UNION ALL SELECT changed_at FROM people_roster WHERE team_id = ANY(%(teams)s)
  UNION ALL SELECT unnest(ARRAY[made_at, to_at]) FROM people_agreement WHERE team_id = ANY(%(teams)s)
  UNION ALL SELECT unnest(ARRAY[made_at, to_at]) FROM people_absence AS absence
    JOIN people_team_members AS member USING (person_id) WHERE team_id = ANY(%(teams)s)
) AS change WHERE moment <= %(at)s
"""


def readable(by: Actor) -> list[Team]:
    """The teams whose shifts somebody may know, by name."""
    return [team for team in Team.objects.order_by("name") if may_read(by, str(team.id))]


def feeds_of(by: Actor) -> list[ShiftFeed]:
    """Somebody's addresses that read something: of his own shifts first, then of teams by name."""
    mine = ShiftFeed.objects.filter(person__in=ids([by.id])).select_related("team").order_by("team__name")
    found = [one for one in mine if one.team_id is None or may_read(by, str(one.team_id))]
    return sorted(found, key=lambda one: one.team_id is not None)


def secret(feed: ShiftFeed) -> str:
    """What stands in the address: it cannot be guessed, nor made from what the database holds."""
    return _SIGNER.sign(feed.key.hex)


def feed_of(text: str, *, at: datetime) -> ShiftFeed | None:
    """Whose address this is; None where it was never made, has been closed, or its owner may not know that any more."""
    try:
        key = _SIGNER.unsign(text)
    except signing.BadSignature:
        return None
    feed = ShiftFeed.objects.filter(key__in=ids([key])).select_related("person", "team").first()
    if feed is None or not feed.person.is_active:
        return None
    return feed if feed.team_id is None or may_read(actor_of(feed.person, at=at), str(feed.team_id)) else None


def content(feed: ShiftFeed, *, at: datetime) -> bytes:
    """The feed as iCalendar in its owner's zone: a month back, a year ahead, in whole days of UTC."""
    today = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    since = today - BACK - BEGUN
    teams = {str(feed.team.id): feed.team.name} if feed.team else _teams(str(feed.person_id), since, today + AHEAD)
    planned = schedules(teams, since, today + AHEAD, at=today) if teams else {}
    wanted = None if feed.team else str(feed.person_id)
    shifts = [(team, one) for team, schedule in planned.items() for one in _shifts(schedule, since, today, wanted)]
    names = _names([one for _team, one in shifts])
    said = _("%(name)s on call for %(team)s") if feed.team else _("On call for %(team)s")
    titles = [said % {"team": teams[team], "name": names.get(one.person, "")} for team, one in shifts]
    entries = [_entry(team, one, title, names, since) for (team, one), title in zip(shifts, titles, strict=True)]
    called = _("On call: %(team)s") % {"team": feed.team.name} if feed.team else _("My on-call shifts")
    return shift_calendar.written(
        called, feed.person.zone, sorted(entries), changed_at=_changed_at(teams, at=at) or feed.made_at
    )


def _teams(person: str, since: datetime, until: datetime) -> dict[str, str]:
    names = team_names()
    return {team: names[team] for team in concerned([person], since, until)}


def _shifts(schedule: Schedule, since: datetime, today: datetime, wanted: str | None) -> Iterator[Shift]:
    for shift in schedule.shifts(since, today + AHEAD):
        if shift.end > today - BACK and wanted in (None, shift.person):
            yield shift


def _names(shifts: Collection[Shift]) -> dict[str, str]:
    known = persons_by_id({person for shift in shifts for person in (shift.person, shift.instead_of) if person})
    return {person: found.name for person, found in known.items()}


def _entry(team: str, shift: Shift, title: str, names: dict[str, str], since: datetime) -> Entry:
    """A shift as an entry; it is called the same for as long as the same person begins it at the same moment."""
    begins = shift.start.isoformat() if shift.start > since else "always"
    return Entry(
        start=shift.start,
        end=shift.end,
        uid=f"{uuid5(UUID(team), f'{shift.person} {begins}')}@backline",
        title=title,
        note=_("In place of %(name)s.") % {"name": names.get(shift.instead_of, "")} if shift.instead_of else "",
    )


def _changed_at(teams: Collection[str], *, at: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"teams": ids(teams), "at": at})
        found: datetime | None = cursor.fetchone()[0]
    return found
