"""Looks once a day at everything that may not be ready, keeps what it finds, and tells who can mend it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.look.moments import zone_of
from backline.people import queries as people
from backline.people.queries import Organisation, Person
from backline.readiness import queries, wording
from backline.readiness.lacks import Kind, Lack
from backline.readiness.menders import Menders
from backline.readiness.models import Known, Looked

DAY_BEGINS = timedelta(hours=7)
"""By the organisation's clock: whoever is written to is not woken by it."""
_MEANWHILE = (Kind.REACH, Kind.ONE_MEMBER)
"""While these last, the last-resort contact hears in everybody's place."""
AGAIN = timedelta(days=6, hours=12)
"""On the seventh day, at whichever minute of a day it is looked."""


def look(at: datetime) -> int:
    """Look, where nobody has today; how many letters come of it.

    What is found, what was told and the letters are one transaction under one lock: no two workers tell the same.
    """
    house = people.organisation()
    if house is None or not _is_due(house, at):
        return 0
    with transaction.atomic():
        Looked.objects.bulk_create([Looked()], ignore_conflicts=True)
        mine = Looked.objects.select_for_update(skip_locked=True).first()
        if mine is None or not _is_due(house, at):
            return 0
        found = queries.lacks(at)
        letters = _letters(_due(found, at), house, at)
        channels.queue(letters, at=at)
        Looked.objects.update(at=at)
    return len(letters)


def _is_due(house: Organisation, at: datetime) -> bool:
    """Whether it was not looked at since this day began."""
    last = Looked.objects.values_list("at", flat=True).first()
    return last is None or _day(house, last) < _day(house, at)


def _day(house: Organisation, at: datetime) -> str:
    return (at.astimezone(zone_of(house.zone)) - DAY_BEGINS).date().isoformat()


def _due(found: list[Lack], at: datetime) -> list[Lack]:
    """Keep what was found, and give what is to be told: what is new, and again after a week what must be mended."""
    keys = {one.key for one in found}
    Known.objects.exclude(key__in=keys).delete()
    Known.objects.bulk_create(
        [Known(key=one.key, is_hint=one.is_hint, since_at=at, told_at=_told_at(one, at)) for one in found],
        update_conflicts=True, unique_fields=["key"], update_fields=["is_hint"],
    )  # fmt: skip
    due = Known.objects.filter(Q(told_at=None) | Q(is_hint=False, told_at__lte=at - AGAIN))
    wanted = set(due.values_list("key", flat=True))
    Known.objects.filter(key__in=wanted).update(told_at=at)
    return [one for one in found if one.key in wanted and one.kind is not Kind.DEMO]


def _told_at(lack: Lack, at: datetime) -> datetime | None:
    """When it was told that an address is dead: the moment it was, by a duty of its own."""
    return at if lack.kind is Kind.ADDRESS else None


def _letters(due: list[Lack], house: Organisation, at: datetime) -> list[NewNotice]:
    """To each who can mend something of it one letter with all that he can."""
    menders, last = Menders.read(due, at=at), house.last_resort
    mine: dict[str, list[Lack]] = {}
    for lack in due:
        meanwhile = (str(last.id),) if lack.kind in _MEANWHILE and last.is_active else ()
        for person in dict.fromkeys((*menders.of(lack), *meanwhile)):
            mine.setdefault(person, []).append(lack)
    persons, day = people.persons_by_id(mine), _day(house, at)
    return [_letter(person, mine[one], day) for one, person in sorted(persons.items())]


def _letter(person: Person, mine: list[Lack], day: str) -> NewNotice:
    base = settings.BACKLINE_URL.rstrip("/")
    with override(person.language):
        said = wording.letter(person.name, [_told(one, base) for one in mine], base + reverse("desk:readiness"))
    return letter_to(person, said, key=f"readiness:{day}:{person.id}", kind="readiness")


def _told(lack: Lack, base: str) -> str:
    """A lack with where it is mended."""
    said = _("%(said)s\nMend it here: %(address)s")
    return said % {"said": lack.said, "address": f"{base}{lack.way}"}
