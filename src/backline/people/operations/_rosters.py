"""Rosters from elsewhere: lists of shifts, read from a file or again and again from an address, with who is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backline.calendars import feeds
from backline.calendars.words import Feed, Refused
from backline.core.calendar import CalendarRefused, zone_of
from backline.core.oncall import whole_day
from backline.core.words import Actor
from backline.ledger.news import ALL, announce
from backline.people.models import Person, Roster, RosterShift
from backline.people.oncall import AHEAD as LOOKED_AHEAD
from backline.people.oncall import may_plan
from backline.people.operations._oncall import hold_team
from backline.people.operations._registers import Invalid
from backline.people.operations._shift_news import tell
from backline.people.queries import ids, members
from backline.people.shift_news import Before, of_change

BACK, AHEAD = timedelta(days=31), timedelta(days=400)
"""How far around today a roster is read; what began longer ago and still goes on is not seen."""
AGAIN = timedelta(minutes=15)
LONGEST_ADDRESS = 2000
Row = tuple[datetime, datetime, str]


@dataclass(frozen=True, slots=True)
class RosterForm:
    """Where a team's roster comes from: an address that is read again and again, or a file's content, once."""

    team: str
    zone: str
    address: str = ""
    content: bytes | None = None


def keep_roster(form: RosterForm, *, by: Actor, at: datetime) -> None:
    """The team's shifts come from there from now on; a file is read at once. Raises `Invalid`, nothing changed."""
    if not may_plan(by, form.team):
        raise PermissionDenied
    if errors := _flaws(form):
        raise Invalid(errors)
    try:
        feed = None if form.content is None else _read(form.content, form.zone, at)
        with transaction.atomic():
            team = hold_team(form.team)
            said = {"zone": form.zone, "address": form.address, "next_at": at if form.address else None, "fault": ""}
            roster, _made = Roster.objects.update_or_create(team=team, defaults=said)
            if feed:
                _take(roster, feed, at, by.id)
            announce(ALL)
    except Refused as refused:
        raise Invalid({refused.field: refused.text}) from refused


def drop_roster(team: str, *, by: Actor, at: datetime) -> None:
    """The team's shifts come from nowhere else from now on; what has been stays."""
    if not may_plan(by, team):
        raise PermissionDenied
    with transaction.atomic():
        hold_team(team)
        Roster.objects.filter(team__in=ids([team])).delete()
        _write(team, [], {}, at, by.id)
        announce(ALL)


def name_in_roster(team: str, called: str, person: str, *, by: Actor, at: datetime) -> None:
    """Who is meant by a name of the roster from now on; without a person nobody is. Raises `Invalid`."""
    if not may_plan(by, team):
        raise PermissionDenied
    with transaction.atomic():
        hold_team(team)
        roster = Roster.objects.filter(team__in=ids([team])).first()
        if roster is None:
            raise Invalid({"": _("This team has no roster from elsewhere any more.")})
        if person and person not in members([team]).get(team, ()):
            raise Invalid({"person": _("There is nobody like that in this team who may act. Choose somebody else.")})
        roster.names[_key(called)] = person
        roster.save(update_fields=["names"])
        _write(team, list(_ahead(roster, at).values_list("from_at", "to_at", "called")), roster.names, at, by.id)
        announce(ALL)


def due_rosters(at: datetime, *, most: int) -> list[Roster]:
    """The rosters whose address is to be read now; whoever asks next does not get them until later."""
    with transaction.atomic():
        due = Roster.objects.select_for_update(skip_locked=True).filter(next_at__lte=at).order_by("next_at")
        found = list(due[:most])
        Roster.objects.filter(team__in=[one.team_id for one in found]).update(next_at=at + AGAIN)
    return found


def refresh_roster(roster: Roster, content: bytes, *, at: datetime) -> None:
    """What its address says now; raises `Refused`, and what was read before stays."""
    feed = _read(content, roster.zone, at)
    with transaction.atomic():
        hold_team(str(roster.team_id))
        same = Roster.objects.filter(team=roster.team_id, address=roster.address, zone=roster.zone).first()
        if same:  # nobody entered another one while this was on its way
            _take(same, feed, at)


def roster_failed(roster: Roster, fault: str) -> None:
    """It could not be read: that is said until it can."""
    Roster.objects.filter(team=roster.team_id, address=roster.address).update(fault=fault)


def _flaws(form: RosterForm) -> dict[str, str]:
    try:
        zone_of(form.zone)
    except CalendarRefused:
        return {"zone": _("There is no time zone of this name. Write it like Europe/Berlin.")}
    if (form.content is None) is not bool(form.address):
        return {"address": _("Give an address, or choose a file; one of them.")}
    return {"address": _("Give an address such as https://calendar.example.org/team.ics.")} if _no_address(form) else {}


def _no_address(form: RosterForm) -> bool:
    try:
        parts = urlsplit(form.address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    plain = form.address.isascii() and form.address.isprintable() and " " not in form.address
    return bool(form.address) and not (good and plain and len(form.address) <= LONGEST_ADDRESS)


def _read(content: bytes, zone: str, at: datetime) -> Feed:
    today = at.astimezone(zone_of(zone)).date()
    return feeds.read(content, zone, today - BACK, today + AHEAD)


def _take(roster: Roster, feed: Feed, at: datetime, by: str = "") -> None:
    """Its shifts from now on; where it holds none it takes the place of none, and raises `Refused`."""
    days = [(*whole_day(roster.zone, one.day), one.name) for one in feed.closed]
    times = [(one.from_at, one.to_at, one.name) for one in feed.timed if one.from_at < one.to_at]
    found = [*days, *times]
    if all(end <= at for _start, end, _called in found) and _ahead(roster, at).exists():
        said = _("It holds no shift from now on; nothing was changed. Add those that come, or have it read no more.")
        raise Refused(said, field="feed")
    _write(str(roster.team_id), found, roster.names, at, by)
    roster.read_at, roster.fault, roster.unread = at, "", list(feed.unread)
    roster.save(update_fields=["read_at", "fault", "unread"])


def _ahead(roster: Roster, at: datetime) -> QuerySet[RosterShift]:
    return RosterShift.objects.filter(team=roster.team_id, to_at__gt=at)


def _write(team: str, found: Iterable[Row], names: dict[str, str], at: datetime, by: str = "") -> None:
    """These shifts from now on; what somebody had before stays his. What is the same already is not written again."""
    who = _persons(team, names)
    new = {(max(start, at), end, called, who.get(_key(called)) or None) for start, end, called in found if end > at}
    rows = RosterShift.objects.filter(team__in=ids([team]), to_at__gt=at)
    known = [
        (max(start, at), end, called, str(person) if person else None)
        for start, end, called, person in rows.values_list("from_at", "to_at", "called", "person_id")
    ]
    if set(known) == new:
        return
    before = Before.of([team], at, at + LOOKED_AHEAD, at=at)
    rows.filter(from_at__gte=at).delete()
    rows.update(to_at=at)
    RosterShift.objects.bulk_create(
        RosterShift(team_id=team, from_at=start, to_at=end, called=called, person_id=person)
        for start, end, called, person in sorted(new, key=lambda one: one[:3])
    )
    Roster.objects.filter(team__in=ids([team])).update(changed_at=at)
    tell(of_change(before.moved(), by=by, at=at))


def _persons(team: str, names: dict[str, str]) -> dict[str, str]:
    """Who of the team is meant by what: an address, a name that only one has, or what somebody said is meant."""
    there = Person.objects.filter(id__in=ids(members([team]).get(team, ())))
    by_name: dict[str, set[str]] = {}
    for one in there:
        for called in (one.email, one.name):
            by_name.setdefault(_key(called), set()).add(str(one.id))
    known = {str(one.id) for one in there}
    said = {called: person for called, person in names.items() if person in known or not person}
    return {called: persons.pop() for called, persons in by_name.items() if len(persons) == 1} | said


def _key(called: str) -> str:
    return " ".join(called.split()).removeprefix("@").casefold()
