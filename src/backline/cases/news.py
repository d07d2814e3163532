"""What people of the organisation hear at once: a decided review, a dispute, a visit of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backline.cases import wording
from backline.cases.models import Case as Row
from backline.channels.notices import Audience, NewNotice
from backline.core.case import Case
from backline.core.events import Event
from backline.ledger import queries as ledger
from backline.people import queries as people


def news(row: Row, case: Case, event: Event) -> list[NewNotice]:
    """A letter to each whom the event concerns and who did not cause it."""
    wanted = dict.fromkeys(person for person in _concerned(case, event) if person and person != event.by.id)
    persons = people.persons_by_id([*wanted, event.by.id, event.data.get("person", "")])
    return [_letter(row, event, persons[one], persons) for one in wanted if one in persons and persons[one].is_active]


def _concerned(case: Case, event: Event) -> Iterable[str]:
    match event.kind:
        case "review.decided" | "stop.lifted":
            has = (case.person,) if case.person else people.members([case.team]).get(case.team, ())
            return (*has, case.technician)
        case "case.disputed":
            return (case.person,)
        case "visit.booked" | "visit.moved":
            return (event.data["person"],)
    return ()


def _letter(row: Row, event: Event, person: people.Person, known: dict[str, people.Person]) -> NewNotice:
    texts = ledger.texts([row.summary, *(value for value in event.data.values() if isinstance(value, str))])
    told = wording.Told({one: found.name for one, found in known.items()}, texts, person.zone)
    with override(person.language):
        [entry] = wording.timeline([event], told)
    link = settings.BACKLINE_URL.rstrip("/") + reverse("desk:case", args=[row.id])
    heading = f"[{row.priority} {row}] {entry.what}"
    letter = wording.news_letter(person.name, heading, (*entry.why, texts.get(row.summary, "")), link)
    return NewNotice(
        effect_key=f"{event.case}:{event.seq}:news:{person.id}:EMAIL",
        kind=f"news.{event.kind}",
        audience=Audience.PERSON,
        recipient_id=str(person.id),
        recipient_name=person.name,
        subject=letter.subject,
        body=letter.body,
        address=person.email,
        language=person.language,
        case_id=row.id,
    )
