"""Rebuild and its check beside people at work: what is recorded between two of their looks is no flaw."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from backline.cases import operations as cases
from backline.cases.operations import _rebuild
from backline.ledger import queries as ledger
from tests.fakes.clock import SettableClock
from tests.fakes.house import House


@pytest.fixture
def busy(fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> list[Thread]:
    """Two cases; when the first of them was read and before its chain is, Carl offers both and Tess raises a third."""
    house = House(clock)
    raised = [house.raised(), house.raised()]
    begun: list[Thread] = []

    def goes_on() -> None:
        for case in raised:
            house.offer(case)
        house.raised()
        connection.close()

    def between(read: Callable[..., Any]) -> Callable[..., Any]:
        def then(*args: Any) -> Any:
            if not begun:
                begun.append(Thread(target=goes_on))
                begun[0].start()
                begun[0].join(timeout=2)  # it may have to wait for a case that is held
            return read(*args)

        return then

    monkeypatch.setattr(_rebuild.ledger, "flaws", between(ledger.flaws))
    return begun


def test_a_check_reads_one_moment(busy: list[Thread]) -> None:
    assert cases.rebuild(check=True).flaws == ()
    busy[0].join()
    again = cases.rebuild(check=True)
    assert (again.cases, again.flaws) == (3, ())


def test_what_is_written_anew_is_held_while_it_is_read(busy: list[Thread]) -> None:
    assert cases.rebuild(check=False).flaws == ()
    busy[0].join()
    assert cases.rebuild(check=True).flaws == ()
