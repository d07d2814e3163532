"""Bad input, moves: unknown, foreign, not now, twice, at once, with another content, absurd moments and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client

from backline.cases import operations as cases
from backline.desk import first_start
from backline.desk.verbs import VERBS
from backline.people import queries as people
from tests.fakes import photos
from tests.fakes.browser import key_in, link_of, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.forms import STAGES, WHO, Photo, report, whole
from tests.fakes.house import PASSWORD, House
from tests.fakes.world import World


def seqs(world: World) -> dict[str, int]:
    """How many events every case has: what must not move when something is refused."""
    return {case: world.seq(case) for case in world.cases.values()}


def photo(name: str = "door.jpg", width: int = 80) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photos.encoded(photos.quarters(width)), "image/jpeg")


def test_an_unknown_case_and_a_foreign_one_look_the_same(house: House) -> None:
    world = World(house)
    before, tom = seqs(world), world.clients["tom"]
    for slug in VERBS:
        foreign = world.cases[STAGES.get(slug, "ACCEPTED")]
        pages = [tom.post(f"/cases/{case}/{slug}", whole(house, foreign, slug)) for case in (foreign, uuid4())]
        assert [page.status_code for page in pages] == [404, 404], slug
        assert pages[0].content == pages[1].content
        assert "There is no such case here." in words(pages[0])
    assert tom.get(f"/jobs/{uuid4()}/raise").content == tom.get(f"/jobs/{house.job.id}/raise").content
    assert tom.post(f"/my-cases/{foreign}/complete", {"answer": "x"}).status_code == 404
    assert seqs(world) == before


def test_what_cannot_be_done_now_is_refused_in_words_and_changes_nothing(house: House) -> None:
    world = World(house)
    for slug in VERBS:
        browser, right = world.clients[WHO.get(slug, "carl")], STAGES.get(slug, "ACCEPTED")
        form = whole(house, world.cases[right], slug)
        for stage in ("RAISED", "RETURNED", "OFFERED", "ACCEPTED", "RESOLVED", "CLOSED"):
            case = world.cases[stage]
            before = world.seq(case)
            with transaction.atomic():
                page = browser.post(f"/cases/{case}/{slug}", form)
                done = world.seq(case) - before
                transaction.set_rollback(True)
            assert (page.status_code, done) in ((302, 1), (409, 0), (404, 0)), (slug, stage)
            assert page.status_code == 302 or stage != right, slug
            if page.status_code == 409:
                assert 'class="summary-of-errors" role="alert"' in words(page)
                said = ("Nothing was changed.", "nothing was changed.", "It cannot end yet.")
                assert any(one in words(page) for one in said), (slug, stage)


def test_the_same_form_again_says_so_and_with_another_content_is_refused(house: House) -> None:
    world = World(house)
    for slug in VERBS:
        with transaction.atomic():
            _again(world, slug)
            transaction.set_rollback(True)


def _again(world: World, slug: str) -> None:
    house, case = world.house, world.cases[STAGES.get(slug, "ACCEPTED")]
    place, form, browser = f"/cases/{case}/{slug}", whole(house, case, slug), world.clients[WHO.get(slug, "carl")]
    assert browser.post(place, form).status_code == 302, slug
    done = house.view(case).case.seq
    house.clock.advance(timedelta(seconds=3))
    again = browser.post(place, form, follow=True)
    assert "That was sent already; here it is." in words(again), slug
    changed = {name: f"{text} and more" for name, text in form.items() if text == "Said so"}
    changed |= {
        "lease": "1800",
        "conditions": "Said so and more",
        "to_at": "2026-11-22T09:30",
        "contact": str(house.cleo.id),
        "photos": Photo("other.jpg", photos.encoded(photos.quarters(60, 60))),
    }
    other = browser.post(place, form | changed)
    assert other.status_code == 409, slug
    assert "This form was sent before with another content; that one was kept." in words(other)
    typed = [name for name in VERBS[slug].form.base_fields if name in changed]
    assert [name for name in typed if changed[name] not in words(other)] == [], slug
    assert house.view(case).case.seq == done


def test_a_report_sent_again_with_its_photos_is_one_case_with_its_photos_once(house: House) -> None:
    tess, place, form = signed_in("tess"), f"/jobs/{house.job.id}/raise", report()
    first = tess.post(place, form | {"photos": [photo(), photo("car.jpg", 90)]})
    again = tess.post(place, form | {"photos": [photo(), photo("car.jpg", 90)]})
    without = tess.post(place, form)
    assert [first.status_code, again.status_code, without.status_code] == [302, 302, 302]
    assert first.headers["Location"] == again.headers["Location"] == without.headers["Location"]
    assert "That was sent already" in words(tess.get(first.headers["Location"]))
    case = first.headers["Location"].rpartition("/")[2]
    assert sorted(one.name for one in house.view(case).photos) == ["car.jpg", "door.jpg"]
    other = tess.post(place, form | {"summary": "It fell down", "photos": photo("new.jpg", 100)})
    assert other.status_code == 409
    assert "It fell down" in words(other)
    assert "new.jpg" in words(other)
    assert sorted(one.name for one in house.view(case).photos) == ["car.jpg", "door.jpg", "new.jpg"], "no photo is lost"


def test_a_completed_report_sent_again_says_so(house: House) -> None:
    world = World(house)
    case, tess = world.cases["RETURNED"], world.clients["tess"]
    form = {"key": uuid4().hex, "answer": "The front door"}
    assert tess.post(f"/my-cases/{case}/complete", form | {"photos": photo()}).status_code == 302
    again = tess.post(f"/my-cases/{case}/complete", form | {"photos": photo()}, follow=True)
    assert "That was sent already" in words(again)
    late = tess.post(f"/my-cases/{case}/complete", {"key": uuid4().hex, "answer": "And the back door"})
    assert (late.status_code, "And the back door" in words(late)) == (409, True)
    assert house.view(case).case.state == "RAISED"


def test_the_customers_answer_sent_again_is_thanked_for_once(house: House) -> None:
    world = World(house)
    for stage, answer in (("RESOLVED", "works"), ("RESOLVED", "not-fixed"), ("CLOSED", "not-fixed")):
        case, browser = world.cases[stage], Client()
        link = link_of(house, "cleo", case)
        with transaction.atomic():
            form = {"key": key_in(browser.get(link)), "answer": answer, "why": "It hums"}
            assert browser.post(link, form).status_code == 302
            done = house.view(case).case.seq
            assert "We have that already" in words(browser.post(link, form, follow=True))
            if answer != "works":
                other = browser.post(link, form | {"why": "And it smells"})
                assert (other.status_code, "And it smells" in words(other)) == (409, True)
            assert house.view(case).case.seq == done
            transaction.set_rollback(True)


def test_an_answer_that_comes_too_late_is_refused_and_its_words_are_given_back(house: House) -> None:
    case = house.raised()
    browser, link = Client(), link_of(house, "cleo", case)
    page = browser.post(link, {"key": uuid4().hex, "answer": "not-fixed", "why": "Nobody came"})
    assert page.status_code == 409
    assert "Nobody came" in words(page)
    assert "Things have moved on" in words(page)
    empty = browser.post(link, {"key": uuid4().hex, "answer": "not-fixed", "why": "  "})
    assert (empty.status_code, "Fill this in." in words(empty)) == (422, True)


def at_once(*sends: Callable[[], Any]) -> list[Any]:
    """All of them in threads of their own, each with its own connection to the database."""

    def one(send: Callable[[], Any]) -> Any:
        try:
            return send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(sends)) as threads:
        return list(threads.map(one, sends))


def test_forms_sent_at_once_have_one_effect(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    tess, carl, sana, form = signed_in("tess"), signed_in("carl"), signed_in("sana"), report()
    place = f"/jobs/{house.job.id}/raise"
    answers = at_once(*[lambda: tess.post(place, form | {"photos": photo()})] * 4)
    assert [answer.status_code for answer in answers] == [302] * 4
    [went] = {answer.headers["Location"] for answer in answers}
    case = went.rpartition("/")[2]
    assert len(house.view(case).photos) == 1
    steps = (
        (carl, "offer", {"target": f"{house.specialists.id}:{house.persons['sana'].id}"}),
        (sana, "accept", {}), (sana, "note", {}), (sana, "resolve", {}),
    )  # fmt: skip
    for browser, slug, more in steps:
        form, before = whole(house, case, slug) | more, house.view(case).case.seq
        answers = at_once(*[lambda b=browser, s=slug, f=form: b.post(f"/cases/{case}/{s}", f)] * 4)
        assert [answer.status_code for answer in answers] == [302] * 4, slug
        assert house.view(case).case.seq == before + 1, slug
    link, before = link_of(house, "cleo", case), house.view(case).case.seq
    works = {"key": key_in(Client().get(link)), "answer": "works"}
    assert [page.status_code for page in at_once(*[lambda: Client().post(link, works)] * 4)] == [302] * 4
    not_fixed = {"key": key_in(Client().get(link)), "answer": "not-fixed", "why": "It hums"}
    assert [page.status_code for page in at_once(*[lambda: Client().post(link, not_fixed)] * 4)] == [302] * 4
    assert (house.view(case).case.seq, house.view(case).case.state) == (before + 2, "RAISED")
    assert cases.rebuild(check=True).flaws == ()


def test_two_who_set_up_at_once_make_one_organisation(fresh_database: str, clock: SettableClock) -> None:
    place = first_start.link(at=clock.now()).removeprefix("http://testserver")
    usual = {"organisation": "Lifts", "zone": "UTC", "name": "Ada", "password": PASSWORD}
    forms = [usual | {"email": f"ada{number}@example.org"} for number in range(4)]
    answers = at_once(*[lambda form=form: Client().post(place, form) for form in forms])
    assert sorted(answer.status_code for answer in answers)[0] == 302
    assert len(people.persons()) == 1


def test_a_last_resort_without_an_address_is_asked_for_it(db: None, clock: SettableClock) -> None:
    place = first_start.link(at=clock.now()).removeprefix("http://testserver")
    form = {"organisation": "Lifts", "zone": "UTC", "name": "Ada", "email": "ada@example.org", "password": PASSWORD}
    page = Client().post(place, form | {"last_resort_name": "Lena"})
    assert page.status_code == 422
    assert 'id="id_last_resort_email_error"' in words(page)
    assert 'value="Lena"' in words(page)
    assert people.organisation() is None


def test_an_entry_that_there_is_not_is_not_found(house: House) -> None:
    ada = signed_in("ada")
    contact = ("contacts/{}/revoke", "contacts/{}/try", "contacts/{}/erase", "contacts/{}")
    for place in (*contact, "persons/{}", "rules/{}"):
        assert ada.post("/administration/" + place.format(uuid4()), {"key": uuid4().hex}).status_code == 404, place


MOMENTS = {
    "0001-01-01T00:00": "Choose a moment that lies ahead|Give a date and a time",
    "1970-01-01T00:00": "Choose a moment that lies ahead",
    "9999-12-31T23:59": "That is too far ahead|Give a date and a time",
    "2027-03-28T02:30": "The clocks skip 02:30 on that day|That is too far ahead",
    "2026-13-40T99:99": "Give a date and a time",
    "10000-01-01T00:00": "Give a date and a time",
    "tomorrow": "Give a date and a time",
    "": "Fill this in.",
    "-1": "Give a date and a time",
    "2026-11-21T10:00+99:99": "Give a date and a time",
    "١٢٣٤-01-01T00:00": "Choose a moment that lies ahead|Give a date and a time",
}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_moment_that_cannot_be_is_refused_beside_its_field(house: House, zone: str) -> None:
    type(house.persons["sana"]).objects.filter(email="sana@example.org").update(zone=zone)
    case = house.raised()
    house.offer(case), house.accept(case)
    before, sana = house.view(case).case.seq, signed_in("sana")
    for typed, expected in MOMENTS.items():
        for slug, name in (("wait", "until"), ("tell", "next_by"), ("visit", "to_at")):
            page = sana.post(f"/cases/{case}/{slug}", whole(house, case, slug) | {name: typed})
            assert page.status_code == 422, (slug, typed)
            assert f'id="id_{name}_error"' in words(page)
            assert re.search(f'aria-describedby="(id_{name}_helptext )?id_{name}_error"', words(page))
            assert any(one in words(page) for one in expected.split("|")), (slug, typed, words(page))
            assert f'value="{typed}"' in words(page) or not typed
    assert house.view(case).case.seq == before


def test_the_hour_that_is_skipped_is_named_and_of_the_one_that_comes_twice_the_first_is_meant(
    house: House,
) -> None:
    type(house.persons["sana"]).objects.filter(email="sana@example.org").update(zone="Europe/Berlin")
    house.clock.at = house.clock.at.replace(year=2027, month=3, day=27, hour=12)
    case = house.raised()
    house.offer(case), house.accept(case, minutes=30)
    page = signed_in("sana").post(f"/cases/{case}/wait", whole(house, case, "wait") | {"until": "2027-03-28T02:30"})
    assert "The clocks skip 02:30 on that day" in words(page)
    house.clock.at = house.clock.at.replace(month=10, day=30)
    case = house.raised()
    house.offer(case), house.accept(case, minutes=30)
    page = signed_in("sana").post(f"/cases/{case}/wait", whole(house, case, "wait") | {"until": "2027-10-31T02:30"})
    assert page.status_code == 302
    assert house.view(case).waits[0].until.isoformat() == "2027-10-31T00:30:00+00:00"


NUMBERS = ("-1", "1e400", "99999999999999999999", "9" * 5000, "0x10", "1.5", "NaN", "½", "")


def test_a_number_that_is_none_is_refused_or_left_out(house: House) -> None:
    world = World(house)
    case, sana, tess = world.cases["ACCEPTED"], world.clients["sana"], world.clients["tess"]
    for typed in NUMBERS:
        expected = 422 if typed else 302
        page = sana.post(f"/cases/{case}/step", whole(house, case, "step") | {"minutes": typed})
        assert page.status_code == expected, typed
        page = tess.post(f"/jobs/{house.job.id}/raise", report(**{"step-0-minutes": typed}))
        assert page.status_code == expected, typed
        if typed:
            assert "Minutes are a number from 0 to 9999." in words(page)
            assert 'aria-describedby="step-0-error"' in words(page)


def test_a_choice_that_is_not_offered_and_a_field_that_is_missing_are_refused_beside_the_field(house: House) -> None:
    world = World(house)
    before = seqs(world)
    for slug, verb in VERBS.items():
        case, browser = world.cases[STAGES.get(slug, "ACCEPTED")], world.clients[WHO.get(slug, "carl")]
        for name, field in verb.form.base_fields.items():
            form = whole(house, case, slug)
            choosable = hasattr(field, "choices") and name != "record"
            for typed in (["nonsense", "\x00", "'; DROP TABLE"] if choosable else []) + (
                [None] if field.required else []
            ):
                sent = {one: text for one, text in (form | {name: typed}).items() if text is not None}
                page = browser.post(f"/cases/{case}/{slug}", sent)
                assert page.status_code == 422, (slug, name, typed)
                told = f'id="id_{name}_error"' if name != "key" else "The form did not arrive whole."
                assert told in words(page), (slug, name)
                assert 'class="summary-of-errors"' in words(page)
                assert key_in(page)
    for record in ("nonsense", "\x00", "", str(uuid4())):
        for slug in ("end-wait", "end-visit", "move-visit"):
            case = world.cases["ACCEPTED"]
            page = world.clients["carl"].post(f"/cases/{case}/{slug}", whole(house, case, slug) | {"record": record})
            assert page.status_code in (409, 422), (slug, record)
    assert seqs(world) == before


def test_a_report_with_wrong_choices_keeps_what_was_typed(house: House) -> None:
    tess = signed_in("tess")
    for name in ("danger", "reasons", "impact", "urgency", "step-0-result"):
        page = tess.post(f"/jobs/{house.job.id}/raise", report(words="People wait", **{name: "nonsense"}))
        assert page.status_code == 422, name
        assert "It stands still" in words(page)
        assert "People wait" in words(page)
    many = {f"step-{number}-action": f"Try {number}" for number in range(35)}
    many |= {f"step-{number}-result": "FAILED" for number in range(35)}
    page = tess.post(f"/jobs/{house.job.id}/raise", report(**many))
    assert (page.status_code, "At most 30 steps" in words(page), "Try 34" in words(page)) == (422, True, True)


def test_whoever_is_offered_must_be_of_the_team(house: House) -> None:
    case, carl = house.raised(), signed_in("carl")
    for target in (
        f"{house.specialists.id}:{house.persons['dora'].id}",
        f"{uuid4()}:",
        ":",
        "x",
        f"{house.specialists.id}:x",
    ):
        page = carl.post(f"/cases/{case}/offer", whole(house, case, "offer") | {"target": target})
        assert (page.status_code, 'id="id_target_error"' in words(page)) == (422, True)
    assert house.view(case).case.state == "RAISED"
