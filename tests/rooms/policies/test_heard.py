"""No file is accepted whose ladders keep everybody in silence: before their first word, between two, or at P1."""

from __future__ import annotations

import re

import pytest

from backline.core.words import ClockName, Priority
from backline.policies.file import read
from tests.rooms.policies.test_policy_file import SHIPPED, flaws


def late(clock: str, first: str, target: str = "") -> str:
    """The policy that ships with another first rung of a ladder, and another target of its clock at all priorities."""
    begun, ladder = SHIPPED.split(f"[ladders.{clock}]")
    text = begun + f"[ladders.{clock}]" + re.sub(r"\{[^}]*\}", first, ladder, count=1)
    goes = ", ".join(f'{one} = "{target}"' for one in Priority)
    targets = re.compile(rf'^{clock} = {{ P1 = ".*', re.MULTILINE)
    return targets.sub(f"{clock} = {{ {goes} }}", text, count=1) if target else text


@pytest.mark.parametrize("clock", ["TRIAGE", "ACCEPT", "REVIEW"])
def test_what_is_urgent_is_told_within_a_day(clock: str) -> None:
    first, who = rf"line \d+, ladders.{clock}.rungs\[1\]", '{ tell = "NEXT_ON_CALL", '
    assert read(late(clock, who + 'wait = "1 d" }', "2 d")).ladders[ClockName(clock)][0].wait == 86400
    assert re.match(f"{first}: At P1 nobody hears for 1 d 1 s. Tell", flaws(late(clock, who + 'wait = "1 d 1 s" }'))[0])
    assert re.match(f"{first}: At P1 nobody hears for 12 d. Tell", flaws(late(clock, who + "share = 0.4 }", "30 d"))[0])
    seldom = late(clock, who + "share = 0.4 }", "40 h")
    assert read(seldom).ladders[ClockName(clock)][0].share == 0.4
    rare = seldom.replace('P4 = "40 h" }\n', 'P4 = "30 d" }\n')
    assert read(rare).targets[ClockName(clock)][Priority.P4] == 30 * 86400
    assert "At P2 nobody hears for 12 d." in flaws(seldom.replace('P2 = "40 h"', 'P2 = "30 d"'))[0]


GAPS = [
    ("TRIAGE", "share = 0.5 }", 'wait = "25 h" }',
     "rungs[2]: At P1 nobody hears for 1 d 1 h. Tell somebody within a day."),
    ("TRIAGE", 'every = "30 min"', 'every = "31 d"', "every: At P1 nobody hears for 31 d."),
    ("WAIT", 'wait = "5 min" }', 'wait = "23 h", wait_in = "TEAM" }', "rungs[2]: At P2 nobody hears for 2 d 21 h."),
    ("ACCEPT", 'ASSIGNEE" },\n  { tell = "ASSIGNEE", wait = "5 min" }', 'ON_CALL", hold = true, wait = "20 h" },\n'
     '  { tell = "ASSIGNEE", wait = "5 h" }', "rungs[2]: At P1 nobody hears for 1 d 1 h."),
    ("targets", 'CUSTOMER_UPDATE = { P1 = "1 h", P2 = "4 h"', 'CUSTOMER_UPDATE = { P1 = "1 h", P2 = "3 d"',
     "ladders.CUSTOMER_UPDATE.rungs[1]: At P2 nobody hears for 2 d 23 h 45 min."),
    ("targets", 'RESOLVE = { P1 = "4 h"', 'RESOLVE = { P1 = "360 d"', "RESOLVE.rungs[2]: At P1 nobody hears for 54 d."),
    ("leases", 'P2 = "2 h"', 'P2 = "31 d"', "ladders.PROGRESS.rungs[1]: At P2 nobody hears for 31 d."),
    ("targets", 'P4 = "10 d" }', 'P4 = "300 d" }', "rungs[2]: At P4 nobody hears for 45 d. Tell somebody within 31 d."),
    ("IMPACT", '{ tell = "MANAGERS" }', '{ tell = "MANAGERS", wait = "1 min" }', "rungs[1].wait: What is lost is"),
    ("CONFIRM", "share = 1.0 }", 'share = 1.0, wait = "1 min" }', "rungs[1]: At P1 it comes after the due moment."),
    ("CONFIRM", "share = 1.0 }", 'wait = "6 d" }', "rungs[1]: At P1 it comes after the due moment."),
    ("counts_in", 'ACCEPT = { P1 = "ELAPSED"', 'ACCEPT = { P1 = "TEAM"',
     "counts_in.ACCEPT.P1: At P1 nobody waits for anybody's hours"),
    ("counts_in", 'PROGRESS = { P1 = "ELAPSED"', 'PROGRESS = { P1 = "CUSTOMER"', "counts_in.PROGRESS.P1: At P1 nobody"),
    ("IMPACT", '"1 h" }', '"32 d" }', "rungs[2]: At P1 nobody hears for 32 d. Tell somebody within 31 d."),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "said"), GAPS)
def test_no_ladder_falls_silent_between_two_words(table: str, old: str, new: str, said: str) -> None:
    begun, rest = re.split(rf"(?<=\[{table}\]\n)|(?<=\[ladders.{table}\]\n)", SHIPPED)
    assert old in rest
    assert said in "\n".join(flaws(begun + rest.replace(old, new, 1)))


def test_a_day_is_not_too_long_and_neither_are_eight_hours_of_a_team() -> None:
    begun, rest = SHIPPED.split("[ladders.WAIT]")
    daily = rest.replace('every = "30 min"', 'every = "1 d"', 1)
    daily = daily.replace('wait = "5 min"', 'wait = "8 h", wait_in = "TEAM"', 1)
    assert read(f"{begun}[ladders.WAIT]{daily}").ladders[ClockName.WAIT][-1].every == 86400
    begun, rest = SHIPPED.split("[ladders.IMPACT]")
    rare = rest.replace('every = "4 h"', 'every = "31 d"', 1)
    [*_, last] = read(f"{begun}[ladders.IMPACT]{rare}").ladders[ClockName.IMPACT]
    assert last.every == 31 * 86400, "it asks nothing of anybody"


@pytest.mark.parametrize(
    ("clock", "old", "new", "said"),
    [
        ("RESOLVE", "share = 1.0 }", 'share = 1.0, wait = "364 d" }', "rungs[3]: At P3"),
        ("PROGRESS", 'wait = "5 min" }', 'wait = "364 d 23 h" }', "rungs[3]: At P1"),
        ("WAIT", 'wait = "10 min" }', 'wait = "364 d 23 h 56 min" }', "rungs[3]: At P1"),
        ("IMPACT", '"1 h" }', '"200 d" },\n  { tell = "LAST_RESORT", wait = "200 d" }', "rungs[3]: At P1"),
    ],
)
def test_the_rungs_of_a_ladder_come_within_a_year(clock: str, old: str, new: str, said: str) -> None:
    begun, ladder = SHIPPED.split(f"[ladders.{clock}]")
    [flaw] = flaws(f"{begun}[ladders.{clock}]{ladder.replace(old, new, 1)}")
    assert f", ladders.{clock}.{said} it comes more than a year after the start." in flaw
