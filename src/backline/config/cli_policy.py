"""The command `policy`: its file, out of Backline and, looked at first, into it again; and cases under other rules."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from backline.config import cli_move
from backline.config.cli_file import file_named, say, text_of
from backline.config.trouble import Trouble

if TYPE_CHECKING:
    from backline.policies.queries import Saved

ABOUT = """\
export       print the file of the policy in force, or of another version
check FILE   say what is wrong in a file, and whom it would not reach today
diff FILE    say in words what a file changes
import FILE  the same, and with --save keep it as a version, for cases raised from then on
move CASE…   say what the version --to would change for open cases, and with --save move them to it
"""

TAKES = {
    "export": {"version"}, "check": set[str](), "diff": {"version"}, "import": {"version", "save", "from", "why"},
    "move": {"save", "to", "why"},
}  # fmt: skip
"""The options of each; another one would be passed over in silence."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of `policy`."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = ABOUT
    command.add_argument("act", choices=["export", "check", "diff", "import", "move"])
    command.add_argument("names", nargs="*", metavar="FILE or CASE", help="a file as `export` prints it, or cases")
    command.add_argument("--version", type=int, help="this version in place of the one in force")
    command.add_argument(
        "--save", action="store_true", help="keep what is imported or moved; without it nothing is changed"
    )
    command.add_argument("--to", type=int, help="the version that cases are moved to")
    command.add_argument("--from", dest="effective_at", help="from when it counts, such as 2026-12-01T08:00+01:00")
    command.add_argument("--why", default="", help="why it changes, in a sentence")


def run(parsed: argparse.Namespace) -> int:
    """Do what the arguments say; 1 where the file cannot be a policy."""
    from backline.config.clock import SystemClock
    from backline.policies.operations import Refused
    from backline.policies.reading import Unreadable

    at = SystemClock().now()
    _refuse_what_it_does_not_take(parsed)
    if parsed.act == "export":
        return _export(_shown(parsed, at))
    if parsed.act == "move":
        return cli_move.run(parsed, at)
    parsed.file = file_named(parsed, "policy")
    try:
        return _with_file(parsed, at)
    except Unreadable as error:
        say(f"{parsed.file}: {flaw}" for flaw in error.flaws)
    except Refused as error:
        say(error.errors.values())
    return 1


def _refuse_what_it_does_not_take(parsed: argparse.Namespace) -> None:
    given = {
        "version": parsed.version is not None, "to": parsed.to is not None, "from": parsed.effective_at is not None,
        "why": bool(parsed.why), "save": parsed.save,
    }  # fmt: skip
    for option in (one for one, said in given.items() if said and one not in TAKES[parsed.act]):
        hint = " It moves the cases that you name, whatever version they have." if parsed.act == "move" else ""
        raise Trouble(f"policy {parsed.act} takes no --{option}; nothing was done.{hint}")


def _shown(parsed: argparse.Namespace, at: datetime) -> Saved:
    from backline.policies import queries

    return cli_move.version(parsed.version if parsed.version is not None else queries.version_in_force(at).number)


def _export(saved: Saved) -> int:
    from backline.policies import queries

    sys.stdout.write(queries.text_of(saved))
    return 0


def _with_file(parsed: argparse.Namespace, at: datetime) -> int:
    from backline.policies import file
    from backline.policies.differences import differences
    from backline.policies.reach import reach
    from backline.policies.reading import Unreadable

    text = text_of(parsed.file)
    policy, old = file.read(text), _shown(parsed, at)
    found = reach(policy, at=at)
    if found.refused:
        raise Unreadable(list(found.refused))
    if parsed.act == "check":
        say([f"{parsed.file} says a policy.", *found.odd.values()])
        return 0
    changed = differences(old.policy, policy)
    say(changed or [f"It says the same as version {old.number}."])
    if parsed.act == "import":
        say([*found.odd.values()])
        print(_saved(parsed, text, at) if parsed.save else "Nothing was changed; --save keeps it.")
    return 0


def _saved(parsed: argparse.Namespace, text: str, at: datetime) -> str:
    from backline.core.words import Actor, ActorKind
    from backline.policies import queries
    from backline.policies.operations import Plan, keep_version

    by = Actor(ActorKind.SYSTEM, "command line", name="Backline")
    plan = Plan(text, parsed.why, _moment(parsed.effective_at))
    saved = keep_version(plan, seen=queries.versions()[0].number, by=by, at=at)
    return f"Kept as version {saved.number}; it counts from {saved.effective_at.isoformat()} for cases raised then."


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise Trouble(f"{written} is no moment; write one such as 2026-12-01T08:00+01:00.") from error
    if found.tzinfo is None:
        raise Trouble(f"{written} names no zone; write one such as 2026-12-01T08:00+01:00.")
    return found
