"""The settings of an installation, read from the environment and checked before anything starts."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from backline.config.trouble import Trouble

SHORTEST_SECRET = 32
USUAL_WORKERS, MOST_WORKERS = 4, 16
"""So many workers run on one machine by themselves where it has the cores, and at most: each holds 20 connections."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an administrator may set; everything has a default that works on one machine.

    `home` holds the embedded database, photos and the secret; `url` is the base of links in mails; `database_url` is
    empty for the embedded database.
    """

    host: str
    port: int
    home: Path
    url: str
    secret: str
    smtp_url: str
    mail_from: str
    mail_reply_to: str
    imap_url: str
    shared: Path
    database_url: str
    heartbeat_url: str
    gateways: frozenset[str]
    workers: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Environment:
        """The settings that the environment gives; raises `Trouble` with one sentence for one that cannot be."""
        host = environ.get("BACKLINE_HOST") or "127.0.0.1"
        port = _port(environ.get("BACKLINE_PORT") or "8000")
        url = (environ.get("BACKLINE_URL") or f"http://{host}:{port}").rstrip("/")
        if not _names_a_host(url, "http", "https"):
            raise Trouble(f"BACKLINE_URL is {url!r}; it must be like https://backline.example.org.")
        database_url = environ.get("DATABASE_URL", "")
        if database_url and not _readable(database_url, "postgresql", "postgres"):
            raise Trouble(
                "DATABASE_URL must be like postgresql://user:password@host/database; no other database will do."
            )
        heartbeat_url = environ.get("BACKLINE_HEARTBEAT_URL", "")
        if heartbeat_url and not _names_a_host(heartbeat_url, "http", "https"):
            raise Trouble("BACKLINE_HEARTBEAT_URL must be like https://hc-ping.com/1234.")  # it may hold a secret
        secret = environ.get("BACKLINE_SECRET", "")
        if secret and len(secret) < SHORTEST_SECRET:
            raise Trouble(
                f"BACKLINE_SECRET has {len(secret)} characters; it must have {SHORTEST_SECRET} or more, "
                "or leave it out, and one is made and kept in the home."
            )
        return cls(
            host=host,
            port=port,
            home=Path(environ.get("BACKLINE_HOME") or _default_home()).expanduser().absolute(),
            url=url,
            secret=secret,
            smtp_url=environ.get("BACKLINE_SMTP_URL", ""),
            mail_from=environ.get("BACKLINE_MAIL_FROM") or "Backline <backline@localhost>",
            mail_reply_to=environ.get("BACKLINE_MAIL_REPLY_TO", ""),
            imap_url=environ.get("BACKLINE_IMAP_URL", ""),
            shared=Path(environ.get("BACKLINE_SHARED") or "../shared"),
            database_url=database_url,
            heartbeat_url=heartbeat_url,
            gateways=frozenset(environ.get("BACKLINE_GATEWAYS", "").lower().replace(",", " ").split()),
            workers=_workers(environ.get("BACKLINE_WORKERS", "")),
        )

    def kept_secret(self) -> str:
        """The secret that signs links and sessions: the one set, else the one made once in the home."""
        return self.secret or kept_secret(self.home / "secret")


def kept_secret(path: Path, *, bytes_long: int = 48) -> str:
    """The secret in this file; made at first need, readable by its owner alone, the same for every process."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_whole(path, secrets.token_urlsafe(bytes_long))
        secret = path.read_text().strip()
    except OSError as error:
        raise Trouble(
            f"The secret cannot be kept in {path}: {error.strerror}. Set BACKLINE_HOME to a folder of yours."
        ) from error
    if not secret:
        raise Trouble(f"{path} is empty; delete it, and a new secret is made (links and sign-ins sent before end).")
    return secret


def _make_whole(path: Path, text: str) -> None:
    """The file with this text, there whole or not at all; whoever made it first at the same moment wins."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _readable(url: str, *schemes: str) -> bool:
    """Whether the address has one of these schemes and can be taken apart."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _names_a_host(url: str, *schemes: str) -> bool:
    return _readable(url, *schemes) and bool(urlsplit(url).hostname)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"BACKLINE_PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _workers(text: str) -> int:
    """As many as are wanted, else one for each core: one process uses one."""
    if not text:
        return min(len(os.sched_getaffinity(0)), USUAL_WORKERS)
    if not text.isdecimal() or not 0 < int(text) <= MOST_WORKERS:
        raise Trouble(f"BACKLINE_WORKERS is {text!r}; it must be a number from 1 to {MOST_WORKERS}.")
    return int(text)


def _default_home() -> Path:
    """Root's own home is closed to the database's user; the place for a service's data is not."""
    return Path("/var/lib/backline") if os.geteuid() == 0 else Path("~/.local/share/backline")
