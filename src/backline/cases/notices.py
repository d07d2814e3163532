"""Which notices a case's events give rise to, and which queued ones they make pointless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backline.cases import links, wording
from backline.cases.contact import contact_of
from backline.cases.models import Case as Row
from backline.cases.news import called_off_news, news, notice_to
from backline.cases.rungs import NOBODY, kind, rung, what_of
from backline.channels import operations as channels
from backline.channels.notices import Audience, NewNotice
from backline.core.case import Case, Record
from backline.core.clock import running
from backline.core.events import Event, moment
from backline.core.policy import Policy
from backline.core.visits import called_off, given_away
from backline.core.words import OPEN_STATES, ActorKind, ToldBy
from backline.ledger import queries as ledger
from backline.people import queries as people

_TOLD = {
    "case.raised": "raised",
    "case.accepted": "accepted",
    "case.offered": "handed_on",
    "case.deescalated": "handed_on",
    "wait.begun": "waiting",
    "visit.booked": "visit",
    "visit.moved": "visit_moved",
    "visit.called_off": "visit_off",
    "customer.told": "update",
    "contact.changed": "contact",
    "case.resolved": "resolved",
    "case.disputed": "disputed",
    "case.reopened": "reopened",
}
_LAST = {"case.confirmed": "closed", "case.lapsed": "closed", "case.withdrawn": "withdrawn"}


def tell(row: Row, before: Case | None, case: Case, events: Sequence[Event], *, at: datetime) -> None:
    """Queue what these events tell, in the transaction that records them."""
    new: list[NewNotice] = []
    off = called_off(before, case)
    for event in events:
        code = _letter(event)
        if code:
            new += _to_customer(row, case, event, code, off, at=at)
        if event.kind in ("rung.reached", "rung.jumped"):
            new += rung(row, case, event, at=at)
        new += news(row, before, case, event)
    new += called_off_news(row, (*off, *given_away(before, case)), events[-1])
    if new:
        channels.queue(new, at=at)


def _letter(event: Event) -> str | None:
    """The code of the letter that the event sends to the customer; what was said on the phone is not mailed."""
    if event.kind in _LAST:
        return _LAST[event.kind]
    if event.kind == "case.reopened" and event.by.kind is ActorKind.CONTACT:
        return "came_back"
    mailed = "promise_by" in event.data and event.data.get("told_by") != ToldBy.CALL
    return _TOLD.get(event.kind) if mailed else None


def pointless(before: Case, after: Case, policy: Policy) -> tuple[str, ...]:
    """The kinds of queued notices that nobody needs any more: those of climbs that ended between two states."""
    over = {clock.climb for clock in running(before, policy)} - {clock.climb for clock in running(after, policy)}
    ended = before.state in OPEN_STATES and after.state not in OPEN_STATES
    return (*sorted(kind(climb) for climb in over), *(("customer.",) if ended else ()))


def why_pointless(event: Event) -> str:
    """Why a notice was cancelled, in words for the page of what went out."""
    return _("Not needed any more, because of what came first: %(event)s.") % {"event": wording.event_label(event)}


def _to_customer(
    row: Row, case: Case, event: Event, code: str, off: tuple[Record, ...], *, at: datetime
) -> list[NewNotice]:
    contact = contact_of(case, row.contact)
    key, kind = f"{case.id}:{event.seq}:{code}:EMAIL", f"customer.{code}"
    if contact is None:
        subject = _("To the customer: %(what)s") % {"what": wording.event_label(event)}
        nobody = NewNotice(key, kind, Audience.CONTACT, "", str(NOBODY), subject=subject, case_id=row.id)
        channels.record_skip([nobody], why=_("No contact is known for this site."), at=at)
        return []
    known = _customer_facts(row, case, event, contact, at=at)
    named = event.kind == "visit.called_off"  # that letter is about nothing else
    windows = tuple((visit.from_at, visit.until) for visit in off if visit.until and not named)
    letter = wording.customer_letter(code, replace(known, called_off=windows))
    return [notice_to(row, contact, letter, key=key, kind=kind)]


def _customer_facts(
    row: Row, case: Case, event: Event, contact: people.Contact, *, at: datetime
) -> wording.CustomerFacts:
    data = event.data
    return wording.CustomerFacts(
        name=contact.name,
        language=contact.language,
        zone=contact.zone,
        reference=str(row),
        what=what_of(row),
        link=links.address(case_id=case.id, contact=contact, at=at),
        who=_who(case, data),
        next_by=moment(data, "promise_by") if "promise_by" in data else None,
        until=moment(data, "until") if "until" in data else None,
        from_at=moment(data, "from_at") if "from_at" in data else None,
        wait=data.get("reason", "") if event.kind == "wait.begun" else "",
        text=ledger.texts([data["text"]]).get(data["text"], "") if event.kind == "customer.told" else "",
    )


def _who(case: Case, data: Any) -> str:
    """The name of the person, else of the team, that has the case or comes to visit."""
    person = data.get("person") or case.person
    found = people.persons_by_id([person]).get(person) if person else None
    if found:
        return found.name
    team = people.team(case.team) if case.team else None
    return team.name if team else _("Our team")
