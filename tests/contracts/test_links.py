"""The customer's link: it opens one case to one contact, until it ends, is revoked or its contact is erased."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from backline.cases import links
from backline.cases import operations as cases
from backline.channels import queries as channels
from backline.people import operations as people
from tests.fakes.browser import key_in, link_of, words
from tests.fakes.house import House
from tests.fakes.world import World


def test_a_link_changed_anywhere_does_not_open(house: House) -> None:
    link, browser = link_of(house, "cleo", house.raised()), Client()
    place, token = link[:3], link[3:]
    assert browser.get(link).status_code == 200
    for at, letter in enumerate(token):
        other = "B" if letter != "B" else "C"
        for changed in (token[:at] + other + token[at + 1 :], token[:at] + token[at + 1 :], token[:at]):
            assert browser.get(f"{place}{quote(changed)}").status_code == 404, (at, changed)
    for junk in ("é", "🛗", "%00", "%ff", "a" * 5000, ":" * 90, ".a:b:c", "%2e%2e%2f"):
        assert browser.get(f"{place}{junk}").status_code in (400, 404), junk


def test_a_link_that_does_not_open_says_what_to_do_and_nothing_of_the_case(house: House) -> None:
    case = house.raised()
    link, browser = link_of(house, "cleo", case), Client()
    for page in (browser.get(link[:-1]), browser.post(link[:-1], {"answer": "works"})):
        assert "This link does not work" in words(page)
        assert "Library" not in words(page)
        assert house.view(case).line.reference not in words(page)


def test_the_payload_of_one_link_does_not_go_with_the_seal_of_another(house: House) -> None:
    mine, other = link_of(house, "cleo", house.raised()), link_of(house, "cleo", house.raised())
    payload, seal = other[3:].split(":")[0], mine[3:].split(":", 1)[1]
    assert Client().get(f"/c/{payload}:{seal}").status_code == 404


def test_a_link_ends_to_the_second(house: House) -> None:
    link, browser = link_of(house, "cleo", house.raised()), Client()
    house.clock.advance(links.LASTS - timedelta(seconds=1))
    assert browser.get(link).status_code == 200
    house.clock.advance(timedelta(seconds=1))
    page = browser.get(link)
    assert (page.status_code, "no longer valid" in words(page), "Library" in words(page)) == (410, True, False)


def test_a_revoked_link_and_one_of_an_erased_contact_open_no_more(house: House) -> None:
    case = house.raised()
    before, browser = link_of(house, "cleo", case), Client()
    people.revoke_links(contact_id=str(house.cleo.id))
    assert browser.get(before).status_code == 410
    house.cleo.refresh_from_db()
    after = link_of(house, "cleo", case)
    assert browser.get(after).status_code == 200
    cases.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    assert browser.get(after).status_code == 410


def test_a_link_opens_its_own_case_and_no_other_of_the_same_customer(house: House) -> None:
    one, other = house.raised(), house.raised()
    house.offer(other), house.accept(other), house.resolve(other)
    link, browser = link_of(house, "cleo", one), Client()
    seen = words(browser.get(link))
    assert house.view(one).line.reference in seen
    assert house.view(other).line.reference not in seen
    key = key_in(browser.get(link_of(house, "cleo", other)))
    answer = browser.post(link, {"key": key, "answer": "works", "case_id": other, "c": other})
    assert (answer.status_code, house.view(other).case.state) == (409, "RESOLVED")


def test_otto_sees_nothing_of_cleos(house: House) -> None:
    world = World(house)
    hers = [world.cases[stage] for stage in ("RAISED", "OFFERED", "ACCEPTED", "RESOLVED", "CLOSED")]
    secrets = {"Library", "LIB", "Cleo", "cleo@example.net", "Relay K7", world.photo, *hers}
    secrets |= {house.view(case).line.reference for case in hers}
    page = words(world.clients["otto"].get(link_of(house, "otto", world.cases["OTTO"])))
    assert "Museum" in page
    mails = [row for row in channels.outgoing(limit=200).rows if row.recipient_name == "Otto"]
    assert mails
    for text in (page, *(f"{mail.subject} {mail.body} {mail.address}" for mail in mails)):
        assert {secret for secret in secrets if secret in text} == set()
    assert {str(mail.case_id) for mail in mails} == {world.cases["OTTO"]}
    assert {row.recipient_name for row in channels.outgoing(limit=200).rows if str(row.case_id) in hers} >= {"Cleo"}


def test_a_customer_sees_no_photo_no_note_and_no_name_of_a_team_member_who_only_looked_on(house: House) -> None:
    world = World(house)
    case = world.cases["RAISED"]
    cases.add_note([case], text="They pay late", **house.once("carl"))
    browser = Client()
    link = link_of(house, "cleo", case)
    by_chance = re.compile(rf"{re.escape(link.rpartition('/')[2])}|(?<=csrfmiddlewaretoken\" value=\")\w+")
    page = by_chance.sub("", words(browser.get(link)))
    for secret in ("They pay late", "Carl", "Tess", "/photos/", "/cases/", "P2", "Reset the controller"):
        assert secret not in page, secret
    assert browser.get(f"/photos/{world.photo}/full").status_code == 302


@pytest.mark.parametrize("size", ["thumb", "full"])
def test_a_photo_is_seen_by_whoever_sees_its_case(house: House, size: str) -> None:
    world = World(house)
    where = f"/photos/{world.photo}/{size}"
    seen = {name: world.clients[name].get(where).status_code for name in ("tess", "carl", "tom", "dora", "otto")}
    assert seen == {"tess": 200, "carl": 200, "tom": 404, "dora": 404, "otto": 302}
    assert world.clients["tess"].get(f"/photos/{world.photo}/original").status_code == 404
