"""Where people of the organisation are reached: added, proved by a code, found dead, and whom that is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.models import Notice
from backline.core.words import Danger, Impact, Role, Urgency
from backline.desk import welcome
from backline.engine import loop
from backline.engine.duties.unreachable import Unreachable
from backline.people import operations as people
from backline.people.models import Address, AddressCode, AddressKind
from backline.people.operations import Invalid, PersonForm
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, text, words
from tests.fakes.house import PASSWORD, House
from tests.fakes.post import deliver
from tests.fakes.shifts import in_berlin
from tests.fakes.smtp import MailServer, Mode

PAGE, HOME, DESK = "/account/addresses", "sana@home.example", "sana@example.org"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def added(house: House, value: str = HOME, *, name: str = "sana", proved: bool = False) -> Address:
    """Somebody has one more address."""
    found = people.add_address(AddressKind.EMAIL, value, by=house.actor(name))
    if proved:
        people.proved_by_letter(str(house.persons[name].id), value, at=house.clock.now())
    return found


def sent_code() -> str:
    """The code of the letter that was sent last."""
    return re.findall(r"is (\d{6})\. It counts", Notice.objects.filter(kind="address.code").latest("queued_at").body)[0]


def delivered(house: House, server: MailServer) -> None:
    """The worker hands over what is due, until nothing is."""
    sender = SmtpSender(parse(server.url), origin("backline@lifts.example"), timeout=5)
    while deliver(at=house.clock.now(), sender=sender, limit=50):
        pass


def stands(value: str = HOME) -> tuple[bool, bool]:
    """Whether an address is proved, and whether it is dead."""
    found = Address.objects.get(value=value)
    return found.proved_at is not None, found.dead_at is not None


def test_an_address_is_proved_by_the_newest_code_in_time_with_few_tries_and_by_its_owner_alone(house: House) -> None:
    sana, dora = signed_in("sana"), signed_in("dora")
    assert sana.post(PAGE, {"kind": "EMAIL", "value": " Sana@Home.example "}).status_code == 302
    place = f"{PAGE}/{Address.objects.get(value=HOME).id}"
    assert "The code that you got" not in text(sana.get(PAGE))
    assert sana.post(f"{place}/send").status_code == sana.post(f"{place}/send").status_code == 302
    assert "The code that you got" in text(sana.get(PAGE))
    [letter] = Notice.objects.filter(kind="address.code")
    code = sent_code()
    assert (letter.address, code in letter.subject) == (HOME, False)
    assert code not in words(signed_in("carl").get("/outgoing")), "who looks into the outbox proves nothing by it"
    codes = {"code": code}
    assert [dora.post(f"{place}/{what}", codes).status_code for what in ("send", "prove")] == [403, 404]
    assert {dora.post(f"{place}/{what}").status_code for what in ("first", "remove")} == {302}
    assert (Address.objects.get(value=HOME).place, stands()) == (1, (False, False)), "Dora moves nothing of hers"
    for _time in range(5):
        assert sana.post(f"{place}/prove", {"code": "x"}).status_code == 422
    assert "does not count any more" in words(sana.post(f"{place}/prove", codes))
    house.clock.advance(2 * MINUTE)
    added(house, HOME, name="dora")
    dora.post(f"{PAGE}/{Address.objects.get(person__email='dora@example.org', value=HOME).id}/send")
    hers = {"code": sent_code()}
    house.clock.advance(MINUTE)
    sana.post(f"{place}/send")
    for wrong in (codes, hers):
        assert "not the newest code that was sent" in words(sana.post(f"{place}/prove", wrong))
    right = {"code": sent_code()}
    house.clock.advance(15 * MINUTE)
    assert "has ended" in words(sana.post(f"{place}/prove", right))
    house.clock.advance(-MINUTE)
    assert sana.post(f"{place}/prove", {"code": f" {right['code'][:3]} {right['code'][3:]} "}).status_code == 302
    mine = Address.objects.get(person__email=DESK, value=HOME)
    assert mine.proved_at == house.clock.now()
    assert Address.objects.get(person__email="dora@example.org", value=HOME).proved_at is None
    people.address_is_dead(str(mine.person_id), HOME, why="550", at=house.clock.now())
    assert sana.post(f"{place}/prove", right).status_code == 422, "a code is used once"


def test_codes_are_few_whatever_is_taken_away_and_added_again(house: House) -> None:
    sana, refused = signed_in("sana"), 0
    for _time in range(6):
        place = f"{PAGE}/{added(house).id}"
        refused += "Many codes were sent" in words(sana.post(f"{place}/send", follow=True))
        sana.post(f"{place}/remove")
        house.clock.advance(2 * MINUTE)
    assert (refused, Notice.objects.filter(kind="address.code").count()) == (3, 3)
    for number in range(9):
        one = str(added(house, f"s{number}@home.example").id)
        sana.post(f"{PAGE}/{one}/send")
        people.remove_address(one, by=house.actor("sana"))
    assert Notice.objects.filter(kind="address.code").count() == 10
    assert AddressCode.objects.count() == 10


def test_taking_away_what_is_somebody_elses_or_gone_says_that_nothing_was_changed(house: House) -> None:
    lenas = Address.objects.get(person__email="lena@example.org")
    gone = added(house).id
    people.remove_address(str(gone), by=house.actor("sana"))
    for address in (lenas.id, gone):
        answer = words(signed_in("sana").post(f"{PAGE}/{address}/remove", follow=True))
        assert "That is not one of your addresses any more. Nothing was changed." in answer
        assert "Nothing goes there any more." not in answer
    assert Address.objects.filter(id=lenas.id).exists()


def at_once(many: int, act: Callable[[], object]) -> list[str]:
    """What comes of the same done by so many at the same moment."""
    gate, said = Barrier(many), []

    def run() -> None:
        try:
            gate.wait()
            act()
            said.append("")
        except Invalid as error:
            said.append(next(iter(error.errors.values())))
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_many_at_once_get_one_code_no_more_guesses_than_one_alone_and_one_proof(
    fresh_database: str, clock: Any
) -> None:
    house = House(clock)
    mine, by, codes = str(added(house).id), house.actor("sana"), []
    at_once(4, lambda: codes.append(people.new_code(mine, by=by, at=clock.now())[1]))
    [code] = filter(None, codes)
    at_once(7, lambda: people.prove_address(mine, "none", by=by, at=clock.now()))
    with pytest.raises(Invalid):
        people.prove_address(mine, code, by=by, at=clock.now())
    clock.advance(2 * MINUTE)
    code = people.new_code(mine, by=by, at=clock.now())[1]
    assert at_once(3, lambda: people.prove_address(mine, code, by=by, at=clock.now())) == ["", "", ""]
    assert stands() == (True, False)
    with pytest.raises(PermissionDenied):
        people.prove_address(mine, code, by=house.actor("dora"), at=clock.now())


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("EMAIL", "nobody", "such as sana@example.org"),
        ("EMAIL", "sana@xn--nxasmq6b.example\0", "cannot be kept"),
        ("MOBILE", "+49 30 901820", "This is a landline, which gets no text messages"),
        ("LANDLINE", "+49 1512 3456789", "This is a mobile number"),
        ("LANDLINE", "+49 900 1234567", "Nobody is reached by a number like this"),
        ("MOBILE", "01512 3456789", "with its country"),
        ("MOBILE", "+49 1512 3456789 ext 5", "with its country"),
        ("MOBILE", "+" + "9" * 250, "with its country"),
        ("FAX", "+49 30 901820", "Choose one of these"),
    ],
)
def test_what_is_no_address_of_that_kind_is_said_where_it_is_entered(
    house: House, kind: str, typed: str, said: str
) -> None:
    page = signed_in("sana").post(PAGE, {"kind": kind, "value": typed})
    assert page.status_code == 422
    assert said in text(page)
    assert typed.strip("\0") in words(page), "what was typed stands in the field"
    assert Address.objects.filter(person__email=DESK).count() == 1


def test_a_number_is_kept_as_dialled_from_anywhere_once_and_gets_nothing_yet(house: House) -> None:
    sana = signed_in("sana")
    for typed in ("+49 (1512) 345-6789", "+4915123456789"):
        assert sana.post(PAGE, {"kind": "MOBILE", "value": typed}).status_code == 302
    sana.post(PAGE, {"kind": "LANDLINE", "value": "+49 30 901820"})
    mobile, line = Address.objects.filter(person__email=DESK).exclude(kind="EMAIL").order_by("place")
    assert (mobile.value, line.value) == ("+4915123456789", "+4930901820")
    page = text(sana.get(PAGE))
    assert "+49 1512 3456789 mobile" in page
    assert "+49 30 901820 landline, gets no text messages" in page
    assert "Nothing goes to a number yet: neither text messages nor calls" in text(
        sana.post(f"{PAGE}/{mobile.id}/send", follow=True)
    )
    sana.post(f"{PAGE}/test")
    assert {one.address for one in Notice.objects.filter(kind="address.test")} == {DESK}


def test_letters_go_to_what_is_proved_and_nobody_adds_an_unproved_stranger_before_the_desk(house: House) -> None:
    sana, home = signed_in("sana"), added(house)
    sana.post(f"{PAGE}/{home.id}/first")
    case = house.raised()
    house.offer(case)
    house.tick()
    letter = Notice.objects.filter(recipient_name="Sana").latest("queued_at")
    assert (letter.address, letter.address_stands) == (DESK, "UNPROVED")
    assert "not proved: there was no better address" in words(signed_in("carl").get("/outgoing"))
    people.proved_by_letter(str(home.person_id), HOME, at=house.clock.now())
    house.clock.advance(5 * MINUTE)
    house.tick()
    letter = Notice.objects.filter(recipient_name="Sana").latest("queued_at")
    assert (letter.address, letter.address_stands) == (HOME, "")
    assert {one.address for one in Notice.objects.filter(recipient_name="Cleo")} == {"cleo@example.net"}
    assert "You sign in with this address" in text(
        sana.post(f"{PAGE}/{Address.objects.get(value=DESK).id}/remove", follow=True)
    )


def test_where_nobody_is_the_letter_goes_on_and_its_owner_and_who_can_mend_it_hear(house: House) -> None:
    added(house, proved=True)
    people.proved_by_letter(str(house.persons["sana"].id), DESK, at=house.clock.now())
    case = house.raised()
    house.offer(case)
    house.tick()
    with MailServer(now=house.clock.now, mode_of={DESK: Mode.REFUSE, "carl@example.org": Mode.REFUSE_TEXT}) as server:
        delivered(house, server)
        assert len(server.to(HOME)) == 1
    [letter] = house.letters("Sana")
    assert (letter.state, letter.address, len(letter.receipts)) == ("HANDED", HOME, 2)
    assert (stands(DESK), stands("carl@example.org")) == ((True, True), (False, False)), "a text that is not wanted"
    seen = f"Nothing arrives at {DESK} any more"
    assert [seen in text(signed_in(name).get("/on-call")) for name in ("sana", "carl", "max")] == [True, False, False]
    duty = Unreachable()
    for each in (duty, Unreachable(), duty):
        assert loop.tick(each, house.clock) == 0
    told = {one.recipient_name: one.subject for one in Notice.objects.filter(kind="address.dead")}
    assert told == {
        "Sana": f"Letters to {DESK} do not arrive any more",
        "Max": f"Letters to Sana do not arrive at {DESK}",
        "Ada": f"Letters to Sana do not arrive at {DESK}",
    }
    assert house.letters("Sana")[-1].address == HOME
    with MailServer(now=house.clock.now, mode=Mode.REFUSE) as server:
        house.clock.advance(5 * MINUTE)
        house.tick()
        loop.tick(duty, house.clock)  # looks at the moment at which it dies, and a little too early
        delivered(house, server)
    assert stands() == (True, True)
    for _minute in range(4):
        house.clock.advance(MINUTE)
        loop.tick(duty, house.clock)
    told_of_home = Notice.objects.filter(kind="address.dead", subject=f"Letters to Sana do not arrive at {HOME}")
    assert sorted(one.recipient_name for one in told_of_home) == ["Ada", "Max"]
    with CaptureQueriesContext(connection) as asked:
        assert duty.run(house.clock.now()) == 0
    assert len(asked) == 1, "what it told of is not written again"
    house.offer(house.raised())
    house.tick()
    last = Notice.objects.filter(recipient_name="Sana", kind__startswith="rung.").latest("queued_at")
    assert (last.address, last.address_stands, last.state) == (DESK, "DEAD", "QUEUED"), "trying beats silence"
    people.proved_by_letter(str(house.persons["sana"].id), DESK, at=house.clock.now())
    assert "Nothing arrives at" in text(signed_in("sana").get("/on-call")), "the other one is dead yet"


def test_the_chain_is_tested_by_a_letter_to_each_address_and_heard_by_a_button(house: House) -> None:
    sana, nobody = signed_in("sana"), Client(raise_request_exception=False)
    home = added(house, proved=True)
    people.address_is_dead(str(home.person_id), HOME, why="550", at=house.clock.now())
    added(house, "stranger@home.example")
    assert sana.post(f"{PAGE}/test").status_code == 302
    assert "You had this tested a moment ago" in text(sana.post(f"{PAGE}/test", follow=True))
    assert text(sana.get(PAGE)).count("Last test: To be sent now") == 2
    with MailServer(now=house.clock.now) as server:
        delivered(house, server)
        [mail], [other] = server.to(HOME), server.to(DESK)
        assert server.to("stranger@home.example") == [], "whoever is there would prove it as hers"
    assert mail.subject.startswith("Test:")
    link, others = (re.findall(r"https?://[^/]+(/got-it/\S+)", one.text)[0] for one in (mail, other))
    assert link not in words(signed_in("carl").get("/outgoing"))
    house.clock.advance(3 * MINUTE)
    assert text(sana.get(PAGE)).count("Handed over 3 min ago") == 2
    assert "I got it" in text(nobody.get(link))
    assert (stands(), stands(DESK)) == ((True, True), (False, False)), "what looks into letters opens links"
    assert nobody.post(link[:-1]).status_code == 404
    assert "it is proved" in text(nobody.post(link))
    assert (stands(), stands(DESK)) == ((True, False), (False, False))
    assert "You got it" in text(sana.get(PAGE))
    people.address_is_dead(str(home.person_id), HOME, why="550", at=house.clock.now())
    nobody.post(link)
    assert stands() == (True, True), "the same letter proves nothing again"
    people.remove_address(str(home.id), by=house.actor("sana"))
    assert nobody.post(link).status_code == 410
    house.clock.advance(timedelta(days=1))
    assert (nobody.post(others).status_code, stands(DESK)) == (410, (False, False))
    assert house.letters("Otto") == []


def test_what_can_wait_waits_for_the_end_of_quiet_hours_and_rungs_and_danger_do_not(house: House) -> None:
    in_berlin(house)
    sana = signed_in("sana")
    assert sana.post(f"{PAGE}/quiet", {"quiet_from": "22:00", "quiet_to": ""}).status_code == 422
    assert sana.post(f"{PAGE}/quiet", {"quiet_from": "22:00", "quiet_to": "22:00"}).status_code == 422
    assert sana.post(f"{PAGE}/quiet", {"quiet_from": "22:00", "quiet_to": "06:30"}).status_code == 302
    calm, bad = house.raised(), house.raised(danger=Danger.RISK)
    for case in (calm, bad):
        house.offer(case), house.accept(case, minutes=120)
    house.clock.at = FRIDAY + 4 * HOUR
    house.offer(house.raised())
    for case in (calm, bad):
        cases.change_priority([case], impact=Impact.LOW, urgency=Urgency.LOW, why="One unit", **house.once("carl"))
    house.tick()
    letters = Notice.objects.filter(recipient_name="Sana", queued_at=house.clock.now())
    held = {(one.kind.partition(".")[0], str(one.case_id) == bad): one.not_before for one in letters}
    assert held[("news", False)] == FRIDAY + 11.5 * HOUR
    assert held[("news", True)] is None
    assert {moment for (kind, _bad), moment in held.items() if kind == "rung"} == {None}


def test_who_chose_a_password_by_a_letter_has_proved_where_it_went_and_another_address_is_another(house: House) -> None:
    dora = house.persons["dora"]
    entered = PersonForm("Dora", "dora@else.example", (Role.SPECIALIST,))
    people.keep_person(entered, person_id=str(dora.id))
    assert [one.value for one in Address.objects.filter(person=dora)] == ["dora@else.example"]
    dora.refresh_from_db()
    shown = welcome.link(dora, at=house.clock.now()).removeprefix("http://testserver")
    assert Client().post(shown, {"new": PASSWORD}).status_code == 302
    assert stands("dora@else.example") == (False, False), "a link that was handed over says nothing of an address"
    dora.refresh_from_db()
    welcome.send([dora], by="ada", at=house.clock.now(), key="k")
    [letter] = Notice.objects.filter(kind="person.link")
    [link] = re.findall(r"https?://[^/]+(/welcome/\S+)", letter.body)
    assert Client().post(link, {"new": f"another {PASSWORD}"}).status_code == 302
    assert stands("dora@else.example") == (True, False)
    people.keep_person(entered, person_id=str(dora.id))
    assert stands("dora@else.example") == (True, False), "the same address stays proved"
    people.keep_person(PersonForm("Dora", "dora@example.org", (Role.SPECIALIST,)), person_id=str(dora.id))
    assert [(one.value, one.proved_at) for one in Address.objects.filter(person=dora)] == [("dora@example.org", None)]
