"""Conditions of routing rules in CEL: what is wrong is said when one is saved, and none can hold up a page."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backline.core.routing import Facts, RoutingRule, suggest
from backline.core.words import Priority, Reason
from backline.policies import models, operations, queries
from backline.policies.conditions import LONGEST, Unclear, check, condition, unguarded
from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import House

LIFT = Facts(frozenset({Reason.SAFETY_RISK, Reason.MISSING_PART}), Priority.P2, "lift-2000", frozenset({"E42"}), "x")
LIST = f"[{','.join('1' * 60)}]"

FITS = [
    ('"SAFETY_RISK" in reasons', True),
    ('"SAFETY_RISK" in reasons && priority == "P1"', False),
    ('asset_type.startsWith("lift") || size(fault_codes) > 3', True),
    ('fault_codes.exists(code, code.matches("^E4[0-9]$"))', True),
    ('size(reasons) > 1 && reasons[1] == "SAFETY_RISK"', True),
    ('priority <= "P2" && !("E17" in fault_codes)', True),
    ("true", True),
    ('asset_type.matches("(a+)+$")', False),
]


@pytest.mark.parametrize(("text", "fits"), FITS, ids=[text for text, _ in FITS])
def test_a_condition_is_asked_beside_the_other_fields(text: str, fits: bool) -> None:
    check(text)
    rule = RoutingRule("one", 1, "lifts", priority=Priority.P2, condition=text, holds=condition(text))
    found = suggest([rule], LIFT)
    assert (found is not None) is fits
    if found:
        assert found.because == (("priority", "P2"), ("condition", text))
    elsewhere = RoutingRule("one", 1, "lifts", priority=Priority.P4, condition=text, holds=condition(text))
    assert suggest([elsewhere], LIFT) is None


BAD = [
    ('asset_typ == "lift"', "Line 1, character 1: There is no “asset_typ” here. Did you mean asset_type?"),
    ('priority == "P1" && customer == "Library"', "character 21: There is no “customer” here. There are: reasons,"),
    ('priority == "P1" && now() > 1', "character 24: There is no “now” here. There are: reasons, priority, asset"),
    ("priority > 2", "Line 1, character 10: “>” does not work with these together: string, int."),
    ('true\n&& reasons == "x"', "Line 2, character 12: “==” does not work with these together: list(string), string"),
    ("priority == ", "Line 1, character 13: From here on it cannot be read"),
    ('priority == "P1', "Line 1, character 13: From here on it cannot be read"),
    ('priority = "P1"', "Line 1, character 10: From here on it cannot be read"),
    ("priority", "It must say yes or no, such as priority"),
    ("size(reasons)", "It must say yes or no, such as"),
    ('reasons[0] == "x" && fault_codes[0] == "E42" || reasons[1] == "y"', "It has no answer for a case with reasons"),
    ("1 / 0 == 1", "It has no answer for a case with reasons UNRESOLVED_ON_SITE, priority P3: divide by zero."),
    ("int(asset_type) > 3", "It has no answer for a case with"),
    ('asset_type.matches("(")', "invalid regular expression: missing )"),
    ("(" * 200 + "true" + ")" * 200, "It is nested too deeply."),
    ("[" * 200 + "]" * 200 + " == []", "It is nested too deeply."),
    (f"{LIST}.all(a, {LIST}.all(b, {LIST}.all(c, true)))", "It takes too much work to answer."),
    ("true" + " " * LONGEST, f"It is too long: {LONGEST} characters are the most."),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[text[:40] for text, _ in BAD])
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(Unclear) as refused:
        check(text)
    assert said in str(refused.value)
    assert time.perf_counter() - begun < 2


TYPOS = [
    ('"SAFTY_RISK" in reasons', "Line 1, character 1: There is no “SAFTY_RISK” here. Did you mean SAFETY_RISK?"),
    ("'x' in reasons", "character 1: There is no “x” here. There are: UNRESOLVED_ON_SITE, RECURRING_FAULT, MISSING"),
    ("true\n&& priority == 'P5'", "Line 2, character 16: There is no “P5” here. There are: P1, P2, P3, P4."),
    ("asset_type == 'lift' && 'P5' != priority", "Line 1, character 25: There is no “P5” here."),
    ("priority in ['P1', 'P5']", "Line 1, character 20: There is no “P5” here."),
    ("!(priority<'p2')", "Line 1, character 12: There is no “p2” here. Did you mean P2?"),
    ("priority == ''", "character 13: There is no “” here. There are: P1, P2, P3, P4."),
    ('size(reasons) > 1 && reasons[1] == "X"', "character 36: There is no “X” here."),
    ('reasons.exists(one, one == "MISING_PART")', "character 28: There is no “MISING_PART” here. Did you mean MISS"),
    ('reasons.exists(one, one in ["MISSING_PART", "Y"])', "character 45: There is no “Y” here."),
    ('["MISSING_PART", "Y"].exists(one, one in reasons)', "character 18: There is no “Y” here."),
    ('reasons == ["MISING_PART"]', "character 13: There is no “MISING_PART” here. Did you mean MISSING_PART?"),
    ('priority == """P5"""', "character 13: There is no “P5” here."),
    ('"Ü" == asset_type || // "P6" == priority\npriority == "P5"', "Line 2, character 13: There is no “P5” here."),
]
SOUND = [
    '"E42" in fault_codes && "lift" == asset_type && priority == "P1"', 'asset_type == "\'P5\' == priority"',
    'true // priority == "P5"', 'reasons.exists(x, x == "MISSING_PART") && fault_codes.exists(x, x == "E42")',
    'priority == "P" + "1"', 'priority.startsWith("P")', 'reasons[0].startsWith("M")', 'priority in ["P1", "P2"]',
    'reasons.exists(r, r.startsWith("SAFETY"))', '["SAFETY_RISK", "MISSING_PART"].exists(r, r in reasons)',
    'fault_codes.exists(code, code == "priority")', 'priority == """P1""" || priority == "P\\x32"', 'priority < "P3"',
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TYPOS, ids=[text for text, _ in TYPOS])
def test_a_word_that_no_reason_or_priority_is_called_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Unclear) as refused:
        check(text)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", SOUND)
def test_other_words_are_left_as_they_are(text: str) -> None:
    check(text)


def test_ada_reads_at_the_field_which_word_there_is_not_and_her_rule_is_not_kept(house: House) -> None:
    ada, before = signed_in("ada"), models.RoutingRule.objects.count()
    rule = {"order": "1", "team": str(house.support.id), "condition": '"SAFTY_RISK" in reasons'}
    page: Any = send(ada, "/administration/rules/new", **rule)
    assert page.status_code == 422
    assert "There is no “SAFTY_RISK” here. Did you mean SAFETY_RISK?" in words(page)
    assert "&quot;SAFTY_RISK&quot; in reasons" in page.content.decode()
    assert models.RoutingRule.objects.count() == before


PARTS = ("(", ")", "[", "]", "!", "reasons", ".", "in", "==", "'P1'", "&&", "?", ":", "{", "}", "1", "+", "-")


@settings(max_examples=300)
@given(some.text(max_size=60) | some.lists(some.sampled_from(PARTS), max_size=40).map(" ".join))
def test_whatever_is_typed_is_kept_or_refused_in_words(text: str) -> None:
    try:
        check(text)
    except Unclear as unclear:
        said = str(unclear)
    else:
        holds = condition(text)
        said = "kept" if holds and holds(LIFT) in (True, False) else ""
    assert said


def test_what_has_no_answer_by_then_does_not_fit_and_leaves_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    text = 'asset_type.startsWith("lift-") && int(asset_type) > 3 || asset_type.startsWith("lift-3")'
    check(text)
    for written in (text, f"{LIST}.all(a, {LIST}.all(b, {LIST}.all(c, true)))", "no longer so"):
        rule = RoutingRule("one", 1, "lifts", condition=written, holds=condition(written))
        other = RoutingRule("two", 2, "support")
        found = suggest([rule, other], LIFT)
        assert found is not None
        assert found.team == "support"
        assert repr(written)[:30] in caplog.messages[-1]


def test_ada_writes_a_condition_and_carl_sees_why(house: House) -> None:
    ada, text = signed_in("ada"), '"MISSING_PART" in reasons && asset_type == "lift"'
    rule = {"order": "1", "team": str(house.support.id), "condition": f" {text} "}
    assert send(ada, "/administration/rules/new", **rule).status_code == 302
    assert queries.routing_rules()[0].condition == text
    assert text in words(ada.get("/administration/rules"))
    case = house.raised(reasons=frozenset({Reason.MISSING_PART}))
    assert house.view(case).suggestion.team == str(house.support.id)
    assert f"condition {text}" in words(signed_in("carl").get(f"/cases/{case}"))
    other = house.raised()
    assert house.view(other).suggestion.team == str(house.specialists.id)
    asked = "reason=MISSING_PART&priority=P2&asset_type=lift&fault_code=&asset="
    assert f"condition {text}" in words(ada.get(f"/administration/try/routing?{asked}"))


@pytest.mark.parametrize("text", ["priority > 2", "asset_typ == 'lift'", "(" * 100, "x" * 501, "true \0"])
def test_a_condition_that_is_none_is_said_beside_its_field(house: House, text: str) -> None:
    ada, before = signed_in("ada"), models.RoutingRule.objects.count()
    page: Any = send(ada, "/administration/rules/new", order="1", team=str(house.support.id), condition=text)
    assert page.status_code == 422
    assert "Condition, in CEL:" in words(page)
    assert models.RoutingRule.objects.count() == before


def test_the_operation_takes_no_condition_that_means_nothing(house: House) -> None:
    with pytest.raises(Unclear):
        operations.keep_rule(RoutingRule("0" * 32, 1, str(house.support.id), condition="priority > 2"))


@pytest.mark.parametrize(
    "text",
    [
        'priority == "P1" && fault_codes[0] == "E42"', 'asset_type == "lift" && fault_codes[1] == "E42"',
        '"MISSING_PART" in reasons && reasons[1] == "x"', 'priority != "P3" && int(fault_codes[0]) > 3',
    ],
)  # fmt: skip
def test_what_has_no_answer_for_some_case_that_can_be_is_refused_though_it_has_one_for_others(text: str) -> None:
    with pytest.raises(Unclear) as refused:
        check(text)
    assert "It has no answer for a case with" in str(refused.value)


def test_a_rule_that_cannot_be_judged_is_said_where_it_matters_and_the_next_one_counts(house: House) -> None:
    ada, text = signed_in("ada"), 'asset_type == "boiler" && fault_codes[0] == "E42"'
    rule = {"order": "1", "team": str(house.support.id), "condition": text}
    answer = ada.get(send(ada, "/administration/rules/new", **rule)["Location"])
    assert "where there are fewer fault_codes than it asks for, it is passed over" in words(answer)
    assert "could not be judged" not in words(ada.get("/health"))
    house.job.asset.type = "boiler"
    house.job.asset.save()
    case, other = house.raised(), house.raised(job=str(house.otto_job.id), fault_codes=("E42",))
    carl = signed_in("carl")
    page = words(carl.get(f"/cases/{case}"))
    assert "Rule 1 could not be judged, so the next ones count: it takes entry 1 of a list that holds 0" in page
    assert "could not be judged" not in words(carl.get(f"/cases/{other}"))
    assert "could not be judged" in words(carl.get(f"/cases/{case}/offer"))
    assert "could not be judged" not in words(signed_in("tess").get(f"/cases/{case}"))
    health = words(ada.get("/health"))
    assert (
        "Rule 1 could not be judged for 1 case that waits for a team: it takes entry 1 of a list that holds 0."
        in health
    )
    assert house.view(case).line.reference in health
    house.offer(case)
    assert "could not be judged" not in words(ada.get("/health"))


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ('fault_codes[0] == "E42"', ["fault_codes"]), ('size(fault_codes) > 0 && fault_codes[0] == "E42"', []),
        ('fault_codes.size() > 0 && fault_codes[0] == "E42"', []), ('reasons [1] == "x"', ["reasons"]),
        ('"E42" in fault_codes', []),
    ],
)  # fmt: skip
def test_a_list_that_is_taken_by_place_without_a_look_at_its_size_is_named(text: str, lists: list[str]) -> None:
    assert unguarded(text) == lists
