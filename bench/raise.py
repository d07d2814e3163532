"""How many cases a second can be raised, beside a bare transaction of as many rows and beside django-helpdesk."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from contextlib import nullcontext
from uuid import uuid4

import django
import psycopg

from backline.config.postgres import OWNER
from bench import stage, theirs
from bench.rush import Sender, Took, rush

OURS, BARE, THEIRS = "raise a case", "bare transaction", "django-helpdesk"


def main(arguments: Sequence[str] | None = None) -> None:
    """Raise, count, compare, and look whether all is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("clients", 8), ("workers", 2), ("rounds", 5), ("seconds", 6)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--alone", action="store_true", help="without django-helpdesk, which comes from the registry")
    asked = parser.parse_args(arguments)
    with stage.database() as server:
        django.setup()
        ours = importlib.import_module("bench.reports").Reports.begun(asked.clients)
        queries, rows = ours.cost()
        bare = [_bare(server.url(OWNER), rows) for _client in range(asked.clients)]
        senders, costs = {OURS: ours.senders(stage.PORT), BARE: bare}, {OURS: queries, BARE: rows}
        with stage.serving(asked.workers), nullcontext() if asked.alone else theirs.serving(server, asked) as helpdesk:
            if helpdesk:
                senders[THEIRS], costs[THEIRS] = helpdesk.senders(asked.clients), helpdesk.queries()
            took = _rounds(senders, asked)
        _print(took, costs)
        print(
            f"{rows} rows a case. {ours.verify():,} reports were answered: each is a case with all that belongs to it."
        )


def _bare(url: str, rows: int) -> Sender:
    """A client that inserts as many rows in one transaction, one by one, and does nothing else."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE IF NOT EXISTS bench_row (id uuid PRIMARY KEY, said text, at timestamptz)")

    def send() -> None:
        with connection.transaction():
            for _row in range(rows):
                connection.execute("INSERT INTO bench_row VALUES (%s, %s, now())", [uuid4(), "x" * 200])

    return send


def _rounds(senders: dict[str, list[Sender]], asked: argparse.Namespace) -> dict[str, Took]:
    """All in turn, so that what else the machine does slows all of them; the first round warms up."""
    took = {name: Took() for name in senders}
    for number in range(asked.rounds + 1):
        for name, all_of_them in senders.items():
            one = rush(all_of_them, asked.seconds)
            if number:
                took[name].each += one.each
                took[name].seconds += one.seconds
    return took


def _print(took: dict[str, Took], costs: dict[str, int]) -> None:
    print(f"\n{'':<20}{'a second':>10}{'p50 ms':>10}{'p99 ms':>10}{'queries':>10}{'our rate is':>14}")
    ours = took[OURS].rate
    for name, one in took.items():
        each = sorted(one.each)
        p50, p99 = (1000 * each[int(len(each) * part)] for part in (0.5, 0.99))
        print(f"{name:<20}{one.rate:>10.0f}{p50:>10.1f}{p99:>10.1f}{costs[name]:>10}{ours / one.rate:>8.2f} times")
    print("Goal: at least 1.5 times the rate of django-helpdesk.")


if __name__ == "__main__":
    main()
