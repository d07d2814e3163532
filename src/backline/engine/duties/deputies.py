"""Tells deputies that they are named, that their time begins and that it is over, and managers that it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.look.moments import exact
from backline.people import queries as people
from backline.people import wording
from backline.people.queries import Deputy, Person

SINCE = timedelta(days=7)
"""What happened longer ago than this is no news to anybody."""
Words = Callable[[Mapping[str, str]], wording.Letter]


class Deputies:
    """The duty that tells who stands in for whom."""

    NAME = "deputies"
    EVERY = 15.0

    def run(self, at: datetime) -> int:
        """Write what was not written yet; 0, for there is never more of it to do at once."""
        found = people.deputies_lately(at - SINCE, at)
        channels.queue([letter for one in found for letter in _letters(one, at)], at=at)
        return 0


def _letters(one: Deputy, at: datetime) -> Iterator[NewNotice]:
    if one.to_at <= at:
        yield _letter(one, one.person, "over", wording.stands_in_no_more)
    elif one.from_at <= at:
        yield _letter(one, one.person, "begun", wording.stands_in)
        yield _letter(one, one.manager, "begun", wording.is_stood_in_for)
    else:
        yield _letter(one, one.person, "named", wording.will_stand_in)


def _letter(one: Deputy, to: Person, what: str, words: Words) -> NewNotice:
    """The letter about what is so now; the same one is written once."""
    page = "desk:deputies" if to == one.manager else "desk:mine"
    said = {
        "name": to.name,
        "person": one.person.name,
        "manager": one.manager.name,
        "from": exact(one.from_at, to.zone),
        "until": exact(one.to_at, to.zone),
        "link": settings.BACKLINE_URL.rstrip("/") + reverse(page),
    }
    with override(to.language):
        return letter_to(to, words(said), key=f"deputy:{one.id}:{what}:{to.id}", kind=f"deputy.{what}")
