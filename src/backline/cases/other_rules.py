"""What another version of the policy would make of a case: its clocks, and who hears next; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backline.cases import gates, wording
from backline.cases.lines import Line, lines
from backline.cases.queries import find
from backline.cases.roster import casts_of
from backline.cases.said import person_names
from backline.cases.terms import terms_of
from backline.core import facts
from backline.core.case import Case
from backline.core.clock import Clock, running
from backline.core.events import By, Event
from backline.core.fold import apply
from backline.core.foresight import Foreseen, Outlook, next_of
from backline.core.moves import Ask
from backline.core.policy import Policy
from backline.core.values import decode
from backline.core.words import Actor
from backline.policies import queries as policies
from backline.policies.differences import differences
from backline.policies.queries import Saved


@dataclass(frozen=True, slots=True)
class Supposed:
    """A case under another version: what the two say otherwise, and each running clock before and after, in words."""

    line: Line
    version: Saved
    differences: tuple[str, ...]
    clocks: tuple[wording.Turned, ...]


def suppose(case_id: str, version: Saved, *, by: Actor, at: datetime, zone: str = "") -> Supposed:
    """Move a case to a version in thought; raises what the operation would.

    In the words of a zone, or as the clock at its site shows it.
    """
    row = find(case_id, by)
    case: Case = decode(Case, row.fold)
    [terms] = terms_of([row], known_at=at)
    old, at = terms.of(case), max(at, case.recorded_at)
    draft = facts.move_policy(case, Ask(by, at, old), policy=version.id, rules=version.policy, why="supposed")
    moved = apply(case, Event(case.id, case.seq + 1, draft.kind, at, at, By(by.kind, by.id), draft.data))
    before, after = _ahead(case, old, at), _ahead(moved, terms.of(moved), at)
    told = wording.Told(_names([*before.values(), *after.values()]), {}, zone or row.site.zone)
    either = dict.fromkeys((*before, *after))
    turned = tuple(wording.turned(before.get(which), after.get(which), told) for which in either)
    return Supposed(lines([row])[0], version, differences(policies.policy(case.policy), version.policy), turned)


def _ahead(case: Case, policy: Policy, at: datetime) -> dict[tuple[str, str], tuple[Clock, Foreseen | None]]:
    """Each running clock with what comes next by it, by its name and what it watches."""
    outlook = Outlook(policy, casts_of([case], [policy], at=at)[case.id], at, gates.closed(case, policy))
    return {(one.name, one.subject): (one, next_of(one, case, outlook)) for one in running(case, policy)}


def _names(found: Iterable[tuple[Clock, Foreseen | None]]) -> dict[str, str]:
    return person_names(person for _clock, one in found if one and one.told for person in one.told.persons)
