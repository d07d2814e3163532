"""What is lost, from the register to the manager's page: who hears of it, who may say it, who never sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.channels.models import Notice
from backline.channels.notices import Audience
from backline.config.telling import Question, explained
from backline.core.impact import Said
from backline.core.words import Danger, Priority, WaitReason
from backline.jobs.models import Asset, Contract
from backline.ledger import queries as ledger
from tests.fakes.browser import hidden_in, link_of, send, signed_in, words
from tests.fakes.forms import report
from tests.fakes.house import House
from tests.fakes.lists import figures, looked, place

ASSET: dict[str, Any] = {"reference": "LIB-L7", "name": "Lift 7 Library", "type": "lift", "site": "LIB-1"}
CONTRACT: dict[str, Any] = {"number": "C-17", "customer": "Library", "name": "Full service", "from_on": "2026-01-01"}
INTERNAL = ("penalty", "trapped", "Impact", "named account", "an hour", "1,200", "1200", "77,000", "77000", "at risk")
"""What stands in no mail to a customer and on no page of one."""


def registered(house: House, *, contract: bool = True) -> None:
    """Ada says what is lost when the lift stands still, and what the contract costs when it is not kept."""
    ada, lift = signed_in("ada"), house.job.asset_id
    assert send(ada, f"/administration/assets/{lift}", **ASSET, units="24", cost_an_hour="1200").status_code == 302
    if contract:
        more = {"penalty": "A fee", "penalty_amount": "77000", "named_account": "on"}
        assert send(ada, "/administration/contracts/new", **CONTRACT, **more).status_code == 302


def sent(house: House, **typed: Any) -> str:
    """Tess sends her report; the id of its case."""
    answer = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(**typed))
    assert answer.status_code == 302, words(answer)
    return str(answer.url).rpartition("/")[2]


def impact_letters(house: House, name: str) -> list[str]:
    """What letters about a loss somebody got."""
    return [one for one in house.subjects(name) if "Impact:" in one]


def verdicts(house: House, case: str) -> set[str]:
    """What became of the clocks of its impact, as the command says it."""
    said = explained(Question(case, clock="IMPACT", at=house.clock.now().isoformat()))
    return {line.rpartition("(IMPACT): ")[2] for line in said.splitlines() if "(IMPACT): " in line}


def everything_to_customers(house: House, case: str) -> str:
    """All that Cleo and Otto are mailed, and Cleo's page."""
    mails = Notice.objects.filter(audience=Audience.CONTACT)
    page = Client().get(link_of(house, "cleo", case))
    assert page.status_code == 200
    return "\n".join([*(f"{one.subject}\n{one.body}" for one in mails), words(page)])


def test_a_person_is_trapped_and_the_manager_knows_at_once_and_the_customer_never_what_it_costs(house: House) -> None:
    registered(house)
    form = words(signed_in("tess").get(f"/jobs/{house.job.id}/raise"))
    assert "By the register 24 stand still with it, and an hour costs 1200." in form
    case = sent(house, danger="NONE", trapped="2", units="30")
    view = house.view(case)
    assert (view.case.danger, view.case.priority) == (Danger.PERSON_TRAPPED_OR_HURT, Priority.P1)
    house.tick()
    reference = view.line.reference
    [subject] = impact_letters(house, "Max")
    assert subject == (
        f"[P1 {reference}] Impact: 2 persons are trapped, 30 units stand still, it costs 1,200 an hour, "
        "77,000 are owed when the contract is not kept and it is a named account"
    )
    [letter] = [one for one in house.letters("Max") if one.subject == subject]
    body = Notice.objects.get(id=letter.id).body
    assert "You are told because 2 persons are trapped, 30 units stand still" in body
    assert "It lasts since" in body
    assert "You get this because you are a manager." in body
    assert "due by" not in body
    for name in ("Carl", "Sana", "Tess", "Ada"):
        assert impact_letters(house, name) == []
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "Managers are told because 2 persons are trapped" in page
    assert "by contract and asset 24" in page
    assert "Impact: Persons trapped 2, Units standing still 30, Cost an hour 1,200, Contract penalty 77,000" in page
    shown = everything_to_customers(house, case).replace("If anybody is hurt or trapped, call", "")  # her own form
    assert [word for word in INTERNAL if word in shown] == []
    assert Client().get(link_of(house, "otto", case)).status_code == 404
    assert house.letters("Otto") == []


def test_managers_hear_again_while_it_lasts_and_of_each_worse_thing_at_once_whatever_the_clocks_say(
    house: House,
) -> None:
    registered(house, contract=False)
    case = sent(house, units="0")
    begun = house.clock.now()
    house.offer(case)
    house.accept(case)
    wait: dict[str, Any] = {"reason": WaitReason.PART, "until": begun + timedelta(days=2), "what": "A relay"}
    cases.begin_wait([case], **wait, **house.once("sana"))
    house.until(begun + timedelta(hours=9), step=timedelta(minutes=10))
    told = [
        (round((event.recorded_at - begun) / timedelta(hours=1), 2), event.data["lost"])
        for event in ledger.events(case)
        if event.data.get("clock") == "IMPACT"
    ]
    assert told == [
        (0.17, {"COST_AN_HOUR": 1200}), (1.0, {"COST_AN_HOUR": 1200}),
        (4.17, {"COST_AN_HOUR": 1200, "COST_SO_FAR": 5000}), (5.17, {"COST_AN_HOUR": 1200, "COST_SO_FAR": 6200}),
    ]  # fmt: skip
    assert "it has cost 5,000 so far" in impact_letters(house, "Max")[2]
    assert verdicts(house, case) == {"ended", "lasts"}, "nobody set it a time"
    house.resolve(case)
    assert verdicts(house, case) == {"ended"}
    assert 'badge ">ended</span>' in words(signed_in("max").get(f"/cases/{case}/clocks?clock=IMPACT"))
    house.until(house.clock.now() + timedelta(days=1), step=timedelta(hours=1))
    assert len(impact_letters(house, "Max")) == 4
    assert "COST" not in everything_to_customers(house, case)


def test_whoever_corrects_says_why_and_what_was_known_stays(house: House) -> None:
    registered(house, contract=False)
    case = sent(house)
    house.tick()
    carl = signed_in("carl")
    typed = {"trapped": "0", "at_risk": "0", "units": "24", "cost_an_hour": "300", "penalty": "0"}
    assert (
        send(carl, f"/cases/{case}/impact", **hidden(carl, case), **typed, why="The hotel said so").status_code == 302
    )
    page = words(carl.get(f"/cases/{case}"))
    assert "Corrected the impact: Cost an hour 300 instead of 1,200" in page
    assert "The hotel said so" in page
    assert "by contract and asset 1,200" in page
    [event] = [one for one in ledger.events(case) if one.kind == "impact.corrected"]
    assert (event.data["known"]["cost_an_hour"], event.data["said"]["cost_an_hour"]) == (1200, 300)
    assert "The hotel said so" not in everything_to_customers(house, case)


def hidden(client: Client, case: str) -> dict[str, str]:
    return hidden_in(client.get(f"/cases/{case}/impact"))


def test_of_two_who_correct_at_once_the_second_is_told_and_undoes_nothing_without_a_word(house: House) -> None:
    case = sent(house)
    carl, tess = signed_in("carl"), signed_in("tess")
    before = hidden(carl, case)
    typed = {"units": "7", "why": "I counted"}
    assert tess.post(f"/cases/{case}/impact", {**hidden(tess, case), **typed}).status_code == 302
    answer = carl.post(f"/cases/{case}/impact", {**before, "units": "0", "cost_an_hour": "50", "why": "By phone"})
    assert answer.status_code == 409
    assert "The case has moved on since you opened this." in words(answer)
    assert "Tess: Corrected the impact: Units standing still 7 instead of 0" in words(answer)
    assert house.view(case).case.losses.units == 7
    again = hidden_in(answer)
    assert carl.post(f"/cases/{case}/impact", {**again, "cost_an_hour": "50", "why": "By phone"}).status_code == 302
    assert (house.view(case).case.losses.units, house.view(case).case.losses.cost_an_hour) == (7, 50)
    once = carl.post(f"/cases/{case}/impact", {**again, "cost_an_hour": "50", "why": "By phone"}, follow=True)
    assert "That was sent already" in words(once)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"units": "-1"}, "Give a whole number from 0 to 100000."),
        ({"units": "100001"}, "Give a whole number from 0 to 100000."),
        ({"trapped": "many"}, "Give a whole number from 0 to 1000."),
        ({"cost_an_hour": "1e9"}, "Give a whole number from 0 to 100000000."), ({}, "It is that already."),
        ({"units": "3", "why": ""}, "Fill this in."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_changes(
    house: House, typed: dict[str, str], said: str
) -> None:
    case = sent(house)
    carl = signed_in("carl")
    answer = carl.post(f"/cases/{case}/impact", {**hidden(carl, case), "why": "Because", **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    assert len(ledger.events(case)) == 1
    if "units" in typed and "why" not in typed:
        tess = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(**typed))
        assert tess.status_code == 422
        assert said in words(tess)


def test_only_who_answers_for_it_or_saw_it_may_correct_it(house: House) -> None:
    case = sent(house)
    for name in ("dora", "tom"):
        assert signed_in(name).get(f"/cases/{case}/impact").status_code == 404
    ada = signed_in("ada")
    assert "Correct the impact" not in words(ada.get(f"/cases/{case}"))
    assert "Correct the impact" in words(signed_in("max").get(f"/cases/{case}"))
    for name in ("cleo", "otto"):
        with pytest.raises((cases.NoSuchCase, cases.MoveRefused)):
            cases.correct_impact([case], losses=Said(units=1), why="No", **house.once(name))


def test_sums_lead_to_their_cases_and_the_queue_shows_which_they_are(house: House) -> None:
    registered(house)
    case, small = sent(house), house.raised(job=str(house.otto_job.id))
    Asset.objects.filter(id=house.otto_job.asset_id).update(units=6, cost_an_hour=90)
    other = house.raised(job=str(house.otto_job.id))
    house.tick()
    house.clock.advance(timedelta(hours=2))
    max_ = signed_in("max")
    page = words(max_.get("/manager"))
    assert 'href="/manager/impact?by=UNITS">30</a>' in page
    assert 'href="/manager/impact?by=COST_SO_FAR">2,580</a>' in page
    assert "by=TRAPPED" not in page
    behind = words(max_.get("/manager/impact?by=UNITS"))
    assert behind.index(f"/cases/{case}") < behind.index(f"/cases/{other}")
    assert f"/cases/{small}" not in behind
    behind = words(max_.get("/manager/impact?by=PENALTY"))
    assert f"/cases/{case}" in behind
    assert f"/cases/{other}" not in behind
    assert "No open case loses as much" in words(max_.get("/manager/impact?by=TRAPPED"))
    assert max_.get("/manager/impact?by=nonsense").status_code == 200
    queue = words(signed_in("carl").get("/queue"))
    rows = {row.partition('"')[0]: row for row in queue.split('<tr data-id="')[1:]}
    assert [one for one in rows if ">Impact</span>" in rows[one]] == [one for one in rows if one in (case, other)]
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    assert "by=PENALTY" not in words(max_.get("/manager"))


def test_a_climb_of_the_impact_is_shown_where_all_are(house: House) -> None:
    registered(house, contract=False)
    case = sent(house)
    house.tick()
    carl = signed_in("carl")
    page = words(carl.get(f"/cases/{case}/climbs"))
    assert "because 24 units stand still and it costs 1,200 an hour" in page
    assert page.count(">The impact</h2>") == 3, "what goes on, and what it will come to"
    house.clock.advance(timedelta(hours=5))
    house.tick()
    page = words(carl.get(f"/cases/{case}/clocks"))
    assert "What is lost passed a threshold on" in page
    assert "It is never due." in page
    assert "Max will be told how much is lost" in words(carl.get(f"/cases/{case}"))
    ahead = words(carl.get(f"/cases/{case}/jump"))
    assert "The impact: the managers (Max)" in ahead


def test_what_would_happen_knows_the_register(house: House) -> None:
    registered(house, contract=False)
    what = {"about": "LIB-L7", "danger": "NONE", "reason": "TECHNICAL_LIMIT", "impact": "LOW", "urgency": "LOW"}
    ada = signed_in("ada")
    assert "Max will be told how much is lost" in words(ada.get("/administration/try/case", what))
    assert "how much is lost" not in words(ada.get("/administration/try/case", what | {"about": "MUS-L7"}))


@pytest.mark.parametrize(
    ("typed", "name"),
    [({"units": "-1"}, "units"), ({"cost_an_hour": "9" * 12}, "cost_an_hour"), ({"units": "two"}, "units")],
)
def test_an_asset_has_figures_that_can_be(house: House, typed: dict[str, str], name: str) -> None:
    answer = send(signed_in("ada"), f"/administration/assets/{house.job.asset_id}", **ASSET, **typed)
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in words(answer)
    assert Asset.objects.get(id=house.job.asset_id).units == 0


def test_a_contract_has_a_penalty_that_can_be_and_keeps_it(house: House) -> None:
    ada = signed_in("ada")
    assert send(ada, "/administration/contracts/new", **CONTRACT, penalty_amount="-5").status_code == 422
    registered(house)
    kept = Contract.objects.get(number="C-17")
    assert (kept.penalty_amount, kept.named_account) == (77_000, True)
    page = words(ada.get(f"/administration/contracts/{kept.id}"))
    assert 'value="77000"' in page
    changed = {name: value for name, value in CONTRACT.items() if name not in ("number", "customer")}
    assert send(ada, f"/administration/contracts/{kept.id}", **changed, penalty_amount="").status_code == 302
    kept.refresh_from_db()
    assert (kept.penalty_amount, kept.named_account) == (0, False)


def test_a_list_brings_figures_and_says_what_is_none(house: House) -> None:
    ada = signed_in("ada")
    head = "Reference\tName\tType\tSite\tUnits standing still\tCost per hour\n"
    page = looked(
        ada, "assets", f"{head}LIB-L7\tLift 7 Library\tlift\tLIB-1\t24\t300\nLIB-L8\tLift 8\tlift\tLIB-1\t\t\n"
    )
    assert figures(page) == (1, 1, 0, 0)
    assert ada.post(place(page)).status_code == 302
    known = {one.reference: (one.units, one.cost_an_hour) for one in Asset.objects.all()}
    assert (known["LIB-L7"], known["LIB-L8"]) == ((24, 300), (0, 0))
    assert "Taken back" in words(ada.post(f"{place(page)}/undo", follow=True))
    assert Asset.objects.get(reference="LIB-L7").units == 0
    page = looked(ada, "assets", f"{head}LIB-L7\tLift 7 Library\tlift\tLIB-1\t-2\t1,200\n")
    assert figures(page)[3] == 1
    assert "Give a whole number from 0 to 100000, without separators." in words(page)
    assert "Give a whole number from 0 to 100000000, without separators." in words(page)


def test_a_list_of_contracts_brings_what_they_owe_and_leaves_what_it_does_not_name(house: House) -> None:
    registered(house)
    ada = signed_in("ada")
    head = "Number\tCustomer\tName\tHolds from"
    page = looked(ada, "contracts", f"{head}\nC-17\tLibrary\tOther name\t2026-01-01\n")
    assert ada.post(place(page)).status_code == 302
    kept = Contract.objects.get(number="C-17")
    assert (kept.name, kept.penalty_amount, kept.named_account) == ("Other name", 77_000, True)
    more = f"{head}\tPenalty as an amount\tNamed account\n"
    page = looked(ada, "contracts", f"{more}C-17\tLibrary\tOther name\t2026-01-01\t0\tNo\n"
                                    "C-18\tMuseum\tFull\t2026-01-01\t\tx\n")  # fmt: skip
    assert figures(page) == (1, 1, 0, 0)
    assert ada.post(place(page)).status_code == 302
    owed = {one.number: (one.penalty_amount, one.named_account) for one in Contract.objects.all()}
    assert owed == {"C-17": (0, False), "C-18": (0, True)}
    page = looked(ada, "contracts", f"{more}C-19\tMuseum\tFull\t2026-01-01\t5 000\tmaybe\n"
                                    "C-20\tMuseum\tFull\t2026-01-01\t999999999999\t\n")  # fmt: skip
    assert figures(page)[3] == 2
    for said in (
        "Give a whole number from 0 to 10000000000, without separators.",
        "Write yes or no.",
        "Give a whole number from 0 to",
    ):
        assert said in words(page)
