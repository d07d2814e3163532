"""`backline up`: the database, its migrations, the pages and the worker, all on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from backline import __version__
from backline.config import ports, roles
from backline.config.children import Child, Children
from backline.config.environment import Environment
from backline.config.postgres import OWNER, EmbeddedPostgres
from backline.config.trouble import Trouble

WEB_WORKERS = "2"


def environ_of(environment: Environment, url: str) -> dict[str, str]:
    """What every child is told: the same home, and this database."""
    more = {
        "BACKLINE_HOME": str(environment.home),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "backline.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **more}


@contextmanager
def database(environment: Environment) -> Iterator[tuple[str, str]]:
    """The addresses of the database for the application and for its owner; the embedded one runs inside the block."""
    if environment.database_url:
        reach(environment.database_url)
        yield environment.database_url, environment.database_url
        return
    home(environment)
    server = EmbeddedPostgres(environment.home / "postgres")
    server.start()
    try:
        roles.prepare(server)
        yield server.url(), server.url(OWNER)
    finally:
        server.stop()


def home(environment: Environment) -> Path:
    """The home, made where it is missing; others may pass through it, for the database's user must."""
    try:
        environment.home.mkdir(parents=True, exist_ok=True)
        environment.home.chmod(0o711)
        probe = environment.home / ".probe"
        probe.write_bytes(b"x" * 65536)
        probe.unlink()
    except OSError as error:
        full = " Free some space, or" if shutil.disk_usage("/").free < 1 << 20 or error.errno == 28 else ""
        raise Trouble(
            f"{environment.home} cannot be written: {error.strerror}.{full} Set BACKLINE_HOME to a folder of yours."
        ) from error
    return environment.home


def reach(url: str) -> None:
    """Raise `Trouble` where the database does not answer."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[-1]
        raise Trouble(f"The database at DATABASE_URL cannot be reached: {said}") from error


def migrate(environment: Environment, owner: str) -> None:
    """Bring the tables up to date as their owner, and give the application's role its rights."""
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=environ_of(environment, owner), capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Trouble(f"The tables could not be brought up to date: {said}")
    if not environment.database_url:
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
        sys.executable, "-m", "granian", "backline.config.wsgi:application", "--interface", "wsgi",
        "--host", environment.host, "--port", str(environment.port), "--workers", WEB_WORKERS,
        "--blocking-threads", "4", "--backpressure", "10000", "--log-level", "warning",
        "--static-path-route", "/static", "--static-path-mount", str(static), "--workers-kill-timeout", "10",
        "--respawn-failed-workers",
    ]  # fmt: skip


def up(environment: Environment, *, trial: bool) -> None:
    """Run everything until Ctrl-C."""
    ports.check(environment.host, environment.port)
    with database(environment) as (application, owner):
        migrate(environment, owner)
        static = static_files(environment)
        environ = environ_of(environment, application)
        command = [sys.executable, "-m", "backline.config.cli"]
        subprocess.run([*command, "greet", *(["--try"] if trial else [])], env=environ, check=True)
        print(f"\nBackline {__version__} is at {environment.url}   (Ctrl-C stops it)", flush=True)
        children = [Child("web", web(environment, static)), Child("worker", [*command, "worker"])]
        Children(environ, children).run()
    print("Stopped. Everything is kept.", flush=True)


@contextmanager
def running(environment: Environment) -> Iterator[str]:
    """The address of the database for one command: the one named, one that runs already, or one started for it."""
    if environment.database_url:
        yield environment.database_url
        return
    server = EmbeddedPostgres(environment.home / "postgres")
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.Error:
        with database(environment) as (application, owner):
            migrate(environment, owner)
            yield application
    else:
        yield server.url()
