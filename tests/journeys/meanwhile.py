"""What is said in a long random story of what a customer may do until it is repaired."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from backline.cases import operations as cases
from backline.cases.operations import Done, MoveRefused, NewWorkaround, NoSuchCase
from backline.core.case import Case
from backline.core.words import WorkaroundEnd

MEANWHILE = ("meanwhile", "approve", "refuse", "extend", "end_meanwhile")


def meanwhile(now: Case, random: Random, once: dict[str, Any]) -> dict[str, Callable[[], list[Done]]]:
    """Each of the verbs, about the workaround that counts or waits for a manager, by one who may or may not."""
    one, until = [now.id], once["at"] + timedelta(hours=random.choice([1, 8, 30]))
    asked, counts = (found.id if found else "none" for found in (now.proposed, now.workaround))
    new = NewWorkaround("Use the stairs", "By day", until, unsafe=random.random() < 0.8)
    ends = {"record": counts, "how": random.choice(list(WorkaroundEnd)), "why": "Seen"}
    return {
        "meanwhile": lambda: cases.offer_workaround(one, workaround=new, **once),
        "approve": lambda: cases.approve_workaround(one, record=asked, until=until, limits="", **once),
        "refuse": lambda: cases.refuse_workaround(one, record=asked, why="Not there", **once),
        "extend": lambda: cases.extend_workaround(one, record=counts, until=until, why="It lasts", **once),
        "end_meanwhile": lambda: cases.end_workaround(one, **ends, **once),
    }


def goes_on(law: Any, case: str) -> None:
    """Max decides what was proposed, and what counts is extended or ended; whichever was done less."""
    if law.case(case).proposed:
        _first_who_may(law, case, ("approve", "refuse"), ("max",))
    if law.case(case).workaround:
        law.house.clock.advance(timedelta(minutes=5))
        _first_who_may(law, case, ("extend", "end_meanwhile"), ("carl", "max"))


def _first_who_may(law: Any, case: str, names: tuple[str, ...], by: tuple[str, ...]) -> None:
    name = min(names, key=lambda one: law.facts[one])
    for who in by:
        with suppress(MoveRefused, NoSuchCase):
            law.verbs(case, who)[name]()
            law.facts[name] += 1
            return
