"""Another version of the policy, kept in one line: the shipped one with a few words of its file put otherwise."""

from __future__ import annotations

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
    plan, seen = Plan(text.replace(before, after), "The contract says twelve hours"), queries.versions()[0].number
    return keep_version(plan, seen=seen, by=house.actor("ada"), at=house.clock.now())
