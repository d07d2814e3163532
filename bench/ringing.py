"""Cases of which rungs come due, and who hears of them: by mail, or by text messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from backline.channels import operations as channels
from backline.channels.models import Notice, Receipt
from backline.channels.notices import LIVE_STATES, Channel
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

    def by_text(self, *names: str) -> None:
        """These are reached by text messages first, all others by mail."""
        house = self.overdue.standing.house
        texted = {house.persons[name].id for name in names}
        for one in Address.objects.exclude(kind=AddressKind.EMAIL, person__in=texted).select_related("person"):
            if (one.kind == AddressKind.MOBILE) == (one.person_id in texted):
                people.put_first(str(one.id), by=queries.actor_of(one.person, at=house.clock.now()))

    def grow(self, url: str, *, waiting: int, due: int) -> None:
        """So many cases wait, and so many come due."""
        self.overdue.grow(url, waiting=waiting, due=due)

    def due(self) -> datetime:
        """The moment at which all of them are due; nothing of what was told before is on its way any more."""
        Notice.objects.filter(state__in=LIVE_STATES).delete()
        Notice.objects.update(receipt_by=None)
        return self.overdue.standing.house.clock.advance(ROUND)

    def one_by_one(self, cases: int, each: float) -> tuple[datetime, dict[str, datetime]]:
        """Have so many come due one after the other, from the moment on that is answered, and when; others never."""
        at = self.due() + timedelta(seconds=1)
        with connection.cursor() as cursor:
            far = at + timedelta(days=365)
            cursor.execute(_ONE_BY_ONE, {"far": far, "most": cases, "at": at, "each": f"{each} seconds"})
            cursor.execute("VACUUM ANALYZE cases_alarm")
            cursor.execute("SELECT case_id::text, min(look_at) FROM cases_alarm WHERE look_at < %s GROUP BY 1", [far])
            return at, dict(cursor.fetchall())

    def cases_of(self, names: list[str]) -> dict[str, str]:
        """The case of each letter of a rung, by the name under which a gateway took it."""
        found = Receipt.objects.filter(message_id__in=names, notice__kind__startswith="rung.")
        return {name: str(case) for name, case in found.values_list("message_id", "notice__case_id")}
