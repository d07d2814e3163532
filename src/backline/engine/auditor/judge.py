"""The verdict on one case: its chain, its climbs, its letters, and whether somebody will hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backline.cases.audited import Standing
from backline.channels.queries import Effect
from backline.core.words import State
from backline.engine.auditor import letters, news
from backline.engine.auditor.climbs import Climbs, Terms
from backline.engine.auditor.found import GRACE, Found, Verdict, What
from backline.engine.auditor.kept import OVER, Record
from backline.engine.auditor.letters import Outside
from backline.ledger.queries import Chain

ROUNDING = timedelta(seconds=1)
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one case at one moment: what was recorded, its row, the outbox, and who was erased.

    News is asked for of what was recorded since a moment.
    """

    case: str
    chain: Chain
    row: Standing | None
    letters: Sequence[Effect]
    erased: Collection[str] = ()
    news_since: datetime = EVER


def judge(facts: Facts, terms: Terms, at: datetime) -> Verdict:
    """What is wrong with one case; one that cannot be read says so and stops nobody."""
    last = facts.chain.events[-1] if facts.chain.events else None
    verdict = Verdict(facts.case, last.seq if last else 0, facts.chain.head)
    if last is None:
        verdict.found.append(Found(What.BROKEN, "chain:1", at, still=True))
        return verdict
    try:
        _judge(verdict, facts, terms, at)
    except Exception as error:
        verdict.found.append(Found(What.BROKEN, f"{type(error).__name__}: {error}"[:200], at, still=True))
    return verdict


def _judge(verdict: Verdict, facts: Facts, terms: Terms, at: datetime) -> None:
    climbs = Climbs.of(facts.chain.events, terms)
    owed = climbs.owed(at)
    written, wrong = letters.judged(facts.chain.events, facts.letters, Outside(climbs.stopped, facts.erased))
    heard, unheard = news.judged(facts.chain.events, facts.letters, since=facts.news_since)
    coming = climbs.next_at(at)
    verdict.goes_on = climbs.record.state not in OVER
    verdict.next_at = coming + GRACE if coming else None
    verdict.expected = climbs.expected + len(owed) + written + heard
    verdict.returns = climbs.record.returns
    verdict.found += [
        *climbs.found,
        *owed,
        *wrong,
        *unheard,
        *_broken(verdict, facts, at),
        *_shown(climbs.record, facts, at),
        *_ahead(facts, at),
    ]
    if verdict.goes_on:
        verdict.found += [Found(What.SILENT, said, at, still=True) for said in _silence(climbs.record, coming, facts)]


def _broken(verdict: Verdict, facts: Facts, at: datetime) -> Iterator[Found]:
    """The chain holds, and the row remembers its end."""
    if facts.chain.broken:
        yield Found(What.BROKEN, f"chain:{verdict.seq + 1}", at)
    elif facts.row and (facts.row.head_seq, facts.row.head) != (verdict.seq, verdict.head):
        yield Found(What.BROKEN, f"head:{facts.row.head_seq}", at)


def _shown(record: Record, facts: Facts, at: datetime) -> Iterator[Found]:
    """The row is in the state that the record gives: lists, pages and counts go by the row."""
    row = facts.row
    if row and (row.state is not record.state or (row.closed is False and record.state in OVER)):
        yield Found(What.BROKEN, f"shown:{facts.chain.events[-1].seq}", at)


def _ahead(facts: Facts, at: datetime) -> Iterator[Found]:
    """Nothing is recorded for a moment that has not come."""
    last = facts.chain.events[-1]
    if last.recorded_at > at + GRACE:
        yield Found(What.EARLY, f"ahead:{last.seq}", last.recorded_at)


def _silence(record: Record, coming: datetime | None, facts: Facts) -> Iterator[str]:
    """An open case has an owner, a next step, and an alarm that does not come after it."""
    owners = {State.RETURNED: record.technician, State.OFFERED: record.team, State.ACCEPTED: record.person}
    if not owners.get(record.state, "coordinators"):
        yield "owner"
    if coming is None:
        yield "step"
    if facts.row is None or facts.row.closed:
        yield "row"
    elif facts.row.look_at is None or (coming and facts.row.look_at > coming + ROUNDING):
        yield "alarm"
