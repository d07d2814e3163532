"""Another version of the policy, kept in one line: the shipped one with a few words of its file put otherwise."""

from __future__ import annotations

from dataclasses import replace

from backline.core.policy import shipped
from backline.policies import file, queries
from backline.policies.operations import Plan, keep_version
from backline.policies.queries import Saved
from tests.fakes.house import House

A_DAY = 'RESOLVE = { P1 = "4 h", P2 = "1 d"'
HALF_A_DAY = A_DAY.replace("1 d", "12 h")


def other_rules(house: House, before: str = A_DAY, after: str = HALF_A_DAY) -> Saved:
    """Ada keeps the shipped policy with something put otherwise; it counts for cases raised from now on."""
    text = file.write(shipped())
    assert before in text, text
    return kept(house, text.replace(before, after))


def fewer_rungs(house: House) -> tuple[str, str, str]:
    """The policy that is in force, one whose ladders are their last two rungs, and the first anew; their ids."""
    first, policy = queries.versions()[0], shipped()
    short = replace(policy, ladders={name: ladder[-2:] for name, ladder in policy.ladders.items()})
    return first.id, kept(house, file.write(short)).id, kept(house, file.write(policy)).id


def kept(house: House, text: str) -> Saved:
    """Ada keeps a file."""
    plan, seen = Plan(text, "The contract says twelve hours"), queries.versions()[0].number
    return keep_version(plan, seen=seen, by=house.actor("ada"), at=house.clock.now())
