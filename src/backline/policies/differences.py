"""What differs between two policies, in words: each setting by its place in the file, each ladder rung by rung."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from backline.core.policy import Policy
from backline.policies.file import write
from backline.policies.shapes import named_place


def differences(old: Policy, new: Policy) -> tuple[str, ...]:
    """One sentence for each difference; none where both say the same."""
    before, after = (tomllib.loads(write(one)) for one in (old, new))
    settings = _of_settings(dict(_settings(before)), dict(_settings(after)))
    ladders = (
        sentence
        for clock, ladder in after["ladders"].items()
        for sentence in _of_ladders(clock, before["ladders"][clock]["rungs"], ladder["rungs"])
    )
    return (*settings, *ladders)


def _settings(found: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every setting by its place, the rungs of ladders apart."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _settings(value, (*at, name))
        elif name != "rungs":
            yield named_place((*at, name)), _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) or _("none") if isinstance(value, list) else str(value)


def _of_settings(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for place in dict.fromkeys((*after, *before)):
        old, new = before.get(place), after.get(place)
        if old != new:
            yield f"{place}: {_changed(old, new)}"


def _changed(old: str | None, new: str | None) -> str:
    if old is None:
        return _("%(new)s, where nothing was said.") % {"new": new}
    if new is None:
        return _("nothing any more; it was %(old)s.") % {"old": old}
    return _("%(new)s instead of %(old)s.") % {"new": new, "old": old}


def _of_ladders(clock: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    old, new = (list(map(rung_in_words, rungs)) for rungs in (before, after))
    yield from (f"ladders.{clock}: {_rung_changed(*one)}" for one in between(old, new))


def between(old: list[str], new: list[str]) -> Iterator[tuple[str | None, int, str | None, int]]:
    """Of two lists in order what is gone and what came, in each other's place where they can, with their numbers."""
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for number, (gone, come) in enumerate(zip_longest(old[first:last], new[begin:end])):
            yield gone, first + number + 1, come, begin + number + 1


def _rung_changed(gone: str | None, was: int, come: str | None, becomes: int) -> str:
    if gone is None:
        return _("rung %(number)d is new: %(new)s.") % {"number": becomes, "new": come}
    if come is None:
        return _("rung %(number)d is gone: %(old)s.") % {"number": was, "old": gone}
    return _("rung %(number)d: %(new)s instead of %(old)s.") % {"number": becomes, "new": come, "old": gone}


def rung_in_words(rung: Mapping[str, Any]) -> str:
    """A rung of a file in a few words: `TEAM_LEAD at 75% of the time, +5 min`."""
    share, wait = rung.get("share"), str(rung.get("wait", ""))
    hours = _(" in the hours of %(whose)s") % {"whose": rung["wait_in"]} if "wait_in" in rung else ""
    if share is None:
        moment = _("%(wait)s later") % {"wait": wait} if wait else _("at once")
    else:
        moment = _("at %(share)s of the time") % {"share": f"{share * 100:.12g}%"}
        moment += f", {wait}" if wait.startswith("-") else f", +{wait}" if wait else ""
    hold = _(", held until somebody is on call") if rung.get("hold") else ""
    return f"{rung['tell']} {moment}{hours}{hold}"
