"""Whoever is told of a rung answers from where he is: by the link in his letter, by a text, by digits on a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.channels import operations as channels
from backline.channels.models import Notice
from backline.channels.port import Handed, Letter
from backline.core.words import State
from backline.engine.auditor import passes
from backline.intake.models import TurnedAway
from backline.intake.operations import _answers, by_digits, by_text
from backline.people.models import Person
from tests.fakes.answered import CARL, DORA, SANA, code, last, link, links, mobile, state, told
from tests.fakes.browser import link_of, signed_in, text, words
from tests.fakes.house import House
from tests.fakes.naughty import packed, strings
from tests.fakes.post import deliver

MINUTE = timedelta(minutes=1)


@dataclass
class Post:
    """Takes every letter."""

    taken: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        self.taken.append(letter)
        return Handed("250")


def test_a_letter_holds_a_line_for_each_answer_and_nobody_else_reads_them(house: House, case: str) -> None:
    notice = told(house, "sana")
    assert list(links(notice)) == ["take", "decline", "hand-up", "arrive", "note", "stop"]
    assert "I take it:\nhttp://testserver/answer/" in notice.answers
    assert notice.short.endswith(f"Reply {code(house)} ok to take it, or {code(house)} no to give it back.")
    for who in ("carl", "ada", "max"):
        for page in ("/outgoing", f"/cases/{case}/climbs"):
            assert "/answer/" not in words(signed_in(who).get(page)), "who looks into the outbox cannot answer for her"
    post = Post()
    deliver(at=house.clock.now(), sender=post, limit=50)
    assert [one.body for one in post.taken if one.name == "Sana"] == [notice.body + notice.answers]
    assert all("/answer/" not in one.body for one in post.taken if one.name != "Sana")
    channels.forget(recipient_id=str(house.persons["sana"].id), at=house.clock.now())
    notice.refresh_from_db()
    assert (notice.answers, notice.short) == ("", "")


def test_what_looks_into_letters_changes_nothing_and_a_button_takes_the_case(house: House, case: str) -> None:
    anybody, seq = Client(raise_request_exception=False), house.view(case).case.seq
    take = link(house, "take")
    for _time in range(10):
        assert anybody.head(take).status_code == 200
        page = anybody.get(take)
    assert (house.view(case).case.seq, page.status_code, page["Cache-Control"]) == (
        seq, 200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    seen = text(page)
    for part in (
        "Do you take it?",
        "The lift stands still between two floors",
        "Lift 7 Library",
        "You answer as Sana",
        "Offered · Sana",
    ):
        assert part in seen
    assert "http" not in re.sub(r"http://www.w3.org\S*", "", page.content.decode()), "nothing from elsewhere"
    done = anybody.post(take, {"words": "On my way"})
    assert done.status_code == 200
    said_back = f"{house.view(case).line.reference} is yours now. Accepted, to move on by Fri 20 Nov 2026, 21:00."
    assert said_back in text(done)
    assert text(anybody.post(take)) == text(done) == text(anybody.post(take, {"words": "Twice"})), "as often as it is"
    view = house.view(case)
    assert (view.case.state, view.case.person) == (State.ACCEPTED, str(house.persons["sana"].id))
    assert [(one.who, one.what) for one in view.timeline[-2:]] == [
        ("Sana", "Accepted, to move on by Fri 20 Nov 2026, 21:00, by the link in a letter"),
        ("Sana", "Noted, by the link in a letter"),
    ]
    assert "You have answered already" in text(anybody.get(take))
    assert not Notice.objects.filter(state="QUEUED", kind__startswith="rung.ACCEPT").exists()
    assert "link in a letter" not in text(Client().get(link_of(house, "cleo", case)))
    assert Client().get(link_of(house, "otto", case)).status_code == 404


@pytest.mark.parametrize(
    ("what", "form", "by_words", "now", "who_reads"),
    [
        ("decline", {"words": "Ill since noon"}, "no ill since noon", State.RAISED, "Gave it back"),
        ("hand-up", {}, "hoch", State.OFFERED, "Had Lena told ahead of time: Accept it or give it back"),
        (
            "arrive",
            {"arrives": "20"},
            "20 min",
            State.ACCEPTED,
            "Booked a visit by Sana: Fri 20 Nov 2026 between 19:20 and 20:20",
        ),
        ("note", {"words": "The key is with Tom"}, "the key is with Tom", State.OFFERED, "Noted"),
        (
            "stop",
            {},
            "stop",
            State.OFFERED,
            "Asked to hear no more of this: Accept it or give it back. Next hears Carl",
        ),
    ],
)
def test_each_answer_by_link_and_by_text_does_the_same(
    house: House, case: str, what: str, form: dict[str, str], by_words: str, now: State, who_reads: str
) -> None:
    browser, place, number = Client(raise_request_exception=False), link(house, what), code(house)
    assert browser.get(place).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        done = browser.post(place, form)
        assert done.status_code == 200, words(done)
        by_link = last(house, case)
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    back = by_text(SANA, f"{number} {by_words}", at=house.clock.now())
    assert (by_link[0], by_link[1].endswith(", by the link in a letter")) == ("Sana", True)
    assert who_reads in by_link[1]
    assert last(house, case) == ("Sana", by_link[1].replace("the link in a letter", "text message"))
    assert back
    assert who_reads in back
    assert text(done).count(who_reads) == 1
    seq = house.view(case).case.seq
    assert by_text(SANA, f"{number} \n{by_words}\n> quoted", at=house.clock.now() + MINUTE) == back, "the same answer"
    assert (house.view(case).case.seq, state(house, case)) == (seq, now)


def test_whoever_stops_hears_no_more_of_the_climb_and_others_do(house: House, case: str) -> None:
    assert by_text(SANA, " Stop! ", at=house.clock.now()) == by_text(SANA, f"stop {code(house)}", at=house.clock.now())
    before = len(house.letters("Sana"))
    house.until(house.clock.now() + timedelta(hours=6), timedelta(minutes=5))
    assert len([one for one in house.letters("Sana") if one.kind.startswith("rung.ACCEPT")]) == before
    others = [one for name in ("Lena", "Carl", "Max") for one in house.letters(name)]
    assert any(one.kind.startswith("rung.ACCEPT") for one in others)
    passed = [one.why for one in Notice.objects.filter(recipient_name="Sana", state="NOT_SENT")]
    assert "Passed over: asked to hear no more of this" in passed
    while deliver(at=house.clock.now(), sender=None, limit=100):
        pass
    found = passes.run(house.clock.now(), whole=True)
    assert found
    assert (found.expected > 5, found.lost, found.doubled) == (True, 0, 0), "the auditor misses nobody"
    assert "Sana was passed over: asked to hear no more of this" in text(signed_in("carl").get(f"/cases/{case}"))
    house.offer(case, "lena")
    house.offer(case, "sana")
    house.tick()
    assert len(house.letters("Sana")) > before, "what begins anew is told to her again"


def test_whoever_is_the_last_to_hear_cannot_stop(house: House) -> None:
    """Carl alone is left of those who would hear of it."""
    mobile(house, "carl", CARL)
    case = house.raised()
    Person.objects.filter(name__in=["Max", "Ada"]).update(is_active=False)
    house.tick()
    back = by_text(CARL, f"{code(house, 'carl')} stop", at=house.clock.now())
    assert back
    assert "not done. Nobody else is left who would hear of it." in back
    assert last(house, case) == (
        "Carl",
        "Answered “No more of this to me”, which the case does not allow as it stands; kept as a fact, by text message",
    )  # fmt: skip
    house.until(house.clock.now() + timedelta(hours=2), timedelta(minutes=10))
    assert len([one for one in house.letters("Carl") if one.kind.startswith("rung.TRIAGE")]) > 1


def test_who_took_it_may_yet_say_when_she_comes_and_the_customer_hears(house: House, case: str) -> None:
    number, now = code(house), house.clock.now
    assert by_text(SANA, f"ok {number}", at=now())
    house.clock.advance(MINUTE)
    assert by_text(SANA, f"{number} um 19:30", at=now())
    assert "between 19:30 and 20:30" in house.letters("Cleo")[-1].body
    house.clock.advance(MINUTE)
    assert by_text(SANA, f"{number} in 58", at=now())
    assert "Our visit has moved" in house.letters("Cleo")[-1].subject
    assert len(house.view(case).visits) == 1
    back = by_text(SANA, f"{number} no", at=now())
    assert back
    assert "there is an answer of yours already" in back
    assert all("text message" not in one.body for one in house.letters("Cleo"))
    assert house.letters("Otto") == []


def test_digits_on_a_call_say_the_same(house: House, case: str) -> None:
    key, now = told(house, "sana").effect_key, house.clock.now()
    again = by_digits(key, "9", at=now)
    assert again
    assert (again.again, again.words) == (True, "")
    for digits in ("", "7", "*", "11", "x\x00", "٣٣"):
        menu = by_digits(key, digits, at=now)
        assert menu
        assert (menu.again, menu.words.startswith("Press 1 to take it")) == (True, True)
    for key_of in ("", "x", key.replace("EMAIL", "passed"), f"{case}:ACCEPT::1:0:0:{house.otto.id}:EMAIL"):
        assert by_digits(key_of, "1", at=now) is None
    done = by_digits(key, "1", at=now)
    assert done
    assert "is yours now" in done.words
    assert last(house, case) == ("Sana", "Accepted, to move on by Fri 20 Nov 2026, 21:00, on a call")


def test_who_gave_it_back_does_not_read_that_it_is_hers_and_words_beside_an_arrival_are_kept(
    house: House, case: str
) -> None:
    said, now = code(house), house.clock.now()
    assert "is yours now" in str(by_text(SANA, f"{said} ok", at=now))
    assert by_text(SANA, f"{said} 10 min, gas smell, send everybody out", at=now)
    notes = [entry.why for entry in house.view(case).timeline if entry.kind == "note.added"]
    assert notes == [("gas smell, send everybody out",)]
    lena = cases.NewOffer(str(house.specialists.id), str(house.persons["lena"].id), why="No key")
    cases.offer([case], lena, **house.once("sana"))
    assert "is yours now" not in str(by_text(SANA, f"{said} ok", at=house.clock.now()))
    assert state(house, case) is not State.ACCEPTED


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What comes of all of them at the same moment."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


def test_twins_at_once_are_done_once_and_of_two_who_take_it_one_has_it(fresh_database: str, clock: Any) -> None:
    house = House(clock)
    mobile(house, "sana", SANA)
    mobile(house, "lena", DORA)
    case = house.raised()
    house.offer(case, "")
    house.tick()
    now, place = clock.now(), link(house, "take")
    hers, lenas = code(house), code(house, "lena")
    said_back = at_once(
        [lambda: by_text(SANA, f"{hers} ok", at=now)] * 3
        + [lambda: Client().post(place).status_code] * 2
        + [lambda: by_text(DORA, f"{lenas} ok", at=now)] * 2
    )
    view = house.view(case)
    assert [one.kind for one in view.timeline].count("case.accepted") == 1
    won, lost = (0, 5) if view.case.person == str(house.persons["sana"].id) else (5, 0)
    assert "is yours now" in said_back[won]
    assert "not done" in said_back[lost]
    assert len({*said_back[:3]}) == len({*said_back[5:]}) == 1
    assert [one.kind for one in view.timeline].count("answer.kept") == 1
    wrong = str(10_000 if hers != "10000" else 10_001)
    at_once([lambda: by_text(SANA, f"{wrong} ok", at=now)] * 8)
    assert TurnedAway.objects.count() == 5


def test_a_button_that_is_pressed_while_her_text_takes_the_case_says_that_it_is_hers(
    house: House, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*asked: Any, **more: Any) -> Any:
        before = real(*asked, **more)
        if not twins:
            twins.append("")
            twins[0] = by_text(SANA, f"{number} ok", at=house.clock.now()) or ""
        return before

    house.clock.advance(MINUTE)
    house.offer(case, "")
    house.tick()
    twins: list[str] = []
    real, number, place = _answers.standing, code(house), link(house, "take")
    monkeypatch.setattr(_answers, "standing", overtaken)
    done = Client().post(place)
    assert (done.status_code, "is yours now" in twins[0], "is yours now" in text(done)) == (200, True, True)
    assert "answer.kept" not in [one.kind for one in house.view(case).timeline]


def test_naughty_texts_are_notes_and_what_cannot_be_kept_is_left_out(house: House, case: str) -> None:
    number = code(house)
    for one in (*packed(strings(), 1900), "a\x00b", "a\ud800b", "x" * 20_000):
        back = by_text(SANA, f"{number} note {one}", at=house.clock.now())
        assert back is not None
        assert "Noted" in back
    assert state(house, case) is State.OFFERED
