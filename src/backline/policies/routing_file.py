"""Routing rules as a file that people read and write: in their order, teams and sites by the names they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import batched
from typing import Any

from django.utils.translation import gettext as _

from backline.core.routing import RoutingRule
from backline.core.words import Priority, Reason
from backline.policies import conditions
from backline.policies.differences import between
from backline.policies.reading import published, read_strictly
from backline.policies.shapes import Format, OneOf, Several, Table, Words, shown

FORMAT, MOST_RULES = 1, 500
STEP = 10
"""How far the orders of two rules lie apart, so that another finds room between them."""
_WIDEST = 200

_HEAD = """\
# Routing rules of Backline: which team is suggested for a case. The first rule that fits wins.
# A rule fits where all that it names does; what it does not name fits everything.
# team is the name of one, site the reference of one; a condition is written in CEL and knows
# reasons, priority, asset_type, fault_codes.
"""


@dataclass(frozen=True, slots=True)
class Names:
    """What rules name: the ids of teams by their names, and the id of a site by its reference, empty for none."""

    teams: Mapping[str, str] = field(default_factory=dict)
    site: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Called:
    """What teams and sites are called, by their ids."""

    teams: Mapping[str, str]
    sites: Mapping[str, str]


def read(text: str, names: Names) -> tuple[RoutingRule, ...]:
    """The rules that a file says, without ids; raises `Unreadable` with what is wrong in it."""
    found: tuple[RoutingRule, ...] = read_strictly(text, _shape(names))
    return found


def schema() -> dict[str, Any]:
    """What a file may hold, as JSON Schema."""
    return published("Routing rules of Backline", _shape(Names()))


def _shape(names: Names) -> Table:
    rule = Table(
        {
            "team": Words(200, lambda name: _team(name.strip(), names)),
            "reason": OneOf(Reason),
            "asset_type": Words(60),
            "fault_code": Words(40),
            "site": Words(100, lambda reference: _site(reference.strip(), names)),
            "priority": OneOf(Priority),
            "condition": Words(conditions.LONGEST, _condition),
        },
        may=("reason", "asset_type", "fault_code", "site", "priority", "condition"),
        about={
            "team": "The name of the team that is suggested.",
            "reason": "A reason that the case has.",
            "asset_type": "The type of its asset.",
            "fault_code": "A fault code that it has.",
            "site": "The reference of its site.",
            "priority": "Its priority.",
            "condition": "What the fields cannot say, in CEL.",
        },
    )
    return Table(
        {"format": Format(FORMAT), "rules": Several(rule, 0, MOST_RULES)},
        make=lambda found: tuple(
            RoutingRule(id="", order=number * STEP, **one) for number, one in enumerate(found["rules"], 1)
        ),
        about={"format": "The format of this file.", "rules": "The rules; the first that fits wins."},
    )


def _team(name: str, names: Names) -> str:
    if name in names.teams:
        return names.teams[name]
    said = _("There is no team “%(name)s”.") % {"name": shown(name)}
    spelt = {known.lower(): known for known in names.teams}
    near = [spelt[one] for one in get_close_matches(name.lower(), spelt, 3)]
    like = _("Similar: %(names)s.") % {"names": ", ".join(near)} if near else _("Add it first, or name another.")
    raise ValueError(f"{said} {like}")


def _site(reference: str, names: Names) -> str:
    if found := names.site(reference):
        return found
    raise ValueError(_("There is no site “%(name)s”. Give the reference of one.") % {"name": shown(reference)})


def _condition(written: str) -> str:
    text = written.strip()
    conditions.check(text)
    return text


def write(rules: Iterable[RoutingRule], called: Called, schema_at: str = "") -> str:
    """The file of these rules; `schema_at` is where editors find what it may hold."""
    lines = [*([f"#:schema {schema_at}"] if schema_at else []), _HEAD, f"format = {FORMAT}"]
    found = [line for rule in rules for line in ("", "[[rules]]", *_lines(named(rule, called)))]
    return "\n".join([*lines, *(found or ["rules = []"]), ""])


def named(rule: RoutingRule, called: Called) -> dict[str, str]:
    """What a rule names, by the words of its file; what is gone by its id."""
    found = {
        "team": called.teams.get(rule.team, rule.team),
        "reason": rule.reason or "",
        "asset_type": rule.asset_type,
        "fault_code": rule.fault_code,
        "site": called.sites.get(rule.site, rule.site),
        "priority": rule.priority or "",
        "condition": rule.condition.replace("\r\n", "\n").strip(),
    }
    return {name: value for name, value in found.items() if value}


def _lines(found: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name} = {_text(value)}" for name, value in found.items())


def _text(value: str) -> str:
    """A text as TOML: as it was written where it can be, and on lines that are short enough to be read again."""
    lines = value.split("\n")
    plain = "'" not in value and all(line.isprintable() and len(line) <= _WIDEST for line in lines)
    if plain and len(lines) > 1:
        return f"'''\n{value}'''"
    return f"'{value}'" if plain and ('"' in value or "\\" in value) else _escaped(value)


def _escaped(value: str) -> str:
    letters = [json.dumps(letter, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for letter in value]
    if sum(map(len, letters)) <= _WIDEST:
        return f'"{"".join(letters)}"'
    parts = ["".join(part) for part in batched(letters, _WIDEST // 6)]
    kept = [part.replace(" ", "\\u0020", 1) if part.startswith(" ") else part for part in parts]
    return '"""' + "".join(f"\\\n{part}" for part in kept) + '"""'


def differences(old: Iterable[RoutingRule], new: Iterable[RoutingRule], called: Called) -> tuple[str, ...]:
    """One sentence for each rule that is new, gone or another; none where both say the same."""
    before, after = ([_in_words(named(rule, called)) for rule in rules] for rules in (old, new))
    return tuple(_changed(*one) for one in between(before, after))


def _in_words(found: Mapping[str, str]) -> str:
    facts = [f"{name} {' '.join(value.split())}" for name, value in found.items() if name != "team"]
    return _("%(team)s for %(what)s") % {"team": found["team"], "what": ", ".join(facts) or _("everything")}


def _changed(gone: str | None, was: int, come: str | None, becomes: int) -> str:
    if gone is None:
        return _("Rule %(number)d is new: %(new)s.") % {"number": becomes, "new": come}
    if come is None:
        return _("Rule %(number)d is gone: %(old)s.") % {"number": was, "old": gone}
    return _("Rule %(number)d: %(new)s instead of %(old)s.") % {"number": becomes, "new": come, "old": gone}
