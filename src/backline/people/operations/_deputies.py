"""Deputies: a manager names who decides reviews in his place, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.people.models import Deputy, Person
from backline.people.operations._registers import Invalid, flaw_of_span, hold_registers
from backline.people.queries import ids


@dataclass(frozen=True, slots=True)
class DeputyForm:
    """Who it is, from when, and until when; without a beginning from now on."""

    person: str
    to_at: datetime
    from_at: datetime | None = None


def name_deputy(form: DeputyForm, *, manager: str, at: datetime) -> Deputy:
    """Name a deputy; saying the same again changes nothing. Raises `Invalid` where that may not be."""
    from_at = max(form.from_at or at, at)
    with transaction.atomic():
        hold_registers()  # nobody leaves meanwhile, and of two who name each other one is second
        same = Deputy.objects.filter(manager__in=ids([manager]), person__in=ids([form.person]), to_at=form.to_at)
        known = same.filter(from_at=from_at).first()
        if known:
            return known
        flaw = flaw_of_span(from_at, form.to_at)
        errors = {"to_at": flaw} if flaw else _person(form.person, manager, from_at, form.to_at)
        if errors:
            raise Invalid(errors)
        named = Deputy(manager_id=manager, person_id=form.person, from_at=from_at, to_at=form.to_at, named_at=at)
        named.save(force_insert=True)
    return named


def end_deputy(deputy: int, *, manager: str, at: datetime) -> None:
    """One whom this manager named decides nothing in his place from now on; one who had not begun never does."""
    mine = Deputy.objects.filter(id=deputy, manager__in=ids([manager]))
    mine.filter(from_at__gt=at).update(from_at=at, to_at=at)
    mine.filter(to_at__gt=at).update(to_at=at)


def _person(person: str, manager: str, from_at: datetime, to_at: datetime) -> dict[str, str]:
    if person == manager:
        return {"person": _("You decide for yourself already. Name somebody else.")}
    if not Person.objects.filter(id__in=ids([person]), is_active=True).exists():
        return {"person": _("There is nobody like that who may act. Choose somebody else.")}
    then = Deputy.objects.filter(from_at__lt=to_at, to_at__gt=from_at)
    if other := then.filter(manager__in=ids([manager])).select_related("person").first():
        said = _("%(name)s is your deputy in that time already. End that first, or choose another time.")
        return {"from_at": said % {"name": other.person.name}}
    if manager in _who_stands_in(person, then):
        return {"person": _("In that time you stand in for each other in a circle, and nobody would decide.")}
    return {}


def _who_stands_in(person: str, then: Iterable[Deputy]) -> set[str]:
    """Everybody who would decide in his place, and in theirs, within a span."""
    named: dict[str, set[str]] = {}
    for one in then:
        named.setdefault(str(one.manager_id), set()).add(str(one.person_id))
    found: set[str] = set()
    wanted = [person]
    while wanted:
        new = named.get(wanted.pop(), set()) - found
        found |= new
        wanted += new
    return found
