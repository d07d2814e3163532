"""Cleo writes to us on her page, with photos: kept once, in every state, and read by nobody else's link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.cases import links as cases_links
from backline.cases import operations as cases
from backline.cases import suggestions
from backline.evidence import queries as evidence
from backline.people import operations as people
from backline.portal.story import sign_of
from tests.fakes.browser import words
from tests.fakes.hers import Hers, photo
from tests.fakes.house import House
from tests.fakes.naughty import DAMAGED, packed, strings
from tests.fakes.world import World


def said(house: House, case: str) -> list[Any]:
    return [entry for entry in house.view(case).timeline if entry.kind == "customer.said"]


def test_her_words_and_photos_stand_in_her_history_and_whoever_has_it_hears(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    answer = hers.sends("write", text="It drips", photos=[photo("a.jpg"), photo("b.jpg", 90)])
    assert answer.status_code == 302
    assert "one of us reads it" in hers.reads()
    assert "You wrote to us: It drips" in hers.reads()
    assert any("Wrote to us" in subject for subject in house.subjects("Sana"))
    [entry] = said(house, case)
    assert (entry.why, len(entry.photos)) == (("It drips",), 2)
    shown = hers.images()
    assert len(shown) == 2
    assert {Client().get(one)["Content-Type"] for one in shown} == {"image/jpeg"}
    assert Client().get(shown[0].replace("thumb", "full")).status_code == 200


@pytest.mark.parametrize("stage", ["RAISED", "RETURNED", "OFFERED", "ACCEPTED", "STOPPED", "RESOLVED", "CLOSED"])
def test_she_is_heard_in_every_state(house: House, stage: str) -> None:
    hers = Hers(house, World(house).cases[stage])
    assert hers.sends("write", text="Hear me").status_code == 302
    assert "Hear me" in hers.reads()


def test_of_an_ended_case_coordinators_hear(house: House) -> None:
    case = house.working()
    cases.withdraw([case], why="A mistake", **house.once("carl"))
    assert Hers(house, case).sends("write", text="It is broken after all").status_code == 302
    [found] = suggestions.waiting(house.actor("carl"), zone="UTC")
    assert "which had ended" in found.said


def test_sent_twice_it_is_once_and_with_other_words_the_first_ones_stand(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    key = hers.key()
    for _time in range(2):
        assert hers.sends("write", key=key, text="It drips", photos=photo()).status_code == 302
    assert "We have that already" in hers.reads()
    other = hers.sends("write", key=key, text="It pours")
    assert (other.status_code, "It pours" in words(other)) == (409, True)
    assert [entry.why for entry in said(house, case)] == [("It drips",)]
    assert len(hers.images()) == 1


def test_what_is_no_photo_is_said_at_the_field_and_words_and_the_good_photos_are_kept(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    key = hers.key()
    bad = SimpleUploadedFile("bill.pdf", b"%PDF-1.7 a bill", "application/pdf")
    answer = hers.sends("write", key=key, text="See the photos", photos=[photo("good.jpg"), bad])
    assert answer.status_code == 422
    text = words(answer)
    assert "“bill.pdf” is not a photo" in text.partition('id="write_photos_error"')[2]
    assert ("See the photos" in text, "good.jpg" in text, key in text) == (True, True, True)
    assert said(house, case) == []
    assert hers.sends("write", key=key, text="See the photos").status_code == 302
    assert [len(entry.photos) for entry in said(house, case)] == [1]


def test_a_photo_alone_is_a_message_nothing_at_all_is_none_and_ten_photos_are_the_most(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    empty = hers.sends("write", text=" ")
    assert (empty.status_code, "Write something, or add a photo." in words(empty)) == (422, True)
    many = hers.sends("write", photos=[photo(f"{n}.jpg", 80 + n) for n in range(11)])
    assert (many.status_code, "“10.jpg” was not kept: at most 10 photos" in words(many)) == (422, True)
    assert hers.sends("write", photos=photo()).status_code == 302
    assert "You wrote to us:" in hers.reads()


def test_her_photo_opens_by_her_link_to_this_case_alone(house: House) -> None:
    case, other, cora = house.working(), house.raised(), house.joined_by("Cora")
    hers = Hers(house, case)
    hers.sends("write", photos=photo())
    [address] = hers.images()
    file = address.removeprefix(hers.link)
    assert Client().get(address).status_code == 200
    assert Client().get(f"{Hers(house, other).link}{file}").status_code == 404
    assert Client().get(f"{Hers(house, other, 'otto').link}{file}").status_code == 404
    coras = cases_link(house, case, cora)
    assert Client().get(f"{coras}{file}").status_code == 404
    assert "<img" not in words(Client().get(coras))
    for broken in (address.replace("thumb", "original"), address.replace("/photos/", "/photos/0")):
        assert Client().get(broken).status_code == 404
    people.revoke_links(contact_id=str(house.cleo.id))
    assert Client().get(address).status_code == 410


def cases_link(house: House, case: str, contact: Any) -> str:
    """The path of somebody else's link."""
    from_mail = cases_links.address(case_id=case, contact=contact, at=house.clock.now())
    return from_mail.removeprefix("http://testserver")


def test_none_of_our_photos_opens_by_her_link(house: House) -> None:
    world = World(house)
    hers = Hers(house, world.cases["RAISED"])
    assert hers.images() == []
    [ours, *_more] = evidence.of_case(world.cases["RAISED"])
    assert hers.client.get(f"{hers.link}/photos/{sign_of(ours)}/thumb").status_code == 404


@pytest.mark.parametrize("why", ["erased", "revoked", "expired", "altered"])
def test_a_form_by_a_link_that_ended_gets_a_page_in_words(house: House, why: str) -> None:
    case = house.working()
    hers = Hers(house, case)
    place, key = f"{hers.link}/write", hers.key()
    if why == "erased":
        cases.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    elif why == "revoked":
        people.revoke_links(contact_id=str(house.cleo.id))
    elif why == "expired":
        house.clock.advance(timedelta(days=90))
    else:
        place = place.replace("/write", "x/write")
    answer = hers.client.post(place, {"key": key, "text": "Hello?"})
    assert answer.status_code == (404 if why == "altered" else 410)
    assert "or call us; we are glad to help" in words(answer)
    assert said(house, case) == []


def test_naughty_words_are_words(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    pieces = list(packed(strings(), 3900))
    for piece in pieces:
        assert hers.sends("write", text=piece).status_code == 302
    page = hers.page()
    assert "<script>alert" not in page.content.decode()
    got = [entry.why[0] for entry in said(house, case)]
    assert [one.replace("\r\n", "\n") for one in got] == [one.replace("\r\n", "\n") for one in pieces]
    for damaged in DAMAGED[:1]:
        refused = hers.sends("write", text=damaged)
        assert (refused.status_code, "damaged" in words(refused)) == (422, True)


def test_whoever_opens_the_address_of_a_form_finds_the_page(house: House) -> None:
    hers = Hers(house, house.working())
    answer = hers.client.get(f"{hers.link}/write")
    assert (answer.status_code, answer["Location"]) == (302, hers.link)
