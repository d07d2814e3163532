"""A policy as a file that people read and write, in TOML: written from a policy, and read strictly back into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from itertools import groupby, pairwise
from typing import Any

from django.utils.translation import gettext as _

from backline.core.impact import MOST as MOST_LOST
from backline.core.policy import (
    FALLBACK,
    Act,
    Duty,
    Policy,
    Recipients,
    Rung,
    TriggerRule,
    Whose,
    shipped,
    shipped_triggers,
)
from backline.core.words import ClockName, Gate, Impact, Measure, Priority, Reason, Trigger, Urgency, WaitReason
from backline.policies.heard import LONGEST, are_heard
from backline.policies.reading import published, read_strictly
from backline.policies.shapes import (
    MOST,
    Flag,
    Flaw,
    Flaws,
    Format,
    Number,
    OneOf,
    Place,
    Several,
    Shape,
    Span,
    Table,
    span_in_words,
)

FORMAT = 1
MOST_RUNGS, MOST_AMOUNTS = 20, 10
LEAST_GAP = 5 * 60
"""The last rung repeats until somebody acts, and no more often than this."""
TARGETED = (
    ClockName.TRIAGE, ClockName.ACCEPT, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE,
    ClockName.REVIEW, ClockName.STOP, ClockName.DOCUMENT, ClockName.CONFIRM,
)  # fmt: skip
"""The clocks that have a target; what the others run to is agreed upon case by case."""
IN_HOURS = (*(clock for clock in TARGETED if clock is not ClockName.CUSTOMER_UPDATE), ClockName.PROGRESS)
"""The clocks that may count in somebody's open hours: those of them, and a lease."""
OPEN = frozenset(Whose) - {Whose.ELAPSED}
"""Those who have hours of their own."""

_HEAD = """\
# A policy of Backline: how long things may take, and who hears of it when they are not done.
# A length of time is written with its unit: "90 s", "15 min", "1 h 30 min", "5 d".
# Of a ladder, each rung comes `wait` after the one before, or at a `share` of the way from the start of
# the clock to its due moment (0.75 is three quarters, 1.0 the due moment) and `wait` after that; "-15 min" is before.
# The last rung repeats every so often until somebody acts. A wait counts all time, or the hours that `wait_in` names;
# at P1 all time, whatever it names.
# A rung that tells CANDIDATE tells one of the team: the best suited who may be told and was not told before.
# A rung that tells ON_CALL with hold = true waits for the next shift where nobody is on call and nobody in danger.
"""


def read(text: str) -> Policy:
    """The policy that a file says; raises `Unreadable` with what is wrong in it."""
    found: Policy = read_strictly(text, POLICY)
    return found


def schema() -> dict[str, Any]:
    """What a file may hold, as JSON Schema."""
    return published("A policy of Backline", POLICY)


def _climbs(ladder: dict[str, Any], at: Place, flaws: Flaws) -> None:
    """A ladder goes upwards: its rungs come one after the other, tell nobody in circles, and end with those above."""
    rungs: list[Rung] = ladder["rungs"]
    shares = [(0.0, 0)]
    for number, rung in enumerate(rungs, 1):
        here = (*at, "rungs", number)
        if rung.share is None and (rung.wait < 0 or (rung.wait == 0 and number > 1)):
            flaws.append(Flaw((*here, "wait"), _("Say how long after the rung before it comes: more than nothing.")))
        if rung.share is not None and (rung.share, rung.wait) <= shares[-1]:
            flaws.append(Flaw((*here, "share"), _("It must come after the share of the rungs before it.")))
        shares += [(rung.share, rung.wait)] if rung.share is not None else []
        if rung.wait_in is not Whose.ELAPSED and rung.wait <= 0:
            said = _("Only a wait that comes after something can count in somebody's hours: more than nothing.")
            flaws.append(Flaw((*here, "wait_in"), said))
        if rung.hold and rung.tell is not Recipients.ON_CALL:
            said = _("Only what is told to who is on call can be held until somebody is.")
            flaws.append(Flaw((*here, "hold"), said))
    _goes_round(rungs, at, flaws)
    if rungs[-1].tell not in FALLBACK:
        said = _("The last rung repeats until somebody acts, so it must tell one of %(who)s.")
        flaws.append(Flaw((*at, "rungs", len(rungs), "tell"), said % {"who": ", ".join(FALLBACK)}))


def _goes_round(rungs: list[Rung], at: Place, flaws: Flaws) -> None:
    """Whoever was told, and others after them, is not told again: that is a circle, and nobody new hears."""
    told = [(role, [number for number, _ in found]) for role, found in groupby(enumerate(rungs, 1), _role)]
    for place, (role, numbers) in enumerate(told):
        before = [first[-1] for other, first in told[:place] if other is role]
        if before:
            said = _("The ladder goes in a circle: rung %(number)d told the same already. Tell somebody new.")
            flaws.append(Flaw((*at, "rungs", numbers[0], "tell"), said % {"number": before[-1]}))


def _role(numbered: tuple[int, Rung]) -> Recipients:
    return numbered[1].tell


def _ladder(found: dict[str, Any]) -> tuple[Rung, ...]:
    return (*found["rungs"][:-1], replace(found["rungs"][-1], every=found["every"]))


_RUNG = Table(
    {
        "tell": OneOf(Recipients),
        "share": Number(0, 1, whole=False),
        "wait": Span(least=-MOST),
        "wait_in": OneOf(Whose),
        "hold": Flag(),
    },
    may=("share", "wait", "wait_in", "hold"),
    make=lambda found: Rung(**found),
)
_EVERY = Span(LEAST_GAP, LONGEST)
_LADDER = Table({"every": _EVERY, "rungs": Several(_RUNG, 1, MOST_RUNGS)}, make=_ladder, check=_climbs)
_OF_IMPACT = Table(
    {
        "every": _EVERY,
        "rungs": Several(Table({"tell": OneOf(Recipients), "wait": Span(least=-MOST)}, may=("wait",),
                               make=lambda found: Rung(**found)), 1, MOST_RUNGS),
    },
    make=_ladder, check=_climbs,
)  # fmt: skip
"""What is lost is never due and told in any hours: there is no share of a way to go, and nobody's hours to wait in."""


_LATER = (ClockName.WORKAROUND, ClockName.IMPACT)
"""The clocks that came after the first files."""


def _ladders(found: dict[Any, Any]) -> dict[Any, Any]:
    """A file from before these had a ladder means the one that ships."""
    return found | {clock: shipped().ladders[clock] for clock in _LATER if clock not in found}


def _rise(found: dict[Any, Any], at: Place, flaws: Flaws) -> None:
    """Each amount once, the least first: at every one of them managers hear anew."""
    for measure, amounts in found.items():
        for number, (one, other) in enumerate(pairwise(amounts if measure is not Measure.NAMED_ACCOUNT else ()), 2):
            if other <= one:
                said = _("It must be more than the amount before it.")
                flaws.append(Flaw((*at, str(measure), number), said))


def _amounts(measure: Measure) -> Shape:
    if measure is Measure.NAMED_ACCOUNT:
        return Flag()
    most = MOST_LOST["penalty" if measure is Measure.COST_SO_FAR else measure.lower()]
    return Several(Number(1, most), 1, MOST_AMOUNTS, make=tuple)


def _thresholds(found: dict[Any, Any]) -> dict[Measure, tuple[int, ...]]:
    named = {Measure.NAMED_ACCOUNT: (1,)} if found.pop(Measure.NAMED_ACCOUNT, False) else {}
    return found | named


def _gates(found: dict[Gate, Any]) -> dict[Gate, frozenset[Reason]]:
    """A gate that is said with a flag is asked of every case; the job's outcome, unless it is said not to be."""
    every = {Gate.JOB_RECORDED: frozenset(Reason)} if found.get(Gate.JOB_RECORDED, True) else {}
    reasons = found.get(Gate.ROOT_CAUSE)
    return every | ({Gate.ROOT_CAUSE: reasons} if reasons else {})


_DUTY = Table(
    {"steps": Number(0, 20), "evidence": Number(0, 20), "fault_code": Flag()},
    may=("steps", "evidence", "fault_code"),
    make=lambda found: Duty(**found),
)
_NUMBERS = {trigger: tuple(rule.numbers) for trigger, rule in shipped_triggers().items()}
"""The numbers from which on each trigger sees something."""


def _trigger(trigger: Trigger) -> Table:
    numbers = {name: Number(1, 366 if name == "days" else 10_000) for name in _NUMBERS[trigger]}
    return Table({"act": OneOf(Act), **numbers}, make=_rule)


def _rule(found: dict[str, Any]) -> TriggerRule:
    return TriggerRule(found["act"], {name: number for name, number in found.items() if name != "act"})


_REASONS = Several(OneOf(Reason), 0, len(Reason), make=frozenset)
_BY_PRIORITY = Table(dict.fromkeys(Priority, Span()))
_ABOUT = {
    "format": "The format of this file.",
    "reopen_within": "How long after its close a customer may open a case again.",
    "longest_wait": "How long a case may wait for something at most.",
    "review_reasons": "The reasons for which a manager decides at once.",
    "priorities": "The priority that an impact (the name) and an urgency give.",
    "targets": "How long each clock may run, by priority.",
    "leases": "How long somebody who accepted may go on without a sign of progress, by priority.",
    "counts_in": "In whose open hours a clock counts; where nothing is said, all time counts.",
    "words_in": "In whose open hours the next word to the customer is promised.",
    "pauses": "How long a wait for a reason may stop the clock of the resolution.",
    "duties": "What a technician documents before raising a case, by reason.",
    "suggested_for": "How long a suggestion waits for somebody to judge it before it becomes a case.",
    "triggers": "What is done when a job's facts show that it needs more: OPEN a case, SUGGEST one, or OFF.",
    "gates": "Before a resolved case ends: its job has an outcome; for these reasons, its root cause is recorded.",
    "thresholds": "What is lost when managers are told at once: persons, units, money. An empty table names nothing.",
    "ladders": "Who hears when, as long as nothing is done, by clock.",
}


def _policy(found: dict[str, Any]) -> Policy:
    """A file that names no duties asks for none."""
    return Policy(**{"duties": {}} | {name: value for name, value in found.items() if name != "format"})


POLICY = Table(
    {
        "format": Format(FORMAT),
        "reopen_within": Span(),
        "longest_wait": Span(),
        "suggested_for": Span(),
        "words_in": OneOf(Whose),
        "review_reasons": _REASONS,
        "priorities": Table(dict.fromkeys(Impact, Table(dict.fromkeys(Urgency, OneOf(Priority))))),
        "targets": Table(dict.fromkeys(TARGETED, _BY_PRIORITY)),
        "leases": Table(dict.fromkeys(Priority, Span(most=LONGEST))),
        "counts_in": Table(
            dict.fromkeys(IN_HOURS, Table(dict.fromkeys(Priority, OneOf(Whose)), may=tuple(Priority))), may=IN_HOURS
        ),
        "pauses": Table(dict.fromkeys(WaitReason, Span()), may=tuple(WaitReason)),
        "duties": Table(dict.fromkeys(Reason, _DUTY), may=tuple(Reason)),
        "triggers": Table({trigger: _trigger(trigger) for trigger in Trigger}),
        "gates": Table({Gate.JOB_RECORDED: Flag(), Gate.ROOT_CAUSE: _REASONS}, may=tuple(Gate), make=_gates),
        "thresholds": Table({one: _amounts(one) for one in Measure}, may=tuple(Measure), make=_thresholds, check=_rise),
        "ladders": Table(
            {**dict.fromkeys(ClockName, _LADDER), ClockName.IMPACT: _OF_IMPACT}, may=_LATER, make=_ladders
        ),
    },
    may=("words_in", "counts_in", "pauses", "duties", "suggested_for", "triggers", "gates", "thresholds"),
    make=_policy,
    check=are_heard,
    about=_ABOUT,
)
"""What a file may hold; `read` and `schema` ask it."""


def write(policy: Policy, schema_at: str = "") -> str:
    """The file of a policy; `schema_at` is where editors find what it may hold."""
    return "\n".join([*([f"#:schema {schema_at}"] if schema_at else []), _HEAD, *_lines(policy)])


def _lines(policy: Policy) -> Iterator[str]:
    yield f"format = {FORMAT}"
    yield f"reopen_within = {_value(span_in_words(policy.reopen_within))}"
    yield f"longest_wait = {_value(span_in_words(policy.longest_wait))}"
    yield f"suggested_for = {_value(span_in_words(policy.suggested_for))}"
    yield f"words_in = {_value(policy.words_in)}"
    yield f"review_reasons = [{', '.join(_value(reason) for reason in sorted(policy.review_reasons))}]"
    tables: dict[str, Mapping[Any, Any]] = {
        "priorities": {one: _in_order(policy.priorities[one], Urgency) for one in Impact},
        "targets": {clock: _spans(policy.targets[clock], Priority) for clock in TARGETED},
        "leases": _spans(policy.leases, Priority),
        "counts_in": {clock: _in_order(one, Priority) for clock, one in _in_order(policy.counts_in, IN_HOURS).items()},
        "pauses": _spans(policy.pauses, WaitReason),
        "duties": {reason: _duty(duty) for reason, duty in _in_order(policy.duties, Reason).items()},
        "triggers": {
            one: {"act": rule.act, **_in_order(rule.numbers, _NUMBERS[one])}
            for one, rule in _in_order(policy.triggers, Trigger).items()
        },
        "gates": {
            Gate.JOB_RECORDED: Gate.JOB_RECORDED in policy.gates,
            Gate.ROOT_CAUSE: tuple(sorted(policy.gates.get(Gate.ROOT_CAUSE, ()))),
        },
        "thresholds": {
            one: True if one is Measure.NAMED_ACCOUNT else amounts
            for one, amounts in _in_order(policy.thresholds, Measure).items()
        },
    }
    for name, table in tables.items():
        yield from ("", f"# {_ABOUT[name]}", f"[{name}]")
        yield from (f"{key} = {_value(value)}" for key, value in table.items())
    yield from ("", f"# {_ABOUT['ladders']}")
    for clock in ClockName:
        every = span_in_words(policy.ladders[clock][-1].every)
        yield from (f"[ladders.{clock}]", f"every = {_value(every)}", "rungs = [")
        yield from (f"  {_value(_rung(rung))}," for rung in policy.ladders[clock])
        yield from ("]", "")


def _in_order(table: Mapping[Any, Any], keys: Iterable[Any]) -> dict[Any, Any]:
    return {key: table[key] for key in keys if key in table}


def _spans(table: Mapping[Any, int], keys: Iterable[Any]) -> dict[Any, str]:
    return {key: span_in_words(seconds) for key, seconds in _in_order(table, keys).items()}


def _rung(rung: Rung) -> dict[str, Any]:
    share = {} if rung.share is None else {"share": rung.share}
    wait = {"wait": span_in_words(rung.wait)} if rung.wait else {}
    wait_in = {"wait_in": rung.wait_in} if rung.wait_in in OPEN else {}
    return {"tell": rung.tell, **share, **wait, **wait_in, **({"hold": True} if rung.hold else {})}


def _duty(duty: Duty) -> dict[str, Any]:
    return {name: value for name, value in asdict(duty).items() if value}


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}" if value else "{}"
    return f'"{value}"'
