"""Has what is held looked at as soon as somebody is on call, whatever brought that about."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from backline.cases.models import Alarm
from backline.people.oncall import on_call

# As whoever looks does, the rows of cases are locked, and those that somebody has are passed over: they come again.
_RING = """
UPDATE cases_alarm SET look_at = %(at)s WHERE id IN (
  SELECT alarm.id FROM cases_alarm AS alarm JOIN cases_case AS held ON held.id = alarm.case_id
  WHERE alarm.held_until IS NOT NULL AND alarm.look_at > %(at)s AND held.team_id = ANY(%(teams)s::uuid[])
  LIMIT %(most)s FOR UPDATE OF held SKIP LOCKED
)
"""


def ring_for_held(*, at: datetime, most: int) -> int:
    """Ring for cases that hold something for a team of which somebody is on call by now; the number of alarms.

    It says only that somebody must look: whether somebody is told, and who, is found where that is recorded. It asks
    once a team that something is held for, not once a case.
    """
    held = Alarm.objects.filter(held_until__isnull=False, look_at__gt=at, case__team__isnull=False)
    teams = [str(team) for team in held.values_list("case__team", flat=True).distinct()]
    if not teams:
        return 0
    there = on_call(teams, at=at)
    covered = [team for team in teams if there.get(team, True)]  # one without a schedule waits for no shift any more
    with connection.cursor() as cursor:
        cursor.execute(_RING, {"at": at, "teams": covered, "most": most})
        return int(cursor.rowcount)
