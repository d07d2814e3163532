"""Which notices a case's events give rise to, and which queued ones they make pointless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from backline.cases import links, wording
from backline.cases.change import Change
from backline.cases.contact import contact_of
from backline.cases.gates import of_itself
from backline.cases.known import Known
from backline.cases.news import called_off_news, news, notice_to
from backline.cases.rungs import NOBODY, kind, rung, what_of
from backline.channels import operations as channels
from backline.channels.notices import Audience, NewNotice, Pointless
from backline.core.case import Case, Record
from backline.core.events import Event, moment
from backline.core.ladder import REACHED
from backline.core.visits import called_off, given_away
from backline.core.words import OPEN_STATES, ActorKind, ToldBy, WorkaroundEnd
from backline.people import queries as people
from backline.policies import queries as policies

_TOLD = {
    "case.raised": "raised",
    "case.accepted": "accepted",
    "case.offered": "handed_on",
    "case.deescalated": "handed_on",
    "wait.begun": "waiting",
    "part.requested": "waiting",
    "visit.booked": "visit",
    "visit.moved": "visit_moved",
    "visit.called_off": "visit_off",
    "workaround.offered": "workaround",
    "workaround.approved": "workaround",
    "workaround.extended": "workaround_moved",
    "review.decided": "workaround_off",
    "customer.told": "update",
    "contact.changed": "contact",
    "case.resolved": "resolved",
    "case.disputed": "disputed",
    "case.reopened": "reopened",
}
_LAST = {"case.confirmed": "closed", "case.lapsed": "closed", "case.withdrawn": "withdrawn"}


def tell(changes: Sequence[Change], known: Known) -> None:
    """Queue what these changes tell, and cancel what they make pointless, in the transaction that records them."""
    channels.cancel([one for change in changes if (one := _pointless(change))])
    new = defaultdict[datetime, list[NewNotice]](list)
    to_customers = [change.row for change in changes if any(map(_letter, change.events))]
    prefetch_related_objects(to_customers, "contact")
    for change in changes:
        new[change.at] += _notices(change, known)
    for at, notices in new.items():
        channels.queue(notices, at=at)


def _notices(change: Change, known: Known) -> list[NewNotice]:
    new: list[NewNotice] = []
    off = called_off(change.before, change.case)
    for event in change.events:
        code = _letter(event)
        if code:
            new.append(_to_customer(change, event, code, off, known))
        if event.kind in REACHED:
            new += rung(change, event, known)
        new += news(change, event, known)
    return new + called_off_news(change, (*off, *given_away(change.before, change.case)), known)


def _letter(event: Event) -> str | None:
    """The code of the letter that the event sends to the customer; what was said on the phone is not mailed."""
    if event.kind in _LAST:
        return _LAST[event.kind]
    if event.kind == "case.reopened" and event.by.kind is ActorKind.CONTACT:
        return "came_back"
    if event.kind == "case.raised" and event.by.kind is ActorKind.SYSTEM:
        return "noticed"
    if event.kind == "workaround.ended":
        return "workaround_over" if event.data["outcome"] == WorkaroundEnd.NOT_NEEDED else "workaround_off"
    mailed = "promise_by" in event.data and event.data.get("told_by") != ToldBy.CALL
    return _TOLD.get(event.kind) if mailed else None


def _pointless(change: Change) -> Pointless | None:
    """The queued notices that nobody needs any more: of climbs that ended, and to the customer of a case that did."""
    if change.was is None:
        return None
    over = {clock.climb for clock in change.was.clocks} - {clock.climb for clock in change.now.clocks}
    ended = change.was.case.state in OPEN_STATES and change.case.state not in OPEN_STATES
    kinds = (*sorted(kind(climb) for climb in over), *(("customer.",) if ended else ()))
    return Pointless(change.row.id, kinds, _why_pointless(change.events[-1]), change.at) if kinds else None


def _why_pointless(event: Event) -> str:
    """Why a notice was cancelled, in words for the page of what went out."""
    return _("Not needed any more, because of what came first: %(event)s.") % {"event": wording.event_label(event)}


def _to_customer(change: Change, event: Event, code: str, off: tuple[Record, ...], known: Known) -> NewNotice:
    contact = contact_of(change.case, change.row.contact)
    key, kind = f"{event.case}:{event.seq}:{code}:EMAIL", f"customer.{code}"
    if contact is None:
        subject = _("To the customer: %(what)s") % {"what": wording.event_label(event)}
        why = _("No contact is known for this site.")
        about: dict[str, Any] = {"subject": subject, "case_id": change.row.id}
        return NewNotice(key, kind, Audience.CONTACT, "", str(NOBODY), **about, why=why)
    facts = _customer_facts(change, event, contact, known)
    named = event.kind == "visit.called_off"  # that letter is about nothing else
    windows = tuple((visit.from_at, visit.until) for visit in off if visit.until and not named)
    letter = wording.customer_letter(code, replace(facts, called_off=windows))
    return replace(notice_to(change.row, contact, letter, key=key, kind=kind), short=letter.short)


def _customer_facts(change: Change, event: Event, contact: people.Contact, known: Known) -> wording.CustomerFacts:
    data, row = event.data, change.row
    return wording.CustomerFacts(
        name=contact.name,
        language=contact.language,
        zone=contact.zone,
        reference=str(row),
        what=what_of(row),
        link=links.address(case_id=event.case, contact=contact, at=change.at),
        who=_who(change.case, data, known),
        next_by=moment(data, "promise_by") if "promise_by" in data else None,
        until=moment(data, "until") if "until" in data else None,
        from_at=moment(data, "from_at") if "from_at" in data else None,
        wait=data.get("reason", "") if event.kind in ("wait.begun", "part.requested") else "",
        **_of_workaround(change, event, known),
        text=known.texts.get(data["text"], "") if event.kind == "customer.told" else "",
        rests=change.case.stop is not None,
        closes=event.kind == "case.resolved" and not of_itself(change.case, policies.policy(change.case.policy)),
    )


def _of_workaround(change: Change, event: Event, known: Known) -> dict[str, Any]:
    """What is said of a workaround: of one that counts from now on, or that it is not needed as the case ends."""
    before, data = change.before.workaround if change.before else None, event.data
    if event.kind in ("case.resolved", "case.withdrawn"):
        return {"relieved": before is not None}
    if event.kind not in ("workaround.offered", "workaround.approved", "workaround.extended"):
        return {}
    meanwhile, limits = (known.texts.get(data[name], "") for name in ("what", "limits"))
    return {"meanwhile": meanwhile, "limits": limits, "again": before is not None}


def _who(case: Case, data: Any, known: Known) -> str:
    """The name of the person, else of the team, that has the case or comes to visit; empty where nobody does yet."""
    person = data.get("person") or case.person
    found = known.persons.get(person) if person else None
    team = known.teams.get(case.team) if case.team and not found else None
    return found.name if found else team or ""
