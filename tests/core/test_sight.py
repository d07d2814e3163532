"""Who may see a case: each relation to it is enough alone, and nobody else knows that it is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backline.core.case import Case
from backline.core.sight import may_see
from backline.core.words import Actor, ActorKind, Role
from tests.core.stories import ADA, CARL, CLEO, ENGINE, MAX, OTTO, SANA, TESS, raised
from tests.core.test_moves import accepted, offered

TOM = Actor(ActorKind.PERSON, "tom", frozenset({Role.TECHNICIAN}))
DORA = Actor(ActorKind.PERSON, "dora", frozenset({Role.SPECIALIST}), frozenset({"support"}))
NOBODYS = Actor(ActorKind.CONTACT, "abe")
CASE = replace(raised().now, technician="", raised_by="")


@pytest.mark.parametrize(
    ("tie", "actor"),
    [
        ({"technician": "tom"}, TOM),
        ({"raised_by": "tom"}, TOM),
        ({"person": "dora"}, DORA),
        ({"had": ("lena", "dora")}, DORA),
        ({"visitors": ("tess", "tom")}, TOM),
        ({"team": "support"}, DORA),
    ],
    ids=str,
)
def test_each_tie_is_enough_alone_and_without_one_nobody_sees(tie: dict[str, object], actor: Actor) -> None:
    assert not may_see(actor, CASE)
    assert may_see(actor, replace(CASE, **tie))


@pytest.mark.parametrize("actor", [CARL, MAX, ADA, ENGINE], ids=lambda actor: actor.id)
def test_who_answers_for_all_sees_all(actor: Actor) -> None:
    assert may_see(actor, CASE)


def test_a_contact_sees_the_cases_of_its_customer_and_one_of_no_customer_sees_none() -> None:
    assert [may_see(actor, CASE) for actor in (CLEO, OTTO, NOBODYS)] == [True, False, False]
    without: Case = replace(CASE, customer="", technician="cleo")
    assert [may_see(actor, without) for actor in (CLEO, OTTO, NOBODYS)] == [False, False, False]


def test_tess_and_sana_see_what_they_worked_on() -> None:
    story = accepted(offered(raised()))
    assert [may_see(actor, story.now) for actor in (TESS, SANA, TOM, DORA)] == [True, True, False, False]
