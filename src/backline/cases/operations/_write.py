"""The one transaction behind every verb: lock, judge, record, fold, alarms, words, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backline.cases import notices
from backline.cases.change import Change
from backline.cases.known import Known
from backline.cases.models import Case as Row
from backline.cases.operations import _found as search
from backline.cases.operations._rows import columns, set_alarms, update
from backline.cases.terms import EVER, Terms, terms_of
from backline.core.case import Case
from backline.core.events import By
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.occurred import believed
from backline.core.policy import Policy
from backline.core.sight import may_see
from backline.core.values import changed, decode, encode
from backline.core.visits import CALLED_OFF, called_off
from backline.core.watch import Watched
from backline.core.words import Actor
from backline.jobs import operations as jobs
from backline.ledger import operations as ledger
from backline.ledger.together import together
from backline.people import operations as people

LATE_AFTER = timedelta(minutes=1)
"""A device that says a thing was so longer ago than this reports a late fact."""


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
    """One case under its row lock: the row, the case as it stands, its terms, and the texts about to be kept."""

    row: Row
    now: Watched
    terms: Terms
    texts: ledger.Texts = field(default_factory=ledger.Texts)

    @property
    def case(self) -> Case:
        """The folded value."""
        return self.now.case

    @property
    def policy(self) -> Policy:
        """Its policy, with the hours that count for it as it is now."""
        return self.now.policy


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a case that is held, and who recorded it when."""

    held: Held
    drafts: Sequence[Draft]
    recording: ledger.Recording


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the verb, the content that its key stands for, when it was so on site, if that differs.

    `seen` is the last event that was on view when it was decided, 0 where that is not known; `unseen` says that it may
    be done to a case out of sight.
    """

    verb: str
    body: Mapping[str, Any]
    occurred_at: datetime | None = None
    seen: int = 0
    unseen: bool = False


Decide = Callable[[Held, Ask], Sequence[Draft]]


def change(cases: Sequence[str], wish: Wish, decide: Decide, *, by: Actor, at: datetime, key: str) -> list[Done]:
    """Decide and record for every case, in one transaction: all of it or nothing."""
    body = {"cases": sorted(cases), **encode(wish.body)}
    body |= {"occurred_at": encode(wish.occurred_at)} if wish.occurred_at else {}
    write = ledger.Write(f"{by.kind}:{by.id}", wish.verb, key, body)
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return [Done(**{**done, "repeated": True}) for done in ledger.answered(write)]
        decided = [_judged(held, wish, decide, by=by, at=at) for held in lock(cases, by=by, unseen=wish.unseen)]
        with together():
            record(decided)
            done = [_done(one) for one in decided]
            ledger.answer(claimed, encode(done))
    return done


def lock(cases: Sequence[str], *, by: Actor, unseen: bool = False) -> list[Held]:
    """The cases under their row locks, in the order of their ids; raises `NoSuchCase` for one out of sight.

    `unseen` says that they need not be in sight.

    Their contacts are held as well: no text is kept for one who is being erased.
    """
    ids = {found for case in cases if (found := as_id(case))}
    rows = list(locked().filter(id__in=ids).order_by("id"))
    held = held_now(rows)
    if not rows or len(rows) != len(set(cases)) or not (unseen or all(may_see(by, one.case) for one in held)):
        raise NoSuchCase
    contacts = people.hold_contacts(one.case.contact for one in held)
    for row in rows:
        row.contact = contacts.get(row.contact_id) if row.contact_id else None
    return held


def held_now(rows: Sequence[Row]) -> list[Held]:
    """Rows that are locked, as what they are, under the terms known now: also what was saved since somebody asked."""
    terms = terms_of(rows, known_at=EVER)
    return [_held(row, decode(Case, row.fold), one) for row, one in zip(rows, terms, strict=True)]


def _held(row: Row, case: Case, terms: Terms) -> Held:
    return Held(row, Watched.of(case, terms.of(case)), terms)


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


def _judged(held: Held, wish: Wish, decide: Decide, *, by: Actor, at: datetime) -> Decided:
    at = max(at, held.case.recorded_at)
    occurred_at = believed(wish.occurred_at, at, wish.verb, opened=held.case.opened.occurred_at)
    ask = Ask(by, at, held.policy, wish.seen, occurred_at)
    late = at - occurred_at > LATE_AFTER
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
    if by.door:
        drafts = [replace(draft, data={**draft.data, "door": by.door.value}) for draft in drafts]
    return Decided(held, drafts, ledger.Recording(By(by.kind, by.id), at, occurred_at))


def _done(one: Decided) -> Done:
    case, last = one.held.case, one.drafts[-1].kind if one.drafts else ""
    return Done(case.id, one.held.row.number, case.seq, late=last == "move.late")


def _said(content: Any) -> str:
    """What was sent, as lines of `name: text`, for whoever reads the timeline."""
    plain = encode(content)
    lines = []
    for name, item in plain.items() if isinstance(plain, dict) else ():
        parts = item if isinstance(item, list) else [item]
        lines += [_said(part) if isinstance(part, dict) else f"{name}: {part}" for part in parts if part]
    return "\n".join(line for line in lines if line)


def record(decided: Sequence[Decided]) -> int:
    """Append what was decided, fold it, and write rows, alarms, words, texts and notices; how many events there are.

    The caller holds the locks. One case is the case of one: many cost as many statements.
    """
    found = [one for one in decided if one.drafts]
    if not found:
        return 0
    chains = [ledger.chained(_addition(one)) for one in found]
    changes = [_folded(one.held, chain) for one, chain in zip(found, chains, strict=True)]
    ringing = [one.held.now for one, change in zip(found, changes, strict=True) if _rings_otherwise(one.held, change)]
    known = Known(changes)
    known.ask()
    with together():
        ledger.append(chains)
        update([(change.row, _parts(change)) for change in changes])
        set_alarms(ringing)
        search.add(changes, known)
        for change in changes:
            _call_off_visits(change)
        notices.tell(changes, known)
    return sum(len(change.events) for change in changes)


def _addition(one: Decided) -> ledger.Addition:
    row = one.held.row
    head = ledger.Head(row.head_seq, bytes(row.head_hash), row.recorded_at)
    return ledger.Addition(one.held.case.id, one.drafts, one.held.texts, head, one.recording)


def _folded(held: Held, chain: ledger.Chained) -> Change:
    """The case and its row as the events make them."""
    was, events, said = held.now, chain.events, held.texts.said
    held.now, held.texts = was.after(events, held.terms.of), ledger.Texts()
    for name, value in columns(held.now, chain.head).items():
        setattr(held.row, name, value)
    return Change(held.row, was, held.now, events, said)


def _parts(change: Change) -> dict[str, Any]:
    """What of the fold is another than it was; the row is told."""
    parts = changed(change.case, change.before, change.row.fold)
    change.row.fold |= parts
    return parts


def _rings_otherwise(held: Held, change: Change) -> bool:
    """Whether its alarms are others now; where hours were ever chosen, others may count than when they were written."""
    return bool(held.terms.chosen.made) or change.was is None or change.now.alarms != change.was.alarms


def _call_off_visits(change: Change) -> None:
    """Visits that ended because the case did are no plans of the job any more."""
    for record in called_off(change.before, change.case):
        if record.visit and change.case.records[record.id].ended != CALLED_OFF:  # there somebody has said why
            jobs.end_visit(visit_id=record.visit, outcome=_("Called off: the case ended before it."))


def restate(held: Sequence[Held]) -> None:
    """Write when the cases are due and looked at by the hours that count now; nothing has happened to them."""
    for one in held:
        one.row.due_at = one.now.due_at
    update([(one.row, {}) for one in held])
    set_alarms([one.now for one in held])
