"""What people of the organisation hear at once: a decided review, a dispute, a visit of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.cases import wording
from backline.cases.change import Change
from backline.cases.known import FOR_SOMEBODY, Known
from backline.cases.models import Case as Row
from backline.cases.models import Finding
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.case import Case, Record
from backline.core.events import Event
from backline.core.words import Danger, Trigger
from backline.people import queries as people

_ANY = UUID(int=0)


def news(change: Change, event: Event, known: Known) -> list[NewNotice]:
    """A letter to each whom the event concerns and who did not cause it; or why not, where somebody is gone."""
    wanted = dict.fromkeys(person for person in _hear(change, event, known) if person and person != event.by.id)
    persons = [known.persons[one] for one in wanted if one in known.persons]
    letters = [(person, _letter(change.row, event, person, known)) for person in persons]
    return [letter if person.is_active else _gone(person, letter) for person, letter in letters]


def _hear(change: Change, event: Event, known: Known) -> Iterable[str]:
    """Whom the event concerns; who caused it among them."""
    if event.kind in FOR_SOMEBODY:
        return _whoever_has(change.case, known)
    if event.kind == "customer.urged":  # coordinators hear by the rung that is due at once
        return _has(change.case, known)
    return _concerned(change.before, change.case, event, known)


def _concerned(before: Case | None, case: Case, event: Event, known: Known) -> Iterable[str]:
    match event.kind:
        case "case.offered" | "case.deescalated" | "case.withdrawn":
            had = (before.person,) if before and before.person != event.data.get("person") else ()
            return (*had, case.technician) if event.kind == "case.withdrawn" else had
        case "case.accepted":
            return (before.person,) if before else ()  # another of the team took what was offered to him
        case "review.decided" | "stop.lifted" | "workaround.approved" | "workaround.refused":
            return (*_has(case, known), case.technician, event.data.get("proposed_by", ""))
        case "priority.changed" | "fact.found" | "impact.corrected" | "part.moved" | "case.disputed":
            return (case.person,)
        case "report.added" | "workaround.offered" | "workaround.extended" | "workaround.ended":
            return (case.person, case.technician)
        case "visit.booked" | "visit.moved":
            return (event.data["person"],)
        case "visit.called_off":
            visitor = case.records[event.data["id"]].person  # who hears of it by a letter of his own
            return (case.person,) if case.person != visitor else ()
    return ()


def _has(case: Case, known: Known) -> Iterable[str]:
    """Who has the case, else its whole team."""
    return (case.person,) if case.person else known.members.get(case.team, ())


def _whoever_has(case: Case, known: Known) -> Iterable[str]:
    """Who has the case or had it last, else its team, else the coordinators: what a customer writes is read."""
    for found in ((case.person,), known.members.get(case.team, ())):
        if acting := [one for one in found if one in known.persons and known.persons[one].is_active]:
            return acting
    return known.coordinators


def called_off_news(change: Change, visits: Iterable[Record], known: Known) -> list[NewNotice]:
    """A letter to each visitor whose visit was called off by somebody else."""
    event = change.events[-1]
    found = [visit for visit in visits if visit.person != event.by.id and visit.until and visit.person in known.persons]
    told = ((visit, known.persons[visit.person]) for visit in found)
    key = f"{event.case}:{event.seq}:off"
    letters = [(who, _called_off(change.row, visit, who, f"{key}:{visit.id}:EMAIL", known)) for visit, who in told]
    return [letter if who.is_active else _gone(who, letter) for who, letter in letters]


def _gone(person: people.Person, letter: NewNotice) -> NewNotice:
    """The letter, kept and not sent: he would have heard, and there stands why he did not."""
    return replace(letter, address="", why=_("%(name)s is not active any more.") % {"name": person.name})


def _called_off(row: Row, visit: Record, person: people.Person, key: str, known: Known) -> NewNotice:
    with override(person.language):
        when = wording.window(visit.from_at, visit.until or visit.from_at, person.zone)
        heading = f"[{row.priority} {row}] " + _("Your visit is called off: %(when)s") % {"when": when}
        why = _("The case ended before it, or somebody else goes on with it.")
        lines = (why, known.texts.get(row.summary, ""))
        letter = wording.news_letter(person.name, heading, lines, link_to(row))
    return notice_to(row, person, letter, key=key, kind="news.visit.called_off")


def _letter(row: Row, event: Event, person: people.Person, known: Known) -> NewNotice:
    with override(person.language):
        [entry] = wording.timeline([event], wording.Told(known.names, known.texts, person.zone))
        heading = f"[{row.priority} {row}] {entry.what}"
        lines = (*entry.why, known.texts.get(row.summary, ""))
        letter = wording.news_letter(person.name, heading, lines, link_to(row))
    key = f"{event.case}:{event.seq}:news:{person.id}:EMAIL"
    return notice_to(row, person, letter, key=key, kind=f"news.{event.kind}", at_once=event.kind == "customer.urged")


def suggested_news(rows: Sequence[Finding], *, at: datetime) -> list[NewNotice]:
    """A letter of what is suggested about one job to each who may judge it: nobody has to look at a page by chance."""
    roster = people.roster([], [], at=at)
    judges = people.persons_by_id(roster.coordinators or roster.managers)
    return [_suggested(rows, person) for person in judges.values()]


def _suggested(rows: Sequence[Finding], person: people.Person) -> NewNotice:
    job, due_at = rows[0].job, min(row.due_at for row in rows if row.due_at)
    with override(person.language):
        said = [wording.found(Trigger(row.trigger), row.facts, person.zone) for row in rows]
        heading = _("[Suggestion] %(job)s: %(said)s") % {"job": job.reference, "said": ". ".join(said)}
        by = _("If nobody judges it by %(due)s, it becomes a case.")
        lines = (job.title, by % {"due": wording.day_and_time(due_at, person.zone)})
        link = settings.BACKLINE_URL.rstrip("/") + reverse("desk:suggestions")
        letter = wording.news_letter(person.name, heading, lines, link)
    said_to = f"suggested:{rows[0].id}:{person.id}:EMAIL"
    return letter_to(person, (letter.subject, letter.body), key=said_to, kind="news.suggested")


def link_to(row: Row) -> str:
    """The address of the page of a case, as it stands in a letter."""
    return settings.BACKLINE_URL.rstrip("/") + _page().replace(str(_ANY), str(row.id))


@cache
def _page() -> str:
    """The path of such a page, looked up once: letters by the thousand hold one each."""
    return reverse("desk:case", args=[_ANY])


def notice_to(
    row: Row,
    somebody: people.Person | people.Contact,
    letter: wording.Letter,
    *,
    key: str,
    kind: str,
    at_once: bool = False,
) -> NewNotice:
    """A letter about a case as a notice to a person of the organisation, or to a customer's contact.

    It waits for nobody's quiet hours where it shall leave `at_once`, or somebody is in danger.
    """
    said, danger = (letter.subject, letter.body), row.danger != Danger.NONE
    return letter_to(somebody, said, key=key, kind=kind, case_id=row.id, at_once=at_once or danger)
