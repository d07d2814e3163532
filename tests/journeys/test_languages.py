"""Two customers, two languages: entered by Ada, written to by mail, answered on the page; neither sees the other's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.core.words import State
from backline.people.models import Contact
from tests.fakes.browser import choices, key_in, keys_in, send, signed_in, text, words
from tests.fakes.house import House
from tests.fakes.lists import figures, imported, looked
from tests.fakes.post import deliver
from tests.fakes.smtp import Mail, MailServer


@pytest.fixture
def post(house: House) -> Iterator[MailServer]:
    """The mail server of the customers."""
    with MailServer(now=house.clock.now) as running:
        yield running


def mailed(house: House, post: MailServer, to: str) -> list[Mail]:
    """What arrived there, after all that waits was sent."""
    house.clock.advance(timedelta(minutes=1))
    sender = SmtpSender(parse(post.url), origin("Backline <backline@example.org>"), timeout=5)
    deliver(at=house.clock.now(), sender=sender, limit=50)
    return [one for one in post.mails if one.to == to]


def entered(house: House, name: str, language: str) -> None:
    """Ada chooses the language in the form."""
    contact, site = {"cleo": (house.cleo, "LIB-1"), "otto": (house.otto, "MUS-1")}[name]
    ada, page = signed_in("ada"), f"/administration/contacts/{contact.id}"
    chosen = choices(ada.get(page), "language")[language]
    form = {"name": contact.name, "email": contact.email, "zone": "Europe/Berlin", "sites": site, "language": chosen}
    assert send(ada, page, **form).status_code == 302


def link_in(mail: Mail) -> str:
    return urlsplit(re.findall(r"https?://\S+", mail.text)[0]).path


def test_cleo_reads_german_and_otto_french_from_the_first_mail_to_the_last_word(house: House, post: MailServer) -> None:
    entered(house, "cleo", "German")
    entered(house, "otto", "French")
    hers, his = house.working(), house.raised(job=str(house.otto_job.id))
    house.resolve(hers)
    to_cleo, to_otto = mailed(house, post, "cleo@example.net"), mailed(house, post, "otto@example.net")
    assert {one.message["Content-Language"] for one in to_cleo} == {"de"}
    assert {one.message["Content-Language"] for one in to_otto} == {"fr"}
    assert all(one.text.startswith("Guten Tag Cleo,") for one in to_cleo)
    assert all(one.text.startswith("Bonjour Otto,") for one in to_otto)
    assert all("Hello" in one.text for one in post.mails if one.to.endswith("@example.org"))
    asked = next(one for one in to_cleo if "Funktioniert Lift 7 Library" in one.subject)
    cleo, page = Client(headers={"Accept-Language": "es"}), link_in(asked)
    shown = cleo.get(page)
    assert "Es funktioniert" in text(shown)
    done = cleo.post(page, {"key": keys_in(shown)[0], "answer": "works"}, follow=True)
    assert "Danke. Wir haben Ihre Antwort." in text(done)
    assert house.view(hers).case.state is State.CLOSED
    assert any("abgeschlossen" in one.subject for one in mailed(house, post, "cleo@example.net"))
    seen = text(Client().get(link_in(to_otto[0]))) + "".join(one.subject + one.text for one in to_otto)
    assert "Référence" in seen
    assert not {"Library", "Cleo", str(house.view(hers).row)} & set(re.findall(r"[\w-]+", seen))
    assert house.view(his).case.state is State.RAISED


def test_a_list_may_name_any_language_and_the_form_says_what_comes_of_it(house: House) -> None:
    ada = signed_in("ada")
    lines = [f"P-{n};Hotel;Tower;{n}@example.net;{said}" for n, said in enumerate(("pl", "de-AT", "French", ""))]
    imported(ada, "sites", "\n".join(["reference;customer;name;contact;language", *lines]))
    kept = dict(Contact.objects.filter(sites__reference__startswith="P-").values_list("email", "language"))
    assert [kept[f"{n}@example.net"] for n in range(4)] == ["pl", "de", "fr", "en"]
    polish = Contact.objects.get(email="0@example.net")
    assert "Polish: is written to in English" in words(ada.get(f"/administration/contacts/{polish.id}"))
    refused = looked(ada, "sites", "reference;customer;name;contact;language\nP-9;Hotel;Tower;9@example.net;Klingon")
    assert figures(refused) == (0, 0, 0, 1)
    assert "No language known here is called “Klingon”." in words(refused)


def test_a_language_that_nobody_speaks_is_not_kept(house: House) -> None:
    ada, page = signed_in("ada"), "/administration/contacts/new"
    form = {"name": "Abe", "email": "abe@example.net", "zone": "UTC", "sites": "LIB-1"}
    for hostile in ("", "xx", "../../etc/passwd", "de" * 100, "<b>de</b>"):
        refused = ada.post(page, {"key": key_in(ada.get(page)), "language": hostile, **form})
        assert (refused.status_code, "Choose one of these." in text(refused)) == (422, True)
