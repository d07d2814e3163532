"""What holds a resolved case open by its policy: whoever tries is told what is needed, and that done it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases import wording
from backline.cases.models import Case
from backline.cases.operations import MoveRefused, Refusal
from backline.channels.models import Notice
from backline.channels.notices import Audience
from backline.core.policy import Policy, shipped, shipped_gates
from backline.core.values import decode, encode
from backline.core.words import Danger, Reason, RootCause, State
from backline.jobs import operations as jobs
from backline.ledger import operations as ledger
from backline.ledger import queries as events
from backline.policies.queries import Saved
from tests.fakes.browser import link_of, send, signed_in, words
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.rules import other_rules
from tests.rooms.engine.test_auditor import audited

NONE, ASKED = "ROOT_CAUSE = []", 'ROOT_CAUSE = ["UNRESOLVED_ON_SITE"]'
NEEDED = "It cannot end yet. Still needed: the root cause."
WHY = "The relay is too weak for this motor"
FOUND: dict[str, Any] = {"lies_in": RootCause.DESIGN, "text": WHY}


def asks(house: House) -> Saved:
    """From now on cases that cannot be solved on site end only with their root cause."""
    return other_rules(house, NONE, ASKED)


def resolved(house: House, **changes: Any) -> str:
    """A case that Sana resolved; its id."""
    case = house.working(**changes)
    house.resolve(case)
    house.clock.advance(timedelta(minutes=1))
    return case


def stands(case: str) -> tuple[State, str]:
    """The state, and how it closed."""
    row = Case.objects.get(id=case)
    return State(row.state), row.fold["closed_how"]


def confirmed(house: House, case: str, name: str = "carl") -> None:
    """Somebody says that it works."""
    said = {} if name == "cleo" else {"words": "By phone"}
    cases.confirm([case], **said, **house.once(name))


def test_silence_closes_nothing_before_the_root_cause_is_recorded_and_then_at_once(house: House) -> None:
    asks(house)
    case = resolved(house)
    house.clock = Punctual(house)
    assert not [one.what for one in house.view(case).coming if "closes" in one.what]
    assert any("Carl" in one.what for one in house.view(case).coming), "who is told instead is foreseen"
    house.clock.advance(timedelta(days=5, minutes=1))
    assert stands(case) == (State.RESOLVED, "")
    letter = house.letters("Carl")[-1]
    body = Notice.objects.get(id=letter.id).body
    assert f"Ask the customer whether it works, and write down the answer. {NEEDED}" in body
    cases.record_root_cause([case], **FOUND, **house.once("carl"))
    house.clock.advance(timedelta(seconds=1))
    assert stands(case) == (State.CLOSED, "LAPSED")
    assert audited(house).well


def test_where_nothing_holds_the_case_the_customer_is_told_that_silence_closes_it(house: House) -> None:
    resolved(house)
    letter = Notice.objects.get(id=house.letters("Cleo")[-1].id).body
    assert "If we hear nothing by Wed 25 Nov 2026, 19:01, we will close this and tell you." in letter


def test_whoever_tries_to_close_it_is_told_what_is_needed(house: House) -> None:
    asks(house)
    case = house.working()
    carl, sana = signed_in("carl"), signed_in("sana")
    owed = "It closes only when its root cause is recorded."
    assert owed in words(carl.get(f"/cases/{case}"))
    house.resolve(case)
    assert owed in words(sana.get(f"/cases/{case}"))
    answer = send(carl, f"/cases/{case}/confirm", words="By phone")
    assert answer.status_code != 302
    assert NEEDED in words(answer)
    assert stands(case) == (State.RESOLVED, "")
    assert send(sana, f"/cases/{case}/root-cause", lies_in="DESIGN", text=WHY).status_code == 302
    page = words(carl.get(f"/cases/{case}"))
    for said in ("Recorded the root cause: The design", WHY, "<dt>Root cause</dt>"):
        assert said in page, said
    assert owed not in page
    assert send(carl, f"/cases/{case}/confirm", words="By phone").status_code == 302
    assert stands(case) == (State.CLOSED, "CONFIRMED")


def test_the_customer_is_asked_once_and_his_word_closes_it_when_the_gate_opens(house: House) -> None:
    asks(house)
    case = resolved(house)
    house.clock = Punctual(house)
    page = words(Client().get(link_of(house, "cleo", case)))
    assert "root cause" not in page.lower()
    [asked] = [one for one in house.letters("Cleo") if "working again?" in one.subject]
    letter = Notice.objects.get(id=asked.id).body
    for said in (page, letter):
        assert "You will hear from us again by" in said
        assert "close this" not in said, "silence closes nothing"
    confirmed(house, case, "cleo")
    house.clock.advance(timedelta(minutes=1))
    assert stands(case) == (State.RESOLVED, "")
    body = Notice.objects.get(id=house.letters("Carl")[-1].id).body
    assert NEEDED in body
    assert "Ask the customer" not in body, "she answered"
    cases.record_root_cause([case], **FOUND, **house.once("max"))
    house.clock.advance(timedelta(seconds=1))
    assert stands(case) == (State.CLOSED, "CONFIRMED")
    assert audited(house).well
    mails = Notice.objects.filter(audience=Audience.CONTACT)
    page = words(Client().get(link_of(house, "cleo", case)))
    shown = "\n".join([page, *(f"{one.subject} {one.body}" for one in mails)])
    for internal in (WHY, "root cause", "design"):
        assert internal.lower() not in shown.lower(), internal
    assert Client().get(link_of(house, "otto", case)).status_code == 404


def test_its_words_stand_beside_the_record_and_can_be_erased(house: House) -> None:
    case = resolved(house)
    cases.record_root_cause([case], **FOUND, **house.once("sana"))
    event = events.events(case)[-1]
    assert (event.kind, event.data["lies_in"]) == ("root_cause.recorded", "DESIGN")
    assert WHY not in str(event.data)
    assert WHY in words(signed_in("carl").get(f"/cases/{case}"))
    ledger.erase(subject=str(house.persons["sana"].id), at=house.clock.now())
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert WHY not in page
    assert "Recorded the root cause: The design" in page
    assert cases.rebuild(check=True).flaws == ()


def test_what_is_sent_twice_is_recorded_once_and_other_words_replace_it(house: House) -> None:
    case = house.working()
    once = house.once("sana")
    for _ in range(2):
        cases.record_root_cause([case], **FOUND, **once)
    assert [event.kind for event in events.events(case)].count("root_cause.recorded") == 1
    cases.record_root_cause([case], lies_in=RootCause.PART, text="A bad batch", **house.once("max"))
    assert house.view(case).case.root_cause is RootCause.PART


def refused(house: House, case: str, name: str) -> Refusal:
    """Why somebody may not record it."""
    with pytest.raises(MoveRefused) as found:
        cases.record_root_cause([case], **FOUND, **house.once(name))
    return found.value.refusal


def test_it_is_recorded_by_who_can_know_it_while_the_case_is_worked_on_or_resolved(house: House) -> None:
    case = house.raised()
    assert refused(house, case, "carl") is Refusal.NOT_IN_THIS_STATE
    house.offer(case)
    assert refused(house, case, "max") is Refusal.NOT_IN_THIS_STATE
    house.accept(case)
    assert refused(house, case, "tess") is Refusal.NOT_YOURS
    assert refused(house, case, "cleo") is Refusal.NOT_YOURS
    house.resolve(case)
    assert refused(house, case, "lena") is Refusal.NOT_YOURS
    assert refused(house, case, "cleo") is Refusal.NOT_YOURS
    confirmed(house, case)
    assert refused(house, case, "max") is Refusal.NOT_IN_THIS_STATE
    assert house.view(case).case.root_cause is None


def test_only_the_reasons_that_are_named_and_only_cases_raised_under_that_policy_are_held(house: House) -> None:
    before = resolved(house)
    asks(house)
    other = resolved(house, reasons=frozenset({Reason.SERVICE_DELAY}))
    for case in (before, other):
        confirmed(house, case)
        assert stands(case) == (State.CLOSED, "CONFIRMED")


def test_what_is_withdrawn_needs_none_and_what_is_opened_again_needs_one_anew(house: House) -> None:
    asks(house)
    case = house.working()
    cases.withdraw([case], why="Not ours", **house.once("carl"))
    assert stands(case)[0] is State.WITHDRAWN
    again = resolved(house)
    cases.record_root_cause([again], **FOUND, **house.once("sana"))
    confirmed(house, again)
    cases.reopen([again], why="It stopped again", **house.once("carl"))
    house.offer(again)
    house.accept(again)
    house.resolve(again)
    with pytest.raises(MoveRefused) as held:
        confirmed(house, again)
    assert wording.refusal(held.value) == NEEDED


def test_the_law_holds_a_case_whatever_the_policy_says(house: House) -> None:
    other_rules(house, "JOB_RECORDED = true", "JOB_RECORDED = false")
    case = resolved(house, danger=Danger.RISK)
    with pytest.raises(MoveRefused) as held:
        confirmed(house, case)
    assert held.value.details == ("REVIEW",)


def test_the_outcome_of_the_job_is_needed_unless_the_policy_says_that_it_is_not(house: House) -> None:
    case = resolved(house)
    jobs.clear_outcome(job_id=str(house.job.id))
    with pytest.raises(MoveRefused) as held:
        confirmed(house, case)
    assert wording.refusal(held.value) == "It cannot end yet. Still needed: the outcome of the job."
    other_rules(house, "JOB_RECORDED = true", "JOB_RECORDED = false")
    free = resolved(house)
    jobs.clear_outcome(job_id=str(house.job.id))
    confirmed(house, free)
    assert stands(free) == (State.CLOSED, "CONFIRMED")


def test_other_rules_that_ask_less_let_a_case_end_that_was_held(house: House) -> None:
    less = other_rules(house, "ROOT_CAUSE = []", 'ROOT_CAUSE = ["SAFETY_RISK"]')
    house.clock.advance(timedelta(minutes=1))
    asks(house)
    case = resolved(house)
    house.clock = Punctual(house)
    confirmed(house, case, "cleo")
    house.clock.advance(timedelta(minutes=10))
    assert stands(case) == (State.RESOLVED, "")
    cases.move_policy([case], policy=less.id, why="It is asked too much", **house.once("max"))
    house.clock.advance(timedelta(seconds=1))
    assert stands(case) == (State.CLOSED, "CONFIRMED")
    assert audited(house).well


def test_a_policy_that_was_kept_before_there_were_gates_asks_for_the_outcome_of_the_job() -> None:
    document = {name: part for name, part in encode(shipped()).items() if name != "gates"}
    assert decode(Policy, document).gates == shipped_gates()
