"""What people of the organisation hear at once: a decided review, a dispute, a visit of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.cases import wording
from backline.cases.models import Case as Row
from backline.cases.said import commitments, names_in
from backline.channels.notices import Audience, NewNotice
from backline.core.case import Case, Record
from backline.core.events import Event
from backline.ledger import queries as ledger
from backline.people import queries as people


def news(row: Row, before: Case | None, case: Case, event: Event) -> list[NewNotice]:
    """A letter to each whom the event concerns and who did not cause it."""
    wanted = dict.fromkeys(person for person in _concerned(before, case, event) if person and person != event.by.id)
    if not wanted:
        return []
    persons = people.persons_by_id(wanted)
    return [_letter(row, event, persons[one]) for one in wanted if one in persons and persons[one].is_active]


def _concerned(before: Case | None, case: Case, event: Event) -> Iterable[str]:
    match event.kind:
        case "case.offered" | "case.deescalated" | "case.withdrawn":
            had = (before.person,) if before and before.person != event.data.get("person") else ()
            return (*had, case.technician) if event.kind == "case.withdrawn" else had
        case "case.accepted":
            return (before.person,) if before else ()  # another of the team took what was offered to him
        case "review.decided" | "stop.lifted":
            has = (case.person,) if case.person else people.members([case.team]).get(case.team, ())
            return (*has, case.technician)
        case "priority.changed":
            return (case.person,)
        case "case.disputed":
            return (case.person,)
        case "visit.booked" | "visit.moved":
            return (event.data["person"],)
        case "visit.called_off":
            visitor = case.records[event.data["id"]].person  # who hears of it by a letter of his own
            return (case.person,) if case.person != visitor else ()
    return ()


def called_off_news(row: Row, visits: Iterable[Record], event: Event) -> list[NewNotice]:
    """A letter to each visitor whose visit was called off by somebody else."""
    found = [visit for visit in visits if visit.person != event.by.id and visit.until]
    persons = people.persons_by_id([visit.person for visit in found])
    return [
        _called_off(row, visit, persons[visit.person], f"{event.case}:{event.seq}:off:{visit.id}:EMAIL")
        for visit in found
        if visit.person in persons and persons[visit.person].is_active
    ]


def _called_off(row: Row, visit: Record, person: people.Person, key: str) -> NewNotice:
    texts = ledger.texts([row.summary])
    with override(person.language):
        when = wording.window(visit.from_at, visit.until or visit.from_at, person.zone)
        heading = f"[{row.priority} {row}] " + _("Your visit is called off: %(when)s") % {"when": when}
        why = _("The case ended before it, or somebody else goes on with it.")
        letter = wording.news_letter(person.name, heading, (why, texts.get(row.summary, "")), link_to(row))
    return notice_to(row, person, letter, key=key, kind="news.visit.called_off")


def _letter(row: Row, event: Event, person: people.Person) -> NewNotice:
    told = wording.Told(names_in([event]), ledger.texts({row.summary, *commitments([event])}), person.zone)
    with override(person.language):
        [entry] = wording.timeline([event], told)
        heading = f"[{row.priority} {row}] {entry.what}"
        letter = wording.news_letter(person.name, heading, (*entry.why, told.texts.get(row.summary, "")), link_to(row))
    key = f"{event.case}:{event.seq}:news:{person.id}:EMAIL"
    return notice_to(row, person, letter, key=key, kind=f"news.{event.kind}")


def link_to(row: Row) -> str:
    """The address of the page of a case, as it stands in a letter."""
    return settings.BACKLINE_URL.rstrip("/") + reverse("desk:case", args=[row.id])


def notice_to(
    row: Row, somebody: people.Person | people.Contact, letter: wording.Letter, *, key: str, kind: str
) -> NewNotice:
    """A letter about a case as a notice to a person of the organisation, or to a customer's contact."""
    return NewNotice(
        effect_key=key,
        kind=kind,
        audience=Audience.CONTACT if isinstance(somebody, people.Contact) else Audience.PERSON,
        recipient_id=str(somebody.id),
        recipient_name=somebody.name,
        subject=letter.subject,
        body=letter.body,
        address=somebody.email,
        language=somebody.language,
        case_id=row.id,
    )
