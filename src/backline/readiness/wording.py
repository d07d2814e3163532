"""What readiness says to people: spans and names in few words, and the letter to who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.core.oncall import Interval
from backline.look.moments import zone_of

MOST_NAMED = 5
Letter = tuple[str, str]


def named(names: Iterable[str]) -> str:
    """The first few of some names, and a sign that there are more."""
    first = list(islice(names, MOST_NAMED + 1))
    return ", ".join(first[:MOST_NAMED]) + (" …" if first[MOST_NAMED:] else "")


def spans(found: Sequence[Interval], zone: str) -> str:
    """The first few of some spans, by the organisation's clock: what is said is the same to whoever reads it."""
    said = _("%(start)s to %(end)s")
    return named(said % {"start": _clock(start, zone), "end": _clock(end, zone)} for start, end in found)


def _clock(moment: datetime, zone: str) -> str:
    return date_format(moment.astimezone(zone_of(zone)), "D j M H:i")


def not_ready(count: int) -> str:
    """How much is not ready."""
    return ngettext("%(n)d thing is not ready", "%(n)d things are not ready", count) % {"n": count}


def letter(name: str, sentences: Sequence[str], address: str) -> Letter:
    """The subject and the text of the letter to somebody who can mend what is not ready."""
    said = _(
        "Hello %(name)s,\n\nthis is not ready, and you can mend it:\n\n%(sentences)s\n\n"
        "Everything that is not ready: %(address)s\n\n"
        "You are told of each thing once, and again after a week while it lasts.\n"
    )
    return not_ready(len(sentences)), said % {"name": name, "sentences": "\n\n".join(sentences), "address": address}
