"""What can be wrong with a machine: one clear sentence each, status 1, never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backline.config.postgres import EmbeddedPostgres
from tests.fakes.installation import BACKLINE, ROOT, command, environment


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What the command said in its one line."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert re.fullmatch(r"[A-Z/~].+\.\n", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"BACKLINE_PORT": "80a"}, "BACKLINE_PORT is '80a'"),
        ({"BACKLINE_PORT": "0"}, "from 1 to 65535"),
        ({"BACKLINE_PORT": "65536"}, "from 1 to 65535"),
        ({"BACKLINE_WORKERS": "0"}, "BACKLINE_WORKERS is '0'; it must be a number from 1 to 16."),
        ({"BACKLINE_WORKERS": "-1"}, "BACKLINE_WORKERS is '-1'"),
        ({"BACKLINE_WORKERS": "many"}, "BACKLINE_WORKERS is 'many'"),
        ({"BACKLINE_PORT": "²"}, "BACKLINE_PORT is '²'"),
        ({"BACKLINE_HOST": "no.such.host.invalid"}, "no address of this machine"),
        ({"BACKLINE_HOST": "192.0.2.1", "BACKLINE_PORT": "18999"}, "no address of this machine"),
        ({"BACKLINE_URL": "backline.example.org"}, "BACKLINE_URL is 'backline.example.org'"),
        ({"BACKLINE_URL": "https://"}, "BACKLINE_URL is 'https:'"),
        ({"BACKLINE_URL": "http://[::1"}, "BACKLINE_URL is 'http://[::1'"),
        ({"BACKLINE_URL": "http://a:b"}, "BACKLINE_URL is 'http://a:b'"),
        ({"BACKLINE_SMTP_URL": "mail.example.org"}, "BACKLINE_SMTP_URL cannot be understood"),
        ({"BACKLINE_SMTP_URL": "smtp://:secret@host:x"}, "BACKLINE_SMTP_URL cannot be understood"),
        ({"BACKLINE_SMTP_URL": "smtp://host?starttls=maybe"}, "starttls must be yes or no"),
        ({"BACKLINE_MAIL_FROM": "Backline"}, "BACKLINE_MAIL_FROM is 'Backline'"),
        ({"BACKLINE_MAIL_REPLY_TO": "Backline <cases@example.org>"}, "BACKLINE_MAIL_REPLY_TO is 'Backline <cases"),
        ({"BACKLINE_MAIL_REPLY_TO": "our cases@example.org"}, "it must be like cases@example.org, with at most 21"),
        ({"DATABASE_URL": "mysql://host/database"}, "DATABASE_URL must be like postgresql://"),
        ({"DATABASE_URL": "postgresql://host:port/database"}, "DATABASE_URL must be like postgresql://"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "The database at DATABASE_URL cannot be reached: "),
        ({"DATABASE_URL": "postgresql:///none?host=/nowhere"}, "The database at DATABASE_URL cannot be reached: "),
        ({"DATABASE_URL": "postgresql:///none?nonsense=1"}, "The database at DATABASE_URL cannot be reached: "),
    ],
)
def test_a_setting_that_cannot_be(home: Path, settings: dict[str, str], said: str) -> None:
    sentence = one_sentence(command("up", **{"BACKLINE_HOME": str(home), "BACKLINE_PORT": "18998", **settings}))
    assert said in sentence
    assert "secret" not in sentence
    assert not (home / "postgres").exists()


def test_who_has_read_enough_of_what_is_printed_hears_no_more(fresh_database: str) -> None:
    there = environment(DATABASE_URL=fresh_database)
    with subprocess.Popen([*BACKLINE, "policy", "export"], env=there, stdout=-1, stderr=-1) as shown:
        assert shown.stdout
        assert shown.stderr
        shown.stdout.close()
        assert (shown.stderr.read(), shown.wait()) == (b"", 0)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_alone_need_a_database(home: Path, name: str) -> None:
    alone = {"BACKLINE_HOME": str(home), "BACKLINE_PORT": "18998"}
    assert "Set DATABASE_URL: " in one_sentence(command(name, **alone))
    unreachable = {**alone, "DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    assert "cannot be reached" in one_sentence(command(name, **unreachable))


def test_a_home_that_cannot_be_written(home: Path) -> None:
    home.write_text("a file stands there")
    for place in (home, home / "below", Path("/proc/backline")):
        sentence = one_sentence(command("up", BACKLINE_HOME=str(place), BACKLINE_PORT="18998"))
        assert sentence.startswith(f"{place} cannot be written: ")
        assert "BACKLINE_HOME" in sentence
    assert home.read_text() == "a file stands there"


@pytest.fixture(params=["64k", "8m", "60m"])
def full_disk(home: Path, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What goes before a command so that its home lies on a small disk; without the right to mount, files are short."""
    size = str(request.param)
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(home)], capture_output=True)
    if mounted.returncode:
        kilobytes = int(size[:-1]) * (1024 if size.endswith("m") else 1)
        yield ["setpriv", "--", "prlimit", f"--fsize={min(kilobytes, 4096) * 1024 // 2}", "--"]
        return
    yield []
    subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_a_full_disk(home: Path, full_disk: list[str]) -> None:
    done = subprocess.run(
        [*full_disk, *BACKLINE, "up", "--try"], env=environment(BACKLINE_HOME=str(home), BACKLINE_PORT="18998"),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    sentence = one_sentence(done)
    assert str(home) in sentence
    assert re.search("No space left on device|File too large", sentence), sentence
    assert not (home / "postgres" / "data").exists()


def test_a_machine_without_a_usable_python(tmp_path: Path) -> None:
    for name in ("sh", "cat", "cksum", "cut", "dirname", "pwd", "printf", "id"):
        found = next(place for place in ("/bin", "/usr/bin") if (Path(place) / name).exists())
        (tmp_path / name).symlink_to(Path(found) / name)
    checkout = tmp_path / "checkout"
    (checkout / "bin").mkdir(parents=True)
    for name in ("bin/bootstrap", "uv.lock", "pyproject.toml"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    bare = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    script = str(checkout / "bin" / "bootstrap")
    without = subprocess.run(["sh", script, "main"], env=bare, capture_output=True, text=True, check=False)
    assert "Backline needs Python 3.12 or newer with venv and found none" in one_sentence_of_shell(without)
    named = {**bare, "PYTHON": "/bin/true-not-there"}
    wrong = subprocess.run(["sh", script, "main"], env=named, capture_output=True, text=True, check=False)
    assert "/bin/true-not-there is no Python 3.12" in one_sentence_of_shell(wrong)
    assert sorted(os.listdir(checkout)) == ["bin", "pyproject.toml", "uv.lock"]


def one_sentence_of_shell(done: subprocess.CompletedProcess[str]) -> str:
    """What the script said in its one line, which may end with a command to type."""
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_database_folder_that_was_damaged_says_what_the_database_says(home: Path) -> None:
    home.mkdir()
    server = EmbeddedPostgres(home / "postgres")
    server.start()
    server.stop()
    (server.data / "global" / "pg_control").unlink()
    sentence = one_sentence(command("migrate", BACKLINE_HOME=str(home)))
    assert sentence.startswith(f"The database in {home}/postgres did not start: ")
    assert "pg_control" in sentence
