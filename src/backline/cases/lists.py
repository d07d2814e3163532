"""Lists of cases: what is wanted of one, and its pages by keyset, each with what stands before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from backline.cases.lines import Line, lines_of
from backline.cases.models import Case as Row
from backline.cases.operations._write import as_id, as_id_or_nobody
from backline.cases.queries import CAP, visible
from backline.cases.words import condition, meant, spelled, swapped, typed
from backline.core.sight import SEES_ALL
from backline.core.words import Actor, Danger, Priority, Reason, State

FEW = 10
_REFERENCE = re.compile(r"\s*(?:e\s*-?\s*)?(\d{1,18})\s*", re.IGNORECASE | re.ASCII)
_KNOWN = """
SELECT typed.word,
  ARRAY(SELECT word FROM cases_word WHERE word ~>=~ beginning AND word ~<~ (beginning || chr(1114111)) LIMIT 300),
  CASE WHEN coalesce(typed.word = ANY(%s::text[]), EXISTS (SELECT FROM cases_word WHERE word = typed.word)) THEN '{}'
  ELSE ARRAY(SELECT word FROM cases_word WHERE word %% alike AND NOT word ~ '[0-9]'
    ORDER BY similarity(word, alike) DESC, word LIMIT 100)
    || ARRAY(SELECT word FROM cases_word WHERE word = ANY (string_to_array(swapped, ' '))) END
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS typed (word, beginning, alike, swapped)
"""
_IN_SIGHT = "SELECT %s::text WHERE EXISTS (SELECT FROM cases_search WHERE words @@ %s::tsquery)"
_COUNT = "SELECT count(*) FROM (<rows>) AS found"
# A list is planned for what it asks, not once for all: a rare word and a common one want different ways.
_AS_ASKED = """
SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('pg_trgm.similarity_threshold', '0.22', true)  -- one slip in a word of four letters
"""


class Show(StrEnum):
    """Which part of all cases a list looks at."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class Order(StrEnum):
    """What a list is sorted by."""

    DUE = "due"
    OPENED = "opened"
    OPENED_LAST = "-opened"
    PRIORITY = "priority"
    CHANGED = "changed"
    CHANGED_LAST = "-changed"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that stand behind it; the id makes every order a strict one."""
        names = {"due": ["due_at"], "priority": ["priority", "opened_at"], "changed": ["recorded_at"]}
        return (*names.get(self.removeprefix("-"), ["opened_at"]), "id")

    @property
    def backwards(self) -> bool:
        """Whether the latest comes first."""
        return self.startswith("-")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after a line or before one, each as its values in the order of the list; or at the end."""

    key: tuple[Any, ...] = ()
    before: bool = False


START, END = Place(), Place(before=True)


def place(order: Order, written: str, *, before: bool) -> Place | None:
    """The place that an address names; None where it names none of this order."""
    parts = written.split("~")
    if len(parts) != len(order.columns):
        return None
    found = [_value(name, part) for name, part in zip(order.columns, parts, strict=True)]
    return None if None in found else Place(tuple(found), before)


def _value(name: str, text: str) -> Any:
    if name == "id":
        return as_id(text)
    if name == "priority":
        return text if text in set(Priority) else None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; an empty value asks for nothing.

    `person` is an id, or `nobody`; `offered_to` are teams; `reporter` raised the case or has its job. `alike` looks
    also for words like one that is known: somebody may have written it by a slip.
    """

    text: str = ""
    alike: bool = False
    states: tuple[State, ...] = ()
    priority: Priority | None = None
    team: str = ""
    person: str = ""
    reason: Reason | None = None
    danger: Danger | None = None
    show: Show = Show.OPEN
    order: Order = Order.DUE
    place: Place = START
    most: int = 50
    offered_to: frozenset[str] | None = None
    reporter: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its lines, how many there are in all (up to one more than `CAP`), and where its neighbours begin.

    `exact` is the case whose number was typed; `previous` and `following` are empty where there is nothing.
    """

    lines: tuple[Line, ...]
    count: int
    exact: Line | None = None
    previous: str = ""
    following: str = ""

    @property
    def exact_lines(self) -> tuple[Line, ...]:
        """The case whose number was typed, as a list of its own."""
        return (self.exact,) if self.exact else ()


def may_be_slips(wanted: Wanted, page: Page) -> bool:
    """Whether so few cases hold the words that others may hold what was meant: then similar ones are to be offered."""
    return page.count < FEW and not wanted.alike and bool(spelled(typed(wanted.text)))


def page(actor: Actor, wanted: Wanted) -> Page:
    """The page of the list that the actor may see; where nothing is left behind its place, the nearest that has."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AS_ASKED)
        return _page(actor, wanted)


def _page(actor: Actor, wanted: Wanted) -> Page:
    found = _narrowed(visible(actor), actor, wanted)
    exact = by_number(actor, wanted.text)
    if exact:
        found = found.exclude(id=exact.id)
    rows = _shown(found, wanted)
    cut = _cut(rows, wanted)
    if not cut.lines and wanted.place.key:
        return _page(actor, replace(wanted, place=START if wanted.place.before else END))
    whole = not (cut.before or cut.behind)  # all of it is here, so nobody needs to count it
    return Page(
        lines=tuple(cut.lines),
        count=(len(cut.lines) if whole else _count(found if typed(wanted.text) else rows)) + bool(exact),
        exact=exact,
        previous=_written(cut.lines[0], wanted.order) if cut.before else "",
        following=_written(cut.lines[-1], wanted.order) if cut.behind else "",
    )


class _Cut(NamedTuple):
    """The lines that stand on one page, in the order of the list, and whether others stand before and behind them."""

    lines: list[Line]
    before: bool
    behind: bool


def _cut(rows: QuerySet[Row], wanted: Wanted) -> _Cut:
    lines = lines_of(_placed(rows, wanted)[: wanted.most + 1])
    more, lines, placed = len(lines) > wanted.most, lines[: wanted.most], bool(wanted.place.key)
    if wanted.place.before:
        return _Cut(lines[::-1], before=more, behind=placed)
    return _Cut(lines, before=placed, behind=more)


def _count(rows: QuerySet[Row]) -> int:
    """How many there are; of a search it is asked without the order's condition, which its words imply."""
    chosen, asked = rows.order_by()[: CAP + 1].values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.replace("<rows>", chosen), asked)
        return int(cursor.fetchone()[0])


def by_number(actor: Actor, text: str) -> Line | None:
    """The case in sight whose reference or number was typed: `E-1001`, `1001`."""
    number = _REFERENCE.fullmatch(text)
    found = lines_of(visible(actor).filter(number=int(number.group(1)))) if number else []
    return found[0] if found else None


def _placed(rows: QuerySet[Row], wanted: Wanted) -> QuerySet[Row]:
    """The rows from the place on, in the order of the list, or back from it."""
    names, back = wanted.order.columns, wanted.place.before
    down = wanted.order.backwards is not back
    if wanted.place.key:
        beyond = TupleLessThan if down else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(*names), wanted.place.key))
    return rows.order_by(*(f"-{name}" if down else name for name in names))


def _written(line: Line, order: Order) -> str:
    """The place of a line, as an address names it."""
    names = ("changed_at" if name == "recorded_at" else name for name in order.columns)
    parts = [getattr(line, name) for name in names]
    return "~".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)


def _narrowed(rows: QuerySet[Row], actor: Actor, wanted: Wanted) -> QuerySet[Row]:
    chosen: dict[str, Any] = {
        "state__in": wanted.states,
        "priority": wanted.priority,
        "team": as_id_or_nobody(wanted.team) if wanted.team else None,
        "person": as_id_or_nobody(wanted.person) if wanted.person not in ("", "nobody") else None,
        "person__isnull": wanted.person == "nobody",
        "reasons__contains": [wanted.reason] if wanted.reason else None,
        "danger": wanted.danger,
    }
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    if wanted.offered_to is not None:
        rows = rows.filter(team__in=[as_id_or_nobody(team) for team in wanted.offered_to])
    if wanted.reporter:
        rows = rows.filter(Q(technician_id=as_id_or_nobody(wanted.reporter)) | Q(fold__raised_by=wanted.reporter))
    return _said(rows, actor, wanted)


def _shown(rows: QuerySet[Row], wanted: Wanted) -> QuerySet[Row]:
    return rows if wanted.show is Show.ALL else rows.filter(closed_at__isnull=wanted.show is Show.OPEN)


def _said(rows: QuerySet[Row], actor: Actor, wanted: Wanted) -> QuerySet[Row]:
    """The rows whose words hold all that was typed; the index of open cases is asked apart from that of all."""
    asked = typed(wanted.text)
    if not asked:
        return rows
    rows = rows.filter(search__words__match=_condition(asked, actor, wanted))
    return rows if wanted.show is Show.ALL else rows.filter(search__open=wanted.show is Show.OPEN)


def _condition(asked: list[str], actor: Actor, wanted: Wanted) -> str:
    sees_all = actor.roles & SEES_ALL
    marks = [] if sees_all else [f"={one}" for one in sorted({actor.id, *actor.teams})]
    known = [] if wanted.alike else None if sees_all else _in_sight(asked, marks)
    groups = [dict.fromkeys([one, *begun, *meant(one, alike)]) for one, begun, alike in _known(asked, known)]
    return condition(*groups, *([marks] if marks else []))


def _in_sight(asked: list[str], marks: list[str]) -> list[str]:
    """Those of the words that stand in a case with one of these marks: of what is out of sight nothing is known."""
    each = [part for one in asked for part in (one, condition([one], marks))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([_IN_SIGHT] * len(asked)), each)
        return [word for (word,) in cursor.fetchall()]


def _known(asked: list[str], known: list[str] | None) -> list[tuple[str, list[str], list[str]]]:
    """Each of these words with the known ones that begin with it, and those that may have been meant.

    A word that is `known` is no slip: who types "door" does not mean Dora. None stands for all that are known.
    """
    beginnings = [one if len(one) > 2 or not one.isalpha() else None for one in asked]
    maybe = set(spelled(asked))
    alike = [one if one in maybe else None for one in asked]
    swaps = [one and " ".join(swapped(one)) for one in alike]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [known, asked, beginnings, alike, swaps])
        return list(cursor.fetchall())
