"""Fixtures that every test may use: the database, a clock that only tests move, a house with its cast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.template import Template
from pytest_django import DjangoDbBlocker

from backline.config.postgres import EmbeddedPostgres
from backline.config.wiring import Wired
from tests import databases
from tests.environment import HOME
from tests.fakes.cast import remember
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.shifts import taking_turns

# The cast's passwords are no secret; a slow hash for each of them would be most of the time that tests take.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# How long an example takes says more about the machine than about the law.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
_RENDER = Template._render
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
LONGEST = ("rooms/config", "browser", "soak", "journeys", "rooms/demo", "contracts")
"""The folders with files that take long; all else is short."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end no file is left that one of several processes runs alone."""
    here = Path(__file__).parent
    order = {here / folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.parent, len(order)))


@pytest.fixture(scope="session", autouse=True)
def rendering(django_test_environment: None) -> None:
    """Pages are made as everywhere else: nobody here asks Django which templates and values each was made of."""
    Template._render = _RENDER


@pytest.fixture(scope="session")
def postgres(django_db_blocker: DjangoDbBlocker) -> Iterator[EmbeddedPostgres]:
    """The PostgreSQL of this run, with a migrated template; the cast is made once here, by the rooms' operations."""
    running = EmbeddedPostgres(HOME / "postgres", durable=False)
    running.start()
    try:
        with django_db_blocker.unblock():
            databases.migrate(running)
            with databases.clone(running) as url, databases.using(url):
                remember(FRIDAY)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def django_db_setup(postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What `django_db` tests use: a clone in which every test is rolled back."""
    with databases.clone(postgres) as url, django_db_blocker.unblock(), databases.using(url):
        yield


@pytest.fixture
def fresh_database(postgres: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A clone of this test's own, with real commits and several connections; its address."""
    with databases.clone(postgres) as url, django_db_blocker.unblock(), databases.using(url):
        yield url


@pytest.fixture
def clock() -> Iterator[SettableClock]:
    """Time stands still at a Friday evening until the test moves it."""
    before = Wired.clock
    settable = SettableClock(FRIDAY)
    Wired.clock = settable
    yield settable
    Wired.clock = before


@pytest.fixture
def team(house: House) -> str:
    """The lift specialists, who take turns at being on call."""
    return taking_turns(house)


@pytest.fixture
def house(db: None, clock: SettableClock) -> House:
    """The cast in their house; everything is rolled back afterwards."""
    return House(clock)
