"""Data that only these tests need, and an outbox that several connections see."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from backline.channels.models import Notice


@pytest.fixture
def naughty() -> list[str]:
    shared = pathlib.Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    path = shared / "data" / "hostile" / "blns.json"
    if not path.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    strings: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return strings


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Real commits; only the outbox is emptied after, because the record next to it refuses to be."""
    with django_db_blocker.unblock():
        yield
        Notice.objects.all().delete()
