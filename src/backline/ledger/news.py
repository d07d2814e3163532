"""Says to every open page that something has news: in the transaction that made them, so that none is lost or early."""

from __future__ import annotations

from django.db import connection

CHANNEL = "backline_news"
ALL = "*"
"""Every page looks for itself: it is not known what was missed, or something stands on many, as a site's name does."""


def announce(*topics: str) -> None:
    """Tell these topics, such as `case:<id>`, when the transaction commits; commits that tell go one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [CHANNEL, list(topics)])
