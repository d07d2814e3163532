"""A policy as a file: what is written is read back, and what is wrong is said with its place and its line."""

from __future__ import annotations

import time
import tomllib
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from backline.core.policy import FALLBACK, Act, Duty, Policy, Recipients, Rung, Whose, shipped, shipped_triggers
from backline.core.words import ClockName, Gate, Measure, Priority, Reason, WaitReason
from backline.policies import file, heard
from backline.policies.differences import differences
from backline.policies.file import IN_HOURS, TARGETED, read, write
from backline.policies.reading import Unreadable

SHIPPED = write(shipped())
SCHEMA = Draft202012Validator(file.schema())
spans = some.integers(60, file.MOST)
longest = {priority: (86400 if priority in heard.URGENT else heard.LONGEST) - 3600 for priority in Priority}
"""So long that somebody still hears in time by a ladder whose only rung comes an hour after the whole of it."""
by_priority = some.fixed_dictionaries({priority: some.integers(60, most) for priority, most in longest.items()})


@some.composite
def ladders(draw: Any, *, shares: bool = True) -> tuple[Rung, ...]:
    """A ladder that goes upwards."""
    roles = draw(some.lists(some.sampled_from(Recipients), unique=True, max_size=5))
    last = draw(some.sampled_from(FALLBACK))
    told = [role for role in roles if role is not last] + [last]
    ways = sorted(draw(some.lists(some.floats(0.01, 1), unique=True, min_size=len(told), max_size=len(told))))
    rungs: list[Rung] = []
    for number, (role, share) in enumerate(zip(told, ways, strict=True)):
        if shares and draw(some.booleans()):
            rung = Rung(role, share=share, wait=draw(some.integers(-3600, 3600)))
        else:
            rung = Rung(role, wait=draw(some.integers(1 if number else 0, 86400)))
        whose = some.sampled_from(Whose)
        rungs.append(replace(rung, wait_in=draw(whose)) if shares and 0 < rung.wait <= 8 * 3600 else rung)
    return (*rungs[:-1], replace(rungs[-1], every=draw(some.integers(300, 86400 if shares else heard.LONGEST))))


def in_time(ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """The same, whose first rung comes at once."""
    return (replace(ladder[0], share=None, wait=0, wait_in=Whose.ELAPSED), *ladder[1:])


amounts = some.sets(some.integers(1, 1000), min_size=1, max_size=10).map(lambda found: tuple(sorted(found)))


def named_or_not(found: dict[Measure, tuple[int, ...]]) -> dict[Measure, tuple[int, ...]]:
    """An account is named or it is not."""
    return {one: (1,) if one is Measure.NAMED_ACCOUNT else amounts for one, amounts in found.items()}


asked = {
    Gate.JOB_RECORDED: some.just(frozenset(Reason)),
    Gate.ROOT_CAUSE: some.frozensets(some.sampled_from(Reason), min_size=1),
}
duties = some.builds(Duty, some.integers(0, 20), some.integers(0, 20), some.booleans())


def awake(found: dict[ClockName, dict[Priority, Whose]]) -> dict[ClockName, dict[Priority, Whose]]:
    """At P1 all time counts, but for what may wait for a weekend."""
    at_p1 = {Priority.P1: Whose.ELAPSED}
    return {one: by | at_p1 if by and one not in heard.MAY_REST else by for one, by in found.items()}


policies = some.builds(
    Policy,
    targets=some.fixed_dictionaries(dict.fromkeys(TARGETED, by_priority)),
    leases=by_priority,
    ladders=some.fixed_dictionaries(
        dict.fromkeys(ClockName, ladders())
        | {ClockName.IMPACT: ladders(shares=False).map(in_time), ClockName.CONFIRM: ladders().map(in_time)}
    ),
    duties=some.dictionaries(some.sampled_from(Reason), duties),
    priorities=some.just(shipped().priorities),
    review_reasons=some.frozensets(some.sampled_from(Reason)),
    reopen_within=spans,
    longest_wait=spans,
    counts_in=some.dictionaries(
        some.sampled_from(IN_HOURS), some.dictionaries(some.sampled_from(Priority), some.sampled_from(Whose))
    ).map(awake),
    words_in=some.sampled_from(Whose),
    suggested_for=spans,
    triggers=some.fixed_dictionaries(
        {
            one: some.builds(replace, some.just(rule), act=some.sampled_from(Act))
            for one, rule in shipped_triggers().items()
        }
    ),
    pauses=some.dictionaries(some.sampled_from(WaitReason), spans),
    thresholds=some.dictionaries(some.sampled_from(Measure), amounts).map(named_or_not),
    gates=some.sets(some.sampled_from(Gate)).flatmap(
        lambda found: some.fixed_dictionaries({one: asked[one] for one in found})
    ),
    hours=some.just({}),
)


def flaws(text: str) -> list[str]:
    """What is wrong with a file, in sentences."""
    with pytest.raises(Unreadable) as refused:
        read(text)
    return [str(flaw) for flaw in refused.value.flaws]


def test_the_policy_that_ships_is_the_same_after_it_was_written() -> None:
    assert read(SHIPPED) == shipped()
    assert write(read(SHIPPED)) == SHIPPED
    assert SHIPPED.startswith("# A policy of Backline: how long things may take")
    assert 'ACCEPT = { P1 = "15 min", P2 = "30 min", P3 = "2 h", P4 = "8 h" }' in SHIPPED
    assert '  { tell = "ASSIGNEE", share = 1.0, wait = "-15 min" },' in SHIPPED
    assert write(shipped(), "https://example.org/s.json").startswith("#:schema https://example.org/s.json\n# A policy")


@settings(max_examples=30)
@given(policies)
def test_every_policy_is_the_same_after_it_was_written_and_fits_the_schema(policy: Policy) -> None:
    text = write(policy)
    assert read(text) == policy
    assert list(SCHEMA.iter_errors(tomllib.loads(text))) == []
    assert differences(policy, read(text)) == ()


def line_of(written: str) -> int:
    """The line on which something stands first in the policy that ships."""
    return SHIPPED[: SHIPPED.index(written)].count("\n") + 1


LEASES = '[leases]\nP1 = "1 h"\nP2 = "2 h"\nP3 = "4 h"\nP4 = "8 h"'
BAD = [
    (
        'wait = "5 min"',
        'wait = "5 mins"',
        "line {line}, ladders.ACCEPT.rungs[2].wait: Write how long it is with a unit",
    ),
    ('wait = "5 min"', "wait = 300", "line {line}, ladders.ACCEPT.rungs[2].wait: Write how long it is with a unit"),
    ('wait = "5 min"', 'wait = "٥ min"', "line {line}, ladders.ACCEPT.rungs[2].wait: Write how long it is with a unit"),
    ('wait = "5 min"', 'wait = "0 min"', "rungs[2].wait: Say how long after the rung before it comes: more than"),
    ('wait = "5 min"', 'wait = "-1 min"', "rungs[2].wait: Say how long after the rung before it comes: more than"),
    (', wait = "5 min"', "", "line {line}, ladders.ACCEPT.rungs[2]"),
    (
        'wait = "5 min"',
        'wait = "365 d"',
        "line {line}, ladders.ACCEPT.rungs[2].wait: That is too long: it must be less",
    ),
    ('wait = "5 min"', 'wiat = "5 min"', "rungs[2].wiat: There is no “wiat” here. Did you mean wait?"),
    ('wait = "5 min"', 'wait = "5 min", wait_in = "NIGHT"', "rungs[2].wait_in: There is no “NIGHT” here. There are: E"),
    ('wait = "-15 min"', 'wait = "-15 min", wait_in = "TEAM"', "rungs[1].wait_in: Only a wait that comes after somet"),
    ('{ tell = "COORDINATORS" }', '{ tell = "COORDINATORS", wait_in = "TEAM" }', "rungs[1].wait_in: Only a wait that"),
    ('tell = "TEAM"', 'tell = "TEEM"', "rungs[3].tell: There is no “TEEM” here. Did you mean TEAM?"),
    (
        'tell = "TEAM"',
        'tell = "Max"',
        "rungs[3].tell: There is no “Max” here. There are: ASSIGNEE, ON_CALL, NEXT_ON_CALL, CANDIDATE, TEAM, TEAM_LEAD",
    ),
    ('tell = "TEAM"', "tell = [1]", "rungs[3].tell: There is no “[1]” here. There are: ASSIGNEE"),
    ("share = 0.5", "share = nan", "rungs[2].share: Give a number above 0 and up to 1"),
    ("share = 0.5", 'share = "50%"', "rungs[2].share: Give a number above 0 and up to 1"),
    ("share = 0.9 }", "share = 0.7 }", "ladders.RESOLVE.rungs[2].share: It must come after the share of the rungs bef"),
    (
        'every = "30 min"',
        'every = "1 min"',
        "line {line}, ladders.TRIAGE.every: That is too short: it must be 5 min at",
    ),
    ('every = "30 min"', 'every = "32 d"', "ladders.TRIAGE.every: That is too long: it must be 31 d at most."),
    ('every = "30 min"', 'every = "365 d"', "ladders.TRIAGE.every: That is too long: it must be less than a year."),
    (LEASES, LEASES.replace("8 h", "31 d 1 s"), "leases.P4: That is too long: it must be 31 d at most."),
    ('every = "30 min"\n', "", "ladders.TRIAGE.every: This is missing."),
    ('"LAST_RESORT"', '"ASSIGNEE"', "ladders.TRIAGE.rungs[4].tell: The last rung repeats until somebody acts, so it"),
    ('"TEAM_LEAD"', '"ASSIGNEE"', "ladders.ACCEPT.rungs[4].tell: The ladder goes in a circle: rung 2 told the same"),
    ("[ladders.WAIT]", "[ladders.WEIGHT]", "ladders.WEIGHT: There is no “WEIGHT” here. Did you mean WAIT?"),
    ("[targets]", "[target]", "line {line}, target: There is no “target” here. Did you mean targets?"),
    ("[leases]", "[[leases]]", "leases: Write a table here: NAME = VALUE for each of P1, P2, P3, P4."),
    ("format = 1", "format = 2", "line {line}, format: This Backline reads format 1 alone."),
    ("format = 1", "format = true", "line {line}, format: This Backline reads format 1 alone."),
    ("steps = 1", "steps = 21", "duties.UNRESOLVED_ON_SITE.steps: Give a whole number from 0 to 20"),
    ("fault_code = true", 'fault_code = "yes"', "duties.RECURRING_FAULT.fault_code: Write true or false"),
    ('P1 = "ELAPSED"', 'P1 = "SITE"', "counts_in.TRIAGE.P1: There is no “SITE” here. There are: ELAPSED, CONTRACT"),
    ('"COMPLIANCE_CONCERN", ', "3, ", "line {line}, review_reasons[1]: There is no “3” here."),
    ('P3 = "2 h", ', "", "line {line}, targets.ACCEPT.P3: This is missing."),
    ("[targets]", "[targets", "line {line}: This is no TOML: "),
    ("[targets]", "[targets]\nTRIAGE = 1", "This is no TOML: Cannot overwrite a value"),
    ("format = 1", "format = " + "9" * 280, "format: This Backline reads format 1 alone."),
    ("UNITS = [5]", "UNITS = [-5]", "line {line}, thresholds.UNITS[1]: Give a whole number from 1 to 100000"),
    ("UNITS = [5]", "UNITS = [0]", "thresholds.UNITS[1]: Give a whole number from 1 to 100000, without quotes."),
    ("UNITS = [5]", "UNITS = [1_000_000]", "thresholds.UNITS[1]: Give a whole number from 1 to 100000"),
    ("UNITS = [5]", "UNITS = []", "thresholds.UNITS: Write a list of 1 to 10 entries, between [ and ]."),
    ("UNITS = [5]", "UNITS = 5", "line {line}, thresholds.UNITS: Write a list of 1 to 10 entries"),
    ("UNITS = [5]", "UNITS = [5, 5]", "line {line}, thresholds.UNITS[2]: It must be more than the amount before it."),
    ("UNITS = [5]", "UNITS = [5]\nUNITS = [6]", "This is no TOML: Cannot overwrite a value"),
    ("UNITS = [5]", "UNTIS = [5]", "line {line}, thresholds.UNTIS: There is no “UNTIS” here. Did you mean UNITS?"),
    ("NAMED_ACCOUNT = true", "NAMED_ACCOUNT = [1]", "line {line}, thresholds.NAMED_ACCOUNT: Write true or false"),
    ("ROOT_CAUSE = []", 'ROOT_CAUSE = ["SAFTEY_RISK"]', "line {line}, gates.ROOT_CAUSE[1]: There is no “SAFTEY_RISK”"),
    ("ROOT_CAUSE = []", "ROOT_CAUSE = true", "line {line}, gates.ROOT_CAUSE: Write a list of 0 to 8 entries"),
    ("JOB_RECORDED = true", 'JOB_RECORDED = ["SAFETY_RISK"]', "line {line}, gates.JOB_RECORDED: Write true or false"),
    ("JOB_RECORDED = true", "REVIEW = false", "line {line}, gates.REVIEW: There is no “REVIEW” here. There are: JOB_"),
    ("JOB_RECORDED = true", "STOP = false", "line {line}, gates.STOP: There is no “STOP” here. There are: JOB_RECORD"),
    ("format = 1", "format = 1\nx = " + "[\n" * 20_000, "The file is nested too deeply."),
    ("format = 1", "format = 1\n" + "# x\n" * 17_000, "The file is too long: 64 KB are the most."),
    ("format = 1", "format = 1\na" + ".a" * 28_000 + " = 1", "line 11: The line is too long: 300 characters"),
    ("format = 1", 'format = 1\n"\\u001b[2J" = 1', "?[2J: There is no “?[2J” here."),
]


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new[:30] for _, new, _ in BAD])
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    said = said.replace("{line}", str(line_of(old)))
    assert said in "\n".join(flaws(SHIPPED.replace(old, new, 1)))


ALONE = (
    "how long after", "Only a wait", "too long: it", "come after", "too short", "repeats until", "in a circle",
    "be more than the amount", "nobody hears", "than a year after", "anybody's hours",
)  # fmt: skip
"""What the reader says and a schema cannot: how long a span is, and what the rungs of a ladder are together."""


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new[:30] for _, new, _ in BAD])
def test_what_is_wrong_the_schema_refuses_as_well(old: str, new: str, said: str) -> None:
    text = SHIPPED.replace(old, new, 1)
    unread = "TOML" in said or said.startswith("The file is") or "The line is" in said
    if not unread and "nan" not in new:  # which JSON does not know
        refused = list(SCHEMA.iter_errors(tomllib.loads(text)))
        assert bool(refused) is not any(one in flaw for flaw in flaws(text) for one in ALONE)


def test_everything_that_is_wrong_is_said_at_once_but_not_without_end() -> None:
    text = SHIPPED.replace('"5 min"', '"5"').replace("share = 0.9 ", "share = 2 ")
    found = flaws(text)
    assert [flaw.partition(":")[0].partition(", ")[2] for flaw in found] == [
        "ladders.ACCEPT.rungs[2].wait", "ladders.PROGRESS.rungs[2].wait", "ladders.PROGRESS.rungs[3].wait",
        "ladders.WAIT.rungs[2].wait", "ladders.VISIT.rungs[2].wait", "ladders.RESOLVE.rungs[2].share",
    ]  # fmt: skip
    lines = text.split("\n")
    assert all('"5"' in lines[int(flaw.split()[1].strip(",")) - 1] for flaw in found[:-1])
    assert len(flaws(SHIPPED + "\n".join(f"x{number} = 1" for number in range(3000)))) == 20


def test_a_line_has_an_end() -> None:
    assert read(f"# {'x' * 298}\n{SHIPPED}") == shipped()
    assert flaws(f"# {'x' * 299}\n{SHIPPED}") == ["line 1: The line is too long: 300 characters are the most."]


def test_no_file_takes_long_to_refuse() -> None:
    lines = ["a" + ".a" * 140 + f".b{number} = 1" for number in range(210)]
    for text in ("\n".join(lines), SHIPPED + "\n".join(f"x{number} = 1" for number in range(4000))):
        begun = time.perf_counter()
        assert flaws(text)
        assert time.perf_counter() - begun < 10


@given(some.text(max_size=200), some.integers(0, len(SHIPPED)), some.integers(0, 200))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str, at: int, gone: int) -> None:
    with suppress(Unreadable):
        read(SHIPPED[:at] + typed + SHIPPED[at + gone :])


@settings(max_examples=30)
@given(
    some.dictionaries(some.text(max_size=9), some.integers() | some.text() | some.lists(some.booleans()), max_size=3)
)
def test_what_the_schema_refuses_the_reader_refuses(more: dict[str, Any]) -> None:
    told: list[Any] = []
    document = tomllib.loads(SHIPPED) | more
    if list(SCHEMA.iter_errors(document)):
        file.POLICY.read(document, (), told)
        assert told


@pytest.mark.parametrize("more", ["share = 0.5", 'wait = "1 h", wait_in = "TEAM"'])
def test_what_is_lost_is_never_due_and_told_in_any_hours(more: str) -> None:
    begun, rest = SHIPPED.split("[ladders.IMPACT]")
    text = begun + "[ladders.IMPACT]" + rest.replace('{ tell = "MANAGERS" }', f'{{ tell = "MANAGERS", {more} }}', 1)
    [flaw] = flaws(text)
    name = more.split()[-3]
    assert f"ladders.IMPACT.rungs[1].{name}: There is no “{name}” here." in flaw
    assert list(SCHEMA.iter_errors(tomllib.loads(text)))
