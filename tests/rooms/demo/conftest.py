"""A small demo, loaded once for all tests of a file that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoDbBlocker

from backline.config.postgres import EmbeddedPostgres
from backline.demo.operations import Wish, load
from tests import databases

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
SIZE = 48


@pytest.fixture(scope="module")
def demo(postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The database of a small demo, as it stands on a Friday afternoon; its address."""
    with databases.clone(postgres) as url, django_db_blocker.unblock(), databases.using(url):
        load(Wish(PASSWORD, SIZE), at=AT)
        yield url
