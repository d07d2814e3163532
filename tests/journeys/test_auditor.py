"""The auditor over long random stories: clean where nobody slept, and it finds whatever is taken, doubled or early."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from backline.core.lifecycle import Move, MoveRefused
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.auditor.judge import Facts
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual
from tests.fakes.tampered import History, histories
from tests.journeys.law import Law

STEPS = 70


class Awake(Law):
    """A story in which the engine looks at each alarm; nobody waits five days for an answer, for that takes long."""

    def _lapse(self, case: str) -> str:
        self.tally.note(Move.LAPSE, legal=True)
        return case

    def fact(self, case: str) -> None:
        """Now and then Max moves it to other rules besides."""
        super().fact(case)
        if self.random.random() < 0.3:
            with suppress(MoveRefused):
                self.verbs(case, "max")["rules"]()
                self.facts["rules"] += 1


@pytest.mark.parametrize("seed", [3])
def test_nothing_is_wrong_and_all_that_could_be_would_be_found(house: House, seed: int) -> None:
    house.clock = Punctual(house)
    story = Awake(house, Random(seed))
    story.run(STEPS, facts=1000)
    assert story.facts["rules"] > 2, "cases took other rules"
    house.tick()
    while deliver(at=house.clock.now(), sender=None, limit=500):
        pass
    found = passes.run(house.clock.now(), whole=True)
    assert found
    assert found.well
    assert (found.late, found.cases) == (0, len(histories(house.clock.now())))
    assert found.expected > 150
    tampered = [_tampered(history) for history in histories(house.clock.now())]
    assert sum(tampered) > 150, "enough to say anything"


def _tampered(history: History) -> int:
    """Each effect of a case is taken away, doubled and moved by itself; how many that were."""
    assert history.judged().found == []
    done = 0
    for rung in history.rungs():
        climb, effect = rung.data["climb"], f"{rung.data['climb']}:{rung.data['rung']}:{rung.data['repeat']}"
        assert (What.DOUBLED, effect) in _said(history, history.doubled(rung))
        assert (What.EARLY, effect) in _said(history, history.early(rung))
        if "overtaken" not in rung.data:
            assert (What.LOST, effect) in _said(history, history.untold(rung))
            assert (What.LOST, effect) in _said(history, history.told_to_another_role(rung))
        if history.names(rung):
            assert (What.LOST, effect) in _said(history, history.told_to_a_stranger(rung))
        if history.waited(rung):
            for key in history.letters_of(rung):
                assert (What.LOST, key) in _said(history, history.letter_called_back(key, rung.recorded_at))
            lost = {name for what, name in _said(history, history.without(rung)) if what is What.LOST}
            assert any(name.startswith(f"{climb}:") for name in lost), (effect, lost)
            done += 1
    return done + history.asked_for().total()


def _said(history: History, facts: Facts) -> set[tuple[What, str]]:
    return {(one.what, one.effect) for one in history.judged(facts).found}
