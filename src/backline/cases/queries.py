"""Reads cases: lists for each role, the whole of one case as prepared values, and what explains it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet

from backline.calendars import choices
from backline.cases import gates, wording
from backline.cases.ahead import Ahead, later
from backline.cases.contact import contact_of
from backline.cases.lines import Line, line_of, lines, lines_of
from backline.cases.models import Alarm
from backline.cases.models import Case as Row
from backline.cases.operations._reported import joins
from backline.cases.operations._write import NoSuchCase, as_id_or_nobody
from backline.cases.roster import casts_of
from backline.cases.routed import facts_of
from backline.cases.said import commitments, names_in
from backline.cases.terms import Terms, terms_of
from backline.core import lifecycle
from backline.core.case import Case, Record
from backline.core.clock import Clock, running
from backline.core.events import Event
from backline.core.explain import explain, of_running
from backline.core.foresight import Outlook, foresee
from backline.core.lifecycle import Move
from backline.core.policy import Policy
from backline.core.routing import Suggestion
from backline.core.sight import SEES_ALL, capacities, may_see
from backline.core.values import decode
from backline.core.words import OPEN_STATES, Actor, ActorKind, ClockName, State
from backline.evidence import queries as evidence
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Kind
from backline.jobs import queries as jobs
from backline.ledger import queries as ledger
from backline.people import queries as people
from backline.policies import queries as policies

__all__ = ["NoSuchCase"]
CAP = 500
_DUE = """
SELECT case_id::text FROM cases_alarm WHERE look_at <= %s AND case_id <> ALL(%s::uuid[]) ORDER BY look_at LIMIT %s
"""


class _HasReview(Func):
    """Whether a case has a review, or a workaround that needs a manager, decided or not."""

    function = "jsonb_path_exists"
    template = (
        "%(function)s(%(expressions)s, "
        '\'$.records.* ? (@.clock == "REVIEW" || @.clock == "WORKAROUND" && @.what != "")\')'
    )

    def __init__(self) -> None:
        super().__init__(F("fold"), output_field=BooleanField())


def visible(actor: Actor) -> QuerySet[Row]:
    """The rows of the cases that the actor may see; the same rule as `core.sight`, as a query."""
    rows = Row.objects.select_related("site", "customer", "team", "person", "job", "job__asset")
    if actor.roles & SEES_ALL or actor.kind is ActorKind.SYSTEM:
        return rows
    if actor.kind is ActorKind.CONTACT:
        return rows.filter(customer_id=as_id_or_nobody(actor.customer))
    mine = (
        Q(technician_id=as_id_or_nobody(actor.id)) | Q(person_id=as_id_or_nobody(actor.id)) | Q(team_id__in=actor.teams)
    )
    had = Q(fold__had__contains=[actor.id]) | Q(fold__visitors__contains=[actor.id])
    stands_in = Q(_HasReview()) if actor.stands_for else Q()
    return rows.filter(mine | Q(fold__raised_by=actor.id) | had | stands_in)


def in_sight(case_ids: Iterable[str], actors: Collection[Actor]) -> dict[Actor, set[str]]:
    """Which of these cases each of the actors may see, by one query for all of them."""
    rows = Row.objects.filter(id__in=people.ids(case_ids)).values_list("id", "fold")
    cases = {str(case_id): decode(Case, fold) for case_id, fold in rows}
    return {actor: {one for one, case in cases.items() if may_see(actor, case)} for actor in actors}


def open_in_sight(actor: Actor) -> set[str]:
    """The ids of the open cases that an actor may see."""
    return {str(one) for one in visible(actor).filter(closed_at=None).values_list("id", flat=True)}


def held_by(person_id: str, *, most: int = 50) -> list[Line]:
    """The cases that somebody was offered alone or has, the earliest due first."""
    mine = Row.objects.filter(person_id=as_id_or_nobody(person_id), state__in=[State.OFFERED, State.ACCEPTED])
    return lines_of(mine.order_by("due_at", "id")[:most])


def open_by_job(actor: Actor, jobs: Iterable[UUID]) -> dict[UUID, Row]:
    """The newest open case in sight of each of these jobs, by the job's id."""
    rows = visible(actor).filter(job__in=list(jobs), closed_at=None).order_by("number")
    return {row.job_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class OpenOnJob:
    """That a case of a job is open: which one, for whoever may see it."""

    line: Line | None


def open_on(job_id: str, actor: Actor) -> OpenOnJob | None:
    """The open case of a job that a report on it would join; None where none is open."""
    rows = Row.objects.filter(job=as_id_or_nobody(job_id), closed_at=None).order_by("-number")
    row = joins(rows, actor)
    if row is None:
        return None
    [line] = lines_of(Row.objects.filter(id=row.id))
    return OpenOnJob(line if may_see(actor, decode(Case, row.fold)) else None)


def due(
    *, clocks: Sequence[ClockName], before: datetime, since: datetime | None = None, most: int = 50
) -> list[tuple[Line, ClockName, datetime]]:
    """The running clocks of these kinds that are due before a moment, the earliest first, with their cases."""
    running = Alarm.objects.filter(clock__in=clocks, due_at__lt=before)
    later = running.filter(due_at__gte=since) if since else running
    alarms = list(later.order_by("due_at", "id").values_list("case_id", "clock", "due_at")[:most])
    found = {line.id: line for line in lines_of(Row.objects.filter(id__in={case for case, _clock, _due in alarms}))}
    return [(found[str(case)], ClockName(clock), due_at) for case, clock, due_at in alarms]


_ALL = Actor(ActorKind.SYSTEM, "reader")


def alarms_due(at: datetime, most: int, *, without: Sequence[str] = ()) -> list[str]:
    """The ids of the cases that must be looked at now, the longest overdue first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [at, list(without), most])
        return list(dict.fromkeys(case for (case,) in cursor.fetchall()))


def policies_in_use() -> dict[str, int]:
    """The policy versions that open cases have, and how many of each; one look over all that is open."""
    rows = Row.objects.filter(closed_at=None).order_by().values_list("policy_id").annotate(n=Count("id"))
    return {str(version): many for version, many in rows}


def next_look(case_id: str) -> datetime | None:
    """The moment at which a case must be looked at again; None where nothing of it runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(look_at) FROM cases_alarm WHERE case_id = %s", [case_id])
        found: datetime | None = cursor.fetchone()[0]
    return found


def delay(at: datetime, *, without: Sequence[str] = ()) -> timedelta:
    """For how long the case that is overdue the longest has been waiting to be looked at."""
    first = Alarm.objects.filter(look_at__lte=at).exclude(case_id__in=without).order_by("look_at").first()
    return at - first.look_at if first else timedelta()


def find(case_id: str, actor: Actor) -> Row:
    """The row of a case in sight; raises `NoSuchCase` else."""
    row = visible(actor).select_related("contact", "technician").filter(id=as_id_or_nobody(case_id)).first()
    if row is None or not may_see(actor, decode(Case, row.fold)):
        raise NoSuchCase
    return row


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that will happen if nobody does anything."""

    at: datetime
    what: str
    clock: ClockName


@dataclass(frozen=True, slots=True)
class View:
    """One case, prepared for a page: nothing in it needs another query."""

    at: datetime
    line: Line
    row: Row
    case: Case
    clocks: tuple[Clock, ...]
    stories: tuple[wording.ClockStory, ...]
    timeline: tuple[wording.Entry, ...]
    coming: tuple[Coming, ...]
    ahead: tuple[Ahead, ...]
    allowed: tuple[Move, ...]
    capacities: frozenset[lifecycle.Capacity]
    waits: tuple[Any, ...]
    visits: tuple[Any, ...]
    reviews: tuple[Any, ...]
    names: dict[str, str]
    texts: dict[str, str]
    zone: str
    tiers: frozenset[int]
    raised: dict[str, Any]
    contact: people.Contact | None
    contacts: tuple[people.Contact, ...]
    evidence: tuple[EvidenceRow, ...]
    routed: policies.Routed | None
    policy: Policy
    gates: tuple[str, ...]
    contract: jobs.Contract | None
    impact: wording.ImpactStory

    @property
    def holder(self) -> str:
        """Who has it, in words: of a returned report it is the technician by name."""
        technician = self.row.technician if self.case.state is State.RETURNED else None
        return technician.name if technician else self.line.holder

    @property
    def suggestion(self) -> Suggestion | None:
        """The team that the rules suggest, to whoever may offer it."""
        return self.routed.suggestion if self.routed else None

    @property
    def and_if_not(self) -> Coming | None:
        """What comes if the thing that is due next is not done."""
        first = self.clocks[0].name if self.clocks else None
        return next((one for one in self.coming if one.clock is first), None)

    @property
    def photos(self) -> list[EvidenceRow]:
        """What can be shown of the evidence."""
        return [one for one in self.evidence if one.kind == Kind.PHOTO]

    @property
    def files(self) -> list[EvidenceRow]:
        """What can only be handed out of it."""
        return [one for one in self.evidence if one.kind == Kind.FILE]

    def said_of(self, record: Record) -> str:
        """A wait or visit in words, as the timeline has it."""
        entry = self.timeline[record.begun.seq - 1]
        moved = (self.timeline[record.moved.seq - 1].what,) if record.moved and record.until else ()
        return ": ".join((entry.what, *entry.why, *moved))


def view(case_id: str, actor: Actor, *, at: datetime, zone: str) -> View:
    """Everything that the page of a case shows to this actor; raises `NoSuchCase` where it is out of sight."""
    row = find(case_id, actor)
    case, events = decode(Case, row.fold), ledger.events(str(row.id))
    [terms] = terms_of([row], known_at=at)
    policy, hours = terms.of(case), terms.eras(case)
    texts = ledger.texts(commitments(events))
    cast = casts_of([case], [policy], at=at)[case.id]
    held_by_gates = gates.closed(case, policy)
    coming = foresee(case, Outlook(policy, cast, at, held_by_gates))
    jumps = list(later(case, policy, cast, at))
    heard = [*(one.told.persons for one in coming if one.told), *(one.persons for one in jumps)]
    names = names_in(events, (case.person, case.technician, *(person for persons in heard for person in persons)))
    told = wording.Told(names, texts, zone)
    held = capacities(actor, case)
    allowed = lifecycle.allowed(case.state, held)
    raised = dict(events[0].data)
    return View(
        at=at,
        line=line_of(row, texts.get(row.summary, "")),
        row=row,
        case=case,
        clocks=running(case, policy),
        stories=tuple(wording.clock_story(account, zone, hours) for account in of_running(case, policy, at=at)),
        timeline=tuple(wording.timeline(events, told)),
        coming=tuple(Coming(one.at, wording.foreseen(one, told), one.clock) for one in coming),
        ahead=tuple(one.said(told) for one in jumps),
        allowed=allowed,
        capacities=held,
        waits=case.running(ClockName.WAIT),
        visits=case.running(ClockName.VISIT),
        reviews=case.running(ClockName.REVIEW),
        names=names,
        texts=texts,
        zone=zone,
        tiers=people.tiers() if Move.DEESCALATE in allowed else frozenset(),
        raised=raised,
        contact=contact_of(case, row.contact),
        contacts=tuple(jobs.contacts_of_site(case.site)),
        evidence=tuple(evidence.of_case(case_id)),
        policy=policy,
        gates=held_by_gates,
        contract=jobs.contract(terms.contract(case)),
        impact=wording.impact_story(case, policy, raised, at),
        routed=policies.routed(facts_of(case, raised, texts)) if Move.OFFER in allowed else None,
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """A case and the latest of what people did to it, the newest first; how much of it is left out."""

    line: Line
    entries: tuple[wording.Entry, ...]
    more: int


MOST_EVENTS, ENTRIES = 5000, 6


def changed(since: datetime, until: datetime, *, by: Actor, zone: str, most: int) -> tuple[list[Changed], int]:
    """The cases in sight that others changed between two moments, the latest change first, and how many there are."""
    done: dict[str, list[Event]] = {}
    for event in ledger.recorded_between(since, until, MOST_EVENTS):
        if event.by.id != by.id:
            done.setdefault(event.case, []).append(event)
    rows = {str(row.id): row for row in visible(by).filter(id__in=done)}
    seen = [case for case in done if case in rows]
    events = [event for case in seen[:most] for event in done[case][:ENTRIES]]
    told = wording.Told(names_in(events), ledger.texts(commitments(events)), zone)
    found = []
    for line in lines(rows[case] for case in seen[:most]):
        shown = [entry for event in done[line.id][:ENTRIES] for entry in wording.timeline([event], told)]
        found.append(Changed(line, tuple(shown), len(done[line.id][ENTRIES:])))
    return found, len(seen)


def sent_with(key: str, by: Actor) -> str:
    """The id of the case that a report, or what completes one, went into with this key; empty where none was sent."""
    done = ledger.answer_of(f"{by.kind}:{by.id}", ("raise", "report", "complete"), key)
    first = done[0] if isinstance(done, list) else done
    return str(first["case"]) if first else ""


def of_contact(contact_id: str) -> list[Line]:
    """The open cases that keep this contact informed, at most as many as a page can name."""
    rows = visible(_ALL).filter(contact_id=as_id_or_nobody(contact_id), state__in=OPEN_STATES)
    return lines_of(rows.order_by("number")[:CAP])


def unheard_of() -> list[Line]:
    """The open cases of which no customer can be told by mail: no contact with an address, at most a page of them."""
    addressed = Q(contact__erased_at=None) & ~Q(contact__email="") & Q(contact__isnull=False)
    rows = visible(_ALL).filter(state__in=OPEN_STATES).exclude(addressed).order_by("number")[:CAP]
    return lines(row for row in rows if not getattr(contact_of(decode(Case, row.fold)), "email", ""))


FARTHEST = timedelta(days=366)
"""So far ahead of now it can be asked how clocks will have run; what lies farther says nothing yet."""


@dataclass(frozen=True, slots=True)
class Explained:
    """How the clocks of a case ran, and which case it is; `place` is the zone of its site."""

    line: Line
    stories: tuple[wording.ClockStory, ...]
    place: str


def explained(case_id: str, actor: Actor = _ALL, *, at: datetime, known_at: datetime, zone: str = "") -> Explained:
    """How every clock of a case ran until a moment, by what was known at another.

    In the words of a zone, or as the clock at its site shows it; raises `NoSuchCase` where it is out of sight.
    """
    row, learned = find(case_id, actor), choices.learned()
    of = cache(lambda known: terms_of([row], known_at=learned[known - 1] if known else choices.EARLIEST)[0])

    def terms(known_at: datetime) -> Terms:
        """By what was known then: the same as when it was learned, so that it is read once however often it counts."""
        return of(bisect_right(learned, known_at))

    counting = cache(
        lambda policy, opened_at, team, known_at: terms(known_at).counting(policies.policy(policy), opened_at, team)
    )
    accounts = explain(
        ledger.events(str(row.id)),
        lambda case, known_at: counting(case.policy, case.opened.occurred_at, case.team, known_at),
        at=at,
        known_at=known_at,
    )
    zone = zone or row.site.zone
    hours = ((terms(one.judged_at or known_at).eras(one.case), terms(known_at).eras(one.case)) for one in accounts)
    stories = (wording.clock_story(one, zone, then, now) for one, (then, now) in zip(accounts, hours, strict=True))
    return Explained(lines([row])[0], tuple(stories), wording.zone_name(row.site.zone))


def reference(case_id: str) -> str:
    """What the case with this id is called."""
    return str(Row.objects.get(id=case_id))


def any_yet() -> bool:
    """Whether a case was ever raised."""
    return Row.objects.exists()


def by_number(number: int) -> str | None:
    """The id of the case with this number."""
    found = Row.objects.filter(number=number).values_list("id", flat=True).first()
    return str(found) if found else None
