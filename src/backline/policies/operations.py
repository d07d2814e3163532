"""Writes routing rules, one or all of them, and versions of the policy, which never change once they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.policy import Policy
from backline.core.routing import RoutingRule
from backline.core.values import encode
from backline.core.words import Actor
from backline.ledger import operations as ledger
from backline.people.operations import hold_registers
from backline.policies import conditions, file, models, queries
from backline.policies.reach import reach
from backline.policies.reading import Unreadable
from backline.policies.shapes import Flaw

LONGEST_WHY = 300
FARTHEST = timedelta(days=3 * 365)


class Refused(Exception):
    """A version was not kept and nothing was changed: sentences by the field that must be mended."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants the policy to be from a moment on, and why; without a moment, from the saving on."""

    text: str
    why: str
    effective_at: datetime | None = None


def draft(plan: Plan, *, at: datetime) -> Policy:
    """The policy that the plan would bring into force; raises `Unreadable` or `Refused` where it cannot be."""
    policy = file.read(plan.text)
    errors = {}
    if not plan.why.strip() or len(plan.why) > LONGEST_WHY:
        errors["why"] = _("Say in a sentence why it changes: 300 characters at most.")
    if plan.effective_at and plan.effective_at < at:
        errors["effective_at"] = _("That has passed. A version counts from its saving on, or from a later moment.")
    if plan.effective_at and plan.effective_at > at + FARTHEST:
        errors["effective_at"] = _("That is more than three years away. Choose a moment before.")
    if errors:
        raise Refused(errors)
    return policy


def unreached(policy: Policy, *, at: datetime) -> tuple[Flaw, ...]:
    """Why the policy may not come into force: ladders that reach nobody today, waits that hardly end."""
    return reach(policy, at=at).refused


def keep_version(plan: Plan, *, seen: int, by: Actor, at: datetime, key: str = "") -> queries.Saved:
    """Add a version; `seen` is the number of the last version on view.

    What is sent twice with one key is saved once. Raises `Unreadable` or `Refused` where it cannot be, and changes
    nothing. Cases that are open keep the version they have.
    """
    body = {"seen": seen, "text": plan.text, "why": plan.why, "effective_at": plan.effective_at}
    write = ledger.Write(f"{by.kind}:{by.id}", "policy", key or uuid4().hex, body)
    try:
        with transaction.atomic():
            claimed = ledger.claim(write, at=at)
            if claimed is None:
                return replace(_numbered(ledger.answered(write)), repeated=True)
            _add(plan, seen + 1, by=by, at=at)
            ledger.answer(claimed, seen + 1)
    except IntegrityError as error:  # the number is taken
        raise _moved_on() from error
    return _numbered(seen + 1)


def _add(plan: Plan, number: int, *, by: Actor, at: datetime) -> None:
    policy = draft(plan, at=at)
    if lost := unreached(policy, at=at):
        raise Unreadable(list(lost))
    if queries.versions()[0].number != number - 1:
        raise _moved_on()
    models.PolicyVersion.objects.create(
        number=number, document=encode(policy), text=plan.text, why=" ".join(plan.why.split()),
        effective_at=plan.effective_at or at, saved_at=at, made_by=by.id,
    )  # fmt: skip


def _moved_on() -> Refused:
    return Refused({"": _("Somebody saved another version meanwhile. Look at what it changed, then save again.")})


def _numbered(number: int) -> queries.Saved:
    found = queries.version(number)
    if found is None:
        raise LookupError(f"policy {number}")
    return found


def keep_rule(rule: RoutingRule) -> None:
    """Add or change a routing rule; saying it again changes nothing. Raises `Unclear` where its condition is none."""
    if rule.condition:
        conditions.check(rule.condition)
    with transaction.atomic():
        hold_registers()
        models.RoutingRule.objects.update_or_create(id=rule.id, defaults=_columns(rule))


def _columns(rule: RoutingRule) -> dict[str, Any]:
    return {
        "order": rule.order,
        "team_id": rule.team,
        "reason": rule.reason or "",
        "asset_type": rule.asset_type,
        "fault_code": rule.fault_code,
        "site": rule.site or None,
        "priority": rule.priority or "",
        "condition": rule.condition,
    }


def drop_rule(rule_id: str) -> None:
    """Remove a routing rule; cases that were routed by it stay where they are."""
    with transaction.atomic():
        hold_registers()
        models.RoutingRule.objects.filter(id=rule_id).delete()


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """What somebody wants all routing rules to be: as read from a file, the file itself, and why."""

    rules: tuple[RoutingRule, ...]
    text: str
    why: str


def keep_routing(plan: RoutingPlan, *, seen: str, by: Actor, at: datetime, key: str = "") -> bool:
    """Let these rules take the place of all there are, and keep the file; whether anything changed.

    `seen` is the mark of the rules that were on view. What is sent twice with one key is kept once. Raises `Refused`
    where it cannot be, and changes nothing.
    """
    if not plan.why.strip() or len(plan.why) > LONGEST_WHY:
        raise Refused({"why": _("Say in a sentence why it changes: 300 characters at most.")})
    body = {"seen": seen, "text": plan.text, "why": plan.why}
    write = ledger.Write(f"{by.kind}:{by.id}", "routing", key or uuid4().hex, body)
    with transaction.atomic():
        hold_registers()
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return bool(ledger.answered(write))
        changed = _replaced(plan, seen, by=by, at=at)
        ledger.answer(claimed, changed)
    return changed


def _replaced(plan: RoutingPlan, seen: str, *, by: Actor, at: datetime) -> bool:
    before = queries.routing_rules()
    if queries.routing_mark(before) != seen:
        raise Refused({"": _("Somebody changed the rules meanwhile. Look at what is other now, then save again.")})
    if list(map(_said, before)) == list(map(_said, plan.rules)):
        return False
    known: dict[RoutingRule, list[str]] = {}
    for rule in before:
        known.setdefault(_said(rule), []).append(rule.id)
    models.RoutingRule.objects.all().delete()
    models.RoutingRule.objects.bulk_create(
        [models.RoutingRule(id=_id(known.get(_said(rule), [])), **_columns(rule)) for rule in plan.rules]
    )
    why = " ".join(plan.why.split())
    models.RoutingImport.objects.create(text=plan.text, why=why, made_by=by.id, saved_at=at)
    return True


def _said(rule: RoutingRule) -> RoutingRule:
    """What a rule says, whichever it is and wherever it stands."""
    return replace(rule, id="", order=0, condition=rule.condition.replace("\r\n", "\n"))


def _id(known: list[str]) -> UUID:
    """The id of a rule that said the same, so that it stays the one it was; else a new one."""
    return UUID(known.pop(0)) if known else uuid4()
