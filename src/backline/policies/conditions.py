"""Conditions of routing rules, in CEL: said what is wrong when one is saved, and made into what the core can ask.

Nothing in a condition can hang: CEL has no loops of its own, nests 32 deep at most, and gives up after 10,000 steps.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from django.utils.translation import gettext as _

from backline.core.routing import Condition, Facts
from backline.core.words import Priority, Reason
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
_PROBES = (
    Facts(frozenset({Reason.UNRESOLVED_ON_SITE}), Priority.P3),
    Facts(frozenset(Reason), Priority.P1, "lift", frozenset({"E42", "E17"})),
)
"""A case of which little is known, and one of which much is: a condition must have an answer for both."""

_WHERE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_NOT_TOGETHER = re.compile(r"found no matching overload for '(.*)' applied to '\((.*)\)'")


class Unclear(ValueError):
    """A condition that means nothing; the sentence says why and where."""


def check(text: str) -> None:
    """Raise `Unclear` where a condition cannot be kept."""
    if len(text) > LONGEST:
        raise Unclear(_("It is too long: %(most)d characters are the most.") % {"most": LONGEST})
    expression = _compiled(text)
    for facts in _PROBES:
        try:
            found = expression.eval(data=_data(facts))
        except RuntimeError as error:
            raise Unclear(_("It takes too much work to answer. Make it simpler.")) from error
        if found.type() != cel.Type.BOOL:
            said = _("It has no answer for a case with %(facts)s: %(why)s.")
            why = str(found.value()).partition(": ")[2]
            raise Unclear(said % {"facts": _in_words(facts), "why": why})


@lru_cache(maxsize=1024)
def condition(text: str) -> Condition | None:
    """What the core asks, of a condition that was kept; None where it means nothing by now, and never fits then."""
    try:
        expression = _compiled(text)
    except Unclear:
        log.exception("the condition %r cannot be read any more; its rule fits nothing", text)
        return None

    def holds(facts: Facts) -> bool:
        try:
            found = expression.eval(data=_data(facts))
        except RuntimeError:
            log.exception("the condition %r was too much work; its rule does not fit", text)
            return False
        if found.type() != cel.Type.BOOL:
            log.error("the condition %r has no answer: %s; its rule does not fit", text, found.value())
            return False
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
    where = _("Line %(line)s, character %(character)s:") % {"line": line, "character": character}
    return f"{where} {_why(why)}"


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
