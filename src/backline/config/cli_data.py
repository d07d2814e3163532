"""The commands that bring data in and out: `import` says line by line what it could not take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from backline.config import backup as backups
from backline.config import emptying, up
from backline.config.environment import Environment
from backline.config.restore import restored
from backline.config.trouble import Trouble
from backline.intake import mapping_help

if TYPE_CHECKING:
    from backline.intake.imports import Report

MOST_NAMED = 100


def add_import(command: argparse.ArgumentParser) -> None:
    """The arguments of `import`, and how a mapping is written."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = mapping_help.__doc__
    command.add_argument("kind", choices=["jobs", "assets"])
    command.add_argument("file", type=Path, help="CSV with , ; or tabs between the columns; .gz is unpacked")
    command.add_argument("--mapping", type=Path, help="a TOML file that says which column is which of our fields")
    command.add_argument("--dry-run", action="store_true", help="change nothing and say what would happen")


def import_file(parsed: argparse.Namespace) -> int:
    """Import the file that the arguments name; 1 where a line was refused."""
    from backline.config.clock import SystemClock
    from backline.intake import imports
    from backline.intake.mapping import Mapping
    from backline.look.sheet import Flaw, Unreadable

    def say(flaw: Flaw) -> None:
        column = f", column {flaw.column}" if flaw.column else ""
        print(f"line {flaw.number}{column}: {flaw.said}")

    try:
        mapping = Mapping.read(parsed.mapping) if parsed.mapping else Mapping()
        report = imports.run(
            parsed.file, mapping, kind=parsed.kind, dry=parsed.dry_run, say=say, at=SystemClock().now()
        )
    except Unreadable as error:
        raise Trouble(str(error)) from error
    if report.guessed:
        print(
            f"The file is not UTF-8; it was read as {report.guessed}. If that is wrong, name its encoding in a mapping."
        )
    print(_told(report, dry=parsed.dry_run))
    return 1 if report.refused else 0


def _told(report: Report, *, dry: bool) -> str:
    """The figures of an import."""
    figures = (
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged, {report.refused:,} refused"
    )
    if dry:
        return f"Nothing was changed. It would be: {figures}."
    if not report.new and not report.changed:
        return f"Nothing changed: {figures}."
    return f"Done: {figures}."


def backup(environment: Environment, path: Path) -> int:
    """Write the backup of an installation, running or not."""
    with up.running(environment) as found:
        figures = backups.write(environment, found.owner, path)
    print(f"{path} holds the whole installation ({figures}) and its secret: keep it where nobody else can read it.")
    return 0


def restore(environment: Environment, path: Path, rooms: Callable[[str, Callable[[], int]], int]) -> int:
    """Put a backup into this empty installation, and verify the record of every case."""
    with restored(environment, path) as found:
        print(f"Restored ({backups.figures_of(found.owner)}).")
        kept = (environment.home / "secret").read_text().strip()
        if environment.secret and environment.secret != kept:
            print(
                "BACKLINE_SECRET is not the secret of the backup: links and sign-ins from before do not work with it."
            )
        return rooms(found.application, lambda: rebuild(check=True))


def demo(environment: Environment, rooms: Callable[[str, Callable[[], int]], int], *, clear: bool) -> int:
    """Load the demo organisation, or clear it: its database as the owner of the tables, then its files."""
    with up.running(environment) as found, emptying.one_at_a_time(found.owner):
        if clear:
            return rooms(found.application, lambda: _clear(environment, found.owner))
        emptying.clear_leftovers(found.owner)
        return rooms(found.application, lambda: _load(environment))


def _clear(environment: Environment, owner: str) -> int:
    from backline.config.demo import clear_files

    emptying.empty(owner)
    clear_files(environment)
    print("The demo is gone. `backline greet` prints the link for setting up your own organisation.")
    return 0


def _load(environment: Environment) -> int:
    from backline.config.clock import SystemClock
    from backline.config.demo import loaded

    print(loaded(environment, at=SystemClock().now()))
    return 0


def rebuild(*, check: bool) -> int:
    """Make every row anew from the events, or only compare; 1 where something is wrong."""
    from backline.cases import operations

    done = operations.rebuild(check=check)
    for flaw in done.flaws:
        print(f"case {flaw.case}, event {flaw.seq}: {flaw.what}")
    print(f"{done.cases} cases, {len(done.flaws)} flaws.")
    return 1 if done.flaws else 0


def audit() -> int:
    """Ask of every case whether anything was lost, told twice or too early; 1 where something was."""
    from backline.config.clock import SystemClock
    from backline.engine.auditor import passes, queries
    from backline.engine.clock import ClockSkew, DatabaseClock

    try:
        kept = passes.run(DatabaseClock(SystemClock()).now(), whole=True)
    except ClockSkew as skew:
        raise Trouble(str(skew)) from skew
    assert kept
    print(f"lost: {kept.lost} of {kept.expected}, doubled {kept.doubled}, early {kept.early}")
    if kept.silent or kept.overdue or kept.broken:
        print(f"in silence {kept.silent}, alarms overdue {kept.overdue}, records broken {kept.broken}")
    for found in queries.wrong(most=MOST_NAMED):
        print(f"{found.reference} {found.what}: {found.effect}, {found.at:%Y-%m-%d %H:%M:%S} UTC")
    return 0 if kept.well else 1


def recompute(*, check: bool) -> int:
    """Give every clock its moments by the calendars of today, or only say which would move; 1 where one would."""
    from backline.config import recomputing

    return recomputing.would_move() if check else recomputing.follow()
