"""A backup is one file; restored into an empty home all of it works, and nothing is ever half restored."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

from backline.cases import links
from backline.config.backup import DUMP, MANIFEST
from backline.people.models import Person
from tests.environment import HOME
from tests.fakes.clock import SettableClock
from tests.fakes.house import PASSWORD, House
from tests.fakes.installation import Browser, Installation, command
from tests.fakes.world import World


@pytest.fixture
def filled(fresh_database: str, clock: SettableClock) -> tuple[World, dict[str, str]]:
    """An installation with cases in every stage and a photo, and the settings that name it."""
    clock.at = datetime.now(UTC)
    world = World(House(clock))
    real = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
    Person.objects.update(password=real)
    return world, {"BACKLINE_HOME": str(HOME), "DATABASE_URL": fresh_database}


def saved(settings: dict[str, str], home: Path) -> tuple[Path, str]:
    """A backup beside the home that is to be restored, and its figures."""
    path = home.parent / "all.backup"
    done = command("backup", str(path), **settings)
    assert done.returncode == 0, done
    return path, done.stdout.partition("(")[2].partition(")")[0]


def test_what_is_restored_works_as_before(filled: tuple[World, dict[str, str]], home: Path) -> None:
    world, settings = filled
    path, figures = saved(settings, home)
    assert figures.endswith(", jobs: 3, photos and files: 2")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(place.name for place in home.parent.iterdir()) == ["all.backup"]
    again = command("backup", str(path), **settings)
    assert (again.returncode, again.stderr) == (1, f"{path} is there already; name another file.\n")

    done = command("restore", str(path), BACKLINE_HOME=str(home))
    assert done.stdout == f"Restored ({figures}).\n{len(world.cases)} cases, 0 flaws.\n"
    assert (home / "secret").read_text() == (HOME / "secret").read_text()
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
    works_as_before(world, home)
    twice = command("restore", str(path), BACKLINE_HOME=str(home))
    assert twice.returncode == 1
    assert twice.stderr.startswith("This installation is in use")


def works_as_before(world: World, home: Path) -> None:
    case, house = world.cases["RAISED"], world.house
    link = links.address(case_id=case, contact=house.cleo, at=house.clock.now()).removeprefix("http://testserver")
    running = Installation(home, ("up",)).start()
    try:
        carl = Browser(running.address).sign_in("carl@example.org", PASSWORD)
        status, page = carl.get(f"/cases/{case}")
        assert (status, "The lift stands still between two floors" in page) == (200, True)
        assert carl.bytes(f"/photos/{world.photo}/thumb").startswith(b"\xff\xd8")
        status, page = Browser(running.address).get(link)
        assert (status, "Library" in page) == (200, True)
        refused = command("restore", str(home.parent / "all.backup"), BACKLINE_HOME=str(home))
        assert refused.stderr.startswith(f"Backline is running already on {home}")
    finally:
        running.kill()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20_000])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)


def other(path: Path) -> None:
    path.write_text("a letter to Cleo")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


def newer(path: Path) -> None:
    rewrite(path, manifest=lambda text: text.replace('"version": "0.', '"version": "7.'))


def with_a_bad_dump(path: Path) -> None:
    def bad(dump: bytes) -> bytes:
        return dump[: len(dump) // 2]

    rewrite(path, dump=bad)


def rewrite(path: Path, manifest: Callable[[str], str] = str, dump: Callable[[bytes], bytes] = bytes) -> None:
    """Write the backup again with another manifest or dump, so that its sums are right."""
    made = io.BytesIO()
    with tarfile.open(path) as old, tarfile.open(fileobj=made, mode="w") as new:
        before = after = ""
        for member in old:
            content = (old.extractfile(member) or io.BytesIO()).read()
            if member.name == DUMP:
                before, content = sha256(content).hexdigest(), dump(content)
                after = sha256(content).hexdigest()
            if member.name == MANIFEST:
                content = manifest(content.decode().replace(before, after)).encode()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    path.write_bytes(made.getvalue())


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut, "is damaged or not whole; use another backup. Nothing was changed."),
        (flip, "is damaged or not whole; use another backup. Nothing was changed."),
        (other, "is no backup of Backline. Nothing was changed."),
        (empty, "is no backup of Backline. Nothing was changed."),
        (gone, "cannot be read: No such file or directory. Nothing was changed."),
        (newer, "was written by Backline 7.1.0; install that version to restore it."),
        (with_a_bad_dump, "Nothing was restored."),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_file_that_cannot_be_restored(one_backup: Path, home: Path, harm: Callable[[Path], None], said: str) -> None:
    path = home.parent / "harmed.backup"
    shutil.copy(one_backup, path)
    harm(path)
    done = command("restore", str(path), BACKLINE_HOME=str(home))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"{said}\n")
    assert done.stderr.count("\n") == 1
    assert not (home / "secret").exists()
    assert not [place for place in home.rglob("evidence/**/*") if place.is_file()]


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation with a photo and nothing else."""
    folder = tmp_path_factory.mktemp("backup")
    path = folder / "one.backup"
    place = Path(f"/tmp/bl-{folder.name}-{id(folder) % 10_000}")
    try:
        (place / "evidence" / "original" / "ab").mkdir(parents=True)
        place.chmod(0o711)
        (place / "evidence" / "original" / "ab" / "ab12").write_bytes(b"a photo")
        done = command("backup", str(path), BACKLINE_HOME=str(place))
        assert done.returncode == 0, done
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return path


def test_after_a_restore_that_failed_another_works(one_backup: Path, home: Path) -> None:
    path = home.parent / "harmed.backup"
    shutil.copy(one_backup, path)
    with_a_bad_dump(path)
    assert command("restore", str(path), BACKLINE_HOME=str(home)).returncode == 1
    done = command("restore", str(one_backup), BACKLINE_HOME=str(home))
    assert (done.returncode, done.stdout) == (
        0,
        "Restored (cases: 0, events: 0, jobs: 0, photos and files: 0).\n0 cases, 0 flaws.\n",
    )
    assert (home / "evidence" / "original" / "ab" / "ab12").read_bytes() == b"a photo"


def test_a_backup_that_finds_no_room_leaves_nothing(filled: tuple[World, dict[str, str]], home: Path) -> None:
    _world, settings = filled
    home.mkdir()
    small = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(home)], capture_output=True)
    place = home if small.returncode == 0 else Path("/proc")
    try:
        done = command("backup", str(place / "all.backup"), **settings)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith("There is no backup.\n")
        assert list(home.iterdir()) == []
    finally:
        if small.returncode == 0:
            subprocess.run(["umount", "--lazy", str(home)], check=True)
