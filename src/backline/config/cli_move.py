"""The command `policy move`: open cases go over to another version of the policy, after a look at what it changes."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from backline.config.trouble import Trouble

if TYPE_CHECKING:
    from backline.cases.other_rules import Supposed
    from backline.core.words import Actor
    from backline.policies.queries import Saved


def run(parsed: argparse.Namespace, at: datetime) -> int:
    """Say what would change for each case, and change it with --save: all of them, or none where one is refused."""
    from backline.cases import operations

    if not parsed.names or parsed.to is None:
        raise Trouble("Name the cases and the version: backline policy move E-1001 --to 2 --why WHY.")
    if not parsed.why.strip():
        raise Trouble("Say why in a sentence: --why WHY.")
    to, by = version(parsed.to), _by()
    cases = {_id(name): name for name in parsed.names}
    refused = 0
    for case, name in cases.items():
        refused += _looked(case, name, to, by, at)
    if refused:
        print("Nothing was changed; take out what is refused.")
        return 1
    if not parsed.save:
        print("Nothing was changed; --save does it.")
        return 0
    done = operations.move_policy(list(cases), policy=to.id, why=parsed.why, by=by, at=at, key=uuid4().hex)
    print(f"Moved to version {to.number}: {len(done)}.")
    return 0


def version(number: int) -> Saved:
    """The version of this number; trouble where there is none."""
    from backline.policies import queries

    found = queries.version(number) if 0 < number < 2**31 else None
    if found is None:
        raise Trouble(f"There is no version {number} of the policy.")
    return found


def _by() -> Actor:
    from backline.core.words import Actor, ActorKind

    return Actor(ActorKind.SYSTEM, "command line", name="Backline")


def _id(name: str) -> str:
    from backline.cases import queries
    from backline.config.telling import case_called

    found = case_called(name)
    try:
        return str(queries.find(found, _by()).id)
    except queries.NoSuchCase as error:
        raise Trouble(f"There is no case {name}.") from error


def _looked(case: str, name: str, to: Saved, by: Actor, at: datetime) -> bool:
    """Say what would change; whether it is refused, and why."""
    from backline.cases import other_rules, wording
    from backline.cases.operations import MoveRefused

    try:
        found = other_rules.suppose(case, to, by=by, at=at)
    except MoveRefused as refused:
        print(f"{name}: {wording.refusal(refused)}")
        return True
    print("\n".join(_lines(found)))
    return False


def _lines(found: Supposed) -> list[str]:
    clocks = [f"  {one.clock}: {one.target}; due {one.due}; {one.heard}" for one in found.clocks]
    changed = [f"  {one}" for one in found.differences]
    return [f"{found.line.reference} under version {found.version.number}:", *clocks, *changed]
