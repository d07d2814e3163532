"""Whom a case keeps informed: the contact it names, else the first of its site who can be told."""

from __future__ import annotations

from backline.core.case import Case
from backline.jobs import queries as jobs
from backline.people import queries as people
from backline.people.queries import Contact


def subject_of(case: Case) -> str:
    """Whose text a word to or by the customer is: the id of the contact who is kept informed, or nothing."""
    found = contact_of(case)
    return str(found.id) if found else ""


def contact_of(case: Case, named: Contact | None = None) -> Contact | None:
    """The contact that the case names (`named`, who has it); one erased, or none, is the first of the site now."""
    known = named or (people.contacts_by_id([case.contact]).get(case.contact) if case.contact else None)
    return known if known and not known.erased_at else next(iter(jobs.contacts_of_site(case.site)), None)
