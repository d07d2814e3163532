"""Who looks at a case: a page that opens waits for no other, whatever that one is tidying up."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import psycopg
from django.db import connection

from backline.look.models import Looking
from tests.fakes.browser import signed_in
from tests.fakes.clock import SettableClock
from tests.fakes.house import House


def test_a_page_that_opens_waits_for_nobody_who_tidies_up(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    case = house.raised()
    over = clock.now() - timedelta(minutes=5)
    kept, free = (
        Looking.objects.create(page=uuid4(), topic=case, person=house.persons["max"], until=over) for _ in range(2)
    )
    carl = signed_in("carl")
    with psycopg.connect(fresh_database) as other, connection.cursor() as cursor:
        other.execute("SELECT FROM look_looking WHERE page = %s FOR UPDATE", [kept.page])
        cursor.execute("SET lock_timeout = '300ms'")
        assert carl.post(f"/cases/{case}/here", {"page": str(uuid4())}).status_code == 200
        cursor.execute("RESET lock_timeout")
    assert set(Looking.objects.filter(until__lte=over)) == {kept}
    assert not Looking.objects.filter(page=free.page).exists()
