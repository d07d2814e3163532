"""The command `routing`: all rules as a file, out of Backline and, looked at first, into it again."""

from __future__ import annotations

import argparse
import sys

from backline.config.cli_file import file_named, say, text_of
from backline.core.routing import RoutingRule

ABOUT = """\
export       print the file of all rules
check FILE   say what is wrong in a file, and what it names that nothing has yet
diff FILE    say in words what a file changes
import FILE  the same, and with --save let it take the place of all rules
"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of `routing`."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = ABOUT
    command.add_argument("act", choices=["export", "check", "diff", "import"])
    command.add_argument("names", nargs="*", metavar="FILE", help="a file as `export` prints it")
    command.add_argument("--save", action="store_true", help="keep what is imported; without it nothing is changed")
    command.add_argument("--why", default="", help="why it changes, in a sentence")


def run(parsed: argparse.Namespace) -> int:
    """Do what the arguments say; 1 where the file cannot be rules."""
    from backline.cases import routes
    from backline.people.operations import Busy
    from backline.policies.operations import Refused
    from backline.policies.reading import Unreadable

    if parsed.act == "export":
        sys.stdout.write(routes.text())
        return 0
    parsed.file = file_named(parsed, "routing")
    try:
        _with_file(parsed)
    except Unreadable as error:
        say(f"{parsed.file}: {flaw}" for flaw in error.flaws)
    except (Refused, Busy) as error:
        say(error.errors.values())
    else:
        return 0
    return 1


def _with_file(parsed: argparse.Namespace) -> None:
    from backline.cases import routes
    from backline.policies import queries

    text = text_of(parsed.file)
    rules, before = routes.read(text), queries.routing_rules()
    if parsed.act == "check":
        say([f"{parsed.file} says {len(rules)} rules.", *routes.not_yet(rules)])
        return
    changed = routes.differences(before, rules)
    say(changed or ["It says the same as the rules there are."])
    if parsed.act == "import":
        say(routes.not_yet(rules))
        seen = queries.routing_mark(before)
        print(_saved(parsed, rules, text, seen) if parsed.save else "Nothing was changed; --save keeps it.")


def _saved(parsed: argparse.Namespace, rules: tuple[RoutingRule, ...], text: str, seen: str) -> str:
    from backline.config.clock import SystemClock
    from backline.core.words import Actor, ActorKind
    from backline.policies.operations import RoutingPlan, keep_routing

    by = Actor(ActorKind.SYSTEM, "command line", name="Backline")
    plan = RoutingPlan(rules, text, parsed.why)
    changed = keep_routing(plan, seen=seen, by=by, at=SystemClock().now())
    return "Kept in place of all rules there were." if changed else "Nothing was changed."
