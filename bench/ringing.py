"""Cases of which rungs come due, and who hears of them: by mail, or by text messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from backline.channels import operations as channels
from backline.channels.models import Notice
from backline.channels.notices import Channel
from backline.channels.twilio.account import Account
from backline.people import operations as people
from backline.people import queries
from backline.people.models import Address, AddressKind
from bench.overdue import ROUND, Overdue

_ONE_BY_ONE = """
WITH due AS (
  SELECT case_id, row_number() OVER (ORDER BY case_id) - 1 AS number FROM cases_alarm
  WHERE look_at < %(far)s GROUP BY case_id ORDER BY case_id
)
UPDATE cases_alarm AS alarm SET look_at = CASE WHEN number < %(most)s
  THEN %(at)s + number * %(each)s::interval ELSE look_at + interval '10 years' END
FROM due WHERE alarm.case_id = due.case_id
"""


@dataclass(slots=True)
class Ringing:
    """The cases, and what was told so far."""

    overdue: Overdue

    @classmethod
    def begun(cls, models: int, provider: str) -> Ringing:
        """Text messages go out through this provider; everybody has a number and an address, both proved."""
        found = cls(Overdue.begun(models))
        house = found.overdue.standing.house
        at, ada = house.clock.now(), house.actor("ada")
        account = Account("AC" + 32 * "0", "+4930901820", provider)
        channels.keep_setup(Channel.SMS, account, "a token", is_on=True, by=ada, at=at)
        for number, name in enumerate(house.persons):
            people.add_address(AddressKind.MOBILE, f"+491511234567{number}", by=house.actor(name))
        Address.objects.update(proved_at=at)
        Notice.objects.filter(state="QUEUED").delete()
        return found

    def all_by(self, kind: AddressKind) -> None:
        """Everybody is reached by an address of this kind first."""
        for one in Address.objects.filter(kind=kind).select_related("person"):
            people.put_first(str(one.id), by=queries.actor_of(one.person, at=self.overdue.standing.house.clock.now()))

    def grow(self, url: str, *, waiting: int, due: int) -> None:
        """So many cases wait, and so many come due."""
        self.overdue.grow(url, waiting=waiting, due=due)

    def due(self) -> datetime:
        """The moment at which all of them are due."""
        return self.overdue.standing.house.clock.advance(ROUND)

    def one_by_one(self, cases: int, each: float) -> datetime:
        """Have so many come due one after the other, from the moment on that is answered; the others in ten years."""
        at = self.due() + timedelta(seconds=1)
        with connection.cursor() as cursor:
            far = at + timedelta(days=365)
            cursor.execute(_ONE_BY_ONE, {"far": far, "most": cases, "at": at, "each": f"{each} seconds"})
            cursor.execute("VACUUM ANALYZE cases_alarm")
        return at
