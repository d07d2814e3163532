"""Reads rosters from elsewhere again and again; where one cannot be read it is said, and the last good one stays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from backline.calendars import feeds
from backline.calendars.words import Refused
from backline.people import operations as people

log = logging.getLogger(__name__)
BATCH = 10


class Rosters:
    """The duty that follows the rosters of teams that are planned elsewhere."""

    NAME = "rosters"
    EVERY = 20.0

    def __init__(self, fetch: Callable[[str], bytes] = feeds.fetch) -> None:
        self._fetch = fetch

    def run(self, at: datetime) -> int:
        """Read the rosters that are due; how many."""
        due = people.due_rosters(at, most=BATCH)
        for roster in due:
            try:
                people.refresh_roster(roster, self._fetch(roster.address), at=at)
            except Refused as refused:
                people.roster_failed(roster, refused.text)
            except Exception:
                log.exception("the roster of team %s could not be read", roster.team_id)
                people.roster_failed(roster, _("It could not be read, for a reason that nobody foresaw."))
        return len(due)
