"""How long until everybody has heard of ten thousand cases that come due at once, among a million open ones."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import django

from backline.config.postgres import OWNER, EmbeddedPostgres
from bench import stage, theirs
from bench.rush import Poster

FORM, TOKEN = "application/x-www-form-urlencoded", "b" * 32
FEW = 100
WARM = 20
"""So many clicks come before: what a page reads once a process it has read then."""


@dataclass(slots=True)
class Figures:
    """What was measured, in seconds."""

    whole: list[Any] = field(default_factory=list)
    bare: float = 0
    few: dict[int, float] = field(default_factory=dict)
    among: dict[int, float] = field(default_factory=dict)
    clicks: list[float] = field(default_factory=list)
    theirs: float = 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, sweep, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=1_000_000, help="open cases at full size; a hundredth at first")
    parser.add_argument("--due", type=int, default=10_000, help="how many of them come due at once")
    parser.add_argument(
        "--models", type=int, default=50, help="real cases of each kind, of which the others are copies"
    )
    parser.add_argument("--times", type=int, default=9, help="how often few come due, and all do")
    parser.add_argument("--alone", action="store_true", help="without django-helpdesk, which comes from the registry")
    asked = parser.parse_args(arguments)
    with stage.database() as server:
        django.setup()
        overdue = importlib.import_module("bench.overdue").Overdue.begun(asked.models)
        found = _measured(overdue, server, asked)
    _print(found, asked)


def _measured(overdue: Any, server: EmbeddedPostgres, asked: argparse.Namespace) -> Figures:
    found, url = Figures(), server.url(OWNER)
    for size in (asked.open // 100, asked.open // 10, asked.open):
        overdue.grow(url, waiting=size, due=_due(asked, size))
        found.few[size] = overdue.few(FEW, asked.times)
        found.among[size] = overdue.sweep().seconds
        print(f"{size:,} cases are open", flush=True)
    found.whole = [overdue.sweep() for _time in range(max(asked.times // 3, 1))]
    with stage.serving():
        found.clicks = _clicks(overdue)
    found.bare = overdue.bare(url, found.whole[-1])
    if not asked.alone:
        with theirs.installed(server) as helpdesk:
            found.theirs = helpdesk.escalate(_due(asked, asked.open // 10), asked.open // 10)
    return found


def _due(asked: argparse.Namespace, size: int) -> int:
    """How many of so many open cases come due at once: a tenth of few."""
    return max(min(asked.due, size // 10), FEW)


def _clicks(overdue: Any) -> list[float]:
    """How long Sana waits each time that she accepts one of the cases while all of them are being looked at."""
    counting, policy = (importlib.import_module(name) for name in ("bench.counting", "backline.core.policy"))
    reader, leases = counting.Reader.signed_in("sana@example.org"), policy.shipped().leases
    poster = Poster(stage.PORT, f"sessionid={reader.session}; csrftoken={TOKEN}")
    aside = multiprocessing.get_context("fork")  # whoever clicks is no part of the worker, and waits for none of it
    over, ready, took = aside.Event(), aside.Event(), aside.SimpleQueue()

    def accept(case: str, priority: str) -> float:
        said = {"csrfmiddlewaretoken": TOKEN, "key": f"click-{case}", "lease": leases[priority], "seen": 100}
        begun = time.perf_counter()
        poster.post(f"/cases/{case}/accept", FORM, urlencode(said).encode())
        return time.perf_counter() - begun

    def click() -> None:
        found = []
        for number, (case, priority) in enumerate(cases):
            found.append(accept(case, priority))
            if number == WARM:
                ready.set()
            if over.wait(0.02):
                break
        took.put(found[WARM + 1 :])

    cases = overdue.offered(1000)
    clicking = aside.Process(target=click)
    clicking.start()
    ready.wait()
    overdue.sweep()
    over.set()
    found: list[float] = took.get()
    clicking.join()
    return found


def _print(found: Figures, asked: argparse.Namespace) -> None:
    usual = sorted(found.whole, key=lambda one: one.seconds)[len(found.whole) // 2]
    small, middle, large = found.few
    print(f"at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {asked.open:,} open cases")
    print(f"{usual.cases:,} due at once: {usual.events:,} events, {usual.notices:,} notices")
    print(f"  in {usual.seconds:.1f} s, at most {max(one.seconds for one in found.whole):.1f} s (goal: 5 s)")
    print(f"  one bare statement: {found.bare:.2f} s, ours takes {usual.seconds / found.bare:.1f} times that (goal: 4)")
    times = found.few[large] / found.few[small]
    print(f"{FEW} due among {small:,}: {1000 * found.few[small]:.0f} ms")
    print(f"  among {large:,}: {1000 * found.few[large]:.0f} ms, {times:.2f} times that (goal: 1.5)")
    clicks = sorted(found.clicks)
    print(f"{len(clicks)} clicks on accept meanwhile: {1000 * clicks[len(clicks) // 2]:.0f} ms as a rule")
    print(f"  at most {1000 * clicks[-1]:.0f} ms (goal: under 200 ms)")
    if found.theirs:
        ours = found.among[middle]
        print(f"{_due(asked, middle):,} due among {middle:,}: {ours:.1f} s")
        print(f"  django-helpdesk's escalate_tickets {found.theirs:.1f} s")
        print(f"  it takes {found.theirs / ours:.0f} times as long (goal: 18)")


if __name__ == "__main__":
    main()
