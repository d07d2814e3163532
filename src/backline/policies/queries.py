"""Reads policy versions and routing rules, as the values that the core takes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from backline.core.policy import Policy, shipped
from backline.core.routing import Facts, RoutingRule, Suggestion, suggest
from backline.core.routing import unjudged as find_unjudged
from backline.core.values import decode
from backline.core.words import Priority, Reason
from backline.people.queries import ids
from backline.policies import file, models
from backline.policies.conditions import condition

MOST_VERSIONS, MOST_IMPORTS = 200, 20
_IN_FORCE = """
SELECT id FROM policies_policyversion WHERE effective_at <= %s ORDER BY effective_at DESC, number DESC LIMIT 1
"""


class NoPolicy(Exception):
    """There is no policy in force: the migrations have not run."""


def in_force(at: datetime) -> tuple[str, Policy]:
    """The id and value of the policy version in force."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [at])
        found = cursor.fetchone()
    if found is None:
        raise NoPolicy("no policy is in force; run `backline migrate`")
    return str(found[0]), policy(str(found[0]))


def version_in_force(at: datetime) -> Saved:
    """The policy version in force, as it was saved."""
    return _saved(models.PolicyVersion.objects.values_list(*_SAVED).get(id=in_force(at)[0]))


@dataclass(frozen=True, slots=True)
class Saved:
    """One version of the policy as it was saved: from when it counts for new cases, by whom, when and why.

    `repeated` where what was sent had been sent before, and was kept then.
    """

    id: str
    number: int
    effective_at: datetime
    saved_at: datetime | None
    made_by: str
    why: str
    repeated: bool = False

    @property
    def policy(self) -> Policy:
        """What it says."""
        return policy(self.id)


def versions() -> list[Saved]:
    """The last versions, the newest first."""
    found = models.PolicyVersion.objects.order_by("-number").values_list(*_SAVED)[:MOST_VERSIONS]
    return [_saved(row) for row in found]


def versions_by_id(ids_: Iterable[str]) -> list[Saved]:
    """The versions with these ids, in their order."""
    found = models.PolicyVersion.objects.filter(id__in=ids(ids_)).order_by("number")
    return [_saved(row) for row in found.values_list(*_SAVED)]


def version(number: int) -> Saved | None:
    """The version of this number."""
    row = models.PolicyVersion.objects.filter(number=number).values_list(*_SAVED).first()
    return _saved(row) if row else None


_SAVED = ("id", "number", "effective_at", "saved_at", "made_by", "why")


def _saved(row: tuple[Any, ...]) -> Saved:
    return Saved(str(row[0]), *row[1:])


def coming(at: datetime) -> list[Saved]:
    """The versions that will come into force, in their order; one that another takes the place of is none of them."""
    found: dict[datetime, Saved] = {}
    for one in versions():  # the newest first: of several for one moment it is the one that counts
        if one.effective_at > at:
            found.setdefault(one.effective_at, one)
    return [found[moment] for moment in sorted(found)]


def text_of(saved: Saved, schema_at: str = "") -> str:
    """The file of a version: as it was written, else drawn from what it says."""
    kept = models.PolicyVersion.objects.values_list("text", flat=True).get(id=saved.id)
    return kept or file.write(saved.policy, schema_at)


def is_kept(version: str) -> bool:
    """Whether there is such a version."""
    return models.PolicyVersion.objects.filter(id__in=ids([version])).exists()


@lru_cache(maxsize=64)
def policy(version: str) -> Policy:
    """The policy of a version; versions never change, so each is read once a process.

    One that was kept before a clock had a ladder takes the ladder that ships.
    """
    kept = decode(Policy, models.PolicyVersion.objects.values_list("document", flat=True).get(id=version))
    return replace(kept, ladders={**shipped().ladders, **kept.ladders})


def routing_rules() -> list[RoutingRule]:
    """All routing rules as values."""
    return [
        RoutingRule(
            id=str(rule.id),
            order=rule.order,
            team=str(rule.team_id),
            reason=Reason(rule.reason) if rule.reason else None,
            asset_type=rule.asset_type,
            fault_code=rule.fault_code,
            site=str(rule.site) if rule.site else "",
            priority=Priority(rule.priority) if rule.priority else None,
            condition=rule.condition,
            holds=condition(rule.condition) if rule.condition else None,
        )
        for rule in models.RoutingRule.objects.order_by("order", "id")
    ]


def routing_mark(rules: Iterable[RoutingRule]) -> str:
    """What stands for these rules, their ids and orders: another wherever somebody changed one."""
    return hashlib.sha256(repr([replace(rule, holds=None) for rule in rules]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """A file of rules that took the place of all there were."""

    id: str
    made_by: str
    saved_at: datetime
    why: str


def routing_imports() -> list[Imported]:
    """The last files of rules, the newest first."""
    found = models.RoutingImport.objects.order_by("-saved_at", "id").values_list("id", "made_by", "saved_at", "why")
    return [Imported(str(row[0]), *row[1:]) for row in found[:MOST_IMPORTS]]


def routing_imported(entry: str) -> str | None:
    """Such a file, as it came."""
    return models.RoutingImport.objects.filter(id__in=ids([entry])).values_list("text", flat=True).first()


class Routed(NamedTuple):
    """What the rules say of some facts: which team, and which of them have no answer, with the reasons."""

    suggestion: Suggestion | None
    unjudged: list[tuple[RoutingRule, str]]


def routed(facts: Facts) -> Routed:
    """What the rules say of these facts."""
    rules = routing_rules()
    return Routed(suggest(rules, facts), find_unjudged(rules, facts))


def suggestion(facts: Facts) -> Suggestion | None:
    """The team that the rules suggest for these facts, and why."""
    return suggest(routing_rules(), facts)


def unjudged(cases: Collection[Facts]) -> list[list[tuple[RoutingRule, str]]]:
    """For each of these the rules that could not be judged, so that the next ones count; with the reasons."""
    rules = [rule for rule in routing_rules() if rule.condition] if cases else []
    return [find_unjudged(rules, facts) for facts in cases]
