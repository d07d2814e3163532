"""The one transaction behind every verb: lock, judge, record, fold, alarms, words, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backline.cases import notices
from backline.cases.models import Alarm
from backline.cases.models import Case as Row
from backline.cases.operations import _found as search
from backline.cases.terms import EVER, Terms, terms_of
from backline.channels import operations as channels
from backline.core.case import Case
from backline.core.clock import Clock, running
from backline.core.events import By, Event
from backline.core.fold import fold
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.many import pauses
from backline.core.moves import Ask, Draft
from backline.core.occurred import believed
from backline.core.policy import Policy
from backline.core.sight import may_see
from backline.core.values import decode, encode
from backline.core.visits import CALLED_OFF, called_off
from backline.core.watch import look_at
from backline.core.words import OPEN_STATES, Actor
from backline.jobs import operations as jobs
from backline.ledger import operations as ledger
from backline.people import operations as people

LATE_AFTER = timedelta(minutes=1)
"""A device that says a thing was so longer ago than this reports a late fact."""


_ALARMS = """
WITH wanted AS (
  SELECT clock, subject, generation, due_at, look_at, whose, started_at, pauses::bigint[], rung, repeat FROM unnest(
    %(clock)s::text[], %(subject)s::text[], %(generation)s::int[], %(due_at)s::timestamptz[],
    %(look_at)s::timestamptz[], %(whose)s::text[], %(started_at)s::timestamptz[], %(pauses)s::text[], %(rung)s::int[],
    %(repeat)s::int[]
  ) AS row (clock, subject, generation, due_at, look_at, whose, started_at, pauses, rung, repeat)
), gone AS (
  DELETE FROM cases_alarm WHERE case_id = %(case)s::uuid AND (clock, subject) NOT IN (SELECT clock, subject FROM wanted)
)
INSERT INTO cases_alarm
  (case_id, clock, subject, generation, due_at, look_at, whose, started_at, pauses, rung, repeat)
SELECT %(case)s::uuid, * FROM wanted
ON CONFLICT (case_id, clock, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at,
  look_at = excluded.look_at, whose = excluded.whose, started_at = excluded.started_at, pauses = excluded.pauses,
  rung = excluded.rung, repeat = excluded.repeat
"""
_COLUMNS = (
    "clock", "subject", "generation", "due_at", "look_at", "whose", "started_at", "pauses", "rung", "repeat",
)  # fmt: skip


class NoSuchCase(Exception):
    """There is no such case, or the actor may not know of it: the two look the same from outside."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb answers: the case, its number and its last event; `repeated` where the key had done it before."""

    case: str
    number: int
    seq: int
    late: bool = False
    repeated: bool = False


@dataclass(slots=True)
class Held:
    """One case under its row lock: the row, the folded value, its terms, and the texts about to be kept."""

    row: Row
    case: Case
    terms: Terms
    texts: ledger.Texts = field(default_factory=ledger.Texts)

    @property
    def policy(self) -> Policy:
        """Its policy, with the hours that count for it as it is now."""
        return self.terms.of(self.case)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the verb, the content that its key stands for, when it was so on site, if that differs.

    `seen` is the last event that was on view when it was decided, 0 where that is not known.
    """

    verb: str
    body: Mapping[str, Any]
    occurred_at: datetime | None = None
    seen: int = 0


Decide = Callable[[Held, Ask], Sequence[Draft]]


def change(cases: Sequence[str], wish: Wish, decide: Decide, *, by: Actor, at: datetime, key: str) -> list[Done]:
    """Decide and record for every case, in one transaction: all of it or nothing."""
    write = ledger.Write(f"{by.kind}:{by.id}", wish.verb, key, {"cases": sorted(cases), **encode(wish.body)})
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return [Done(**{**done, "repeated": True}) for done in ledger.answered(write)]
        done = [_one(held, wish, decide, by=by, at=at) for held in lock(cases, by=by)]
        ledger.answer(claimed, encode(done))
    return done


def lock(cases: Sequence[str], *, by: Actor) -> list[Held]:
    """The cases under their row locks, in the order of their ids; raises `NoSuchCase` for one out of sight.

    Their contacts are held as well: no text is kept for one who is being erased.
    """
    ids = {found for case in cases if (found := as_id(case))}
    rows = list(locked().filter(id__in=ids).order_by("id"))
    held = held_now(rows)
    if not rows or len(rows) != len(set(cases)) or not all(may_see(by, one.case) for one in held):
        raise NoSuchCase
    contacts = people.hold_contacts(one.case.contact for one in held)
    for row in rows:
        row.contact = contacts.get(row.contact_id) if row.contact_id else None
    return held


def held_now(rows: Sequence[Row]) -> list[Held]:
    """Rows that are locked, as what they are, under the terms known now: also what was saved since somebody asked."""
    terms = terms_of(rows, known_at=EVER)
    return [Held(row, decode(Case, row.fold), one) for row, one in zip(rows, terms, strict=True)]


def locked(*, skip: bool = False) -> QuerySet[Row]:
    """Rows under their locks, each with its place, which letters name; `skip` passes over what others hold."""
    found = Row.objects.select_for_update(skip_locked=skip, of=("self",))
    return found.select_related("job__asset", "site")


def as_id(text: str) -> UUID | None:
    """The text as the id of a case, or None where it is none."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None


def as_id_or_nobody(text: str) -> UUID:
    """The text as an id; one that nothing has where the text is none."""
    return as_id(text) or UUID(int=0)


def _one(held: Held, wish: Wish, decide: Decide, *, by: Actor, at: datetime) -> Done:
    ask = Ask(by, max(at, held.case.recorded_at), held.policy, wish.seen)
    occurred_at = believed(wish.occurred_at, ask.at, wish.verb, opened=held.case.opened.occurred_at)
    late = ask.at - occurred_at > LATE_AFTER
    try:
        drafts = decide(held, ask)
    except MoveRefused as refused:
        if not late or refused.refusal not in (Refusal.NOT_IN_THIS_STATE, Refusal.NOT_YOURS):
            raise
        kept = {
            "move": wish.verb,
            "refused": refused.refusal.value,
            "said": held.texts.add(_said(wish.body), subject=by.id),
        }
        drafts = [Draft("move.late", kept)]
    record(held, drafts, ledger.Recording(By(by.kind, by.id), ask.at, occurred_at))
    last = drafts[-1].kind if drafts else ""
    return Done(held.case.id, held.row.number, held.case.seq, late=last == "move.late")


def _said(content: Any) -> str:
    """What was sent, as lines of `name: text`, for whoever reads the timeline."""
    plain = encode(content)
    lines = []
    for name, item in plain.items() if isinstance(plain, dict) else ():
        parts = item if isinstance(item, list) else [item]
        lines += [_said(part) if isinstance(part, dict) else f"{name}: {part}" for part in parts if part]
    return "\n".join(line for line in lines if line)


def record(held: Held, drafts: Sequence[Draft], recording: ledger.Recording) -> list[Event]:
    """Append the drafts, fold them, and write row, alarms, words, texts and notices; the caller holds the lock."""
    if not drafts:
        return []
    before, row = held.case, held.row
    head = ledger.Head(row.head_seq, bytes(row.head_hash), row.recorded_at)
    events, head = ledger.append(before.id, drafts, held.texts, head=head, recording=recording)
    said, held.texts = held.texts.said, ledger.Texts()
    held.case = fold(events, before)
    policy = held.policy
    changed = columns(held.case, policy, head)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=changed)
    if held.terms.chosen.made or _looks(held.case, policy) != _looks(before, held.terms.of(before)):
        set_alarms(held.case, policy)  # where hours were ever chosen, others may count than when they were written
    search.add(row, before, held.case, events, said)
    _call_off_visits(before, held.case)
    told(held, before, events)
    return events


def _call_off_visits(before: Case, after: Case) -> None:
    """Visits that ended because the case did are no plans of the job any more."""
    for record in called_off(before, after):
        if record.visit and after.records[record.id].ended != CALLED_OFF:  # there somebody has said why
            jobs.end_visit(visit_id=record.visit, outcome=_("Called off: the case ended before it."))


def told(held: Held, before: Case | None, events: Sequence[Event]) -> None:
    """Queue what the events tell, and cancel what they make pointless."""
    at = events[-1].recorded_at
    over = notices.pointless(before, held.case, held.policy) if before else ()
    if over:
        why = notices.why_pointless(events[-1])
        channels.cancel(case_ids=[held.row.id], kinds_prefixes=over, why=why, at=at)
    notices.tell(held.row, before, held.case, events, at=at)


def columns(case: Case, policy: Policy, head: ledger.Head) -> dict[str, Any]:
    """The columns of the row that follow from the fold: the same function writes them and checks them."""
    return {
        "state": case.state.value,
        "priority": case.priority.value,
        "tier": case.tier,
        "danger": case.danger.value,
        "reasons": sorted(case.reasons),
        "team_id": as_id(case.team),
        "person_id": as_id(case.person),
        "contact_id": as_id(case.contact),
        "policy_id": as_id(case.policy),
        "opened_at": case.opened.occurred_at,
        "due_at": _due_at(case, policy),
        "closed_at": case.closed_at,
        "head_seq": head.seq,
        "head_hash": head.hash,
        "recorded_at": case.recorded_at,
        "fold": encode(case),
    }


def _due_at(case: Case, policy: Policy) -> datetime | None:
    clocks = running(case, policy)
    return min(clock.due_at for clock in clocks) if case.state in OPEN_STATES else None


def alarms(case: Case, policy: Policy) -> list[Alarm]:
    """The alarms that the running clocks need."""
    return [Alarm(case_id=case.id, **look) for look in _looks(case, policy)]


def _looks(case: Case, policy: Policy) -> list[dict[str, Any]]:
    return [_alarm(case, policy, clock) for clock in running(case, policy)]


def _alarm(case: Case, policy: Policy, clock: Clock) -> dict[str, Any]:
    climb = case.climbs.get(clock.climb)
    return {
        "clock": clock.name,
        "subject": clock.subject,
        "generation": clock.generation,
        "due_at": clock.due_at,
        "look_at": look_at(case, policy, clock),
        "whose": clock.whose.value,
        "started_at": clock.started_at,
        "pauses": pauses(clock.counting),
        "rung": climb.rung if climb else None,
        "repeat": climb.repeat if climb else 0,
    }


def restate(held: Held) -> None:
    """Write when the case is due and looked at by the hours that count now; nothing has happened to it."""
    held.row.due_at = _due_at(held.case, held.policy)
    held.row.save(update_fields=["due_at"])
    set_alarms(held.case, held.policy)


def set_alarms(case: Case, policy: Policy) -> None:
    """Write the alarms that the running clocks need, and no others."""
    wanted = [look | {"pauses": f"{{{','.join(map(str, look['pauses']))}}}"} for look in _looks(case, policy)]
    columns = {name: [look[name] for look in wanted] for name in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(_ALARMS, columns | {"case": case.id})
