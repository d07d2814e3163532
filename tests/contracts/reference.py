"""Draws docs/reference from the code; `python -m tests.contracts.reference` writes the pages anew."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from backline.config.cli import parser
from backline.core.fold import EVENT_KINDS
from backline.core.lifecycle import MOVES, Rule
from backline.core.policy import Policy, Rung, Whose, shipped
from backline.core.words import OPEN_STATES, ClockName, Priority
from backline.policies import file, routing_file

PLACE = Path("docs/reference")


def moves() -> str:
    """The table of moves, as a diagram and as a table."""
    edges = [
        f"    {source} --> {rule.target}: {rule.move.lower()}"
        for rule in MOVES.values()
        for source in sorted(rule.sources)
    ]
    rows = [_row(rule) for rule in MOVES.values()]
    return "\n".join(
        [
            "# Moves",
            "",
            "Drawn from `core/lifecycle.py`. A move that is not here is refused and changes nothing.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> RAISED: raise",
            *edges,
            "    CLOSED --> [*]",
            "    WITHDRAWN --> [*]",
            "```",
            "",
            "| move | from | to | who | needs | customer told | gates |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"Open states: {', '.join(sorted(OPEN_STATES))}.",
            "",
        ]
    )


def _row(rule: Rule) -> str:
    told = rule.told.replace("_", " ").lower()
    cells = (
        rule.move.lower(),
        ", ".join(sorted(rule.sources)) or "nothing",
        rule.target,
        ", ".join(sorted(who.lower() for who in rule.who)),
        ", ".join(rule.needs),
        told,
        "asked" if rule.gated else "",
    )
    return f"| {' | '.join(cells)} |"


def events() -> str:
    """The kinds of events."""
    lines = [f"- `{kind}`" for kind in EVENT_KINDS]
    return "\n".join(["# Events", "", "Every kind that a case's record may hold, from `core/fold.py`.", "", *lines, ""])


def policy() -> str:
    """The policy that ships: targets, leases and ladders."""
    shipping = shipped()
    rows = [
        f"| {clock} | {' | '.join(_span(targets[priority]) for priority in Priority)} | {_counts_in(shipping, clock)} |"
        for clock, targets in shipping.targets.items()
    ]
    leases = " | ".join(_span(shipping.leases[priority]) for priority in Priority)
    rows.append(f"| lease, at most | {leases} | {_counts_in(shipping, ClockName.PROGRESS)} |")
    ladders = [f"| {clock} | {_ladder(shipping.ladders[clock])} |" for clock in ClockName]
    return "\n".join(
        [
            "# The policy that ships",
            "",
            "Targets by priority, and in whose hours they count:",
            "",
            f"| clock | {' | '.join(Priority)} | counts in |",
            f"|---|{'---|' * len(Priority)}---|",
            *rows,
            "",
            "Ladders; a share is of the way from the clock's start to its due moment:",
            "",
            "| clock | rungs |",
            "|---|---|",
            *ladders,
            "",
        ]
    )


def _counts_in(shipping: Policy, clock: ClockName) -> str:
    """In whose hours it counts from the highest priority on: `elapsed, from P2 on the team's hours`."""
    said: list[str] = []
    for priority in Priority:
        whose = shipping.whose(clock, priority)
        name = "elapsed" if whose is Whose.ELAPSED else f"the {whose.lower()}'s hours"
        if not said or not said[-1].endswith(name):
            said.append(f"from {priority} on {name}" if said else name)
    if clock is ClockName.CUSTOMER_UPDATE and shipping.words_in is not Whose.ELAPSED:
        said.append(f"due inside the {shipping.words_in.lower()}'s hours")
    return ", ".join(said)


def _ladder(rungs: tuple[Rung, ...]) -> str:
    return " → ".join([*map(_rung, rungs), f"again every {_span(rungs[-1].every)}"])


def _rung(rung: Rung) -> str:
    share = "" if rung.share is None else f" at {rung.share:.0%}"
    wait = f" {'after' if rung.wait > 0 else 'before, by'} {_span(abs(rung.wait))}" if rung.wait else ""
    return f"{rung.tell.replace('_', ' ').lower()}{share}{wait}"


def _span(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds // 60} min"


def policy_file() -> str:
    """The policy that ships, as the file that an administrator changes."""
    return file.write(shipped())


def policy_schema() -> str:
    """What such a file may hold."""
    return json.dumps(file.schema(), indent=1) + "\n"


def routing_schema() -> str:
    """What a file of routing rules may hold."""
    return json.dumps(routing_file.schema(), indent=1) + "\n"


def commands() -> str:
    """The command line: each command with its arguments."""
    rows = [f"| `backline {' '.join([name, *_arguments(command)])}` | {said} |" for name, command, said in _commands()]
    intro = "Drawn from the command line; `backline COMMAND --help` says more. All read the [settings](settings.md)."
    return "\n".join(["# Commands", "", intro, "", "| command | what it does |", "|---|---|", *rows, ""])


def _commands() -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, command, str(said[name])


def _arguments(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        name = action.option_strings[-1] if action.option_strings else ""
        value = "" if action.nargs == 0 else "/".join(action.choices or [action.dest.upper()])
        found = " ".join(filter(None, (name, value)))
        yield f"[{found}]" if name else found


PAGES: dict[str, Callable[[], str]] = {
    "moves.md": moves,
    "events.md": events,
    "policy.md": policy,
    "policy.toml": policy_file,
    "policy.schema.json": policy_schema,
    "routing.schema.json": routing_schema,
    "commands.md": commands,
}


if __name__ == "__main__":
    os.makedirs(PLACE, exist_ok=True)
    for name, draw in PAGES.items():
        (PLACE / name).write_text(draw(), encoding="utf-8")
