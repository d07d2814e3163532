"""Mail is done once letters leave: what the mail server refuses is said to administrators; a demo says what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.config.checks import problems, worth_a_look
from backline.people.models import Demo, Organisation
from backline.readiness.queries import lacks
from tests.fakes.browser import send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer

SAID = "The last letters did not leave; the mail server answered: "
NOWHERE = "smtp://127.0.0.1:9"


def delivered(house: House, url: str) -> None:
    """The worker hands over what is due."""
    house.clock.advance(timedelta(minutes=5))
    deliver(at=house.clock.now(), sender=SmtpSender(parse(url), origin("backline@lifts.example"), timeout=2), limit=9)


def test_mail_is_done_while_letters_leave_and_says_what_the_server_answered_while_they_do_not(
    fresh_database: str, clock: SettableClock, settings: Any
) -> None:
    house = House(clock)
    settings.BACKLINE_SMTP_URL = NOWHERE
    ada = signed_in("ada")
    assert SAID not in words(ada.get("/administration/"))
    send(ada, "/administration/mail")
    assert "A test letter to you is on its way" in words(ada.get("/outgoing"))
    delivered(house, NOWHERE)
    for place in ("/administration/", "/administration/mail", "/health"):
        assert SAID in words(ada.get(place)), place
    assert any(SAID in one and one.endswith("/administration/mail") for one in problems(lacks(house.clock.now())))
    with MailServer(now=house.clock.now) as server:
        delivered(house, server.url)
    for place in ("/administration/", "/administration/mail", "/health"):
        assert SAID not in words(ada.get(place)), place


def test_a_demo_says_that_nothing_leaves_it_whatever_is_set_up(house: House, settings: Any) -> None:
    Organisation.objects.update(demo=Demo.LOADED)
    ada = signed_in("ada")
    for url in ("", NOWHERE):
        settings.BACKLINE_SMTP_URL = url
        page = words(ada.get("/outgoing"))
        assert "This is a demo, so nothing leaves." in page
        assert "BACKLINE_SMTP_URL" not in page
        assert "no letter leaves it" in words(ada.get("/administration/"))
        send(ada, "/administration/mail")
        page = words(ada.get("/outgoing"))
        assert "Nothing leaves a demo: the letter is kept here." in page
        assert "on its way" not in page
        assert any("no letter leaves it" in one for one in worth_a_look(lacks(house.clock.now())))
