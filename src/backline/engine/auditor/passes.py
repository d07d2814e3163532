"""One pass of the auditor: reads what changed, what should have, and in turns all the rest; keeps what it found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from uuid import UUID

from django.db import connection
from django.db.models import Count

from backline.calendars import choices
from backline.cases import audited
from backline.channels import queries as channels
from backline.engine.auditor.climbs import Terms
from backline.engine.auditor.found import GRACE, Found, Verdict, What
from backline.engine.auditor.hours import Known
from backline.engine.auditor.judge import Facts, judge
from backline.engine.models import AskedSince, Audited, Finding, Pass
from backline.ledger import queries as ledger
from backline.ledger.moment import at_one_moment
from backline.people import queries as people
from backline.policies import queries as policies

BATCH = 250
"""So many cases are in memory at once."""
SLICE = 2_000
"""So many of all cases are read again at each pass, though nothing happened to them."""
MOST = 20_000
"""So many whose next effect is due are read at one pass."""
OVERLAP = timedelta(minutes=5)
"""So long a transaction may have taken that had its moment before the last pass and was seen by none."""
GRACE_OF_LETTERS = timedelta(minutes=5)
"""So late a letter may leave: many may be due at once, and a mail server may be slow."""
KEPT = timedelta(days=1)
SHOWN = 100
NOBODY = UUID(int=0)
_ALONE = 0x6261636B

_TOTALS = """
SELECT encode(sha256(coalesce(string_agg(part, ''::bytea ORDER BY bucket), ''::bytea)), 'hex'),
  coalesce(sum(cases), 0)::bigint, coalesce(sum(expected), 0)::bigint
FROM (
  SELECT get_byte(uuid_send(case_id), 0) AS bucket, count(*) AS cases, sum(expected) AS expected,
    sha256(string_agg(uuid_send(case_id) || head, ''::bytea ORDER BY case_id)) AS part
  FROM engine_audited GROUP BY bucket
) AS buckets
"""
"""The digest of all heads: of each 256th part of the cases, in the order of their ids, and of these parts."""


def run(at: datetime, *, whole: bool = False, watch: Callable[[], float] = time.monotonic) -> Pass | None:
    """Audit what may have become wrong since the last pass; None where another auditor is at it.

    Or audit all there is: that waits until the other is done. Time goes by meanwhile, by the seconds of `watch`.
    """
    with _alone(wait=whole) as alone:
        if not alone:
            return None
        before = Pass.objects.order_by("-id").first()
        learned = choices.learned()
        if before and learned and learned[-1] > before.at - OVERLAP:
            Audited.objects.filter(goes_on=True, next_at__gt=at).update(next_at=at)  # other hours may count now
        turn = ledger.recorded(after=before.upto if before else NOBODY, most=SLICE)
        upto = turn[-1] if len(turn) == SLICE and not whole else NOBODY
        looked, begun, since = 0, watch(), AskedSince.objects.get(what="news").at
        for cases in batched(_all() if whole else _wanted(at, before, turn), BATCH):
            looked += _read(cases, learned, since, at + timedelta(seconds=watch() - begun))
        whole_at = at if upto == NOBODY else before.whole_at if before else None
        return _keep(at, looked, upto, whole_at)


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """Only one auditor works on a database at a time; it lets go when its connection ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ALONE])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ALONE])
        mine = wait or bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])


def _all() -> Iterator[UUID]:
    after = NOBODY
    while cases := ledger.recorded(after=after, most=SLICE):
        yield from cases
        after = cases[-1]


def _wanted(at: datetime, before: Pass | None, turn: Iterable[UUID]) -> Iterable[UUID]:
    """What was written since the last pass, what should have been by now, and whose turn it is whatever happened."""
    due = Audited.objects.filter(goes_on=True, next_at__lte=at).order_by("next_at").values_list("case_id", flat=True)
    written = ledger.written_since(before.at - OVERLAP, most=MOST) if before else []
    return dict.fromkeys((*written, *due[:MOST], *turn))


def _read(cases: Sequence[UUID], learned: Sequence[datetime], since: datetime, at: datetime) -> int:
    with at_one_moment():
        chains, rows = ledger.chains_of(cases), audited.standing(cases)
        letters = channels.effects_of(cases)
        erased = people.erased(one.recipient for those in letters.values() for one in those)
        known = Known({case: row.places for case, row in rows.items()}, learned)
        verdicts = []
        for case, chain in chains.items():
            terms = Terms(policies.policy, partial(known.of, case))
            facts = Facts(case, chain, rows.get(case), letters.get(case, []), erased, since)
            verdicts.append(judge(facts, terms, at))
        _write(verdicts, at)
    return len(verdicts)


def _write(verdicts: Sequence[Verdict], at: datetime) -> None:
    """What was found takes the place of what was found before, and keeps the moment at which it first was."""
    rows = [
        Audited(
            case_id=one.case, seq=one.seq, head=one.head, goes_on=one.goes_on, next_at=one.next_at,
            expected=one.expected, returns=one.returns,
        )
        for one in verdicts
    ]  # fmt: skip
    columns = ["seq", "head", "goes_on", "next_at", "expected", "returns"]
    Audited.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case_id"], update_fields=columns)
    found = {(one.case, said.what, said.effect): said for one in verdicts for said in one.found}
    _found(found, [UUID(one.case) for one in verdicts], at)


def _found(found: dict[tuple[str, What, str], Found], cases: Sequence[UUID], at: datetime) -> None:
    kept = Finding.objects.filter(case_id__in=cases).exclude(what=What.OVERDUE)
    _replace(found, kept.values_list("id", "case_id", "what", "effect"), at)


def _replace(
    found: dict[tuple[str, What, str], Found], kept: Iterable[tuple[int, UUID, str, str]], at: datetime
) -> None:
    over = [number for number, case, what, effect in kept if (str(case), What(what), effect) not in found]
    if over:
        Finding.objects.filter(id__in=over).delete()
    rows = [
        Finding(case_id=case, what=said.what, effect=said.effect, at=said.at, still=said.still, seconds=said.seconds,
                found_at=at)
        for (case, _what, _effect), said in found.items()
    ]  # fmt: skip
    once, columns = ["case_id", "what", "effect"], ["at", "still", "seconds"]
    Finding.objects.bulk_create(rows, update_conflicts=True, unique_fields=once, update_fields=columns)


def _overdue(at: datetime) -> int:
    """Alarms to which nobody came, and letters that nobody sent; those that wait longest are named."""
    alarms, first = audited.overdue(at - GRACE, most=SHOWN)
    letters, due = channels.waiting(at - GRACE_OF_LETTERS, most=SHOWN)
    waits = [(one.case, f"{one.clock}:{one.subject}", one.look_at) for one in first]
    waits += [(one.case, f"letter:{one.key}", one.due_at) for one in due]
    found = {}
    for case, effect, since in waits:
        said = Found(What.OVERDUE, effect, since, still=True, seconds=int((at - since).total_seconds()))
        found[str(case), said.what, effect] = said
    kept = Finding.objects.filter(what=What.OVERDUE)
    _replace(found, kept.values_list("id", "case_id", "what", "effect"), at)
    return alarms + letters


def _keep(at: datetime, looked: int, upto: UUID, whole_at: datetime | None) -> Pass:
    overdue = _overdue(at)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        digest, cases, expected = cursor.fetchone()
    found = Counter(dict(Finding.objects.values_list("what").annotate(Count("id")).order_by()))
    Pass.objects.filter(at__lt=at - KEPT).delete()
    return Pass.objects.create(
        at=at,
        looked=looked,
        cases=cases,
        expected=expected,
        lost=found[What.LOST],
        waiting=Finding.objects.filter(what=What.LOST, still=True).count(),
        doubled=found[What.DOUBLED],
        early=found[What.EARLY],
        silent=found[What.SILENT],
        overdue=overdue,
        broken=found[What.BROKEN],
        late=found[What.LATE],
        digest=digest,
        upto=upto,
        whole_at=whole_at,
    )
