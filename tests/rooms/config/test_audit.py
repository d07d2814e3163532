"""The page that says whether anybody was forgotten: every figure leads to its cases."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.channels.delivery import Post
from backline.config.cli import worker_duties
from backline.engine import health, loop
from backline.engine.duties.audit import Audit
from backline.engine.duties.deliver import Deliver
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House


def asked(house: House) -> str:
    """What Max reads after the auditor's next turn; every case that is named there opens."""
    loop.tick(Deliver(Post(dict)), house.clock)
    loop.tick(Audit(""), house.clock)
    max_ = signed_in("max")
    page = max_.get("/audit")
    for case in Case.objects.all():
        if str(case) in page.content.decode():
            assert f'href="/cases/{case.id}"' in page.content.decode()
            assert max_.get(f"/cases/{case.id}").status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", words(page)).split())


def test_before_the_auditor_asked_and_when_it_sleeps(house: House) -> None:
    assert "The auditor has not asked yet." in words(signed_in("max").get("/audit"))
    assert "these figures are old" in words(signed_in("max").get("/audit"))
    assert "these figures are old" not in asked(house)
    house.clock.advance(timedelta(minutes=3))
    assert "these figures are old" in words(signed_in("max").get("/audit"))
    assert "The auditor does not go over the cases." in words(signed_in("ada").get("/health"))


def test_a_house_in_which_everybody_was_told(house: House) -> None:
    house.raised()
    house.tick()
    said = asked(house)
    assert "Lost: 0 of 3" in said
    assert "Nobody was forgotten, told twice or told too early." in said
    assert "Whoever was told was told within a minute." in said
    assert "not sent No address is set: BACKLINE_HEARTBEAT_URL." in said
    assert "Delay of the engine now 0 seconds" in said
    assert "Asks of every case whether anybody was forgotten" in words(signed_in("ada").get("/health"))


def test_what_waits_is_red_and_names_its_case_and_its_clock(house: House) -> None:
    forgotten, late = house.raised(), house.raised()
    house.clock.advance(timedelta(minutes=5))
    Alarm.objects.filter(case_id=forgotten).delete()
    house.tick()
    said = asked(house)
    one, other = (str(Case.objects.get(id=case)) for case in (forgotten, late))
    assert "Lost: 1 of" in said
    assert "2 effects or cases wait for somebody who does not come." in said
    assert f"{one} Lost Route it" in said
    assert f"{one} In silence No alarm comes in time" in said
    assert f"{other} Told late, 300 s Route it" in said


def test_to_and_fro_and_leases_that_end_soon(house: House) -> None:
    there_and_back = house.raised()
    for team in (house.specialists, house.support, house.specialists, house.support):
        cases.offer([there_and_back], cases.NewOffer(str(team.id)), **house.once("carl"))
    leased = house.working()
    given_back = house.raised()
    for _time in range(2):
        house.offer(given_back)
        cases.bounce([given_back], why="Not my trade", **house.once("sana"))
    house.offer(given_back, "lena")
    house.until(house.clock.now() + timedelta(minutes=31))
    said = asked(house)
    assert f"{Case.objects.get(id=given_back)} To and fro 2 times" in said, "to the same person and to his team"
    assert f"{Case.objects.get(id=there_and_back)} To and fro 2 times" in said
    assert f"{Case.objects.get(id=leased)} Sana The lift stands still" in said
    assert "Leases that end within half an hour 1" in said


def test_the_page_of_managers_says_it_in_a_line_that_leads_to_the_cases(house: House) -> None:
    max_ = signed_in("max")
    assert "The auditor has not asked yet." in words(max_.get("/manager"))
    there_and_back = house.raised()
    for team in (house.specialists, house.support, house.specialists, house.support):
        cases.offer([there_and_back], cases.NewOffer(str(team.id)), **house.once("carl"))
    house.working()
    house.until(house.clock.now() + timedelta(minutes=31))
    asked(house)
    page = words(max_.get("/manager"))
    assert re.search(r'<a href="/audit">Lost: 0 of \d+</a>', page)
    assert '<a href="/audit">Delay of the engine: 0 seconds</a>' in page
    assert '<a href="/audit#returned">Came back to a team that had it: 1</a>' in page
    assert '<a href="/audit#leases">Leases that end within half an hour: 1</a>' in page
    assert "figures are old" not in page
    others = [*(signed_in(name) for name in ("carl", "sana", "tess", "ada")), Client()]
    assert [other.get("/manager").status_code for other in others] == [403, 403, 403, 403, 302]


def test_what_is_lost_late_or_not_asked_any_more_is_marked_on_the_page_of_managers(house: House) -> None:
    forgotten = house.raised()
    house.raised()
    house.clock.advance(timedelta(minutes=5))
    Alarm.objects.filter(case_id=forgotten).delete()
    loop.tick(Audit(""), house.clock)
    page = " ".join(re.sub("(?s)<svg.*?</svg>", "", words(signed_in("max").get("/manager"))).split())
    for said in (r"Lost: [1-9] of \d+", "In silence: [1-9]", "Delay of the engine: 300 seconds"):
        assert re.search(rf'<span class="badge badge-red"> ?<a href="/audit">{said}</a>', page), said
    house.clock.advance(timedelta(minutes=3))
    assert "The auditor sleeps, so its figures are old" in words(signed_in("max").get("/manager"))


def test_each_duty_is_said_in_a_sentence_and_not_by_its_name(house: House) -> None:
    names = {duty.NAME: duty.EVERY for duty in (*worker_duties(), Audit(""))}
    for name, every in names.items():
        health.beat(name, done=0, every=every, at=house.clock.now())
    page = signed_in("ada").get("/health").content.decode()
    _before, _heading, shown = page.partition("Duties of the worker and the auditor")
    said = re.findall('<span class="strong">(.*?)</span>', shown)
    assert len(said) == len(set(said)) == len(names)
    assert not names.keys() & set(said)
