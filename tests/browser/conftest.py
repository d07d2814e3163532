"""A real browser before the running house; everything here drives Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from backline.jobs import operations as jobs
from backline.jobs.queries import Job
from backline.people import operations as people
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.imported import imported_jobs
from tests.fakes.smtp import MailServer
from tests.fakes.stage import Stage, serving

FLAGS = (
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
HERE = Path(__file__).parent
LONGEST = 600
"""So many seconds no test here takes, on a busy machine either."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the pictures of the README go, when they are taken again."""
    parser.addoption("--pictures", help="the folder that the pictures of the tour are written to")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser, which may wait for ever: then the test fails and says where."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all; each person gets a window of their own, with cookies of their own."""
    # Playwright keeps a loop in this thread, which Django takes for asynchronous code; nothing here is.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def stage(fresh_database: str, clock: SettableClock, chromium: Browser, settings: Any) -> Iterator[Stage]:
    """The cast, the pages, the mail server and the browser."""
    with serving() as served, MailServer(now=clock.now) as mail:
        settings.BACKLINE_URL, settings.BACKLINE_SMTP_URL = served.address, mail.url
        settings.BACKLINE_MAIL_FROM = "Lift Service <service@example.org>"
        built = Stage(served, chromium, house=House(clock), mail=mail)
        for person in built.house.persons.values():
            people.set_zone(person_id=str(person.id), zone="Europe/Berlin")
        yield built
        built.close()


@pytest.fixture
def job(stage: Stage) -> Job:
    """A job out of an import (real outages where they are there, else ours), given to Tess, at a site of Cleo's."""
    house = stage.house
    found = imported_jobs()
    assert found.asset
    cleo = people.ContactForm("Cleo", "cleo@example.net", zone="Europe/Berlin")
    jobs.keep_contact(cleo, [found.site], contact_id=str(house.cleo.id))
    form = jobs.JobForm(found.reference, found.title, found.opened_at, found.promised_at, str(house.persons["tess"].id))
    return jobs.keep_job(form, found.asset)
