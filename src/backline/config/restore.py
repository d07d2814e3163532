"""Puts a backup into an empty installation, the database last and in one transaction: whole, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from backline import __version__
from backline.config import up
from backline.config.backup import CHUNK, DUMP, EVIDENCE, MANIFEST, SECRETS, program, reason
from backline.config.environment import Environment
from backline.config.trouble import Trouble

FILLED_FIRST = {"people_organisation", "people_person", "ledger_event", "jobs_job"}
# The tables of a start that set nothing up; in a database of our own alone.
_CLEAR = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
             WHERE p.pronamespace = current_schema()::regnamespace AND r.rolname = current_user LOOP
    EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE';
  END LOOP;
END $$
"""


@dataclass(slots=True)
class _Put:
    """What was put into the home so far, so that it can be taken back."""

    home: Path
    added: list[Path] = field(default_factory=list)
    before: dict[Path, bytes | None] = field(default_factory=dict)

    def put(self, name: str, content: IO[bytes]) -> None:
        place = self.home / name
        self.before[place] = place.read_bytes() if place.exists() and name in SECRETS else None
        if place.exists() and name not in SECRETS:
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=place.parent)
        self.added.append(Path(fresh))
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(content, file, CHUNK)
        Path(fresh).rename(place)
        self.added[-1] = place

    def take_back(self) -> None:
        for place in self.added:
            place.unlink(missing_ok=True)
        for place, content in self.before.items():
            if content is not None:
                place.write_bytes(content)
                place.chmod(0o600)


@contextmanager
def restored(environment: Environment, path: Path) -> Iterator[up.Database]:
    """The database of this installation, filled from the backup; where that cannot be, nothing is changed."""
    _verify(path)
    with up.database(environment) as found:
        up.home(environment)
        _refuse_what_is_in_use(environment, found.owner)
        put = _Put(environment.home)
        try:
            with tarfile.open(path, "r:") as tar:
                _put_all(environment, found.owner, tar, put)
        except BaseException as error:
            put.take_back()
            if isinstance(error, OSError):
                said = f"{environment.home} cannot be written: {error.strerror}. Nothing was restored."
                raise Trouble(said) from error
            raise
        up.migrate(environment, found.owner)
        yield found


def _put_all(environment: Environment, owner: str, tar: tarfile.TarFile, put: _Put) -> None:
    for member in tar:
        if member.name in SECRETS or EVIDENCE.fullmatch(member.name):
            put.put(member.name, _content(tar, member))
    os.sync()
    if not environment.database_url:
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(_CLEAR)
    _fill(environment, owner, _content(tar, tar.getmember(DUMP)))


def _verify(path: Path) -> None:
    """Raise `Trouble` where the file is no backup, not whole, or of a newer Backline than this."""
    try:
        with path.open("rb") as file:
            ours = file.read(len(DUMP)) == DUMP.encode()
        if not ours:
            raise Trouble(f"{path} is no backup of Backline. Nothing was changed.")
        manifest, sums = _read(path)
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}. Nothing was changed.") from error
    except (tarfile.TarError, ValueError):
        manifest, sums = {}, {}
    if not sums or manifest.get("sha256") != sums:
        raise Trouble(f"{path} is damaged or not whole; use another backup. Nothing was changed.")
    if _numbers(manifest["version"]) > _numbers(__version__):
        raise Trouble(f"{path} was written by Backline {manifest['version']}; install that version to restore it.")


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """What the last member says of the others, and what they are."""
    manifest, sums = {}, {}
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            content = _content(tar, member)
            if member.name == MANIFEST:
                manifest = json.load(content)
            else:
                digest = hashlib.sha256()
                while chunk := content.read(CHUNK):
                    digest.update(chunk)
                sums[member.name] = digest.hexdigest()
    return manifest, sums


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise tarfile.ReadError(f"{member.name} is no file")
    return content


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _refuse_what_is_in_use(environment: Environment, owner: str) -> None:
    """Only a database that holds nothing is filled; in one that is not our own every table may be somebody's."""
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = {row[0] for row in found.fetchall()}
        if environment.database_url and tables:
            raise Trouble("The database at DATABASE_URL holds tables; restore into an empty one. Nothing was changed.")
        for table in tables & FILLED_FIRST:
            if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
                raise Trouble(
                    "This installation is in use, and a backup is restored into an empty one only: set BACKLINE_HOME "
                    "to a new folder. Nothing was changed."
                )


def _fill(environment: Environment, owner: str, dump: IO[bytes]) -> None:
    command = program(environment, "pg_restore", "--single-transaction", "--exit-on-error", "--dbname", owner)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        if process.stdin:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                shutil.copyfileobj(dump, process.stdin, CHUNK)
        if process.wait():
            said.seek(0)
            raise Trouble(f"The database could not be filled: {reason(said.read())}. Nothing was restored.")
