"""Somebody leaves: the cases he was offered or had go back to their teams as he is made inactive."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backline.cases.models import Case as Row
from backline.cases.operations._watch import ENGINE
from backline.cases.operations._write import Held, as_id_or_nobody, record
from backline.core import moves
from backline.core.case import Case
from backline.core.events import By
from backline.core.moves import Addition, Ask, Draft, Target
from backline.core.values import decode
from backline.core.words import Actor, State
from backline.ledger.operations import Recording
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import PersonForm
from backline.people.queries import Person
from backline.policies import queries as policies

HELD = (State.OFFERED, State.ACCEPTED)


def keep_person(form: PersonForm, *, person_id: str, by: Actor, at: datetime) -> Person:
    """Add or change a person; one made inactive lets go of his cases at once, so that each has an owner."""
    with transaction.atomic():
        if form.active:
            return people.keep_person(form, person_id=person_id)
        _let_go(person_id, by=by, at=at)
        person = people.keep_person(form, person_id=person_id)
        _let_go(person_id, by=by, at=at)  # what he took while we waited for him; from here on he can take nothing
        return person


def _let_go(person_id: str, *, by: Actor, at: datetime) -> None:
    him = as_id_or_nobody(person_id)
    has = Q(person_id=him, state__in=HELD) | Q(technician_id=him, state=State.RETURNED)
    for row in Row.objects.select_for_update().filter(has).order_by("id"):
        held = Held(row, decode(Case, row.fold), policies.policy(str(row.policy_id)))
        moment = max(at, held.case.recorded_at)
        person = queries.persons_by_id([person_id])[person_id]
        why = held.texts.add(_("%(name)s is not active any more.") % {"name": person.name}, subject=person_id)
        draft = _back(held.case, Ask(ENGINE, moment, held.policy), why)
        record(held, [draft], Recording(By(by.kind, by.id), moment, moment))


def _back(case: Case, ask: Ask, why: str) -> Draft:
    """To the team that has it; a report that he was to complete goes to the coordinators as it is."""
    if case.state is State.RETURNED:
        return Draft("case.completed", Addition(why).as_data())
    return moves.offer(case, ask, Target(case.team, case.tier, why=why))
