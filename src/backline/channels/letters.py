"""A letter to somebody as a notice: to a person of the organisation, or to a customer's contact."""

from __future__ import annotations

import uuid

from backline.channels import wording
from backline.channels.notices import Audience, NewNotice
from backline.people.languages import written_to_in
from backline.people.queries import Contact, Person
from backline.people.quiet import Quiet


def letter_to(
    somebody: Person | Contact,
    said: tuple[str, str],
    *,
    key: str,
    kind: str,
    case_id: uuid.UUID | None = None,
    at_once: bool = False,
) -> NewNotice:
    """A letter (subject and text) to a person of the organisation, or to a customer's contact.

    It can wait for the end of a person's quiet hours, and for more to him, unless it shall leave `at_once`. What goes
    to a customer never waits. At a dead address of hers it is not sent, so that its case hears of it at once.
    """
    (subject, body), can_wait = said, not at_once and not isinstance(somebody, Contact)
    nobody_there = isinstance(somebody, Contact) and somebody.is_dead
    return NewNotice(
        effect_key=key,
        kind=kind,
        audience=Audience.CONTACT if isinstance(somebody, Contact) else Audience.PERSON,
        recipient_id=str(somebody.id),
        recipient_name=somebody.name,
        subject=subject,
        body=body,
        address="" if nobody_there else somebody.email,  # what has an address goes there, the auditor holds
        language=written_to_in(somebody.language) if isinstance(somebody, Contact) else somebody.language,
        case_id=case_id,
        can_wait=can_wait,
        quiet=_quiet(somebody) if can_wait and not isinstance(somebody, Contact) else None,
        why=wording.nobody_there() if nobody_there else "",
    )


def _quiet(person: Person) -> Quiet | None:
    if person.quiet_from is None or person.quiet_to is None:
        return None
    return Quiet(person.zone, person.quiet_from, person.quiet_to)
