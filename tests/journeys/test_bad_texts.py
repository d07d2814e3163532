"""Bad input, texts: whatever is typed into any field of any form is shown again to the letter, or refused and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.db import transaction
from django.forms import Field
from django.test import Client

from backline.cases import lists
from backline.channels import queries as channels
from backline.desk import first_start
from backline.desk.administration.registers import REGISTERS
from backline.desk.verbs import VERBS
from backline.intake.forms import LONGEST
from backline.look.forms import Text, unkeepable
from backline.people import expertise
from backline.people import queries as people
from tests.fakes import naughty
from tests.fakes.browser import keys_in, link_of, signed_in, words
from tests.fakes.forms import STAGES, WHO, report, typed, whole
from tests.fakes.house import PASSWORD, House
from tests.fakes.world import World

TEXTS = ("summary", "email", "answer", "step-0-action")
TYPED = [
    (slug, name) for slug, verb in VERBS.items() for name, field in verb.form.base_fields.items() if type(field) is Text
]


def longest(field: Field) -> int:
    assert isinstance(field, Text)
    assert field.max_length
    return field.max_length


@pytest.mark.shared_data
def test_every_text_of_every_verb_is_shown_to_the_letter(house: House) -> None:
    """Of the two shortest fields only the first pieces: the report's rows bring all of them to the same operation."""
    texts, world = naughty.strings(), World(house)
    for slug, name in TYPED:
        case, browser = world.cases[STAGES.get(slug, "ACCEPTED")], world.clients[WHO.get(slug, "carl")]
        pieces = list(naughty.packed(texts, longest(VERBS[slug].form.base_fields[name])))
        for piece in pieces[:20]:
            with transaction.atomic():
                answer = browser.post(f"/cases/{case}/{slug}", typed(house, case, slug, name, piece))
                assert answer.headers.get("Location") == f"/cases/{case}", (slug, name, words(answer))
                assert piece in words(browser.get(f"/cases/{case}")), (slug, name)
                transaction.set_rollback(True)


@pytest.mark.shared_data
def test_what_the_customer_is_told_arrives_to_the_letter(house: House) -> None:
    case, carl = house.raised(), signed_in("carl")
    for piece in naughty.packed(naughty.strings(), 10_000):
        carl.post(f"/cases/{case}/tell", whole(house, case, "tell") | {"text": piece})
        assert any(piece in row.body for row in channels.outgoing(case_id=house.view(case).row.id).rows)
        assert piece in words(Client().get(link_of(house, "cleo", case)))


@pytest.mark.shared_data
def test_what_the_customer_says_is_shown_to_the_letter(house: House) -> None:
    world = World(house)
    link, browser = link_of(house, "cleo", world.cases["RESOLVED"]), Client()
    for piece in naughty.packed(naughty.strings(), 4000):
        with transaction.atomic():
            sent = {"key": keys_in(browser.get(link))[1], "answer": "not-fixed", "why": piece}
            assert browser.post(link, sent).status_code == 302
            assert piece in words(browser.get(link))
            assert piece in words(world.clients["carl"].get(f"/cases/{world.cases['RESOLVED']}"))
            transaction.set_rollback(True)


TURNS = "Turn \u202e\u2067 it \u2069\u2069 round"
"""The rest of a line after it would be shown from right to left, also where it is set between marks."""


def after_it(page: Any) -> list[str]:
    """What follows it in the texts that hold it, but where marks set it apart; an element turns no letters but its own.

    One of its ends is too many, so that two beginnings stand before it.
    """
    shown, apart = page.content.decode(), f"\u2068\u2068{TURNS}\u2069"
    assert TURNS in shown
    return re.findall(rf"{TURNS}[^\S\n]*([^\s<\"][^<]*)", shown.replace(apart, ""))


def test_a_text_that_turns_letters_round_turns_none_of_ours(house: House) -> None:
    world, found = World(house), []
    for slug, name in TYPED:
        case, browser = world.cases[STAGES.get(slug, "ACCEPTED")], world.clients[WHO.get(slug, "carl")]
        with transaction.atomic():
            browser.post(f"/cases/{case}/{slug}", typed(house, case, slug, name, TURNS))
            found += [(slug, name, after) for after in after_it(browser.get(f"/cases/{case}"))]
            transaction.set_rollback(True)
    case = house.working(summary=TURNS)
    house.clock.advance(timedelta(hours=30))
    house.tick()
    of_case = [f"/cases/{case}", *(f"/cases/{case}/{more}" for more in ("note", "clocks", "climbs"))]
    places = {
        "carl": (*of_case, "/queue", "/hand-over", f"/outgoing?case={case}"), "sana": ("/mine",), "max": ("/manager",),
        "tess": ("/my-cases", f"/jobs/{house.job.id}/raise"),
    }  # fmt: skip
    for who, pages in places.items():
        for place in pages:
            found += [(who, place, after) for after in after_it(world.clients[who].get(place))]
    assert not found, found
    title = "Turn [U+202E][U+2067] it [U+2069][U+2069] round · Backline</title>"
    assert title in words(world.clients["carl"].get(of_case[0]))


def rows(texts: list[str]) -> Iterator[dict[str, str]]:
    """Thirty steps a form, each with one of the strings in every field that holds it."""
    texts = [text for text in texts if text.strip()]
    for first in range(0, len(texts), 30):
        found = {}
        for number, text in enumerate(texts[first : first + 30]):
            found |= {f"step-{number}-{name}": text for name, most in LONGEST.items() if len(text) <= most}
            found[f"step-{number}-result"] = "FAILED"
        yield found


@pytest.mark.shared_data
def test_every_text_of_a_report_is_shown_to_the_letter(house: House) -> None:
    texts, tess = naughty.strings(), signed_in("tess")
    place = f"/jobs/{house.job.id}/raise"
    long = dict.fromkeys(("words", "notes"), 10_000) | {"summary": 2000}
    sent = [report(**{name: piece}) for name, most in long.items() for piece in naughty.packed(texts, most)]
    sent += [report(**found) for found in rows(texts)]
    for form in sent:
        answer = tess.post(place, form)
        assert answer.status_code == 302, words(answer)
        page = words(tess.get(answer.headers["Location"]))
        typed = {name: text for name, text in form.items() if name in long or name.startswith("step")}
        assert {name for name, text in typed.items() if "result" not in name and text not in page} == set()


@pytest.mark.shared_data
def test_codes_are_kept_and_tags_that_are_none_are_refused_with_all_that_was_typed(house: House) -> None:
    tess, place = signed_in("tess"), f"/jobs/{house.job.id}/raise"
    codes = [text.strip() for text in naughty.strings() if text.strip() and len(text) <= 19 and "," not in text]
    for first in range(0, len(codes), 20):
        answer = tess.post(place, report(fault_codes=", ".join(codes[first : first + 20])))
        page = words(tess.get(answer.headers["Location"]))
        assert [code for code in codes[first : first + 20] if code not in page] == []
    for piece in naughty.packed(naughty.strings(), 400):
        answer = tess.post(place, report(tags=piece))
        assert answer.status_code == 422
        assert 'id="id_tags_error"' in words(answer)
        assert piece in words(answer)
        assert "It stands still" in words(answer)


HIDDEN = set("\u00ad\u061c\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""What nobody sees in a name, or what turns its letters around; every other character is kept to the letter."""


@pytest.mark.shared_data
def test_the_first_start_takes_any_name_and_says_what_is_no_address(clock: Any, db: None) -> None:
    place, browser = first_start.link(at=clock.now()).removeprefix("http://testserver"), Client()
    usual = {"organisation": "Lifts", "zone": "UTC", "name": "Ada", "email": "ada@example.org", "password": PASSWORD}
    plain, hidden = [], []
    for text in naughty.strings():
        (hidden if HIDDEN & set(text) else plain).append(text)
    assert hidden
    for text in hidden:
        page = browser.post(place, usual | {"organisation": text[:200], "name": text[:200]})
        seen = any(one.isprintable() and not one.isspace() for one in text[:200])
        assert page.status_code == 422
        assert ("There is an invisible character in it" if seen else "Fill this in.") in words(page)
        assert text[:200] in words(page)
    for number, piece in enumerate(naughty.packed(plain, 200)):
        with transaction.atomic():
            assert browser.post(place, usual | {"organisation": piece, "name": piece}).status_code == 302
            organisation = people.organisation()
            assert organisation
            assert (organisation.name, organisation.last_resort.name) == (piece.strip(), piece.strip())
            transaction.set_rollback(True)
        if number % 5:
            continue
        page = browser.post(place, usual | {"email": piece, "last_resort_name": piece})
        assert page.status_code == 422
        assert piece in words(page)
    assert people.organisation() is None


ENTRIES: dict[str, dict[str, Any]] = {
    "persons": {"name": "Nina", "email": "nina@example.org", "zone": "UTC", "password": PASSWORD},
    "teams": {"name": "Doors", "tier": "2"},
    "contacts": {"name": "Cora", "language": "en", "zone": "UTC", "sites": "LIB-1"},
    "contracts": {"number": "NEW-C1", "customer": "Library", "name": "Maintenance", "from_on": "2026-01-01"},
    "sites": {"reference": "NEW-1", "customer": "Zoo", "name": "Zoo hall", "zone": "UTC"},
    "assets": {"reference": "NEW-L1", "name": "Lift", "type": "lift", "site": "LIB-1"},
    "jobs": {"reference": "NEW-J1", "title": "Lift stands", "place": "LIB-L7"},
    "fault-codes": {"code": "E7", "title": "Door"},
    "rules": {"order": "7"},
    "skills": {"name": "Drives"},
    "needs": {"level": "1"},
}


@pytest.mark.shared_data
def test_every_text_of_a_register_is_kept_or_refused_beside_its_field(house: House) -> None:
    ada, outcomes = signed_in("ada"), set()
    assert set(ENTRIES) == set(REGISTERS)
    known = {"rules": {"team": str(house.support.id)}, "needs": {"skill": str(expertise.skills()[0].id)}}
    for slug, entry in ENTRIES.items():
        whole_entry = entry | known.get(slug, {})
        for name, field in REGISTERS[slug].form.base_fields.items():
            if type(field) is not Text:
                continue
            for piece in [*list(naughty.packed(naughty.strings(), longest(field)))[:12], "a\x00b", "a\ufffdb"]:
                with transaction.atomic():
                    page = ada.post(f"/administration/{slug}/new", whole_entry | {"key": uuid4().hex, name: piece})
                    outcomes.add(page.status_code)
                    if page.status_code == 422:
                        assert f'id="id_{name}_error"' in words(page), (slug, name, piece)
                        assert piece in words(page), (slug, name)
                    else:
                        assert page.status_code == 302, (slug, name, piece)
                        assert not unkeepable(piece), (slug, name)
                    transaction.set_rollback(True)
    assert outcomes == {302, 422}


def damaged_forms(world: World) -> Iterator[tuple[Client, str, dict[str, Any], str]]:
    """Every form of the product, whole but for one text: who sends it, where to, what, and which text."""
    house, names = world.house, ("summary", "words", "notes", "fault_codes", "tags", "step-0-action", "step-0-reading")
    for name in (*names, "step-0-tool"):
        yield world.clients["tess"], f"/jobs/{house.job.id}/raise", report(), name
    for slug, name in TYPED:
        case = world.cases[STAGES.get(slug, "ACCEPTED")]
        yield world.clients[WHO.get(slug, "carl")], f"/cases/{case}/{slug}", whole(house, case, slug), name
    again = {"key": uuid4().hex, "answer": "It is the front door"}
    for name in ("answer", "fault_codes", "step-0-action"):
        yield world.clients["tess"], f"/my-cases/{world.cases['RETURNED']}/complete", again, name
    link = link_of(house, "cleo", world.cases["RESOLVED"])
    yield world.clients["cleo"], link, {"key": uuid4().hex, "answer": "not-fixed"}, "why"
    yield Client(), "/sign-in", {"email": "carl@example.org", "password": PASSWORD}, "email"


@pytest.mark.parametrize("text", naughty.DAMAGED, ids=ascii)
def test_what_cannot_be_kept_is_refused_beside_its_field_and_nothing_typed_is_lost(house: House, text: str) -> None:
    world = World(house)
    before = {case: house.view(case).case.seq for case in world.cases.values()}
    said = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for browser, place, form, name in damaged_forms(world):
        sent = form | {name: f"Door {text} shut"}
        page = browser.post(place, naughty.urlencoded(sent), content_type=naughty.FORM)
        assert page.status_code == 422, (place, name)
        assert "A character was damaged or cannot be kept" in words(page), (place, name)
        assert f"Door {said} shut" in words(page), (place, name)
        kept = {str(form[other]) for other in form if other in TEXTS and other != name}
        assert {value for value in kept if value not in words(page)} == set(), (place, name)
    assert {case: house.view(case).case.seq for case in world.cases.values()} == before
    assert lists.page(house.actor("tess"), lists.Wanted(show=lists.Show.ALL)).count == len(before)


LISTS = {
    "/queue": ("carl", ("state", "priority", "team", "after")), "/outgoing": ("carl", ("state", "after")),
    "/mine": ("sana", ("after",)), "/manager": ("max", ("after",)), "/jobs": ("tess", ("after",)),
    "/administration/persons": ("ada", ("q",)), "/administration/sites": ("ada", ("q",)),
    "/my-cases": ("tess", ("after",)), "/sign-in": ("tom", ("next",)),
}  # fmt: skip
MOMENTS = (
    "0001-01-01T00:00:00+14:00~x", "9999-12-31T23:59:59.999999-14:00~" + "0" * 32, "2026-11-20T18:00:00~1",
    "9999-12-31T23:59:59-14:00_" + "f" * 32, "0001-01-01T00:00:00+14:00_" + "f" * 32, "~", "_",
    "2026-02-30T00:00:00Z~1",
)  # fmt: skip


@pytest.mark.shared_data
def test_whatever_stands_in_the_query_of_a_list_it_answers(house: House) -> None:
    house.raised()
    pieces = [*naughty.packed(naughty.strings(), 2000), *MOMENTS, "x" * 60_000]
    for place, (who, names) in LISTS.items():
        browser = signed_in(who)
        for piece in pieces:
            assert browser.get(f"{place}?{urlencode(dict.fromkeys(names, piece))}").status_code == 200, (place, piece)
        for text in naughty.DAMAGED:
            query = naughty.urlencoded(dict.fromkeys(names, text)).decode()
            assert browser.get(f"{place}?{query}").status_code == 400, (place, text)


@pytest.mark.shared_data
def test_whatever_stands_in_the_path_it_answers(house: House) -> None:
    carl, case = signed_in("carl"), house.raised()
    places = ("/{}", "/c/{}", "/set-up/{}", "/cases/{}", f"/cases/{case}/{{}}", "/photos/{}/full")
    for number, text in enumerate([*naughty.strings(), *naughty.DAMAGED]):
        raw = text.encode("utf-8", "surrogatepass")
        place = places[number % len(places)].format(quote(raw, safe=""))
        if place == "/":
            continue
        page = carl.get(place)
        assert page.status_code in (400, 404), place
        assert 'href="/"' in page.content.decode()
