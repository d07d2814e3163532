"""How long until a million clocks follow a change of calendars, and how long one case takes to explain itself."""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.db import connection

from backline.config.postgres import OWNER
from bench import stage

GOAL, EXPLAINED = 60, 50


@dataclass(slots=True)
class Measured:
    """What was done, in which time, and what it took of processor and memory, the database's part included."""

    seconds: float = 0
    processor: float = 0
    memory: float = 0
    batches: list[float] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, change, recompute with two workers, compare, explain, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=1_000_000, help="open clocks at full size")
    parser.add_argument("--models", type=int, default=400, help="real cases, of which the others are copies")
    parser.add_argument("--sample", type=int, default=1_000, help="cases that are compared with all their events")
    parser.add_argument("--events", type=int, default=200, help="events of the case that is explained")
    parser.add_argument("--worker", help="recompute at this moment what waits, and end: the second worker")
    asked = parser.parse_args(arguments)
    if asked.worker:
        django.setup()
        print(_recompute(datetime.fromisoformat(asked.worker)).processor, _memory())
        return
    with stage.database() as server:
        django.setup()
        standings = importlib.import_module("bench.standing")
        standing = standings.Standing.begun(asked.models)
        _recompute(standing.house.clock.now())
        long = standing.live_long(asked.events)
        standing.multiply(server.url(OWNER), asked.clocks)
        print("; ".join(standings.figures()), flush=True)
        standing.house.clock.advance(timedelta(minutes=1))  # what was recomputed before is over
        standing.change()
        measured = _with_two(standing.house.clock.now())
        _print(measured, standings.moved(), (asked.sample, standings.differing(asked.sample)))
        print(f"a case with {asked.events} events explains its clocks in {_explain(standing, long)} (goal: 50 ms)")


def _with_two(at: datetime) -> Measured:
    """Two workers, each with a session of its own, until nothing waits."""
    operations = importlib.import_module("backline.cases.operations")
    begun = time.perf_counter()
    operations.recompute(at=at)  # that it is divided, before the second one comes
    command = [sys.executable, "-m", "bench.recompute", "--worker", at.isoformat()]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    measured = _recompute(at)
    said, _ = other.communicate()
    measured.seconds = time.perf_counter() - begun
    processor, measured.memory = map(float, said.split())
    measured.processor += processor
    return measured


def _recompute(at: datetime) -> Measured:
    """The engine's duty, until nothing waits."""
    operations, recomputed = (
        importlib.import_module(f"backline.cases.{name}") for name in ("operations", "recomputed")
    )
    spent, measured = _spent(), Measured()
    while True:
        begun = time.perf_counter()
        if operations.recompute(at=at):
            measured.batches.append(time.perf_counter() - begun)
        elif recomputed.waiting():
            time.sleep(0.1)
        else:
            break
    measured.processor = _spent() - spent
    return measured


def _spent() -> float:
    """Seconds of the processor that this process has had, and its session in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _memory() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _explain(standing: Any, case: str) -> str:
    """How long it takes to explain every clock of a case, with all that is read for it."""
    queries = importlib.import_module("backline.cases.queries")
    at, found, processor = standing.house.clock.now(), [], time.process_time()
    for _time in range(20):
        begun = time.perf_counter()
        queries.explained(case, at=at, known_at=at)
        found.append((time.perf_counter() - begun) * 1000)
    return f"{median(found):.1f} ms, {(time.process_time() - processor) * 1000 / len(found):.1f} of the processor"


def _print(measured: Measured, moved: int, sample: tuple[int, int]) -> None:
    load, longest = os.getloadavg()[0], max(measured.batches) * 1000
    print(f"{moved:,} clocks moved in {measured.seconds:.1f} s (goal: under {GOAL})")
    print(f"  at a load of {load:.1f} on {os.cpu_count()} cores; {measured.processor:.1f} s of the processor")
    usual = median(measured.batches) * 1000
    print(f"  a batch holds its cases for {usual:.0f} ms, at most {longest:.0f} ms")
    print(f"  a worker took {measured.memory:.0f} MB of memory at most")
    print(f"{sample[1]} of {sample[0]} cases are not what all their events give (goal: 0)")


if __name__ == "__main__":
    main()
