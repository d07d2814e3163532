"""What is lost while a case lasts, in figures and in sentences: for us alone, never for a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backline.cases.wording._told import Told
from backline.core.case import Case
from backline.core.clock import lost
from backline.core.impact import Losses
from backline.core.policy import Policy
from backline.core.values import decode
from backline.core.words import Measure

MEASURES = {
    Measure.TRAPPED: _("Persons trapped"),
    Measure.AT_RISK: _("Persons at risk"),
    Measure.UNITS: _("Units standing still"),
    Measure.COST_AN_HOUR: _("Cost an hour"),
    Measure.COST_SO_FAR: _("Cost so far"),
    Measure.PENALTY: _("Contract penalty"),
    Measure.NAMED_ACCOUNT: _("Named account"),
}


def figure(measure: Measure, number: int) -> str:
    """How much it is, as it stands beside its label."""
    if measure is Measure.NAMED_ACCOUNT:
        return gettext("yes") if number else gettext("no")
    return amount(number)


def amount(number: int) -> str:
    """A number with its thousands apart."""
    return str(number_format(number, force_grouping=True))


def because(figures: Mapping[Any, int]) -> str:
    """What is lost, as the reason for which somebody is told: `2 persons are trapped and it costs 1,200 an hour`."""
    said = [_clause(measure, figures[measure]) for measure in Measure if measure in figures]
    return get_text_list(said, gettext("and"))


def _clause(measure: Measure, number: int) -> str:
    said = {"n": amount(number)}
    match measure:
        case Measure.TRAPPED:
            return ngettext("%(n)s person is trapped", "%(n)s persons are trapped", number) % said
        case Measure.AT_RISK:
            return ngettext("%(n)s person is at risk", "%(n)s persons are at risk", number) % said
        case Measure.UNITS:
            return ngettext("%(n)s unit stands still", "%(n)s units stand still", number) % said
        case Measure.COST_AN_HOUR:
            return gettext("it costs %(n)s an hour") % said
        case Measure.COST_SO_FAR:
            return gettext("it has cost %(n)s so far") % said
        case Measure.PENALTY:
            return gettext("%(n)s are owed when the contract is not kept") % said
    return gettext("it is a named account")


def told_why(data: Mapping[str, Any]) -> list[str]:
    """Why a rung of the impact tells somebody."""
    return [gettext("because %(why)s") % {"why": because(data["lost"])}] if data.get("lost") else []


def raised(data: Mapping[str, Any]) -> list[str]:
    """What is lost by a report."""
    said = list(_figures(decode(Losses, data.get("losses", {}))))
    return [gettext("Impact: %(figures)s") % {"figures": ", ".join(said)}] if said else []


def _figures(losses: Losses) -> Iterator[str]:
    for measure in Measure:
        if measure is not Measure.COST_SO_FAR and losses.of(measure):
            yield f"{MEASURES[measure]} {figure(measure, losses.of(measure))}"


def corrected(data: Mapping[str, Any], _told: Told) -> str:
    """Other losses than were known, each that differs with what was known."""
    known, said = (decode(Losses, data[name]) for name in ("known", "said"))
    changed = [
        gettext("%(what)s %(now)s instead of %(was)s")
        % {"what": MEASURES[one], "now": figure(one, said.of(one)), "was": figure(one, known.of(one))}
        for one in Measure
        if one is not Measure.COST_SO_FAR and said.of(one) != known.of(one)
    ]
    return gettext("Corrected the impact: %(figures)s") % {"figures": ", ".join(changed)}


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is lost: how much, whether managers are told of it, and what contract and asset say instead."""

    label: str
    amount: str
    told: bool
    known: str


@dataclass(frozen=True, slots=True)
class ImpactStory:
    """What is lost by a case: the figures that are not nothing, and why managers are told, if they are."""

    figures: tuple[Figure, ...]
    because: str


def impact_story(case: Case, policy: Policy, raised: Mapping[str, Any], at: datetime) -> ImpactStory:
    """The losses of a case as they stand at a moment, beside what was known of its contract and asset at its raise."""
    now, known = case.losses, decode(Losses, raised.get("known", {}))
    told = lost(case, policy, at)
    amounts: dict[Measure, int] = {one: now.of(one) for one in Measure if one is not Measure.COST_SO_FAR}
    ends = case.resolved_at or case.closed_at or at
    amounts[Measure.COST_SO_FAR] = now.cost_by(min(ends, at), begun=case.opened.occurred_at)
    figures = (
        Figure(
            str(MEASURES[one]),
            figure(one, amounts[one]),
            one in told,
            "" if one is Measure.COST_SO_FAR or known.of(one) == amounts[one] else figure(one, known.of(one)),
        )
        for one in Measure
        if amounts[one] or (one is not Measure.COST_SO_FAR and known.of(one))
    )
    return ImpactStory(tuple(figures), because(told) if told else "")
