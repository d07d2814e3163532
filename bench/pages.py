"""How fast the queue and the page of a case are beside a bare page, with a hundred thousand cases open."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import Any

import django

from backline.config.postgres import OWNER
from bench import stage

SMALL = 1_000
PAGES = {
    "first page": "",
    "last page": "show=open&page=last",
    "by priority": "sort=priority",
    "oldest first": "sort=opened",
    "newest first": "sort=-opened",
    "longest unchanged": "sort=changed",
    "latest change": "sort=-changed",
    "latest change, last page": "sort=-changed&page=last",
    "state, priority": "state=OFFERED&state=ACCEPTED&priority=P1",
    "danger, nobody": "danger=RISK&person=nobody",
    "what nothing fits": "danger=PERSON_TRAPPED_OR_HURT&priority=P1",
    "search, a common word": "text=lift",
    "search, a word of some": "text=filstastasta",
    "search, a rare word": "text=quetzal",
    "search, a slip": "text=filstatasta",
    "search, two words, a filter": "text=lift+turturpospos&priority=P2",
    "search, nothing fits": "text=xylophone",
    "all": "show=all",
    "all, last page": "show=all&page=last",
    "all, by priority": "show=all&sort=priority",
    "closed, oldest first": "show=closed&sort=opened",
    "closed, search, common": "show=closed&text=lift",
    "all, search, some": "show=all&text=filstastasta",
    "all, search, rare": "show=all&text=quetzal",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000, help="open cases at full size")
    parser.add_argument("--closed", type=int, default=1_000_000, help="closed cases at full size")
    parser.add_argument("--events", type=int, default=200, help="events of the long case")
    parser.add_argument("--times", type=int, default=30, help="how often each page is asked for")
    asked = parser.parse_args(arguments)
    with stage.database() as server:
        django.setup()
        crowds, counting = (importlib.import_module(f"bench.{name}") for name in ("crowd", "counting"))
        crowd = crowds.Crowd.begun()
        crowd.live_long(asked.events)
        crowd.grow(server.url(OWNER), waiting=SMALL, over=0)
        reader = counting.Reader.signed_in("carl@example.org")
        small = _measured(reader, asked.times)
        crowd.grow(server.url(OWNER), waiting=asked.open - SMALL, over=asked.closed)
        _print(asked, small, _measured(reader, asked.times), _case(reader, crowd.long, asked))


def _measured(reader: Any, times: int) -> dict[str, tuple[float, float, int]]:
    """Each page of the queue: its time, that of the bare page between, and its queries."""
    found = {}
    with stage.serving():
        visitor = stage.Visitor(reader.session)
        for name, query in PAGES.items():
            place = f"/queue?{query}"
            page, bare = visitor.beside(place, "/bare/50", times)
            found[name] = (page, bare, reader.queries(place))
    return found


def _case(reader: Any, case: str, asked: argparse.Namespace) -> tuple[float, float, int]:
    with stage.serving():
        page, bare = stage.Visitor(reader.session).beside(f"/cases/{case}", f"/bare/{asked.events}", asked.times)
    return page, bare, reader.queries(f"/cases/{case}")


def _print(asked: argparse.Namespace, small: Any, large: Any, case: Any) -> None:
    print(f"\nThe queue with {asked.open:,} open and {asked.closed:,} closed cases, 50 rows a page, medians in ms")
    print(f"{'':<30}{'page':>8}{'bare':>8}{'times':>8}{'at 1,000':>10}{'times':>8}{'queries':>9}{'at 1,000':>10}")
    for name, (page, bare, queries) in large.items():
        before, _bare, few = small[name]
        print(f"{name:<30}{page:>8.1f}{bare:>8.1f}{page / bare:>8.1f}{before:>10.1f}{page / before:>8.2f}"
              f"{queries:>9}{few:>10}")  # fmt: skip
    page, bare, queries = case
    print(f"{f'a case with {asked.events} events':<30}{page:>8.1f}{bare:>8.1f}{page / bare:>8.1f}{'':>18}{queries:>9}")
    print("Goals: at most 4 bare pages; the queue within 1.5 times itself at 1,000 cases; as many queries.")


if __name__ == "__main__":
    main()
