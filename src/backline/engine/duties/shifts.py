"""Tells whoever is concerned that shifts moved: a swap, who takes over, who is away or back, another plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

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


class Shifts:
    """The duty that tells of shifts that moved."""

    NAME = "shifts"
    EVERY = 5.0

    @transaction.atomic
    def run(self, at: datetime) -> int:
        """Write the letters that wait; how many. What is over by now, and whoever has left, is told nothing."""
        taken = operations.take_shift_news(most=BATCH)
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
