"""The live stream over a real socket: who may hear what, when it ends, and that nothing is missed; pages beside it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client

from backline.cases import operations as cases
from backline.cases import queries
from backline.core.words import Role
from backline.desk import operations as desk
from backline.desk.operations import ViewForm
from backline.evidence import queries as evidence
from backline.evidence.words import MOST_BYTES
from backline.jobs import operations as jobs
from backline.ledger.news import announce
from backline.look.live import stream
from backline.look.live.hub import Stream
from backline.look.models import FailedSignIn
from backline.people import operations as people
from backline.people.operations import PersonForm, TeamForm
from tests.fakes.browser import link_of, send, signed_in
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.installation import Browser, until
from tests.fakes.live import Listener
from tests.fakes.photos import encoded, quarters
from tests.fakes.stage import Served, serving


@pytest.fixture
def world(fresh_database: str, clock: SettableClock) -> House:
    """The cast, with commits of their own."""
    return House(clock)


@pytest.fixture
def served(world: House) -> Iterator[Served]:
    """The web server before them."""
    with serving() as running:
        until(lambda: listening() == 1, "the process listens")
        yield running


def listening() -> int:
    """How many connections listen for news."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^LISTEN'")
        return int(cursor.fetchone()[0])


def cookie(client: Client) -> str:
    return f"sessionid={client.cookies['sessionid'].value}"


def listener(served: Served, name: str = "carl") -> Listener:
    return Listener(served.port, cookie(signed_in(name))).open()


def by_link(served: Served, house: House, name: str, case: str) -> Listener:
    token = link_of(house, name, case).removeprefix("/c/")
    return Listener(served.port, address=f"/live?link={quote(token)}").open()


def note(house: House, case: str, text: str = "The caretaker rang") -> None:
    cases.add_note([case], text=text, **house.once("carl"))


def judge(served: Served) -> None:
    """What the server does by itself at each beat."""
    served.await_(served.streams.judge_all())


def test_what_changes_is_told_by_its_id_and_nothing_else(served: Served, world: House) -> None:
    carl = listener(served)
    assert "text/event-stream" in carl.head
    assert "no-store" in carl.head
    case = world.raised(summary="Nobody may read this in a stream")
    until(lambda: carl.told, "the news")
    assert set(carl.told) == {f"case:{case}"}
    before = len(carl.told)
    with transaction.atomic():
        note(world, case)
        transaction.set_rollback(True)
    note(world, case, "Once more")
    until(lambda: len(carl.told) == before + 1, "the next news, and none of what was undone")


def test_what_stands_on_many_pages_has_every_page_look_for_itself(served: Served, world: House) -> None:
    """A note left for the next shift, a job, a view, a renamed team or person: who looks at a page sees it at once."""
    heard = listener(served, "tess")
    sana, team = world.persons["sana"], world.support
    job = jobs.JobForm("J-77", "Door jams", world.clock.now(), technician=str(world.persons["tess"].id))
    team_form = TeamForm("Lift support, first line", 2, "", (str(world.persons["dora"].id),))
    for what, change in {
        "a note for the next shift": lambda: send(signed_in("carl"), "/hand-over", text="The museum rings"),
        "a job": lambda: jobs.keep_job(job, world.job.asset),
        "a shared view": lambda: desk.keep_view(ViewForm("Night", "show=open", shared=True), by=world.actor("carl")),
        "a team's name": lambda: people.keep_team(team_form, team_id=str(team.id)),
        "a person's name": lambda: people.keep_person(
            PersonForm("Sana Ali", "sana@example.org", (Role.SPECIALIST,)), person_id=str(sana.id)
        ),
    }.items():
        before = len(heard.told)
        change()
        until(lambda seen=before: "*" in heard.told[seen:], what)
    before = len(heard.told)
    people.keep_team(team_form, team_id=str(team.id))
    note(world, case := world.raised())
    until(lambda seen=before: f"case:{case}" in heard.told[seen:], "the case")
    assert "*" not in heard.told[before:], "saving what is so already concerns nobody"


def test_a_stranger_hears_of_no_case_that_he_may_not_know(served: Served, world: House) -> None:
    tom, tess, dora, carl = (listener(served, name) for name in ("tom", "tess", "dora", "carl"))
    case = world.raised()
    until(lambda: tess.told and carl.told, "whoever raised it, and who sees all, hear of it")
    signed_in("carl").post(f"/cases/{case}/here", {"page": "11111111-1111-4111-8111-111111111111"})
    until(lambda: f"looking:{case}" in tess.told, "who looks at it too")
    assert signed_in("tom").get(f"/cases/{case}").status_code == 404
    cases.offer([case], cases.NewOffer(str(world.support.id)), **world.once("carl"))
    until(lambda: dora.told == [f"case:{case}"], "whoever is offered it hears of it")
    world.offer(case)
    until(lambda: len(dora.told) >= 2, "who loses it hears so, for it to go from his list")
    heard = len(dora.told)
    note(world, case)
    until(lambda: carl.told.count(f"case:{case}") >= 4, "the others hear of the note")
    until(lambda: tess.told.count(f"case:{case}") >= 4, "and she")
    assert len(dora.told) == heard
    assert tom.told == []


def test_who_had_a_case_on_his_list_before_he_began_to_listen_hears_that_it_left(served: Served, world: House) -> None:
    case = world.raised()
    cases.offer([case], cases.NewOffer(str(world.support.id)), **world.once("carl"))
    dora = listener(served, "dora")
    world.offer(case)
    until(lambda: dora.told == [f"case:{case}"], "it left")


def test_a_burst_is_sorted_at_once(served: Served, world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tess, tom, asked = listener(served, "tess"), listener(served, "tom"), []
    sort = queries.in_sight
    monkeypatch.setattr(queries, "in_sight", lambda *sorted_: asked.append(1) or sort(*sorted_))
    case = world.raised()
    with transaction.atomic():
        for number in range(20):
            note(world, case, f"Note {number}")
            announce(f"case:{uuid4()}", f"case:{number}", "case:", "anything")
    until(lambda: f"case:{case}" in tess.told, "the news")
    assert (tom.told, set(tess.told)) == ([], {f"case:{case}"})
    assert len(asked) < 20


def test_who_joins_a_team_or_a_role_has_a_stream_of_his_new_sight(served: Served, world: House) -> None:
    tom = listener(served, "tom")
    judge(served)
    assert not tom.ended.is_set()
    people.keep_team(TeamForm("Lift support", 2, "", (str(world.persons["tom"].id),)), team_id=str(world.support.id))
    judge(served)
    assert tom.ended.wait(5), "the browser comes back to a new one"


def test_nobody_hears_anything_without_a_session_or_a_link_that_holds(served: Served, world: House) -> None:
    case = world.raised()
    link = link_of(world, "cleo", case).removeprefix("/c/")
    for hostile in ("", "sessionid=x", f"sessionid={'9' * 4000}", "sessionid='--", 'sessionid="\\000"'):
        assert Listener(served.port, hostile).open().status == 401, hostile
    carl = cookie(signed_in("carl"))
    for broken in (link[:-1], link + "x", "x", "%00", "%ff"):
        assert Listener(served.port, carl, f"/live?link={broken}").open().status == 401, broken
    assert Listener(served.port, carl).open("POST").status == 405
    world.clock.advance(timedelta(days=91))
    assert Listener(served.port, address=f"/live?link={link}").open().status == 401, "the link is too old"


def test_cleo_hears_of_her_case_alone_and_otto_nothing_of_it(served: Served, world: House) -> None:
    hers, other = world.raised(), world.raised(job=str(world.otto_job.id))
    cleo, otto = by_link(served, world, "cleo", hers), by_link(served, world, "otto", other)
    wrong = by_link(served, world, "otto", hers)
    third = world.raised()
    for case in (hers, other, third):
        note(world, case)
    signed_in("carl").post(f"/cases/{hers}/here", {"page": "11111111-1111-4111-8111-111111111111"})
    note(world, hers, "The last word")
    until(lambda: len(cleo.told) >= 2 and otto.told, "the news")
    assert set(cleo.told) == {f"case:{hers}"}
    assert set(otto.told) == {f"case:{other}"}
    assert wrong.told == [], "a link of Otto's to Cleo's case opens nothing"


@pytest.mark.parametrize("end", ["sign-out", "inactive", "password", "expiry"])
def test_a_stream_ends_with_its_session(served: Served, world: House, end: str) -> None:
    client = signed_in("sana")
    sana, carl = Listener(served.port, cookie(client)).open(), listener(served)
    kept = Listener(served.port, cookie(client)).open()
    judge(served)
    assert not sana.ended.is_set()
    if end == "sign-out":
        client.post("/sign-out")
    elif end == "inactive":
        form = PersonForm("Sana", "sana@example.org", (Role.SPECIALIST,), active=False)
        people.keep_person(form, person_id=str(world.persons["sana"].id))
    elif end == "password":
        people.change_password(
            person_id=str(world.persons["sana"].id), old="correct horse battery", new="another horse battery"
        )
    else:
        Session.objects.update(expire_date=world.clock.now())
    judge(served)
    assert sana.ended.wait(5)
    assert kept.ended.wait(5)
    assert carl.ended.wait(5 if end == "expiry" else 0) is (end == "expiry")
    until(lambda: len(served.streams.hub.streams) == (0 if end == "expiry" else 1), "no stream is left over")


def test_streams_are_judged_at_least_every_fifteen_seconds_and_a_quiet_one_says_that_it_lives(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stream.BEAT <= 15
    monkeypatch.setattr(stream, "BEAT", 0.1)
    carl = listener(served)
    until(lambda: carl.beats >= 2, "two beats")
    assert carl.told == []


def test_a_revoked_link_ends_its_stream(served: Served, world: House) -> None:
    case = world.raised()
    cleo = by_link(served, world, "cleo", case)
    people.revoke_links(contact_id=str(world.cleo.id))
    judge(served)
    assert cleo.ended.wait(5)


def test_a_database_that_hangs_up_is_asked_again_and_every_page_looks_for_itself(served: Served, world: House) -> None:
    case, carl = world.raised(), listener(served)
    for _twice in range(2):
        before = len(carl.told)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query ~ '^LISTEN'"
            )
        note(world, case, "Said while nobody listened")
        until(lambda seen=before: "*" in carl.told[seen:], "everybody looks")
    note(world, case, "Said again")
    until(lambda: carl.told[-1] == f"case:{case}", "the next news")
    assert not carl.ended.is_set()


def test_a_server_that_stops_ends_its_streams_and_the_next_one_serves_again(served: Served, world: House) -> None:
    carl = listener(served)
    served.stop()
    assert carl.ended.wait(5)
    served.start()
    again = Listener(served.port, carl.cookie).open()
    until(lambda: listening() == 1, "the next one listens")
    case = world.raised()
    until(lambda: f"case:{case}" in again.told, "the news")


def test_who_hangs_up_is_forgotten(served: Served) -> None:
    many = [listener(served) for _ in range(5)]
    until(lambda: len(served.streams.hub.streams) == 5, "five")
    for one in many:
        one.close()
    until(lambda: not served.streams.hub.streams, "none")


def test_a_reader_who_takes_nothing_costs_no_memory() -> None:
    async def filled() -> list[str]:
        slow = Stream()
        for number in range(100_000):
            slow.tell([f"case:{number}"])
        return await slow.next(1)

    assert asyncio.run(filled()) == ["*"]


def test_pages_are_as_they_were_beside_the_stream(served: Served, world: House) -> None:
    browser = Browser(served.address).sign_in("carl@example.org", "correct horse battery")
    assert browser.get("/nothing-here")[0] == 404
    assert browser.get("/%ff%fe")[0] == 400
    assert browser.get("/live/")[0] == 404
    assert b"color-scheme" in browser.bytes("/static/look/css/tokens.css")
    with urlopen(Request(f"{served.address}/sign-in", method="HEAD")) as head:
        assert (head.status, head.read(), int(head.headers["Content-Length"]) > 1000) == (200, b"", True)
    page, status = Browser(served.address), 422
    assert page.send("/sign-in", email="carl@example.org", password="wrong")[0] == status
    assert FailedSignIn.objects.get().place == "127.0.0.1"


def test_photos_of_many_megabytes_arrive_whole(served: Served, world: House) -> None:
    browser = Browser(served.address).sign_in("tess@example.org", "correct horse battery")
    page = browser.get(f"/jobs/{world.job.id}/raise")[1]
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    photos = [encoded(quarters(width)) + bytes(MOST_BYTES - 20_000) for width in (80, 90, 100)]
    parts = [b'name="csrfmiddlewaretoken"\r\n\r\n' + token.encode(), b'name="key"\r\n\r\n' + b"a" * 32]
    parts += [b'name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + photo for photo in photos]
    body = b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--b--\r\n"
    asked = Request(f"{served.address}/photos", body, {"Content-Type": "multipart/form-data; boundary=b"})
    assert browser.ask(asked) == (200, "")
    kept = evidence.of_form("a" * 32, world.actor("tess"))
    assert {photo.sha256 for photo in kept} == {hashlib.sha256(photo).hexdigest() for photo in photos}
