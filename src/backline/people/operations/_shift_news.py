"""What somebody must hear of shifts is written down with what moves them, and taken from there to be told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from backline.core.values import decode, encode
from backline.core.words import Actor
from backline.people.among import among_ids
from backline.people.models import ShiftNews, Team
from backline.people.oncall import AHEAD
from backline.people.queries import ids
from backline.people.shift_news import Before, News, of_change


def tell(news: Iterable[News]) -> None:
    """Keep it until it is told; the caller's transaction holds what it tells of."""
    ShiftNews.objects.bulk_create(ShiftNews(said=encode(one)) for one in news)


def hold_teams(teams: Collection[str] | None) -> None:
    """Nobody else moves shifts of these teams (of all for None) until the caller's transaction ends.

    So of two who go at once the second is compared with a team that the first has left. Registers are held before
    teams, and teams before persons: nobody waits for somebody who waits for him.
    """
    held = Team.objects.select_for_update(no_key=True).order_by("id").values_list("id")
    list(held if teams is None else held.filter(id__in=among_ids(ids(teams))))


@contextmanager
def telling_of_shifts(teams: Collection[str], *, by: Actor, at: datetime) -> Iterator[None]:
    """What is done here together tells whose shifts of these teams are others by it."""
    with transaction.atomic():
        hold_teams(teams)
        before = Before.of(teams, at, at + AHEAD, at=at)
        yield
        tell(of_change(before.moved(), by=by.id, at=at))


def waiting_shift_news() -> list[int]:
    """The numbers of all that nobody was told yet, the oldest first."""
    return list(ShiftNews.objects.order_by("id").values_list("id", flat=True))


def take_shift_news(numbers: Collection[int]) -> list[tuple[int, News]]:
    """What of it is in no other hands, by its number; who asks writes the letters in the same transaction."""
    waiting = ShiftNews.objects.select_for_update(skip_locked=True).filter(id__in=numbers).order_by("id")
    found = [(int(one.id), decode(News, one.said)) for one in waiting]
    ShiftNews.objects.filter(id__in=[number for number, _news in found]).delete()
    return found
