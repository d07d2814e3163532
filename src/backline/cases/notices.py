"""Which notices a case's events give rise to, and which queued ones they make pointless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import links, wording
from backline.cases.contact import contact_of
from backline.cases.models import Case as Row
from backline.cases.news import called_off_news, news, notice_to
from backline.channels import operations as channels
from backline.channels.notices import Audience, NewNotice
from backline.core.case import Case, Record, moment
from backline.core.clock import running
from backline.core.events import Event
from backline.core.policy import Policy, Recipients
from backline.core.visits import called_off, given_away
from backline.core.words import OPEN_STATES, ActorKind, ClockName, Reason, ToldBy
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
NOBODY = gettext_lazy("Nobody")
_LAST = {"case.confirmed": "closed", "case.lapsed": "closed", "case.withdrawn": "withdrawn"}


def tell(row: Row, before: Case | None, case: Case, events: Sequence[Event], *, at: datetime) -> None:
    """Queue what these events tell, in the transaction that records them."""
    new: list[NewNotice] = []
    off = called_off(before, case)
    for event in events:
        code = _letter(event)
        if code:
            new += _to_customer(row, case, event, code, off, at=at)
        if event.kind == "rung.reached":
            new += _rung(row, event, at=at)
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
    return (*sorted(_kind(climb) for climb in over), *(("customer.",) if ended else ()))


def why_pointless(event: Event) -> str:
    """Why a notice was cancelled, in words for the page of what went out."""
    return _("Not needed any more, because of what came first: %(event)s.") % {"event": wording.event_label(event)}


def _kind(climb: str) -> str:
    """The kind of a climb's notices; the full stop keeps generation 7 from being a prefix of 71."""
    return f"rung.{climb}."


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
        what=_what(row),
        link=links.address(case_id=case.id, contact=contact, at=at),
        who=_who(case, data),
        next_by=moment(data, "promise_by") if "promise_by" in data else None,
        until=moment(data, "until") if "until" in data else None,
        from_at=moment(data, "from_at") if "from_at" in data else None,
        wait=data.get("reason", "") if event.kind == "wait.begun" else "",
        text=ledger.texts([data["text"]]).get(data["text"], "") if event.kind == "customer.told" else "",
    )


def _what(row: Row) -> str:
    asset = row.job.asset
    return f"{asset.name}, {row.site.name}" if asset else row.site.name


def _who(case: Case, data: Any) -> str:
    """The name of the person, else of the team, that has the case or comes to visit."""
    person = data.get("person") or case.person
    found = people.persons_by_id([person]).get(person) if person else None
    if found:
        return found.name
    team = people.team(case.team) if case.team else None
    return team.name if team else _("Our team")


def _rung(row: Row, event: Event, *, at: datetime) -> list[NewNotice]:
    """The notices of one rung; steps skipped for lateness, and a rung that found nobody, are recorded with a reason."""
    data = event.data
    key, kind = f"{event.case}:{data['climb']}", _kind(data["climb"])
    about: dict[str, Any] = {"subject": str(wording.CLOCKS[ClockName(data["clock"])]), "case_id": row.id}
    skipped = [
        NewNotice(f"{key}:{step['rung']}:skipped", kind, Audience.PERSON, "", str(NOBODY), **about)
        for step in data["skipped"]
    ]
    if skipped:
        why = _("Skipped: when the engine looked, a later step was due already, and that one acted.")
        channels.record_skip(skipped, why=why, at=at)
    this = f"{key}:{data['rung']}:{data['repeat']}"
    if not data["told"]:
        nobody = NewNotice(f"{this}:nobody", kind, Audience.PERSON, "", str(NOBODY), **about)
        channels.record_skip([nobody], why=_("Nobody could be found for this step."), at=at)
    summary = ledger.texts([row.summary]).get(row.summary, "")
    persons = people.persons_by_id(data["told"])
    return [
        _staff_notice(row, event, f"{this}:{person_id}:EMAIL", persons[person_id], summary)
        for person_id in data["told"]
        if person_id in persons
    ]


def _staff_notice(row: Row, event: Event, key: str, person: people.Person, summary: str) -> NewNotice:
    data = event.data
    letter = wording.staff_letter(
        wording.StaffFacts(
            name=person.name,
            language=person.language,
            zone=person.zone,
            reference=str(row),
            priority=row.priority,
            clock=ClockName(data["clock"]),
            due_at=moment(data, "due_at"),
            summary=summary,
            place=f"{_what(row)}, {row.site.address}".strip(", "),
            reasons=tuple(sorted(_reasons(row))),
            why_you=str(wording.WHY_YOU[Recipients(data["role"])]),
            link=settings.BACKLINE_URL.rstrip("/") + reverse("desk:case", args=[row.id]),
        )
    )
    return notice_to(row, person, letter, key=key, kind=_kind(data["climb"]))


def _reasons(row: Row) -> list[Reason]:
    return [Reason(reason) for reason in row.reasons]
