"""Ada changes all routing rules by one file: she sees first what it would change; nobody's change is undone unseen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.policies import operations, queries, routing_file
from tests.fakes.browser import send, signed_in, words
from tests.fakes.hours import looked, saved, unseen
from tests.fakes.house import House
from tests.fakes.routed import DANGER, LIFTS, rules

FILE = "/administration/rules/file"
TYPED = {"text": rules(DANGER, LIFTS), "why": "Danger goes to support"}
NEW = "Rule 1 is new: Lift support for reason SAFETY_RISK, site LIB-1, priority P1."


def teams() -> list[str]:
    """The teams of the rules, in their order."""
    return [rule.team for rule in queries.routing_rules()]


def test_all_rules_go_out_and_come_in_again_after_a_look(house: House) -> None:
    ada, before = signed_in("ada"), teams()
    assert "All of them as a file" in words(ada.get("/administration/rules"))
    got = ada.get("/administration/rules/routing.toml")
    assert got["Content-Disposition"] == 'attachment; filename="routing.toml"'
    assert got.content.decode().endswith(rules(LIFTS))
    page = looked(ada, FILE, **TYPED)
    assert page.status_code == 200
    assert NEW in words(page)
    assert teams() == before, "a look saves nothing"
    done = saved(ada, FILE, page, **TYPED)
    assert (done.status_code, done["Location"]) == (302, "/administration/rules")
    assert teams() == [str(house.support.id), *before]
    listed = words(ada.get(FILE))
    for said in ("Danger goes to support", "Ada", "Files that took the place of all rules"):
        assert said in listed, said
    [kept] = queries.routing_imports()
    assert ada.get(f"{FILE}/{kept.id}").content.decode() == TYPED["text"]
    again = looked(ada, FILE, **TYPED)
    assert "Nothing: both say the same." in words(again)
    assert 'name="save"' not in words(again)
    assert saved(ada, FILE, again, **TYPED).status_code == 302
    assert "Nothing was changed: the rules say that already." in words(ada.get("/administration/rules"))
    assert len(queries.routing_imports()) == 1


def test_what_is_sent_twice_is_kept_once(house: House) -> None:
    ada = signed_in("ada")
    page = looked(ada, FILE, **TYPED)
    other = saved(ada, FILE, page, **TYPED | {"why": "Another"})
    assert other.status_code == 200
    assert "you changed something since you looked" in words(other)
    for _ in range(2):
        assert saved(ada, FILE, page, **TYPED).status_code == 302
    assert len(queries.routing_imports()) == 1
    assert len(teams()) == 2


def test_a_rule_that_somebody_changed_meanwhile_is_not_undone_unseen(house: House) -> None:
    ada, other = signed_in("ada"), signed_in("ada")
    page = looked(ada, FILE, **TYPED)
    [lifts] = queries.routing_rules()
    typed = {"order": "10", "team": lifts.team, "asset_type": "lift", "fault_code": "E42"}
    assert send(other, f"/administration/rules/{lifts.id}", **typed).status_code == 302
    stale = saved(ada, FILE, page, **TYPED)
    assert stale.status_code == 409
    assert "Somebody changed the rules meanwhile." in words(stale)
    assert "Danger goes to support" in words(stale), "what was typed is still there"
    assert [rule.fault_code for rule in queries.routing_rules()] == ["E42"]
    blind = ada.post(FILE, {**unseen(stale), **TYPED, "save": "1"})
    assert blind.status_code == 200, "what changed is looked at first"
    assert "instead of Lift specialists for asset_type lift, fault_code E42." in words(blind)
    assert saved(ada, FILE, blind, **TYPED).status_code == 302
    assert [rule.fault_code for rule in queries.routing_rules()] == ["", ""]


def test_a_look_at_rules_that_changed_since_the_form_was_opened_says_so(house: House) -> None:
    ada = signed_in("ada")
    page = ada.get(FILE)
    operations.drop_rule(queries.routing_rules()[0].id)
    seen = ada.post(FILE, {**unseen(page), **TYPED})
    assert "somebody changed the rules since you opened this form" in words(seen)
    assert saved(ada, FILE, seen, **TYPED).status_code == 302


def test_a_condition_of_two_lines_as_a_browser_sends_it_says_the_same_in_the_file(house: House) -> None:
    ada, [lifts] = signed_in("ada"), queries.routing_rules()
    typed = {"order": "10", "team": lifts.team, "asset_type": "lift", "condition": 'priority == "P1"\r\n&& true'}
    assert send(ada, f"/administration/rules/{lifts.id}", **typed).status_code == 302
    text = ada.get("/administration/rules/routing.toml").content.decode()
    assert "condition = '''\npriority == \"P1\"\n&& true'''" in text
    page = looked(ada, FILE, text=text, why="The same")
    assert "Nothing: both say the same." in words(page)
    assert saved(ada, FILE, page, text=text, why="The same").status_code == 302
    assert queries.routing_imports() == []


def test_a_file_takes_the_place_of_the_text_whatever_editor_wrote_it(house: House) -> None:
    ada = signed_in("ada")
    sent = SimpleUploadedFile("r.toml", b"\xef\xbb\xbf" + TYPED["text"].replace("\n", "\r\n").encode())
    page = looked(ada, FILE, **TYPED | {"text": "", "file": sent})
    assert page.status_code == 200
    assert NEW in words(page)
    assert looked(ada, FILE, **TYPED | {"text": "\ufeff" + TYPED["text"]}).status_code == 200
    for content, said in ((b"\xff\xfe", "The file is not written in UTF-8"), (b"x" * 70_000, "64 KB are the most")):
        page = looked(ada, FILE, **TYPED, file=SimpleUploadedFile("r.toml", content))
        assert page.status_code == 422
        assert said in words(page)
        assert "Lift support" in words(page), "the text is still there"


BAD = [
    ({"text": rules(DANGER.replace("support", "suport"))}, "The rules: line 4, rules[1].team: There is no team “Lift"),
    ({"text": rules(DANGER.replace("LIB-1", "LIB-9"))}, "line 6, rules[1].site: There is no site “LIB-9”."),
    ({"text": rules(LIFTS + "condition = 'prio'")}, "line 6, rules[1].condition: Line 1, character 1: There is no"),
    ({"text": "x = " + "[\n" * 9000}, "The file is nested too deeply."),
    ({"text": "x" * 70_000}, "The rules: Write at most 65536 characters; these are 70000."),
    ({"text": " \n"}, "The rules: Fill this in."),
    ({"text": rules(LIFTS) + "\0"}, "A character was damaged or cannot be kept"),
    ({"why": ""}, "Why it changes: Fill this in."),
    ({"why": "x" * 301}, "Why it changes: Write at most 300 characters; these are 301."),
]


@pytest.mark.parametrize(("typed", "said"), BAD, ids=[said[:40] for _, said in BAD])
def test_what_is_wrong_is_said_beside_its_field_and_changes_nothing(
    house: House, typed: dict[str, str], said: str
) -> None:
    ada, before = signed_in("ada"), queries.routing_rules()
    page = looked(ada, FILE, **TYPED | typed)
    assert page.status_code == 422
    assert said in words(page)
    assert saved(ada, FILE, page, **TYPED | typed).status_code == 422
    assert queries.routing_rules() == before


def test_the_schema_is_open_to_editors_and_everything_else_to_ada(house: House) -> None:
    answer = Client().get("/administration/rules/schema.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer.json() == routing_file.schema()
    assert Client().get("/administration/rules/routing.toml").status_code == 302
    nothing = "00000000-0000-4000-8000-000000000000"
    assert signed_in("ada").get(f"{FILE}/{nothing}").status_code == 404
    for name in ("carl", "max", "tess"):
        assert signed_in(name).post(FILE, {"key": "0" * 32, **TYPED, "save": "1"}).status_code == 403
        assert signed_in(name).get("/administration/rules/routing.toml").status_code == 403
    assert len(teams()) == 1
