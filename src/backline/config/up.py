"""`backline up`: the database, its migrations, the pages, the workers and the auditor, all on this machine."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from backline import __version__
from backline.config import emptying, ports, roles
from backline.config.children import Child, Children
from backline.config.environment import Environment
from backline.config.postgres import OWNER, EmbeddedPostgres
from backline.config.trouble import Trouble

WEB_WORKERS = "2"
OLDEST_POSTGRES = 15


def environ_of(environment: Environment, url: str) -> dict[str, str]:
    """What every child is told: the same home, and this database."""
    more = {
        "BACKLINE_HOME": str(environment.home),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "backline.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **more}


@dataclass(frozen=True, slots=True)
class Database:
    """The addresses of the database for the application and for its owner, and how to mend it where it is our own."""

    application: str
    owner: str
    mend: Callable[[], None] = lambda: None


@contextmanager
def database(environment: Environment) -> Iterator[Database]:
    """The database that the settings name, or the embedded one, which runs inside the block."""
    if environment.database_url:
        reach(environment.database_url)
        yield Database(environment.database_url, environment.database_url)
        return
    server = embedded(environment)
    server.refuse_a_second()
    with alone(home(environment)):
        server.start()
        try:
            roles.prepare(server)
            yield Database(server.url(), server.url(OWNER), server.mend)
        finally:
            server.stop()


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold the home for the one process that runs its database; a second, even at the same instant, is refused."""
    with (place / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Trouble(
                f"Another Backline is just starting or stopping on {place}. Wait until it is done, or stop it first."
            ) from error
        yield


def embedded(environment: Environment) -> EmbeddedPostgres:
    """The PostgreSQL of this home, running or not."""
    return EmbeddedPostgres(environment.home / "postgres")


def home(environment: Environment) -> Path:
    """The home, made where it is missing; others may pass through it, for the database's user must."""
    probe = environment.home / ".probe"
    try:
        environment.home.mkdir(parents=True, exist_ok=True)
        environment.home.chmod(0o711)
        probe.write_bytes(b"x" * 65536)
    except OSError as error:
        mend = "Free some space, or set" if error.errno == errno.ENOSPC else "Set"
        raise Trouble(
            f"{environment.home} cannot be written: {error.strerror}. {mend} BACKLINE_HOME to a folder of yours."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return environment.home


def reach(url: str) -> None:
    """Raise `Trouble` where the database does not answer, or is older than what Backline runs on."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise Trouble(f"The database at DATABASE_URL cannot be reached: {said}") from error
    if version < OLDEST_POSTGRES:
        raise Trouble(
            f"The database at DATABASE_URL is PostgreSQL {version}; Backline needs {OLDEST_POSTGRES} or newer."
        )


def served(environment: Environment, what: str) -> str:
    """The address of the database that one of our processes uses; raises `Trouble` where it is not named or away."""
    if not environment.database_url:
        raise Trouble(
            f"Set DATABASE_URL: `backline {what}` needs it; `backline up` runs all with a database of its own."
        )
    reach(environment.database_url)
    return environment.database_url


def migrate(environment: Environment, owner: str) -> None:
    """Bring the tables up to date as their owner, and give the application's role its rights."""
    command = [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"]
    done = subprocess.run(command, env=environ_of(environment, owner), capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Trouble(f"The tables could not be brought up to date. {said.removeprefix('CommandError: ')}")
    roles.grant(owner)


def static_files(environment: Environment) -> Path:
    """The folder of stylesheets and scripts, made anew for each version."""
    place = environment.home / "static"
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    done = subprocess.run(command, env=environ_of(environment, "postgresql:///"), capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"Stylesheets could not be written to {place}: {done.stderr.strip().splitlines()[-1]}")
    return place


def web(environment: Environment, static: Path) -> list[str]:
    """The command of the web server."""
    return [
        sys.executable, "-m", "granian", "backline.config.asgi:application", "--interface", "asgi",
        "--host", environment.host, "--port", str(environment.port), "--workers", WEB_WORKERS,
        "--backpressure", "10000", "--log-level", "warning",
        "--static-path-route", "/static", "--static-path-mount", str(static), "--workers-kill-timeout", "10",
        "--respawn-failed-workers",
    ]  # fmt: skip


def up(environment: Environment, *, trial: bool) -> None:
    """Run everything until Ctrl-C."""
    home(environment)
    if not environment.database_url:
        embedded(environment).refuse_a_second()
    ports.check(environment.host, environment.port)
    # The server must be a child of the main thread, so it is the stylesheets that are made beside it.
    with ThreadPoolExecutor(1) as beside:
        static = beside.submit(static_files, environment)
        with database(environment) as found:
            migrate(environment, found.owner)
            environ = environ_of(environment, found.application)
            command = [sys.executable, "-m", "backline.config.cli"]
            _greet(found, [*command, "greet", *(["--try"] if trial else [])], environ)
            engine = [Child(name, [*command, name]) for name in (*["worker"] * environment.workers, "auditor")]
            children = [Child("web", web(environment, static.result())), *engine]
            Children(environ, children, found.mend).run(lambda: announced(environment))
    print("Stopped. Everything is kept.", flush=True)


def _greet(found: Database, command: list[str], environ: dict[str, str]) -> None:
    """Say how to sign in or set up; on a fresh home, and where that is asked for, the demo is loaded before."""
    with emptying.one_at_a_time(found.owner):
        emptying.clear_leftovers(found.owner)
        if subprocess.run(command, env=environ).returncode:
            raise Trouble("Why stands above. What was there before is kept.")


def announced(environment: Environment) -> bool:
    """Say where Backline is, as soon as it answers there."""
    if ports.is_free(environment.host, environment.port):
        return False
    print(f"\nBackline {__version__} is at {environment.url}   (Ctrl-C stops it)", flush=True)
    return True


@contextmanager
def running(environment: Environment) -> Iterator[Database]:
    """The database for one command: the one named, one that runs already, or one started for it."""
    server = embedded(environment)
    if not environment.database_url and _answers(server.url()):
        yield Database(server.url(), server.url(OWNER))
        return
    with database(environment) as found:
        if not environment.database_url:
            migrate(environment, found.owner)
        yield found


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True
