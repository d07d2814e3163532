"""What somebody must hear of shifts is written down with what moves them, and taken from there to be told once."""

from __future__ import annotations

from collections.abc import Iterable

from backline.core.values import decode, encode
from backline.people.models import ShiftNews
from backline.people.shift_news import News


def tell(news: Iterable[News]) -> None:
    """Keep it until it is told; the caller's transaction holds what it tells of."""
    ShiftNews.objects.bulk_create(ShiftNews(said=encode(one)) for one in news)


def take_shift_news(*, most: int) -> list[tuple[int, News]]:
    """The oldest that nobody was told yet, by its number; who asks writes the letters in the same transaction."""
    waiting = ShiftNews.objects.select_for_update(skip_locked=True).order_by("id")[:most]
    found = [(int(one.id), decode(News, one.said)) for one in waiting]
    ShiftNews.objects.filter(id__in=[number for number, _news in found]).delete()
    return found
