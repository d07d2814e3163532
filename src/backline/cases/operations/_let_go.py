"""Somebody leaves, or is no technician any more: what waits for him goes back, and nobody is promised his visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from backline.cases.operations._watch import ENGINE
from backline.cases.operations._write import Decided, Held, as_id_or_nobody, held_now, locked, record
from backline.channels import operations as channels
from backline.core import facts, moves
from backline.core.events import By
from backline.core.moves import Addition, Ask, Draft, Target
from backline.core.words import Actor, ClockName, Role, State
from backline.jobs import operations as jobs
from backline.ledger.operations import Recording
from backline.people import operations as people
from backline.people import queries
from backline.people.oncall import AHEAD
from backline.people.operations import Entry, PersonForm
from backline.people.queries import Person
from backline.people.shift_news import concerned

HELD = (State.OFFERED, State.ACCEPTED)


def keep_person(form: PersonForm, *, person_id: str, by: Actor, at: datetime) -> Person:
    """Add or change a person; what he can do no more he lets go of at once, so that each case has an owner."""
    teams = concerned([person_id], at, at + AHEAD)
    with people.telling_of_shifts(teams, by=by, at=at):
        if form.active and Role.TECHNICIAN in form.roles:
            return people.keep_person(form, person_id=person_id)
        _let_go(person_id, form, by=by, at=at)
        person = people.keep_person(form, person_id=person_id)
        _let_go(person_id, form, by=by, at=at)  # what came while we waited for him; from here on nothing can
        if not form.active:
            channels.keep_from(person_id, why=_not_active(person.name), at=at)
            people.call_off_swaps([person_id], by=by, at=at)
        return person


def keep_persons(entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[tuple[str, str]]:
    """Keep persons of a list; who is no technician any more lets go of what waits for him; the memberships made.

    Whose shifts are others by it hears so: who plans no team any more, or comes back into one, has others.
    """
    teams = concerned([one.id for one in entries if not one.new], at, at + AHEAD)
    with people.telling_of_shifts({*teams, *(team for one in entries for team in one.links)}, by=by, at=at):
        known = queries.persons_by_id(one.id for one in entries if not one.new)
        losing = {
            one.id: PersonForm(one.values["name"], one.values["email"], zone=one.values["zone"])
            for one in entries
            if one.id in known and Role.TECHNICIAN in known[one.id].roles
            and Role.TECHNICIAN not in one.values["roles"].split()
        }  # fmt: skip
        _let_all_go(losing, by=by, at=at)
        made = people.keep_persons(entries)
        _let_all_go(losing, by=by, at=at)
        return made


def _let_all_go(forms: Mapping[str, PersonForm], *, by: Actor, at: datetime) -> None:
    for person_id, form in forms.items():
        _let_go(person_id, form, by=by, at=at)


def _let_go(person_id: str, form: PersonForm, *, by: Actor, at: datetime) -> None:
    him = as_id_or_nobody(person_id)
    has = Q(technician_id=him, closed_at=None)
    if not form.active:
        has |= Q(person_id=him, state__in=HELD) | Q(fold__visitors__contains=[person_id], closed_at=None)
    rows = list(locked().filter(has).order_by("id"))
    if not rows:
        return
    name = queries.persons_by_id([person_id])[person_id].name
    why = _("%(name)s is no technician any more.") % {"name": name} if form.active else _not_active(name)
    decided = []
    for held in held_now(rows):
        moment = max(at, held.case.recorded_at)
        ask = Ask(ENGINE, moment, held.policy)
        drafts = _documented(held, why, person_id)
        if not form.active:
            drafts += [*_visits_off(held, ask, why, person_id), *_back(held, ask, why, person_id)]
        decided.append(Decided(held, drafts, Recording(By(by.kind, by.id), moment, moment)))
    record(decided)


def _not_active(name: str) -> str:
    return _("%(name)s is not active any more.") % {"name": name}


def _visits_off(held: Held, ask: Ask, why: str, person_id: str) -> list[Draft]:
    """What he booked or was booked for does not take place: owner and customer hear, and progress is asked for."""
    drafts = []
    for one in held.case.running(ClockName.VISIT):
        if one.person == person_id:
            said = held.texts.add(why, subject=person_id)
            drafts.append(facts.call_off_visit(held.case, ask, record=one.id, why=said))
            jobs.end_visit(visit_id=one.visit, outcome=why)
    return drafts


def _documented(held: Held, why: str, person_id: str) -> list[Draft]:
    """A report that he was to complete stays, or goes to the coordinators, as it is: nobody else could complete it."""
    case = held.case
    if case.debt is None or case.technician != person_id:
        return []
    how = "case.completed" if case.state is State.RETURNED else "case.documented"
    return [Draft(how, Addition(held.texts.add(why, subject=person_id)).as_data())]


def _back(held: Held, ask: Ask, why: str, person_id: str) -> list[Draft]:
    """To the team that has it."""
    case = held.case
    if case.state in HELD and case.person == person_id:
        said = held.texts.add(why, subject=person_id)
        return [moves.offer(case, ask, Target(case.team, case.tier, why=said))]
    return []
