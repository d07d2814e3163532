"""Ada changes the policy: she looks before she saves, what is wrong is named by its line, open cases keep theirs."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client

from backline.calendars.words import ChosenFor
from backline.cases.models import Case
from backline.core.policy import shipped
from backline.core.values import encode
from backline.ledger import queries as ledger
from backline.people import operations as people
from backline.people.operations import TeamForm
from backline.policies import file, models, queries
from tests.fakes.browser import key_in, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen, looked, saved, unseen
from tests.fakes.house import House

EDIT = "/administration/policies/edit"
SHIPPED = file.write(shipped())
SOONER = SHIPPED.replace('TRIAGE = { P1 = "10 min", P2 = "30 min"', 'TRIAGE = { P1 = "10 min", P2 = "20 min"')
TYPED = {"text": f"# Summer\n{SOONER}", "why": "Routing takes too long", "effective_at": ""}


def keep(ada: Client, **typed: Any) -> Any:
    """Looked at, then saved; the answer."""
    sent = TYPED | typed
    return saved(ada, EDIT, looked(ada, EDIT, **sent), **sent)


def triage(case: str) -> datetime:
    """When a case was to be routed."""
    return Case.objects.get(id=case).alarms.get(clock="TRIAGE").due_at


def test_a_version_is_looked_at_saved_and_counts_for_the_cases_raised_from_then_on(house: House) -> None:
    ada, before = signed_in("ada"), house.raised()
    page = looked(ada, EDIT, **TYPED)
    text = words(page)
    assert page.status_code == 200
    assert models.PolicyVersion.objects.count() == 1, "a look saves nothing"
    for said in (
        "Look it over, then save",
        "What is other than in version 1",
        "targets.TRIAGE.P2: 20 min instead of 30 m",
    ):
        assert said in text, said
    done = saved(ada, EDIT, page, **TYPED)
    assert (done.status_code, done["Location"]) == (302, "/administration/policies/2")
    shown = words(ada.get(done["Location"]))
    for said in ("Kept as version 2.", "counts now", "Routing takes too long", "Ada", "# Summer"):
        assert said in shown, said
    house.clock.advance(timedelta(minutes=1))
    after = house.raised()
    assert house.view(before).case.policy != house.view(after).case.policy
    assert {case: house.view(case).case.opened.at for case in (before, after)}
    due = {case: triage(case) - house.view(case).case.opened.at for case in (before, after)}
    assert due == {before: timedelta(minutes=30), after: timedelta(minutes=20)}
    got = ada.get("/administration/policies/2/policy.toml")
    assert got.content.decode() == TYPED["text"], "the file comes back as it was written, remarks and all"
    assert got["Content-Disposition"] == 'attachment; filename="policy-2.toml"'
    drawn = ada.get("/administration/policies/1/policy.toml").content.decode()
    assert drawn.startswith("#:schema http")
    assert file.read(drawn) == shipped()


def told(case: str) -> list[tuple[str, str, timedelta]]:
    """What the ladder of ACCEPT did: which role, whom, and how long after it began."""
    events = ledger.events(case)
    begun = next(event.recorded_at for event in events if event.kind == "case.offered")
    return [
        (event.data["role"], event.data["told"][0], datetime.fromisoformat(event.data["planned_at"]) - begun)
        for event in events
        if event.kind == "rung.reached" and event.data["clock"] == "ACCEPT"
    ]


def test_managers_read_what_they_are_told_by_and_change_nothing(house: House) -> None:
    max_, ada = signed_in("max"), signed_in("ada")
    assert "/administration/policies" in words(max_.get("/manager"))
    for page in ("/administration/policies", "/administration/policies/1"):
        read = words(max_.get(page))
        assert EDIT not in read
        assert set(re.findall(r'href="(/administration[^"]*)"', read)) <= {
            "/administration/policies", "/administration/policies/1", "/administration/policies/1/policy.toml"
        }  # fmt: skip
        assert EDIT in words(ada.get(page))
    assert "Who hears when, if nobody does anything" in words(max_.get("/administration/policies/1"))
    assert max_.get("/administration/policies/1/policy.toml").status_code == 200
    assert max_.get(EDIT).status_code == max_.post(EDIT, {"text": SHIPPED}).status_code == 403
    assert signed_in("carl").get("/administration/policies").status_code == 403


def test_a_running_climb_goes_on_as_it_began_and_a_new_case_climbs_as_the_new_version_says(house: House) -> None:
    ada, begun = signed_in("ada"), house.clock.now()
    before = house.raised()
    house.offer(before)
    house.until(begun + timedelta(minutes=6))
    first, rest = SHIPPED.split("[ladders.PROGRESS]")
    short = first.partition("[ladders.ACCEPT]")[0] + (
        '[ladders.ACCEPT]\nevery = "1 h"\nrungs = [{ tell = "MANAGERS", wait = "2 min" }]\n\n[ladders.PROGRESS]' + rest
    )
    assert keep(ada, text=short).status_code == 302
    after = house.raised()
    house.offer(after)
    house.until(begun + timedelta(minutes=40))
    sana, max_ = str(house.persons["sana"].id), str(house.persons["max"].id)
    assert told(after) == [("MANAGERS", max_, timedelta(minutes=2))]
    assert [one[::2] for one in told(before)] == [
        ("ASSIGNEE", timedelta(0)), ("ASSIGNEE", timedelta(minutes=5)), ("TEAM", timedelta(minutes=15)),
        ("TEAM_LEAD", timedelta(minutes=30)),
    ]  # fmt: skip
    assert told(before)[0][1] == sana


def test_a_version_of_a_later_day_waits_and_the_last_one_saved_for_a_moment_counts(house: House) -> None:
    ada = signed_in("ada")
    assert keep(ada, effective_at="2026-11-23T08:00").status_code == 302
    listed = words(ada.get("/administration/policies"))
    assert listed.count("to come") == 1
    assert listed.index("Version 2") < listed.index("to come") < listed.index("Version 1") < listed.index("counts now")
    now, monday = house.clock.now(), datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert [queries.version_in_force(at).number for at in (now, monday - timedelta(seconds=1), monday)] == [1, 1, 2]
    again = looked(ada, EDIT, **TYPED)
    assert "from then on version 2 does" in words(again)
    assert saved(ada, EDIT, again, **TYPED).status_code == 302
    assert keep(ada, text=SHIPPED, effective_at="2026-11-23T08:00", why="As before").status_code == 302
    assert [queries.version_in_force(at).number for at in (house.clock.now(), monday)] == [3, 4]
    assert [one.number for one in queries.coming(house.clock.now())] == [4]
    compared = words(ada.get("/administration/policies/4?against=1"))
    assert "What is other than in version 1" in compared
    assert "Nothing: both say the same." in compared


def line_of(written: str) -> int:
    """The line on which something stands first in the policy that ships."""
    return SHIPPED[: SHIPPED.index(written)].count("\n") + 1


BAD = [
    (
        {"text": SHIPPED.replace('"5 min"', '"5 mins"', 1)},
        f"line {line_of('"5 min"')}, ladders.ACCEPT.rungs[2].wait: Write how long it is",
    ),
    ({"text": SHIPPED.replace("[targets]", "[targets")}, f"The policy: line {line_of('[targets]')}: This is no TOML"),
    ({"text": "x = " + "[\n" * 9000}, "The file is nested too deeply."),
    ({"text": "x" * 70_000}, "The policy: Write at most 65536 characters; these are 70000."),
    ({"text": " \n"}, "The policy: Fill this in."),
    ({"text": SHIPPED + "\0"}, "A character was damaged or cannot be kept"),
    ({"why": ""}, "Why it changes: Fill this in."),
    ({"why": "x" * 301}, "Why it changes: Write at most 300 characters; these are 301."),
    ({"effective_at": "2026-11-20T17:59"}, "Counts from: That has passed."),
    ({"effective_at": "0001-01-01T00:00"}, "Counts from: "),
    ({"effective_at": "2039-11-20T18:59"}, "Counts from: That is more than three years away."),
    ({"effective_at": "Monday"}, "Counts from: Give a date and a time"),
]


@pytest.mark.parametrize(("typed", "said"), BAD, ids=[said[:40] for _, said in BAD])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    house: House, typed: dict[str, str], said: str
) -> None:
    ada = signed_in("ada")
    sent = TYPED | typed
    page = looked(ada, EDIT, **sent)
    assert page.status_code == 422
    assert said in words(page)
    kept = sent["text"] if "\0" not in sent["text"] else SHIPPED
    assert kept.strip()[:3000] in words(page), "what was typed is still there"
    assert saved(ada, EDIT, page, **sent).status_code == 422
    assert models.PolicyVersion.objects.count() == 1


def test_all_that_is_wrong_is_said_at_once(house: House) -> None:
    bad = SHIPPED.replace('"5 min"', '"5"', 1).replace("format = 1", "format = 2")
    page = words(looked(signed_in("ada"), EDIT, text=bad, why="", effective_at="Monday"))
    lines = (f"line {line_of('format =')}, format: This", f"line {line_of('"5 min"')}, ladders.ACCEPT.rungs[2].wait")
    for said in (*lines, "Why it changes: Fill", "Counts from: Give a date"):
        assert said in page, said


def test_a_file_takes_the_place_of_the_text_and_a_bad_one_changes_nothing(house: House) -> None:
    ada = signed_in("ada")
    for content, said in ((b"\xff\xfe", "The file is not written in UTF-8"), (b"x" * 70_000, "64 KB are the most")):
        page = looked(ada, EDIT, **TYPED, file=SimpleUploadedFile("p.toml", content))
        assert page.status_code == 422
        assert said in words(page)
        assert "# Summer" in words(page), "the text is still there"
    sent = SimpleUploadedFile("p.toml", b"\xef\xbb\xbf" + SOONER.replace("\n", "\r\n").encode())
    page = looked(ada, EDIT, **TYPED | {"text": "", "file": sent})
    assert page.status_code == 200
    assert "targets.TRIAGE.P2: 20 min" in words(page)
    assert saved(ada, EDIT, page, **TYPED | {"text": SOONER}).status_code == 302
    assert queries.text_of(queries.versions()[0]) == SOONER


def test_what_is_sent_twice_is_saved_once_and_what_was_not_looked_at_is_not_saved(house: House) -> None:
    ada = signed_in("ada")
    page = looked(ada, EDIT, **TYPED)
    other = saved(ada, EDIT, page, **TYPED | {"why": "Another"})
    assert other.status_code == 200
    assert "you changed something since you looked" in words(other)
    for said in ("Kept as version 2.", "That was sent already; it is kept as version 2."):
        assert saved(ada, EDIT, page, **TYPED)["Location"] == "/administration/policies/2"
        told = words(ada.get("/administration/policies/2"))
        assert said in told
        assert told.count("version 2.") == 1
    assert [one.number for one in queries.versions()] == [2, 1]
    seen = ada.post(EDIT, {**unseen(page), **TYPED, "why": "Another"})
    reused = ada.post(EDIT, {**unseen(seen), **TYPED, "why": "Another", "save": "1", "key": unseen(page)["key"]})
    assert reused.status_code == 409
    assert unseen(reused)["key"] != unseen(page)["key"]


def test_two_administrators_do_not_undo_each_other_unseen(house: House) -> None:
    ada, other = signed_in("ada"), signed_in("ada")
    page = looked(ada, EDIT, **TYPED)
    assert keep(other, text=SHIPPED, why="Mine").status_code == 302
    stale = saved(ada, EDIT, page, **TYPED)
    assert stale.status_code == 409
    for said in ("Somebody saved another version meanwhile", "Saved since you opened this form", "Mine", "# Summer"):
        assert said in words(stale), said
    again = ada.post(EDIT, {**unseen(stale), **TYPED})
    assert saved(ada, EDIT, again, **TYPED).status_code == 302
    assert [one.number for one in queries.versions()] == [3, 2, 1]


def test_of_two_who_save_at_the_same_moment_one_is_told(fresh_database: str, clock: SettableClock) -> None:
    House(clock)
    ada, found = signed_in("ada"), []
    page = looked(ada, EDIT, **TYPED)

    def save() -> None:
        found.append(saved(ada, EDIT, page, **TYPED))
        connection.close()

    late = Thread(target=save)
    with transaction.atomic(), connection.cursor() as cursor:
        models.PolicyVersion.objects.create(number=2, document=encode(shipped()), effective_at=clock.now())
        late.start()
        while late.is_alive():
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                break
    late.join()
    assert [answer.status_code for answer in found] == [409]
    assert "Somebody saved another version meanwhile" in words(found[0])
    assert models.PolicyVersion.objects.count() == 2


def test_a_ladder_that_reaches_nobody_cannot_come_into_force(house: House) -> None:
    ada = signed_in("ada")
    alone = SHIPPED.replace('"MANAGERS", share = 1.0, every', "")
    text = alone.partition("[ladders.REVIEW]")[0]
    text += SHIPPED[SHIPPED.index("[ladders.REVIEW]") :].replace('{ tell = "LAST_RESORT", wait = "15 min" },', "", 1)
    assert looked(ada, EDIT, **TYPED | {"text": text}).status_code == 200
    page = looked(ada, EDIT, **TYPED | {"text": text})
    house.persons["max"].is_active = False
    house.persons["max"].save()
    for answer in (saved(ada, EDIT, page, **TYPED | {"text": text}), looked(ada, EDIT, **TYPED | {"text": text})):
        assert answer.status_code == 422
        assert "ladders.REVIEW: Nobody is sure to hear: today nobody is one of MANAGERS." in words(answer)
    assert models.PolicyVersion.objects.count() == 1


def test_a_rung_that_nobody_is_on_is_said(house: House) -> None:
    ada = signed_in("ada")
    listed = words(ada.get("/administration/policies"))
    assert (
        "Team Lift support has no active lead, so the coordinators hear instead of the lead: ladders.ACCEPT.rungs[4]"
        in listed
    )
    assert "Team Lift support has no second active member" in listed
    assert "Lift specialists" not in listed
    dora, tom = (str(house.persons[name].id) for name in ("dora", "tom"))
    people.keep_team(TeamForm("Lift support", 2, dora, (dora, tom)), team_id=str(house.support.id))
    assert "Rungs that nobody is on" not in words(ada.get("/administration/policies"))
    house.persons["max"].is_active = False
    house.persons["max"].save()
    assert "Nobody is a manager, so the coordinators hear instead" in words(looked(ada, EDIT, **TYPED))


def test_a_version_is_never_changed_nor_deleted(house: House) -> None:
    for act in ("UPDATE policies_policyversion SET number = 7", "DELETE FROM policies_policyversion"):
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_the_schema_is_open_to_editors_and_everything_else_to_ada(house: House) -> None:
    answer = Client().get("/administration/policies/schema.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer.json() == file.schema()
    assert Client().get("/administration/policies/1/policy.toml").status_code == 302
    for number in (0, 3, 2**40):
        assert signed_in("ada").get(f"/administration/policies/{number}").status_code == 404
    for name in ("carl", "max", "tess"):
        page = signed_in(name).post(EDIT, {"key": "0" * 32, **TYPED, "save": "1"})
        assert page.status_code == 403
    assert key_in(signed_in("ada").get(EDIT))


def rungs_of(page: Any, name: str) -> str:
    """The table of one ladder, as text."""
    return words(page).partition(f">{name}</h3>")[2].partition("</section>")[0]


def test_the_ladders_are_drawn_as_they_would_be_climbed_at_two_on_a_sunday(house: House) -> None:
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    ada = signed_in("ada")
    asked = {"moment": "2026-11-22T02:00", "priority": "P3", "team": str(house.specialists.id), "site": "LIB-1"}
    page = ada.get(f"/administration/policies/1?{urlencode(asked)}")
    assert page.status_code == 200
    accept = rungs_of(page, "Accept it or give it back")
    for said in (
        "It counts in the hours of the team.", "Mon 23 Nov, 09:00", "Sun 22 Nov, 02:00 today", "Lena, Sana",
        "the team lead", "Max", "and so on, until somebody acts", 'class="ladder-closed" x="0.0"',
    ):  # fmt: skip
        assert said.replace(" today", "") in accept, said
    rows = accept.partition("<tbody>")[2]
    assert rows.index("Sun 22 Nov, 02:00") < rows.index("02:05") < rows.index("Mon 23 Nov, 08:00")
    assert rows.index("Mon 23 Nov, 08:00") < rows.index("Mon 23 Nov, 09:00") < rows.index("Mon 23 Nov, 09:15")
    p1 = rungs_of(
        ada.get(f"/administration/policies/1?{urlencode(asked | {'priority': 'P1'})}"), "Accept it or give it back"
    )
    assert "All time counts." in p1
    assert "02:15" in p1
    assert "ladder-closed" not in p1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"moment": "2026-13-01"}, "Give a date and a time"), ({"moment": "1850-01-01T00:00"}, "within three years"),
        ({"moment": "", "team": "x"}, "Choose one of these"), ({"moment": "", "site": "NO"}, "There is no site NO."),
        ({"moment": "9999-12-31T23:59"}, ""), ({"moment": "", "priority": "P9"}, "Choose one of these"),
    ],
)  # fmt: skip
def test_a_drawing_that_cannot_be_is_said_beside_its_field(house: House, asked: dict[str, str], said: str) -> None:
    page = signed_in("ada").get(f"/administration/policies/1?{urlencode(asked)}")
    assert page.status_code == 422
    assert said in words(page)


def test_what_is_drawn_is_what_the_engine_does(house: House) -> None:
    """The same moments and the same persons, step by step."""
    case = house.raised()
    house.offer(case, person="")
    begun = house.clock.now()
    asked = {"moment": f"{begun:%Y-%m-%dT%H:%M}", "team": str(house.specialists.id)}
    priority = str(house.view(case).case.priority)
    page = signed_in("ada").get(f"/administration/policies/1?{urlencode(asked | {'priority': priority})}")
    drawn = rungs_of(page, "Accept it or give it back")
    house.until(begun + timedelta(hours=2))
    reached = [event for event in ledger.events(case) if event.kind == "rung.reached"]
    told = [event for event in reached if event.data["clock"] == "ACCEPT"]
    assert len(told) >= 6
    for event in told[:7]:
        moment = datetime.fromisoformat(event.data["planned_at"])
        [line] = [row for row in drawn.split("<tr>")[2:] if f'datetime="{moment.isoformat()}"' in row]
        names = {person.name for person in house.persons.values() if str(person.id) in event.data["told"]}
        assert names
        assert [name for name in names if name not in line] == []


def test_no_team_and_no_organisation_are_drawn_as_well(house: House) -> None:
    house.specialists.delete()
    house.support.delete()
    page = signed_in("ada").get("/administration/policies/1")
    assert page.status_code == 200
    assert "in place of the team lead: nobody is there" in rungs_of(page, "Show progress")


def test_the_shipped_file_is_what_the_form_begins_with(house: House) -> None:
    page = words(signed_in("ada").get(EDIT))
    begun = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert tomllib.loads(begun) == tomllib.loads(SHIPPED)
    assert "Who hears when, if nobody does anything" in page
