"""Reads what is lost by the open cases of which managers are told: how much in all, and by which cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from backline.cases import wording
from backline.cases.lines import Line, lines_of
from backline.cases.models import Case as Row
from backline.core.case import Case
from backline.core.values import decode
from backline.core.words import Measure
from backline.people.queries import ids

_TOLD = "SELECT DISTINCT case_id FROM cases_alarm WHERE clock = 'IMPACT' AND due_at <= %(at)s"
_GROWN = "floor((losses ->> 'cost_an_hour')::numeric * extract(epoch FROM %(at)s - opened_at) / 3600)"
_FIGURES = {
    **{one: f"(losses ->> '{one.lower()}')::bigint" for one in Measure},
    Measure.COST_SO_FAR: _GROWN,
    Measure.NAMED_ACCOUNT: "(losses ->> 'named_account')::boolean::int",
}
_OF_CASES = """
FROM (<told>) AS told JOIN LATERAL (
  SELECT id, opened_at, fold -> 'known' -> -1 -> 'losses' AS losses FROM cases_case WHERE id = told.case_id
) AS lost ON true
""".replace("<told>", _TOLD)
_TOTALS = (
    "SELECT " + ", ".join(f"sum({one}), count(*) FILTER (WHERE {one} > 0)" for one in _FIGURES.values()) + _OF_CASES
)
_FIRST = f"SELECT id {_OF_CASES} WHERE <figure> > 0 ORDER BY <figure> DESC, id LIMIT %(most)s"
_AMONG = f"{_TOLD} AND case_id = ANY(%(cases)s)"


@dataclass(frozen=True, slots=True)
class Total:
    """How much is lost in all by one measure, in words, and by how many cases."""

    measure: Measure
    label: str
    amount: str
    cases: int


@dataclass(frozen=True, slots=True)
class Lost:
    """One case: how much is lost by it of what was asked, and all that is lost, in words."""

    line: Line
    figure: str
    lost: str


def totals(at: datetime) -> list[Total]:
    """What is lost in all by the cases of which a threshold is passed; of accounts, how many cases are of one.

    What nobody loses is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"at": at})
        sums = cursor.fetchone()
    found = zip(_FIGURES, sums[::2], sums[1::2], strict=True)
    return [
        Total(measure, str(wording.MEASURES[measure]), wording.amount(int(amount)), cases)
        for measure, amount, cases in found
        if cases
    ]


def by(measure: Measure, at: datetime, *, most: int) -> list[Lost]:
    """The cases by which most is lost of one thing, of which a threshold is passed, the most first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST.replace("<figure>", _FIGURES[measure]), {"at": at, "most": most})
        order = [case for (case,) in cursor.fetchall()]
    rows = Row.objects.filter(id__in=order)
    known = {line.id: line for line in lines_of(rows)}
    folds: dict[Any, Any] = dict(rows.values_list("id", "fold"))
    amounts = {case: _amounts(decode(Case, folds[case]), at) for case in order}
    return [
        Lost(known[str(case)], wording.figure(measure, amounts[case][measure]), wording.because(amounts[case]))
        for case in order
    ]


def _amounts(case: Case, at: datetime) -> dict[Measure, int]:
    figures = case.losses.figures(at, begun=case.opened.occurred_at)
    return {measure: amount for measure, amount in figures.items() if amount}


def among(cases: Collection[str], at: datetime) -> set[str]:
    """Of these cases those of which a threshold is passed."""
    if not cases:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, {"at": at, "cases": ids(cases)})
        return {str(case) for (case,) in cursor.fetchall()}
