"""Tells whoever is concerned that shifts move: swaps asked and answered, somebody who takes over, somebody away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.oncall import Interval
from backline.engine.duties import Lately
from backline.look.moments import exact
from backline.people import queries as people
from backline.people import shift_news, wording
from backline.people.queries import Person
from backline.people.shift_news import News, What

URGENT = timedelta(days=1)
"""What begins within this waits for nobody's quiet hours."""
MOST_NAMED = 10
_WORDS = {
    What.ASKED: wording.swap_asked,
    What.TAKEN: wording.swap_taken,
    What.DECLINED: wording.swap_declined,
    What.WITHDRAWN: wording.swap_withdrawn,
    What.GONE: wording.shift_gone,
    What.GIVEN: wording.shift_given,
    What.STANDS_IN: wording.stands_in_for_shift,
    What.AWAY: wording.away_from_shift,
}


class Shifts:
    """The duty that tells of shifts that move."""

    NAME = "shifts"
    EVERY = 5.0

    def __init__(self) -> None:
        self._lately = Lately()

    def run(self, at: datetime) -> int:
        """Write what was not written yet; 0, for there is never more of it to do at once."""
        found = shift_news.of_shifts(self._lately.since(at), at=at)
        known = people.persons_by_id({one for news in found for one in (news.to, news.other, news.by, *news.others)})
        there = (one for one in found if one.to in known and known[one.to].is_active)
        channels.queue([_letter(one, known, at) for one in there], at=at)
        self._lately.done(at)
        return 0


def _letter(news: News, known: Mapping[str, Person], at: datetime) -> NewNotice:
    to = known[news.to]
    with override(to.language):
        said = {
            "name": to.name,
            "other": _name(news.other, known),
            "by": _name(news.by, known),
            "team": news.team,
            "when": _when(news.spans, to.zone),
            "back": wording.in_return(_when(news.back, to.zone)) if news.back else "",
            "gaps": wording.without_cover(_when(news.gaps, to.zone)),
            "others": wording.covered_by(", ".join(_name(one, known) for one in news.others)),
            "link": settings.BACKLINE_URL.rstrip("/") + reverse("desk:on_call"),
        }
        soon = news.spans[0][0] - at < URGENT
        return letter_to(to, _WORDS[news.what](said), key=news.key, kind=f"shift.{news.what}", at_once=soon)


def _name(person: str, known: Mapping[str, Person]) -> str:
    return known[person].name if person in known else _("somebody who has left")


def _when(spans: tuple[Interval, ...], zone: str) -> str:
    """Each from when until when by the reader's clock; of many the first ones."""
    lines = [_("%(from)s until %(until)s") % {"from": exact(lo, zone), "until": exact(hi, zone)} for lo, hi in spans]
    more = [_("and %(n)d more") % {"n": len(spans) - MOST_NAMED}] if len(spans) > MOST_NAMED else []
    return "\n".join([*lines[:MOST_NAMED], *more])
