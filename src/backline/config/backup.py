"""One file with all of an installation: database, photos and secrets; its last member vouches for the others."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from backline import __version__
from backline.config import up
from backline.config.environment import Environment
from backline.config.postgres import binaries
from backline.config.trouble import Trouble

DUMP, MANIFEST, SECRETS = "database.dump", "backline.json", ("secret", "demo-password")
EVIDENCE = re.compile(r"evidence/(original|served)(/\w[\w.]*)+")
CHUNK = 1 << 20
_COUNTED = {
    "cases": "cases_case",
    "events": "ledger_event",
    "jobs": "jobs_job",
    "photos and files": "evidence_evidence",
}


def write(environment: Environment, owner: str, path: Path) -> str:
    """Write the backup, readable by its owner alone; its figures. A file that is there already stays."""
    if path.exists():
        raise Trouble(f"{path} is there already; name another file.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            figures = _written(environment, owner, file, path.parent)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}. There is no backup.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return figures


def _written(environment: Environment, owner: str, file: IO[bytes], beside: Path) -> str:
    with tempfile.TemporaryDirectory(dir=beside, prefix=".backline-") as folder, _tar(file) as tar:
        dump = Path(folder) / DUMP
        # The database first: photos are only ever added, so that none it speaks of is missing afterwards.
        _dump(environment, owner, dump)
        sums = {DUMP: _add(tar, DUMP, dump)}
        dump.unlink()
        for name, text in _secrets(environment).items():
            sums[name] = _add_text(tar, name, text)
        for place in sorted((environment.home / "evidence").rglob("*")):
            name = place.relative_to(environment.home).as_posix()
            if EVIDENCE.fullmatch(name) and place.is_file():
                sums[name] = _add(tar, name, place)
        figures = figures_of(owner)
        _add_text(tar, MANIFEST, json.dumps({"version": __version__, "figures": figures, "sha256": sums}, indent=1))
    return figures


def _tar(file: IO[bytes]) -> tarfile.TarFile:
    return tarfile.open(fileobj=file, mode="w")


def _secrets(environment: Environment) -> dict[str, str]:
    found = {"secret": environment.kept_secret()}
    with contextlib.suppress(FileNotFoundError):
        found["demo-password"] = (environment.home / "demo-password").read_text()
    return found


def _add(tar: tarfile.TarFile, name: str, place: Path) -> str:
    info = tarfile.TarInfo(name)
    info.size, info.mode = place.stat().st_size, 0o600
    with place.open("rb") as file:
        tar.addfile(info, file)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> str:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(text.encode()), 0o600
    tar.addfile(info, BytesIO(text.encode()))
    return hashlib.sha256(text.encode()).hexdigest()


def _dump(environment: Environment, owner: str, to: Path) -> None:
    command = program(environment, "pg_dump", "--format=custom", "--file", str(to), "--dbname", owner)
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise Trouble(f"The database could not be written down: {reason(done.stderr)}. There is no backup.")


def program(environment: Environment, name: str, *arguments: str) -> list[str]:
    """The command of one of PostgreSQL's own programs that reads or writes a dump of tables, whoever owns them."""
    folder = binaries(up.home(environment) / "postgres", None)
    return [str(folder / name), "--no-owner", "--no-privileges", *arguments]


def reason(text: bytes) -> str:
    """Why a program failed, of what it said."""
    lines = [
        line.partition("error: ")[2] or line for line in text.decode(errors="replace").splitlines() if line.strip()
    ]
    return (lines or ["it said nothing"])[0].rstrip(".")


def figures_of(url: str) -> str:
    """How much there is, to be compared before and after."""
    found = []
    with psycopg.connect(url) as connection:
        for name, table in _COUNTED.items():
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            found.append(f"{name}: {counted[0] if counted else 0:,}")
    return ", ".join(found)
