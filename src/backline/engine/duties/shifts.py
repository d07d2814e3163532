"""Tells whoever is concerned that shifts moved: a swap, who takes over, who is away or back, another plan."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.oncall import Interval
from backline.look.moments import exact
from backline.people import operations, wording
from backline.people import queries as people
from backline.people.queries import Person
from backline.people.shift_news import News, What

log = logging.getLogger(__name__)
URGENT = timedelta(days=1)
"""What begins within this waits for nobody's quiet hours."""
MOST_NAMED, BATCH = 10, 200
_WORDS = {
    What.ASKED: wording.swap_asked,
    What.TAKEN: wording.swap_taken,
    What.DECLINED: wording.swap_declined,
    What.WITHDRAWN: wording.swap_withdrawn,
    What.GONE: wording.shift_gone,
    What.GIVEN: wording.shift_given,
    What.STANDS_IN: wording.stands_in_for_shift,
    What.AWAY: wording.away_from_shift,
    What.BACK: wording.back_at_shifts,
    What.CHANGED: wording.shifts_changed,
    What.LEFT_OPEN: wording.shifts_left_open,
}


class Untold(Exception):
    """Some news could not be told; it waits, and is tried again with the next run."""

    def __init__(self, number: int, why: Exception) -> None:
        super().__init__(f"news {number} of shifts waits: {type(why).__name__}: {why}")


class Shifts:
    """The duty that tells of shifts that moved."""

    NAME = "shifts"
    EVERY = 5.0

    def run(self, at: datetime) -> int:
        """Write the letters that wait; how many. Where one cannot be written, it stumbles after the others."""
        untold: list[Untold] = []
        told = sum(_told(some, untold, at) for some in batched(operations.waiting_shift_news(), BATCH))
        if untold:
            raise untold[0]
        return told


def _told(numbers: Sequence[int], untold: list[Untold], at: datetime) -> int:
    """Tell them together; where that fails each by itself, and of what fails alone it is kept why."""
    try:
        return _told_together(numbers, at)
    except Exception as error:
        if len(numbers) > 1:
            return sum(_told((number,), untold, at) for number in numbers)
        log.exception("news %s of shifts could not be told", numbers[0])
        untold.append(Untold(numbers[0], error))
        return 0


@transaction.atomic
def _told_together(numbers: Sequence[int], at: datetime) -> int:
    """Take them and write their letters; what is over by now, and whoever has left, is told nothing."""
    taken = operations.take_shift_news(numbers)
    found = {number: news for number, news in taken if news.moments[-1][1] > at}
    concerned = {one for news in found.values() for one in (news.to, news.other, news.by, *news.others)}
    known = people.persons_by_id(concerned)
    there = ((number, one) for number, one in found.items() if one.to in known and known[one.to].is_active)
    channels.queue([_letter(number, one, known, at) for number, one in there], at=at)
    return len(taken)


def _letter(number: int, news: News, known: Mapping[str, Person], at: datetime) -> NewNotice:
    to = known[news.to]
    with override(to.language):
        said = {
            "name": to.name,
            "other": _name(news.other, known),
            "by": _name(news.by, known) if news.by else _("a roster that is planned elsewhere"),
            "team": news.team,
            "when": _when(news.spans, to.zone),
            "back": wording.in_return(_when(news.back, to.zone)) if news.back else "",
            "gone": wording.shifts_gone(_when(news.spans, to.zone)),
            "gained": wording.shifts_gained(_when(news.gained, to.zone)),
            "gaps": wording.without_cover(_when(news.gaps, to.zone)),
            "others": wording.covered_by(", ".join(_name(one, known) for one in news.others)),
            "link": settings.BACKLINE_URL.rstrip("/") + reverse("desk:on_call"),
        }
        soon = news.moments[0][0] - at < URGENT
        return letter_to(to, _WORDS[news.what](said), key=f"shift:{number}", kind=f"shift.{news.what}", at_once=soon)


def _name(person: str, known: Mapping[str, Person]) -> str:
    return known[person].name if person in known else _("somebody who has left")


def _when(spans: tuple[Interval, ...], zone: str) -> str:
    """Each from when until when by the reader's clock; of many the first ones."""
    lines = [_("%(from)s until %(until)s") % {"from": exact(lo, zone), "until": exact(hi, zone)} for lo, hi in spans]
    more = [_("and %(n)d more") % {"n": len(spans) - MOST_NAMED}] if len(spans) > MOST_NAMED else []
    return "\n".join([*lines[:MOST_NAMED], *more])
