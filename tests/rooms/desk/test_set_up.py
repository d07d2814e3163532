"""Setting up: the checklist says what is missing, each step can be tried, who is new chooses a password by a link."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from backline.cases.models import Case
from backline.channels import queries as channels
from backline.channels.models import Notice
from backline.config.checks import problems
from backline.core.routing import RoutingRule as Rule
from backline.core.words import Danger, Impact, Priority, Role, Urgency
from backline.desk import welcome
from backline.jobs.models import Job, Site
from backline.ledger.models import Event
from backline.people import operations as people
from backline.people.models import Person, Team
from backline.policies import operations as policies
from backline.policies.models import RoutingRule
from backline.readiness.queries import lacks
from tests.fakes.browser import key_in, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import PASSWORD, House

CHOSEN = "a long enough one"


def nora(house: House) -> Person:
    """Somebody new, without a password."""
    form = people.PersonForm("Nora", "nora@example.org", (Role.SPECIALIST,))
    person = people.keep_person(form)
    house.persons["nora"] = person
    return person


def link_in(text: str) -> str:
    found = re.search(r"(/welcome/[\w:.-]+)", text)
    assert found, text
    return found.group(1)


def step(page: str, title: str) -> str:
    """One step of the checklist, as it is shown."""
    return page[page.index(f">{title}</a><span") :].partition("</li>\n")[0]


def test_the_checklist_says_what_is_done_what_is_missing_and_where_to_mend_it(house: House) -> None:
    ada = signed_in("ada")
    page = words(ada.get("/administration/"))
    assert "No mail server is set up" in step(page, "Mail")
    assert "Team Lift support has no active lead, so the coordinators hear" in step(page, "Teams")
    for title in ("People", "Sites", "Jobs", "Routing"):
        assert "done" in step(page, title)
    assert "No case was raised yet." in step(page, "Try it")
    nora(house)
    Site.objects.create(reference="BARE", customer=house.job.site.customer, name="Bare")
    RoutingRule.objects.all().delete()
    page = words(ada.get("/administration/"))
    assert "1 person has not chosen a password yet: Nora" in step(page, "People")
    assert "No contact with an address is known for 1 site: BARE" in step(page, "Sites")
    assert "No asset is known at 1 site: BARE" in step(page, "Sites")
    assert "no team is suggested for any case" in step(page, "Routing")
    gaps = words(ada.get("/administration/try/sites"))
    assert gaps.count("BARE") == 2
    assert "LIB-1" not in gaps


def test_check_says_where_to_mend_what_is_missing(house: House) -> None:
    said = "Team Lift support has no active lead, so the coordinators hear instead of the lead. Mend it here: "
    assert f"{said}http://testserver/administration/teams/{house.support.id}" in problems(lacks(house.clock.now()))


def test_routing_is_done_once_every_case_of_every_kind_of_asset_finds_a_team(house: House) -> None:
    ada, rules = signed_in("ada"), RoutingRule.objects
    rules.all().delete()
    team = str(house.support.id)
    policies.keep_rule(Rule(str(uuid4()), 10, team, priority=Priority.P1))
    said = "Routing rules fit only some cases of these kinds of assets, and suggest no team for others: lift"
    assert said in step(words(ada.get("/administration/")), "Routing")
    for priority in list(Priority)[1:]:
        policies.keep_rule(Rule(str(uuid4()), 10, team, asset_type="lift", priority=priority))
    assert "done" in step(words(ada.get("/administration/")), "Routing")
    rules.filter(priority="P1").update(site=house.job.site.id)
    assert said in step(words(ada.get("/administration/")), "Routing")


def test_without_a_job_or_a_technician_nothing_is_set_up_and_with_one_added_here_a_case_is_raised(house: House) -> None:
    Job.objects.all().delete()
    ada, tess = signed_in("ada"), house.persons["tess"]
    for name in ("tess", "tom"):
        people.keep_person(people.PersonForm(name.title(), f"{name}@example.org", (Role.MANAGER,)),
                           person_id=str(house.persons[name].id))  # fmt: skip
    page = words(ada.get("/administration/"))
    assert "Nobody is a technician" in step(page, "People")
    assert "nobody can raise a case" in step(page, "Jobs")
    assert "backline import jobs FILE" in step(page, "Jobs")
    said = "\n".join(problems(lacks(house.clock.now())))
    assert "http://testserver/administration/jobs" in said
    assert "Nobody is a technician" in said
    people.keep_person(people.PersonForm("Tess", "tess@example.org", (Role.TECHNICIAN,)), person_id=str(tess.id))
    job = {"reference": "J-1", "title": "No light", "place": "LIB-1", "technician": str(tess.id)}
    refused = send(ada, "/administration/jobs/new", **job | {"place": "X"})
    assert (refused.status_code, "There is no asset and no site X." in words(refused)) == (422, True)
    assert send(ada, "/administration/jobs/new", **job).status_code == 302
    kept = Job.objects.get()
    assert (kept.site.reference, kept.asset, kept.opened_at) == ("LIB-1", None, house.clock.now())
    assert "nobody can raise a case" not in words(ada.get("/administration/"))
    browser = signed_in("tess")
    assert "No light" in words(browser.get("/jobs"))
    assert browser.get(f"/jobs/{kept.id}/raise").status_code == 200


def test_a_job_that_is_changed_here_keeps_its_moments_and_whoever_has_it(house: House) -> None:
    ada, job, gone = signed_in("ada"), house.job, house.persons["tom"]
    Job.objects.filter(id=job.id).update(technician=gone, promised_at=job.opened_at + timedelta(hours=4))
    people.keep_person(people.PersonForm("Tom", "tom@example.org", (), active=False), person_id=str(gone.id))
    house.clock.advance(timedelta(hours=1))
    place = f"/administration/jobs/{job.id}"
    entered = {"title": "Lift hums", "place": "LIB-L7", "technician": str(gone.id)}
    assert send(ada, place, **entered).status_code == 302
    now = Job.objects.get(id=job.id)
    assert (now.title, now.technician, now.asset) == ("Lift hums", gone, job.asset)
    assert (now.opened_at, now.promised_at) == (job.opened_at, job.opened_at + timedelta(hours=4))
    taken = send(ada, "/administration/jobs/new", reference="LIB-J1", **entered | {"title": "Other", "technician": ""})
    assert (taken.status_code, "an entry LIB-J1 already" in words(taken)) == (422, True)


def test_the_checklist_folds_away_when_all_is_done(house: House, settings: Any) -> None:
    settings.BACKLINE_SMTP_URL = "smtp://localhost:2525"
    Team.objects.filter(name="Lift support").update(lead=house.persons["dora"])
    house.raised()
    page = words(signed_in("ada").get("/administration/"))
    assert '<details class="panel"><summary>' in page
    assert "Everything that Backline needs is set up." in page
    assert "to do" not in page


def test_who_would_hear_is_said_team_by_team_with_the_roster_of_now(house: House) -> None:
    page = words(signed_in("ada").get("/administration/try/who-hears"))
    for team, names in (("Lift specialists", ("Sana", "Lena", "Max")), ("Lift support", ("Dora", "Carl"))):
        part = page[page.index(f">{team}</h2>") :].partition("</section>")[0]
        assert all(name in part for name in names), part
    people.keep_person(people.PersonForm("Dora", "dora@example.org", (), active=False),
                       person_id=str(house.persons["dora"].id))  # fmt: skip
    page = words(signed_in("ada").get("/administration/try/who-hears"))
    assert "Dora" not in page


def test_a_rule_is_tried_with_an_asset_or_with_a_kind_of_asset(house: House) -> None:
    ada, place = signed_in("ada"), "/administration/try/routing"
    facts = {"reason": "TECHNICAL_LIMIT", "priority": "P2"}
    for about in ({"asset": "LIB-L7"}, {"asset_type": "lift"}):
        page = words(ada.get(place, facts | about))
        assert "Lift specialists</p>" in page
        assert "kind of asset lift" in page
    assert "No rule fits" in words(ada.get(place, facts | {"asset_type": "boiler"}))
    wrong = ada.get(place, facts | {"asset": "X"})
    assert (wrong.status_code, "There is no asset X." in words(wrong)) == (422, True)


WHAT = {"reason": "UNRESOLVED_ON_SITE", "danger": "RISK", "impact": "HIGH", "urgency": "HIGH"}


@pytest.mark.parametrize("about", ["LIB-J1", "LIB-L7"])
def test_a_dry_run_says_what_the_real_case_then_does_and_writes_nothing(house: House, about: str) -> None:
    ada = signed_in("ada")
    page = words(ada.get("/administration/try/case", WHAT | {"about": about}))
    assert (Case.objects.count(), Event.objects.count(), Notice.objects.count()) == (0, 0, 0)
    coming = re.findall(r"</time></span><span>(.+?)</span></li>", page)
    assert len(coming) == 10
    assert "Cleo gets a mail at once" in page
    assert "Lift specialists</p>" in page
    urgent: dict[str, Any] = {"danger": Danger.RISK, "impact": Impact.HIGH, "urgency": Urgency.HIGH}
    view = house.view(house.raised(**urgent))
    real = [one.what for one in view.coming]
    assert coming[: len(real)] == real
    assert view.row.priority == re.findall(r'class="badge badge-\w+">(P\d)</span>', page)[0]


def test_a_dry_run_about_nothing_says_so(house: House) -> None:
    answer = signed_in("ada").get("/administration/try/case", WHAT | {"about": "X"})
    assert answer.status_code == 422
    assert "There is no job and no asset X." in words(answer)
    house.job.site.contacts.clear()
    assert "nobody there hears" in words(signed_in("ada").get("/administration/try/case", WHAT | {"about": "LIB-J1"}))


def test_whoever_is_new_chooses_a_password_by_the_link_in_the_letter_once(house: House) -> None:
    person, ada = nora(house), signed_in("ada")
    key = key_in(ada.get("/administration/"))
    for _ in range(2):
        assert ada.post("/administration/persons/links", {"key": key}).status_code == 302
    letters = Notice.objects.filter(kind="person.link")
    assert [letter.address for letter in letters] == ["nora@example.org"]
    link, browser = link_in(letters[0].body), Client()
    assert "Hello Nora" in words(browser.get(link))
    assert "Use at least 10 characters." in words(browser.post(link, {"new": "short"}))
    assert browser.post(link, {"new": CHOSEN}).status_code == 302
    again = Client().post(link, {"new": "another long one"}, follow=True)
    assert "This link was used" in words(again)
    assert Client().post("/sign-in", {"email": person.email, "password": CHOSEN}).status_code == 302


def test_nobody_reads_the_link_of_another_under_outgoing(house: House) -> None:
    person, ada = nora(house), signed_in("ada")
    place = f"/administration/persons/{person.id}"
    assert ada.post(f"{place}/link", {"key": key_in(ada.get(place))}).status_code == 302
    for name in ("carl", "max", "ada"):
        page = words(signed_in(name).get("/outgoing"))
        assert "Choose your password for Backline" in page
        assert "/welcome/" not in page
        assert "it holds a link that opens an account" in page
    assert all("/welcome/" not in row.body for row in channels.outgoing(limit=50).rows)


def test_a_link_that_is_shown_works_too_and_ends_with_the_week_another_password_or_the_person(house: House) -> None:
    person, ada = nora(house), signed_in("ada")
    place = f"/administration/persons/{person.id}"
    link = link_in(words(ada.post(f"{place}/link", {"show": "1"})))
    assert Client().get(link[:-1]).status_code == 404
    house.clock.advance(welcome.LASTS - timedelta(seconds=1))
    assert "Hello Nora" in words(Client().get(link))
    house.clock.advance(timedelta(seconds=1))
    assert Client().get(link).status_code == 410
    fresh = link_in(words(ada.post(f"{place}/link", {"show": "1"})))
    form = people.PersonForm("Nora", "nora@example.org", (Role.SPECIALIST,), password=PASSWORD)
    people.keep_person(form, person_id=str(person.id))
    assert "This link was used" in words(Client().get(fresh, follow=True))
    last = link_in(words(ada.post(f"{place}/link", {"show": "1"})))
    Person.objects.filter(id=person.id).update(is_active=False)
    assert "This link was used" in words(Client().post(last, {"new": CHOSEN}, follow=True))
    assert ada.post(f"{place}/link", {"show": "1"}).status_code == 404


def test_two_who_use_one_link_at_once_choose_one_password(fresh_database: str, clock: SettableClock) -> None:
    person = nora(House(clock))
    link = link_in(welcome.link(person, at=clock.now()))
    start = Barrier(2)

    def choose(word: str) -> None:
        start.wait()
        assert Client().post(link, {"new": word}).status_code == 302
        connection.close()

    threads = [Thread(target=choose, args=(word,)) for word in (CHOSEN, CHOSEN[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mark = people.password_mark(person)
    person.refresh_from_db()
    with pytest.raises(people.WrongLinkError):
        people.choose_password(person_id=str(person.id), mark=mark, new=PASSWORD)
    assert [person.check_password(word) for word in (CHOSEN, CHOSEN[::-1])].count(True) == 1
