"""Conditions of routing rules, in CEL: said what is wrong when one is saved, and made into what the core can ask.

Nothing in a condition can hang: CEL has no loops of its own, nests 32 deep at most, and gives up after 10,000 steps.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from cel_expr_python import cel
from django.utils.translation import gettext as _

from backline.core.routing import Condition, Facts, Unjudged
from backline.core.words import Priority, Reason
from backline.policies.compared import compared
from backline.policies.shapes import unknown_word

log = logging.getLogger(__name__)
LONGEST = 500
_TEXTS = cel.Type.List(cel.Type.STRING)
_TYPES: Mapping[str, Any] = {
    "reasons": _TEXTS, "priority": cel.Type.STRING, "asset_type": cel.Type.STRING, "fault_codes": _TEXTS,
}  # fmt: skip
NAMES = tuple(_TYPES)
"""What a condition can speak of."""
_KNOWN = cel.NewEnv(variables=_TYPES)
_LITTLE = Facts(frozenset({Reason.UNRESOLVED_ON_SITE}), Priority.P3)
_MUCH = Facts(frozenset(Reason), Priority.P1, "lift", frozenset({"E42", "E17"}))
_LISTS = ("reasons", "fault_codes")
_CLOSED: Mapping[str, Sequence[str]] = {"reasons": list(Reason), "priority": list(Priority)}
"""The names that have no other words than these."""

_WHERE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_QUOTED = re.compile(r"""["']([^"']{1,60})["']""")
_BEYOND = re.compile(r"index=(\d+) size=(\d+)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_NOT_TOGETHER = re.compile(r"found no matching overload for '(.*)' applied to '\((.*)\)'")


class Unclear(ValueError):
    """A condition that means nothing; the sentence says why and where."""


def check(text: str) -> None:
    """Raise `Unclear` where a condition cannot be kept."""
    if len(text) > LONGEST:
        raise Unclear(_("It is too long: %(most)d characters are the most.") % {"most": LONGEST})
    expression = _compiled(text)
    for facts in _probes(text):
        try:
            found = expression.eval(data=_data(facts))
        except RuntimeError as error:
            raise Unclear(_("It takes too much work to answer. Make it simpler.")) from error
        if found.type() != cel.Type.BOOL:
            said = _("It has no answer for a case with %(facts)s: %(why)s.")
            raise Unclear(said % {"facts": _in_words(facts), "why": _why_not(found)})
    for name, known in _CLOSED.items():
        for at, word in compared(text, name):
            if word not in known:
                line, character = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
                raise Unclear(f"{_where(line, character)} {unknown_word(word, known)}")


def _probes(text: str) -> Iterator[Facts]:
    """Cases of which little and much is known, of each priority, also with what the condition names."""
    yield from (_LITTLE, _MUCH)
    named = frozenset(_QUOTED.findall(text))
    reasons = dict.fromkeys((_LITTLE.reasons, frozenset(one for one in Reason if one in named), _MUCH.reasons))
    codes = dict.fromkeys((_LITTLE.fault_codes, named, _MUCH.fault_codes))
    for priority, why, kind, code in product(Priority, reasons, ("", "lift"), codes):
        yield Facts(why or _LITTLE.reasons, priority, kind, code)


def _why_not(found: Any) -> str:
    why = str(found.value()).partition(": ")[2]
    if place := _BEYOND.search(why):
        said = _("it takes entry %(number)d of a list that holds %(size)d")
        return said % {"number": int(place.group(1)) + 1, "size": int(place.group(2))}
    return why


def asset_types(text: str) -> set[str]:
    """The types of assets that a condition asks for by their whole names."""
    return {word for _at, word in compared(text, "asset_type")} - {""}


def unguarded(text: str) -> list[str]:
    """The lists of which a condition takes one by its place though it asks nowhere how many there are."""
    return [name for name in _LISTS if re.search(rf"\b{name}\s*\[", text) and not re.search(_size_of(name), text)]


def _size_of(name: str) -> str:
    return rf"\bsize\(\s*{name}\s*\)|\b{name}\s*\.\s*(size|exists|all)\("


@lru_cache(maxsize=1024)
def condition(text: str) -> Condition:
    """What the core asks, of a condition that was kept; one that has no answer, or means nothing by now, says why."""
    try:
        expression = _compiled(text)
    except Unclear as unclear:
        log.exception("the condition %r cannot be read any more; its rule fits nothing", text)
        why = str(unclear)
        expression = None

    def holds(facts: Facts) -> bool:
        if expression is None:
            raise Unjudged(why)
        try:
            found = expression.eval(data=_data(facts))
        except RuntimeError as error:
            log.exception("the condition %r was too much work; its rule does not fit", text)
            raise Unjudged(_("it takes too much work to answer")) from error
        if found.type() != cel.Type.BOOL:
            log.error("the condition %r has no answer: %s; its rule does not fit", text, found.value())
            raise Unjudged(_why_not(found))
        return bool(found.value())

    return holds


def _compiled(text: str) -> Any:
    try:
        expression = _KNOWN.compile(text)
    except RuntimeError as error:
        raise Unclear(_said(str(error))) from error
    if expression.return_type() != cel.Type.BOOL:
        said = _("It must say yes or no, such as %(such)s.")
        raise Unclear(said % {"such": 'priority == "P1" && "SAFETY_RISK" in reasons'})
    return expression


def _said(error: str) -> str:
    """The sentence for what the compiler found first."""
    found = _WHERE.search(error)
    if found is None:
        return _("It is nested too deeply.")
    line, character, why = found.groups()
    return f"{_where(line, character)} {_why(why)}"


def _where(line: object, character: object) -> str:
    return _("Line %(line)s, character %(character)s:") % {"line": line, "character": character}


def _why(error: str) -> str:
    if unknown := _UNKNOWN.search(error):
        return unknown_word(unknown.group(1), NAMES)
    if together := _NOT_TOGETHER.search(error):
        word, kinds = together.groups()
        said = _("“%(word)s” does not work with these together: %(kinds)s.")
        return said % {"word": " ".join(word.replace("_", " ").split()) or word, "kinds": kinds}
    return _("From here on it cannot be read: something is missing, or does not belong here.")


def _data(facts: Facts) -> dict[str, Any]:
    return {
        "reasons": sorted(reason.value for reason in facts.reasons),
        "priority": facts.priority.value,
        "asset_type": facts.asset_type,
        "fault_codes": sorted(facts.fault_codes),
    }


def _in_words(facts: Facts) -> str:
    said = {name: value if isinstance(value, str) else " ".join(value) for name, value in _data(facts).items()}
    return ", ".join(f"{name} {value}" for name, value in said.items() if value)
