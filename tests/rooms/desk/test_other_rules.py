"""A case that takes another version of the policy: looked at first, by whom it may be, on the page and by command."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.config import cli_policy
from backline.config.cli import parser
from backline.config.trouble import Trouble
from backline.core.impact import Said
from backline.core.words import ClockName, Impact, Priority, Urgency, WaitReason
from tests.fakes.browser import hidden_in, link_of, signed_in, words
from tests.fakes.house import House
from tests.fakes.rules import other_rules

HOUR = timedelta(hours=1)
WHY = "They bought the better contract"


@pytest.fixture
def case(house: House) -> str:
    """A case of priority 2 that Sana took, and that waited two hours for Cleo."""
    found = house.working()
    until = house.clock.now() + timedelta(days=1)
    cases.begin_wait([found], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    house.clock.advance(2 * HOUR)
    cases.end_wait([found], record=house.view(found).waits[0].id, outcome="Here it is", **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    return found


def sent(client: Client, case: str, **form: Any) -> Any:
    return client.post(f"/cases/{case}/policy", hidden_in(client.get(f"/cases/{case}/policy")) | {"why": WHY} | form)


def shown(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", words(page)).split())


def due(house: House, case: str) -> Any:
    return next(clock for clock in house.view(case).clocks if clock.name is ClockName.RESOLVE).due_at


def test_max_sees_what_would_change_and_then_changes_it(house: House, case: str) -> None:
    version, max_ = other_rules(house), signed_in("max")
    assert f"/cases/{case}/policy" in words(max_.get(f"/cases/{case}"))
    before, seq = due(house, case), house.view(case).case.seq
    form = hidden_in(max_.get(f"/cases/{case}/policy")) | {"why": WHY, "policy": version.id}
    looked = max_.post(f"/cases/{case}/policy", form)
    page = shown(looked)
    assert looked.status_code == 200
    assert "What version 2 would change here" in page
    assert (
        "The resolution How much may pass: 12 h instead of 24 h Due: Sat 21 Nov 2026, 08:00 instead of Sat 21" in page
    )
    assert "Show progress How much may pass: as agreed" in page
    assert "targets.RESOLVE.P2: 12 h instead of 1 d." in page
    assert house.view(case).case.seq == seq, "looking changes nothing"
    form |= {"looked": re.findall('name="looked" value="([^"]*)"', words(looked))[0]}
    assert max_.post(f"/cases/{case}/policy", form).status_code == 302
    assert due(house, case) == before - 12 * HOUR, "all that was paused stays paused"
    assert Alarm.objects.get(case=case, clock=ClockName.RESOLVE).due_at == before - 12 * HOUR
    again = max_.post(f"/cases/{case}/policy", form, follow=True)
    assert "That was sent already; here it is." in words(again)
    assert house.view(case).case.seq == seq + 1
    for name in ("carl", "sana"):
        read = shown(signed_in(name).get(f"/cases/{case}"))
        assert "Took another version of the rules" in read
        assert WHY in read
    assert WHY not in words(Client().get(link_of(house, "cleo", case)))


def test_another_version_than_the_one_on_view_is_looked_at_first(house: House, case: str) -> None:
    first, second, max_ = other_rules(house), other_rules(house, '"10 d" }', '"9 d" }'), signed_in("max")
    answer = sent(max_, case, policy=second.id, looked=first.id)
    assert answer.status_code == 200
    assert "What version 3 would change here" in shown(answer)
    assert "The resolution How much may pass: 24 h, as before" in shown(answer)
    assert house.view(case).case.policy not in (first.id, second.id)


def test_a_clock_that_only_the_other_rules_have_is_shown_and_so_is_one_that_they_do_not(house: House) -> None:
    found, max_ = house.working(losses=Said(units=3)), signed_in("max")
    lower = other_rules(house, "UNITS = [5]", "UNITS = [2]")
    page = shown(sent(max_, found, policy=lower.id))
    assert "The impact How much may pass: it asks for nothing, it tells Due: Fri 20 Nov 2026" in page
    assert "18:01, where there was none Who hears next: Max will be told how much is lost" in page
    assert "Max will be told" in page
    assert sent(max_, found, policy=lower.id, looked=lower.id).status_code == 302
    house.tick()
    assert any("impact" in subject.lower() for subject in house.subjects("Max"))
    back = other_rules(house)
    assert "The impact How much may pass: it asks for nothing, it tells Due: none any more; it was Fri 20" in shown(
        sent(max_, found, policy=back.id)
    )


def test_what_cannot_be_is_said_and_changes_nothing(house: House, case: str) -> None:
    version, max_ = other_rules(house), signed_in("max")
    before = house.view(case).case
    for policy, said in (
        (str(uuid4()), "That choice is not there any more."), (before.policy, "It is that already."),
        ("x", "Choose one of these."), ("", "Choose one of these."),
    ):  # fmt: skip
        answer = sent(max_, case, policy=policy, looked=policy)
        assert (answer.status_code, said in words(answer)) == (422, True), said
    assert sent(max_, case, policy=version.id, looked=version.id, why=" ").status_code == 422
    assert house.view(case).case == before


def test_it_is_decided_upon_the_case_as_it_is_now(house: House, case: str) -> None:
    version, max_ = other_rules(house), signed_in("max")
    form = hidden_in(max_.get(f"/cases/{case}/policy")) | {"why": WHY, "policy": version.id, "looked": version.id}
    change = {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "A goods lift"}
    cases.change_priority([case], **change, **house.once("carl"))
    answer = max_.post(f"/cases/{case}/policy", form)
    assert answer.status_code == 409
    assert "The case has moved on since you opened this" in words(answer)
    assert house.view(case).case.priority is Priority.P4


def test_it_is_a_managers_alone_and_there_is_no_button_without_another_version(house: House, case: str) -> None:
    assert f"/cases/{case}/policy" not in words(signed_in("max").get(f"/cases/{case}"))
    version = other_rules(house)
    for name, status in (("carl", 409), ("sana", 409), ("ada", 409), ("tom", 404), ("dora", 404)):
        client = signed_in(name)
        assert f"/cases/{case}/policy" not in words(client.get(f"/cases/{case}")), name
        form = {"why": WHY, "policy": version.id, "looked": version.id, "key": uuid4().hex}
        form["seen"] = str(house.view(case).case.seq)
        assert client.post(f"/cases/{case}/policy", form).status_code == status, name
    assert house.view(case).case.policy != version.id


def run(*typed: object) -> int:
    """`backline policy move` with these words."""
    return cli_policy.run(parser().parse_args(["policy", "move", *map(str, typed)]))


def test_the_command_says_what_would_change_and_moves_all_or_none(
    house: House, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = house.raised(job=str(house.otto_job.id))
    version = other_rules(house)
    ended = house.raised()
    cases.withdraw([ended], why="Twice the same", **house.once("carl"))
    names = [house.view(one).line.reference for one in (case, ended)]
    before = due(house, case)
    assert run(*names, "--to", 2, "--why", WHY, "--save") == 1
    said = capsys.readouterr().out
    assert f"{names[1]}: The case is withdrawn now, so this cannot be done." in said
    assert said.endswith("Nothing was changed; take out what is refused.\n")
    assert run(names[0], "--to", 2, "--why", WHY) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{names[0]} under version 2:"
    assert any("The resolution: 12 h instead of 24 h; due Sat 21 Nov 2026, 08:00 instead of" in one for one in said)
    assert said[-1] == "Nothing was changed; --save does it."
    assert due(house, case) == before
    assert run(names[0], other, "--to", 2, "--why", WHY, "--save") == 0
    assert capsys.readouterr().out.endswith("Moved to version 2: 2.\n")
    assert {house.view(one).case.policy for one in (case, other)} == {version.id}
    assert due(house, case) == before - 12 * HOUR
    read = shown(signed_in("carl").get(f"/cases/{case}"))
    assert "Took another version of the rules" in read
    assert WHY in read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--to", 2, "--why", WHY], "Name the cases and the version"),
        (["E-1", "--why", WHY], "Name the cases and the version"),
        (["E-1", "--to", 1], "Say why in a sentence"),
        (["E-1", "--to", 1, "--why", WHY], "There is no case E-1."),
        ([f"E-{'9' * 5000}", "--to", 1, "--why", WHY], "There is no case E-99"),
        (["nonsense", "--to", 1, "--why", WHY], "There is no case nonsense."),
        (["E-1", "--to", 2**40, "--why", WHY], "There is no version"),
    ],
)
def test_the_command_says_what_it_needs(house: House, typed: list[object], said: str) -> None:
    with pytest.raises(Trouble, match=said):
        run(*typed)
