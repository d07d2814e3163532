"""Whom letters reach and who may do what: an address that is dead, a certificate that nobody holds, a rung in vain."""

from __future__ import annotations

from datetime import timedelta

from backline.channels import operations as channels
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.notices import Channel
from backline.channels.twilio.account import Account
from backline.core.policy import shipped
from backline.core.words import Impact, Role, Urgency
from backline.engine.duties.readiness import Readiness
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from backline.people.operations import AbilityForm, ExpertiseForm, NeedForm, PersonForm
from backline.policies import file
from tests.fakes.browser import send, signed_in, text
from tests.fakes.clock import SettableClock
from tests.fakes.gateway import ACCOUNT, TOKEN
from tests.fakes.hours import looked, saved
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.shifts import ids
from tests.fakes.smtp import MailServer, Mode

EDIT = "/administration/policies/edit"


def page(name: str) -> str:
    """What somebody reads on the page."""
    return text(signed_in(name).get("/readiness"))


def test_whose_letters_are_refused_for_good_is_said_until_there_is_another_address(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    sana, ada = house.persons["sana"], signed_in("ada")
    said = "Letters to Sana do not arrive, so Sana hears nothing (550 5.1.1 no such mailbox here)"
    place = f"/administration/persons/{sana.id}"
    with MailServer(now=clock.now) as server:

        def written(mode: Mode) -> None:
            server.mode_of = {"sana@example.org": mode, "lena@example.org": Mode.REFUSE_FOR_NOW}
            house.offer(house.raised())
            house.offer(house.raised(), "lena")
            house.tick()
            sender = SmtpSender(parse(server.url), origin("backline@lifts.example"), timeout=5)
            deliver(at=clock.advance(timedelta(minutes=1)), sender=sender, limit=50)

        written(Mode.ACCEPT)
        assert "do not arrive" not in page("ada")
        written(Mode.REFUSE)
        assert said in page("ada")
        assert said in page("carl")
        assert "Letters to Lena" not in page("ada"), "she may hear yet"
    shown = text(ada.get(place))
    assert shown.index("E-mail address") < shown.index(said) < shown.index("Phone")
    Readiness().run(clock.now())
    [letter] = [one for one in house.letters("Ada") if one.kind == "readiness"]
    assert said not in letter.body, "that was told at once"
    Readiness().run(clock.advance(timedelta(days=7)))
    [_first, letter] = [one for one in house.letters("Ada") if one.kind == "readiness"]
    assert said in letter.body
    assert f"http://testserver{place}\n" in letter.body
    pager = {"proved_at": clock.now(), "place": 2, "kind": AddressKind.WEBHOOK, "value": "pager.example (1a2b3c)"}
    Address.objects.create(person=sana, **pager)
    assert said in page("ada"), "webhooks are not switched on"
    channels.switch(Channel.WEBHOOK, is_on=True, by=house.actor("ada"), at=clock.now())
    assert said not in page("ada")
    assert "only what is urgent does, at pager.example (1a2b3c): enter another" in page("ada")
    reached_by_text(house)
    assert said not in page("ada")
    assert "(550 5.1.1 no such mailbox here); only what is urgent does, at +4915112345678: enter another" in page("ada")
    form = {"name": "Sana", "email": "sana@other.example", "zone": "UTC", "roles": "SPECIALIST", "active": "on"}
    assert send(ada, place, **form)["Location"] == "/administration/persons"
    assert said not in page("ada"), "that address is not known to be dead"


def reached_by_text(house: House) -> None:
    """Sana has shown that texts arrive, and texts are sent."""
    sana = house.persons["sana"]
    proved = {"proved_at": house.clock.now(), "place": 1, "kind": AddressKind.MOBILE, "value": "+4915112345678"}
    Address.objects.create(person=sana, **proved)
    account = Account(ACCOUNT, "+4930901820", "http://127.0.0.1:9")
    by = house.actor("ada")
    channels.keep_setup(Channel.SMS, account, TOKEN, is_on=True, by=by, at=house.clock.now())


def test_who_has_not_shown_that_letters_arrive_is_said_until_he_has(house: House) -> None:
    for one in house.persons.values():
        if one.name != "Sana":
            people.proved_by_letter(str(one.id), one.email, at=house.clock.now())
    said = "1 person has not shown that letters arrive, so it is not sure that word comes through: Sana"
    assert said in page("ada")
    people.proved_by_letter(*ids(house, "sana"), "sana@example.org", at=house.clock.now())
    assert "not shown" not in page("ada")


def test_a_certificate_that_some_work_takes_and_nobody_holds_is_said(house: House) -> None:
    skill = str(people.keep_skill("Lift brakes").id)
    people.keep_need(NeedForm(skill, 2, "lift", "E42", certified=True))
    said = "Nobody in a team holds a valid certificate for Lift brakes at level 2, as this takes: lift, E42"
    today = house.clock.now().date()

    def able(name: str, level: int, until: int, since: int = -9) -> None:
        span = {"since": today + timedelta(days=since), "until": today + timedelta(days=until)}
        ability = AbilityForm(skill, level, certified=True, **span)
        people.keep_expertise(ExpertiseForm((ability,)), person_id=ids(house, name)[0])

    able("sana", 1, 9)
    able("dora", 3, -1)
    able("tom", 3, 9)
    assert said in page("ada"), "Sana cannot do it, Dora's has ended, Tom is in no team"
    able("dora", 2, 9, since=1)
    assert said in page("ada"), "hers holds from tomorrow on"
    able("dora", 2, 0, since=0)
    assert said not in page("ada")
    people.keep_person(PersonForm("Dora", "dora@example.org", (Role.SPECIALIST,), active=False),
                       person_id=ids(house, "dora")[0])  # fmt: skip
    assert said in page("ada")


def test_a_rung_that_no_wait_lets_come_is_said_before_it_is_saved_and_afterwards(house: House) -> None:
    ada = signed_in("ada")
    sooner = file.write(shipped()).replace('ACCEPT = { P1 = "15 min"', 'ACCEPT = { P1 = "9 min"')
    typed = {"text": sooner, "why": "Sooner", "effective_at": ""}
    said = "At P1 nobody hears by it: the next rung comes at the same moment, in its place: ladders.ACCEPT.rungs[2]"
    assert said not in page("ada")
    seen = looked(ada, EDIT, **typed)
    assert said in text(seen)
    assert saved(ada, EDIT, seen, **typed).status_code == 302
    assert said in page("ada")
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    house.offer(case)
    house.until(house.clock.now() + timedelta(minutes=6))
    asked = [one for one in house.subjects("Sana") if "Accept" in one]
    assert len(asked) == 1, "the second one is swallowed"
    assert [one for one in house.subjects("Lena") if "Accept" in one], "by that of the team"
