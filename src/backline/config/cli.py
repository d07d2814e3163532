"""The command line; what goes wrong is one clear sentence and status 1, never a traceback."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from backline import __version__
from backline.config import cli_data, cli_policy, cli_routing, ending, ports, up
from backline.config.children import Child, Children
from backline.config.environment import Environment
from backline.config.trouble import Trouble
from backline.engine.duties import Duty

Command = Callable[[Environment, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; the exit status."""
    parsed = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.config.settings")
    try:
        run: Command = parsed.run
        status = run(Environment.read(os.environ), parsed)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads what is printed has seen enough, and nothing more can be said to him
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        said = "Stopped."
    except Exception as error:
        said = _said(error)
        if not said:
            raise
    print(said if said.endswith(".") else f"{said}.", file=sys.stderr)
    return 1


def _said(error: Exception) -> str:
    """The sentence for what may go wrong on any machine; empty for a fault of our own."""
    from django.db import Error

    if isinstance(error, Trouble):
        return str(error)
    if isinstance(error, Error):
        return f"The database did not do its part: {' '.join(str(error).split())}. Start again when it is mended."
    if isinstance(error, OSError):
        full = error.errno == errno.ENOSPC
        where = f": {error.filename}" if error.filename else ""
        return "The disk is full; free some space and start again." if full else f"{error.strerror or error}{where}."
    return ""


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    known = argparse.ArgumentParser(prog="backline", description="Escalation management for field service.")
    known.add_argument("--version", action="version", version=__version__)
    commands = known.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        return command

    add("up", _up, "run everything on this machine").add_argument(
        "--try", dest="trial", action="store_true", help="load the demo organisation into a fresh home"
    )
    add("web", _web, "serve the pages (needs DATABASE_URL)")
    add("worker", _worker, "watch the clocks and send the mail (needs DATABASE_URL)")
    add("auditor", _auditor, "ask again and again whether anybody was forgotten (needs DATABASE_URL)")
    add("migrate", _migrate, "bring the tables up to date")
    add("check", _check, "say what is missing and how to mend it")
    add("demo", _demo, "load a made-up organisation into an empty database, to try Backline with").add_argument(
        "--clear", action="store_true", help="remove it again, all of it"
    )
    add("audit", _audit, "ask once, of every case, whether anything was lost, told twice or too early")
    explain = add("explain", _explain, "say how each clock of a case ran")
    explain.add_argument("case", help="a reference such as E-1001, or an id")
    explain.add_argument("--clock", default="", help="only this clock, such as RESOLVE")
    explain.add_argument("--at", default="", help="how it stood at this moment, such as 2026-11-20T18:00+01:00")
    explain.add_argument("--known-at", default="", help="by what was known at this moment")
    rebuild = add("rebuild", _rebuild, "make every row anew from the events")
    rebuild.add_argument("--check", action="store_true", help="only compare, and verify the chain of every case")
    recompute = add("recompute", _recompute, "give every clock its moments by the calendars of today")
    recompute.add_argument("--check", action="store_true", help="only say which clocks are not what the calendars give")
    cli_policy.add_arguments(add("policy", _policy, "say, compare and change who hears when, as a file"))
    cli_routing.add_arguments(add("routing", _routing, "say, compare and change all routing rules, as a file"))
    cli_data.add_import(add("import", _import, "take over jobs or assets from a file of another system"))
    add("backup", _backup, "write database, photos and secret into one file").add_argument("file", type=Path)
    add("restore", _restore, "put a backup into an empty installation").add_argument("file", type=Path)
    add("greet", _greet, "say how to sign in, or how to set up").add_argument(
        "--try", dest="trial", action="store_true"
    )
    return known


def _up(environment: Environment, parsed: argparse.Namespace) -> int:
    _mail(environment)
    up.up(environment, trial=parsed.trial)
    return 0


def _web(environment: Environment, _parsed: argparse.Namespace) -> int:
    ports.check(environment.host, environment.port)
    environ = up.environ_of(environment, _served(environment, "web"))
    up.home(environment)
    children = [Child("web", up.web(environment, up.static_files(environment)))]
    Children(environ, children).run(lambda: up.announced(environment))
    return 0


def _migrate(environment: Environment, _parsed: argparse.Namespace) -> int:
    with up.database(environment) as found:
        up.migrate(environment, found.owner)
    print("The tables are up to date.")
    return 0


def _with_django(environment: Environment, act: Callable[[], int]) -> int:
    """Run something that needs the rooms; with the embedded database started for it where it does not run."""
    with up.running(environment) as found:
        return _in_rooms(found.application, act)


def _in_rooms(url: str, act: Callable[[], int]) -> int:
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    return act()


def _served(environment: Environment, what: str) -> str:
    """The address of the database for one of our processes, whose tables are as it needs them."""

    def act() -> int:
        from backline.config import tables

        if what == "web":  # the others look at each turn, and go on by themselves
            tables.refuse_another_time()
        tables.refuse_old_ones()
        return 0

    url = up.served(environment, what)
    _in_rooms(url, act)
    return url


def _mail(environment: Environment) -> None:
    """Raise `Trouble` where the settings of mail cannot be: better now than with the first letter."""
    import django

    from backline.channels.email.message import origin, takes_answers
    from backline.channels.email.provider import is_provider
    from backline.channels.email.provider import parse as parse_provider
    from backline.channels.email.reply_address import LONGEST_LOCAL
    from backline.channels.email.server import IMAP, parse
    from backline.channels.port import DeliveryError

    try:
        origin(environment.mail_from)
    except DeliveryError as error:
        said = f"BACKLINE_MAIL_FROM is {environment.mail_from!r}; it must be like Backline <backline@example.org>."
        raise Trouble(said) from error
    if environment.mail_reply_to and not takes_answers(environment.mail_reply_to):
        said = f"BACKLINE_MAIL_REPLY_TO is {environment.mail_reply_to!r}; it must be like cases@example.org"
        raise Trouble(f"{said}, with at most {LONGEST_LOCAL} characters before the @ and no +.")
    if environment.smtp_url or environment.imap_url:
        django.setup()
    try:
        if environment.smtp_url:
            (parse_provider if is_provider(environment.smtp_url) else parse)(environment.smtp_url)
        if environment.imap_url:
            parse(environment.imap_url, IMAP)
    except ValueError as error:
        raise Trouble(str(error)) from error


def _worker(environment: Environment, _parsed: argparse.Namespace) -> int:
    _mail(environment)
    return _engine(_served(environment, "worker"), worker_duties)


def worker_duties() -> list[Duty]:
    """What the worker does again and again."""
    from backline.channels import registry
    from backline.channels.delivery import Post
    from backline.engine.duties.deliver import Deliver
    from backline.engine.duties.deputies import Deputies
    from backline.engine.duties.held import Held
    from backline.engine.duties.look import HANDS, Look
    from backline.engine.duties.present import Present
    from backline.engine.duties.readiness import Readiness
    from backline.engine.duties.recompute import Recompute
    from backline.engine.duties.renamed import Renamed
    from backline.engine.duties.rosters import Rosters
    from backline.engine.duties.shifts import Shifts
    from backline.engine.duties.triggers import Triggers
    from backline.engine.duties.unheard import Unheard
    from backline.engine.duties.unreachable import Unreachable
    from backline.engine.duties.zone_data import ZoneData
    from backline.intake.mail.box import Mailbox

    seldom: list[Duty] = [Mailbox(), ZoneData(), Readiness(), Deputies(), Rosters(), Shifts(), Unreachable()]
    often: list[Duty] = [Deliver(Post(registry.senders)), Unheard(), Triggers(), Renamed(), Recompute(), Held()]
    return [*(Look() for _hand in range(HANDS)), *often, *seldom, Present("worker")]


def _auditor(environment: Environment, _parsed: argparse.Namespace) -> int:
    def duties() -> list[Duty]:
        from backline.engine.duties.audit import Audit
        from backline.engine.duties.present import Present

        return [Audit(environment.heartbeat_url), Present("auditor")]

    return _engine(_served(environment, "auditor"), duties)


def _engine(url: str, duties: Callable[[], list[Duty]]) -> int:
    """Run these duties until a signal, by the clock of the database."""

    def act() -> int:
        from backline.config.clock import SystemClock
        from backline.engine.clock import DatabaseClock
        from backline.engine.loop import run

        stop = threading.Event()
        ending.on_signal(stop)
        run(duties(), DatabaseClock(SystemClock()), stop)
        return 0

    return _in_rooms(url, act)


def _audit(environment: Environment, _parsed: argparse.Namespace) -> int:
    return _with_django(environment, cli_data.audit)


def _demo(environment: Environment, parsed: argparse.Namespace) -> int:
    return cli_data.demo(environment, _in_rooms, clear=parsed.clear)


def _check(environment: Environment, _parsed: argparse.Namespace) -> int:
    def act() -> int:
        from backline.config.checks import problems, worth_a_look
        from backline.config.clock import SystemClock
        from backline.readiness.queries import lacks

        found = lacks(SystemClock().now())
        missing = problems(found)
        print("\n".join(missing) if missing else "Everything is set up.")
        for said in worth_a_look(found):
            print(f"Worth a look: {said}")
        return 1 if missing else 0

    return _with_django(environment, act)


def _explain(environment: Environment, parsed: argparse.Namespace) -> int:
    def act() -> int:
        from backline.config.telling import Question, explained

        print(explained(Question(parsed.case, parsed.clock, parsed.at, parsed.known_at)))
        return 0

    return _with_django(environment, act)


def _rebuild(environment: Environment, parsed: argparse.Namespace) -> int:
    return _with_django(environment, lambda: cli_data.rebuild(check=parsed.check))


def _recompute(environment: Environment, parsed: argparse.Namespace) -> int:
    return _with_django(environment, lambda: cli_data.recompute(check=parsed.check))


def _policy(environment: Environment, parsed: argparse.Namespace) -> int:
    return _with_django(environment, lambda: cli_policy.run(parsed))


def _routing(environment: Environment, parsed: argparse.Namespace) -> int:
    return _with_django(environment, lambda: cli_routing.run(parsed))


def _backup(environment: Environment, parsed: argparse.Namespace) -> int:
    return cli_data.backup(environment, parsed.file)


def _restore(environment: Environment, parsed: argparse.Namespace) -> int:
    return cli_data.restore(environment, parsed.file, _in_rooms)


def _import(environment: Environment, parsed: argparse.Namespace) -> int:
    return _with_django(environment, lambda: cli_data.import_file(parsed))


def _greet(environment: Environment, parsed: argparse.Namespace) -> int:
    def act() -> int:
        from backline.config.telling import greeting

        print(greeting(environment, trial=parsed.trial))
        return 0

    return _with_django(environment, act)


if __name__ == "__main__":
    sys.exit(main())
