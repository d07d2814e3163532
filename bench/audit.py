"""How long the auditor takes for many open cases, all of them and those that are due, and how much memory."""

from __future__ import annotations

import argparse
import importlib
import resource
import time
from collections.abc import Sequence

import django

from bench import stage

MEMORY = 400


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, audit everything, audit again what is due, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="open cases")
    parser.add_argument("--models", type=int, default=50, help="real cases, of which the others are copies")
    asked = parser.parse_args(arguments)
    with stage.database() as server:
        django.setup()
        copied = importlib.import_module("bench.audited")
        at = copied.fill(server.url(), asked.models, asked.cases)
        passes = importlib.import_module("backline.engine.auditor.passes")
        print(f"{asked.cases} open cases, {copied.events()} events, {copied.letters()} letters", flush=True)
        for what, whole in (("everything", True), ("what is due, and the next in turn", False)):
            begun, used = time.monotonic(), time.process_time()
            kept = passes.run(at, whole=whole)
            seconds, processor = time.monotonic() - begun, time.process_time() - used
            found = f"lost {kept.lost} of {kept.expected}, doubled {kept.doubled}, early {kept.early}"
            print(f"{what}: {kept.looked} cases in {seconds:.1f} s ({processor:.1f} s of processor); {found}")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"memory: {memory} MB at most (goal: {MEMORY}, whatever the number of cases)")


if __name__ == "__main__":
    main()
