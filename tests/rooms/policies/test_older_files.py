"""Files from before there was something mean what ships, and what differs between two is said in words."""

from __future__ import annotations

from dataclasses import replace

from backline.core.policy import shipped
from backline.core.words import Gate, Reason
from backline.policies.differences import differences
from backline.policies.file import read, write

SHIPPED = write(shipped())


def test_a_file_from_before_there_were_thresholds_means_those_that_ship_and_an_empty_table_none() -> None:
    document = SHIPPED[: SHIPPED.index("[ladders.IMPACT]")]
    begun, end = document.index("[thresholds]"), document.index("\n\n", document.index("[thresholds]"))
    assert read(document[:begun] + document[end:]) == shipped()
    assert read(document[:begun] + "[thresholds]" + document[end:]).thresholds == {}
    assert read(SHIPPED.replace("NAMED_ACCOUNT = true", "NAMED_ACCOUNT = false")) == replace(
        shipped(), thresholds={one: found for one, found in shipped().thresholds.items() if one != "NAMED_ACCOUNT"}
    )


def test_a_file_from_before_there_were_gates_asks_for_the_outcome_of_the_job_alone() -> None:
    begun, end = SHIPPED.index("[gates]"), SHIPPED.index("\n\n", SHIPPED.index("[gates]"))
    assert read(SHIPPED[:begun] + SHIPPED[end:]) == shipped()
    alone = read(SHIPPED[:begun] + '[gates]\nROOT_CAUSE = ["SAFETY_RISK"]' + SHIPPED[end:])
    assert alone.gates == {Gate.JOB_RECORDED: frozenset(Reason), Gate.ROOT_CAUSE: frozenset({Reason.SAFETY_RISK})}
    assert read(SHIPPED.replace("JOB_RECORDED = true", "JOB_RECORDED = false")).gates == {}
    assert differences(shipped(), alone) == ("gates.ROOT_CAUSE: SAFETY_RISK instead of none.",)
    begun, end = SHIPPED.index("[duties]"), SHIPPED.index("\n\n", SHIPPED.index("[duties]"))
    assert read(SHIPPED[:begun] + SHIPPED[end:]).duties == {}, "and one without duties for none"


def test_what_differs_is_said_in_words() -> None:
    changed = SHIPPED.replace('P3 = "2 h", P4 = "8 h"', 'P3 = "1 h 30 min", P4 = "8 h"', 1)
    changed = changed.replace('CUSTOMER = "10 d"\n', "").replace("[duties]", "[duties]\nMISSING_PART = { steps = 2 }")
    changed = changed.replace('  { tell = "TEAM", share = 0.5 },\n', "").replace(
        '  { tell = "COORDINATORS", share = 0.5 },\n',
        '  { tell = "COORDINATORS", share = 0.25 },\n  { tell = "COORDINATORS", share = 0.5, wait = "2 min" },\n',
    )
    changed = changed.replace("COST_SO_FAR = [5000, 20000]", "COST_SO_FAR = [8000]").replace("UNITS = [5]\n", "")
    changed = changed.replace(
        '"MANAGERS" },\n  { tell = "MANAGERS", wait = "1 h"', '"MANAGERS" },\n  { tell = "MANAGERS", wait = "2 h"'
    )
    assert differences(read(SHIPPED), read(changed)) == (
        "targets.ACCEPT.P3: 1 h 30 min instead of 2 h.",
        "duties.MISSING_PART.steps: 2, where nothing was said.",
        "thresholds.COST_SO_FAR: 8000 instead of 5000, 20000.",
        "pauses.CUSTOMER: nothing any more; it was 10 d.",
        "thresholds.UNITS: nothing any more; it was 5.",
        "ladders.TRIAGE: rung 2: COORDINATORS at 25% of the time instead of COORDINATORS at 50% of the time.",
        "ladders.TRIAGE: rung 3 is new: COORDINATORS at 50% of the time, +2 min.",
        "ladders.ACCEPT: rung 3 is gone: TEAM at 50% of the time.",
        "ladders.IMPACT: rung 2: MANAGERS 2 h later instead of MANAGERS 1 h later.",
    )
