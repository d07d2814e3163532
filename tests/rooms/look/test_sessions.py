"""A session opens pages while it lasts; one that is over, or that nobody began, opens none."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client

from tests.fakes.browser import signed_in
from tests.fakes.house import PASSWORD, House


def test_a_session_that_is_over_or_made_up_opens_nothing_and_the_next_has_a_key_of_its_own(house: House) -> None:
    carl, otto = signed_in("carl"), Client()
    key = carl.cookies["sessionid"].value
    assert carl.get("/queue").status_code == 200
    Session.objects.update(expire_date=F("expire_date") - timedelta(days=15))
    for client, typed in ((carl, key), *((otto, one) for one in ("x" * 32, "' OR true --", "%s", "ü", key))):
        client.cookies["sessionid"] = typed
        answer = client.get("/queue")
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/queue"), typed
    carl.cookies["sessionid"] = key
    assert carl.post("/sign-in", {"email": "carl@example.org", "password": PASSWORD}).status_code == 302
    assert carl.get("/queue").status_code == 200
    assert carl.cookies["sessionid"].value != key
