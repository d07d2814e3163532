"""Routing rules as a file: what is written is read back, and all that is wrong is said with its place and its line."""

from __future__ import annotations

import time
import tomllib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from backline.core.routing import RoutingRule
from backline.core.words import Priority, Reason
from backline.policies import routing_file
from backline.policies.reading import Unreadable
from backline.policies.routing_file import MOST_RULES, STEP, Called, Names, differences, read, write
from tests.fakes.routed import DANGER, LIFTS, rules

TEAMS = {"Lift specialists": "s", "Lift support": "u", 'Ænder’s "team"': "a"}
CALLED = Called({id_: name for name, id_ in TEAMS.items()}, {"l": "LIB-1"})
NAMES = Names(TEAMS, lambda reference: "l" if reference == "LIB-1" else "")
SCHEMA = Draft202012Validator(routing_file.schema())
kept_texts = some.text(some.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
CONDITIONS = (
    "", '"SAFETY_RISK" in reasons', "priority == 'P1'", 'true\n&& priority == "P1"', "asset_type == '\\\\d\"'",
    'fault_codes == ["' + " x" * 240 + '"]', "true || asset_type == '''\n'''", 'asset_type != "\x7f\t\u2028"',
)  # fmt: skip
written_rules = some.builds(
    RoutingRule,
    id=some.just(""),
    order=some.just(0),
    team=some.sampled_from(sorted(TEAMS.values())),
    reason=some.none() | some.sampled_from(Reason),
    asset_type=kept_texts.map(lambda text: text[:60].strip()),
    fault_code=kept_texts.map(lambda text: text[:40].strip()),
    site=some.sampled_from(["", "l"]),
    priority=some.none() | some.sampled_from(Priority),
    condition=some.sampled_from(CONDITIONS),
    holds=some.none(),
)


def flaws(text: str) -> list[str]:
    """What is wrong with a file, in sentences."""
    with pytest.raises(Unreadable) as refused:
        read(text, NAMES)
    return [str(flaw) for flaw in refused.value.flaws]


@settings(max_examples=60)
@given(some.lists(written_rules, max_size=6))
def test_all_rules_are_the_same_after_they_were_written_and_fit_the_schema(found: list[RoutingRule]) -> None:
    text = write(found, CALLED)
    ordered = tuple(replace(rule, order=number * STEP) for number, rule in enumerate(found, 1))
    assert read(text, NAMES) == ordered
    assert write(read(text, NAMES), CALLED) == text
    assert list(SCHEMA.iter_errors(tomllib.loads(text))) == []
    assert differences(found, ordered, CALLED) == ()


def test_a_file_reads_as_people_write_it() -> None:
    text = write(read(rules(LIFTS, DANGER + "condition = '\"E42\" in fault_codes'\n"), NAMES), CALLED, "https://x/s")
    assert text.startswith("#:schema https://x/s\n# Routing rules of Backline: which team is suggested for a case.")
    assert text.endswith(
        'format = 1\n\n[[rules]]\nteam = "Lift specialists"\nasset_type = "lift"\n\n[[rules]]\nteam = "Lift support"\n'
        'reason = "SAFETY_RISK"\nsite = "LIB-1"\npriority = "P1"\ncondition = \'"E42" in fault_codes\'\n'
    )
    assert write([], CALLED).endswith("format = 1\nrules = []\n")


ONE = rules(LIFTS, DANGER)
BAD = [
    ('"Lift support"', '"Lift suport"', "line 8, rules[2].team: There is no team “Lift suport”. Similar: Lift support"),
    ('"Lift support"', '"lift Support"', "line 8, rules[2].team: There is no team “lift Support”. Similar: Lift supp"),
    ('"Lift support"', '"Boilers"', "line 8, rules[2].team: There is no team “Boilers”. Add it first, or name anot"),
    ('"Lift support"', '"\\u001b[2J"', "line 8, rules[2].team: There is no team “?[2J”."),
    ('"Lift support"', "7", "line 8, rules[2].team: Write a text of 1 to 200 characters, in quotes."),
    ('team = "Lift support"\n', "", "rules[2].team: This is missing."),
    ('"LIB-1"', '"LIB-9"', "line 10, rules[2].site: There is no site “LIB-9”. Give the reference of one."),
    ('"LIB-1"', '" "', "line 10, rules[2].site: Write a text of 1 to 100 characters, in quotes."),
    ('"LIB-1"', '"LIB-1\\u0000"', "line 10, rules[2].site: Write a text of 1 to 100 characters, in quotes."),
    ('"SAFETY_RISK"', '"SAFTEY_RISK"', "line 9, rules[2].reason: There is no “SAFTEY_RISK” here. Did you mean SAFETY_"),
    ('"P1"', '"P0"', "line 11, rules[2].priority: There is no “P0” here. There are: P1, P2"),
    ('"P1"', "1", "line 11, rules[2].priority: There is no “1” here."),
    ('asset_type = "lift"', f'asset_type = "{"x" * 61}"', "line 5, rules[1].asset_type: Write a text of 1 to 60 cha"),
    ("asset_type", "asset_typ", "line 5, rules[1].asset_typ: There is no “asset_typ” here. Did you mean asset_type?"),
    ("asset_type", "order = 3\nasset_type", "line 5, rules[1].order: There is no “order” here."),
    ("asset_type", "condition = 'priority > 2'\nasset_type", "line 5, rules[1].condition: Line 1, character 10: “>” d"),
    ("asset_type", "condition = '''\ntrue\n&& prio'''\nasset_type", "line 5, rules[1].condition: Line 2, character 4"),
    ("asset_type", 'condition = "priority"\nasset_type', "line 5, rules[1].condition: It must say yes or no"),
    ("asset_type", f"condition = '{"(" * 99}true{")" * 99}'\nasset_type", "[1].condition: It is nested too deeply."),
    ("asset_type", f"condition = '''{" true\n" * 101}'''\nasset_type", "[1].condition: Write a text of 1 to 500 cha"),
    ("format = 1", "format = 2", "line 1, format: This Backline reads format 1 alone."),
    ("[[rules]]", "[[rule]]", "rule: There is no “rule” here. Did you mean rules?"),
    ("format = 1", "format = 1\nrules = 3", "This is no TOML: "),
    ("format = 1", "format = 1\0", "line 1: This is no TOML: "),
    ("format = 1", "format = 1\nx = " + "[\n" * 20_000, "The file is nested too deeply."),
    ("format = 1", "format = 1\n" + "# x\n" * 17_000, "The file is too long: 64 KB are the most."),
    ("format = 1", "format = 1\na" + ".a" * 28_000 + " = 1", "line 2: The line is too long: 300 characters are the m"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new[:30] for _, new, _ in BAD])
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, said: str) -> None:
    assert old in ONE
    assert said in "\n".join(flaws(ONE.replace(old, new, 1)))


ALONE = ("There is no team", "There is no site", "u0000", "condition: ")
"""What the reader says and a schema cannot: what there is in this organisation, and what a condition means."""


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new[:30] for _, new, _ in BAD])
def test_what_is_wrong_the_schema_refuses_as_well(old: str, new: str, said: str) -> None:
    if "TOML" not in said and "The file is" not in said and "The line is" not in said:
        refused = list(SCHEMA.iter_errors(tomllib.loads(ONE.replace(old, new, 1))))
        alone = any(one in f"{said} {new}" for one in ALONE) and "500 cha" not in said
        assert bool(refused) is not alone


def test_all_that_is_wrong_is_said_at_once_but_not_without_end() -> None:
    bad = '[[rules]]\nteam = "Boilers"\nreason = "X"\nsite = "LIB-9"\ncondition = "1"\n'
    assert [flaw.partition(":")[0] for flaw in flaws(rules(LIFTS, bad))] == [
        "line 8, rules[2].team", "line 9, rules[2].reason", "line 10, rules[2].site", "line 11, rules[2].condition",
    ]  # fmt: skip
    assert len(flaws(rules(*[bad] * 100))) == 20
    assert "rules: Write a list of 0 to 500 entries" in flaws(rules(*[LIFTS] * (MOST_RULES + 1)))[0]


def test_a_file_that_is_cut_off_removes_nothing() -> None:
    assert flaws("format = 1\n") == ["rules: This is missing."]
    assert flaws("") == ["format: This is missing.", "rules: This is missing."]
    assert read(rules(), NAMES) == ()


def test_no_file_takes_long_to_refuse() -> None:
    nested = "condition = '" + "[" * 250 + "'\n"
    for text in (rules(*[LIFTS + nested] * 190), rules(*[DANGER.replace("LIB-1", "X" * 99)] * 300)):
        begun = time.perf_counter()
        assert flaws(text)
        assert time.perf_counter() - begun < 10


@given(some.text(max_size=200), some.integers(0, len(ONE)), some.integers(0, 100))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str, at: int, gone: int) -> None:
    with suppress(Unreadable):
        read(ONE[:at] + typed + ONE[at + gone :], NAMES)


def test_what_differs_is_said_in_words() -> None:
    all_ = '[[rules]]\nteam = "Lift support"\n'
    before, after = (read(text, NAMES) for text in (rules(LIFTS, DANGER), rules(DANGER, LIFTS + 'fault_code = "E42"')))
    assert differences(before, after, CALLED) == (
        "Rule 1 is gone: Lift specialists for asset_type lift.",
        "Rule 2 is new: Lift specialists for asset_type lift, fault_code E42.",
    )
    assert differences(before, read(rules(LIFTS, all_), NAMES), CALLED) == (
        "Rule 2: Lift support for everything instead of Lift support for reason SAFETY_RISK, site LIB-1, priority P1.",
    )
