"""Routing: the first rule that fits by order, the facts that made it fit, and the others named beside it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backline.core.routing import Facts, RoutingRule, suggest
from backline.core.words import Priority, Reason

LIFT = Facts(
    frozenset({Reason.TECHNICAL_LIMIT, Reason.MISSING_PART}), Priority.P2, "lift", frozenset({"E42"}), "library"
)
ANY = RoutingRule("any", 90, "support")


def rules() -> st.SearchStrategy[list[RoutingRule]]:
    """Rules of every shape over a small world."""
    rule = st.builds(
        RoutingRule,
        id=st.uuids().map(str),
        order=st.integers(0, 5),
        team=st.sampled_from(["lifts", "boilers", "support"]),
        reason=st.none() | st.sampled_from(Reason),
        asset_type=st.sampled_from(["", "lift", "boiler"]),
        fault_code=st.sampled_from(["", "E42", "E17"]),
        site=st.sampled_from(["", "library", "museum"]),
        priority=st.none() | st.sampled_from(Priority),
    )
    return st.lists(rule, max_size=12)


def facts() -> st.SearchStrategy[Facts]:
    """Facts of the same world."""
    return st.builds(
        Facts,
        reasons=st.frozensets(st.sampled_from(Reason), min_size=1),
        priority=st.sampled_from(Priority),
        asset_type=st.sampled_from(["", "lift", "boiler"]),
        fault_codes=st.frozensets(st.sampled_from(["E42", "E17"])),
        site=st.sampled_from(["library", "museum"]),
    )


def fits(rule: RoutingRule, known: Facts) -> bool:
    """The rule said again in other words, as the oracle."""
    return (
        (rule.reason is None or rule.reason in known.reasons)
        and rule.asset_type in ("", known.asset_type)
        and (not rule.fault_code or rule.fault_code in known.fault_codes)
        and rule.site in ("", known.site)
        and rule.priority in (None, known.priority)
    )


def test_without_rules_nothing_is_suggested() -> None:
    assert suggest([], LIFT) is None


def test_a_rule_that_names_nothing_fits_everything_and_gives_no_reason() -> None:
    found = suggest([ANY], LIFT)
    assert found is not None
    assert (found.team, found.because) == ("support", ())


def test_the_facts_that_fitted_are_named() -> None:
    rule = RoutingRule("r", 10, "lifts", Reason.MISSING_PART, "lift", "E42", "library", Priority.P2)
    found = suggest([ANY, rule], LIFT)
    assert found is not None
    assert found.because == (
        ("reason", "MISSING_PART"), ("asset_type", "lift"), ("fault_code", "E42"), ("site", "library"),
        ("priority", "P2"),
    )  # fmt: skip
    assert found.others == ("support",)


def test_one_fact_that_does_not_fit_is_enough_to_pass_a_rule_over() -> None:
    rule = RoutingRule("r", 10, "lifts", Reason.MISSING_PART, "lift", "E42", "library", Priority.P2)
    for other in (
        replace(rule, reason=Reason.SAFETY_RISK), replace(rule, asset_type="boiler"), replace(rule, fault_code="E17"),
        replace(rule, site="museum"), replace(rule, priority=Priority.P1),
    ):  # fmt: skip
        assert suggest([other], LIFT) is None


@given(rules(), facts())
def test_the_lowest_order_that_fits_wins_whatever_the_order_of_the_list(known: list[RoutingRule], case: Facts) -> None:
    found = suggest(known, case)
    fitting = sorted((rule for rule in known if fits(rule, case)), key=lambda rule: (rule.order, rule.id))
    assert (found is None) == (not fitting)
    if found is not None:
        assert (found.rule, found.team) == (fitting[0].id, fitting[0].team)
        assert found.team not in found.others
        assert set(found.others) == {rule.team for rule in fitting} - {found.team}
        assert suggest(list(reversed(known)), case) == found


def test_of_two_of_the_same_order_the_id_decides_whatever_the_order_of_the_list() -> None:
    first, second = RoutingRule("a", 10, "lifts"), RoutingRule("b", 10, "boilers")
    for known in ([first, second], [second, first]):
        found = suggest(known, LIFT)
        assert found is not None
        assert (found.rule, found.others) == ("a", ("boilers",))


def test_a_rule_of_one_priority_fits_that_one_alone() -> None:
    for priority in Priority:
        found = suggest([replace(ANY, priority=priority)], LIFT)
        assert (found is not None) == (priority is Priority.P2)


def test_another_rule_of_the_same_team_is_no_other_team() -> None:
    found = suggest([ANY, RoutingRule("r", 10, "support"), RoutingRule("s", 95, "lifts")], LIFT)
    assert found is not None
    assert (found.rule, found.others) == ("r", ("lifts",))
