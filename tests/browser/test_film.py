"""The film in a real browser, with real mail: one escalation from the site to the close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backline.cases import operations as cases
from backline.jobs.queries import Job
from tests.fakes import photos
from tests.fakes.stage import BERLIN, PHONE, Stage, local


def fill(page: Page, verb: str, *choices: str, **texts: str) -> None:
    """Press a verb of the case, fill in its form and send it."""
    page.locator(".verbs").get_by_role("link", name=verb, exact=True).click()
    for choice in choices:
        page.get_by_label(choice, exact=True).check()
    for label, text in texts.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Done")


@dataclass
class Film:
    """The film's people at their windows, and the verbs they do there."""

    stage: Stage
    job: Job
    scripts: bool

    def __post_init__(self) -> None:
        self.options = {"java_script_enabled": self.scripts}
        self.tess = self.stage.signed_in("tess", PHONE, **self.options)
        self.carl = self.stage.signed_in("carl", **self.options)
        self.sana = self.stage.signed_in("sana", **self.options)
        self.case = ""

    def raises(self) -> None:
        """Tess, on her phone, cannot finish."""
        card = self.tess.get_by_role("article").filter(has_text=self.job.reference)
        card.get_by_role("link", name="I cannot finish this").click()
        page = self.tess
        page.get_by_label("Nobody is in danger").check()
        page.get_by_label("What is wrong").fill("The lift stands still between two floors")
        page.get_by_label("Cannot be solved on site").check()
        page.get_by_label("Action").first.fill("Reset the controller")
        page.get_by_label("Fault codes (optional)").fill("E42")
        photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photos.encoded(photos.quarters())}
        page.get_by_label("Photos").set_input_files(photo)
        page.get_by_label("High: work or people held up").check()
        page.get_by_label("Medium: soon").check()
        page.get_by_label("What the customer said").fill("People are late for work")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("Sent.")
        expect(page.get_by_role("img", name="door.jpg")).to_be_visible()
        self.case = page.url.rpartition("/")[2]
        self.stage.tick()

    def is_offered(self) -> None:
        """Carl finds it in his queue and follows the suggestion, to Sana of that team."""
        self.stage.later(minutes=1)
        self.carl.goto("/queue")
        self.carl.get_by_role("link", name="The lift stands still between two floors").click()
        suggested = self.carl.get_by_role("region", name="Suggested team")
        expect(suggested).to_contain_text("Lift specialists")
        expect(suggested).to_contain_text("lift")
        self.carl.locator(".verbs").get_by_role("link", name="Offer", exact=True).click()
        expect(self.carl.get_by_label("Lift specialists (tier 3)")).to_be_checked()
        self.carl.get_by_label("Sana, Lift specialists").check()
        self.carl.get_by_role("button", name="Offer").click()
        self.stage.tick()

    def is_accepted(self) -> None:
        """Sana opens it from her mail and takes it."""
        assert f"{self.stage.address}/cases/{self.case}" in self.stage.mails("sana")[-1].text
        self.sana.goto(f"/cases/{self.case}")
        fill(self.sana, "Accept", "1 hour")
        self.stage.tick()

    def is_resolved(self, cause: str) -> None:
        """Sana resolves it."""
        self.stage.later(minutes=1)
        self.sana.goto(f"/cases/{self.case}")
        fill(self.sana, "Resolve", "Done", What_was_the_cause=cause, What_fixed_it="Changed it")
        self.stage.tick()

    def cleo_opens(self) -> Page:
        """Cleo opens the link of her latest mail on her phone."""
        self.stage.later(minutes=1)
        cleo = self.stage.window(PHONE, **self.options)
        cleo.goto(self.stage.link("cleo"))
        return cleo

    def disputes(self) -> None:
        """Cleo says that it is not fixed."""
        cleo = self.cleo_opens()
        expect(cleo.get_by_role("heading", level=1)).to_have_text("We believe that it is working again.")
        expect(cleo.locator("body")).not_to_contain_text("Worn relay")
        cleo.get_by_text("It is not fixed").click()
        cleo.get_by_label("What is not right yet").fill("It stopped again after an hour")
        cleo.get_by_role("button", name="Tell us").click()
        expect(cleo.get_by_role("status")).to_contain_text("Thank you")
        self.stage.tick()

    def confirms(self) -> None:
        """Cleo says that it works."""
        cleo = self.cleo_opens()
        cleo.get_by_role("button", name="It works").click()
        expect(cleo.get_by_role("heading", level=1)).to_have_text("This is closed.")
        self.stage.tick()


@pytest.fixture
def film(stage: Stage, job: Job) -> Film:
    return Film(stage, job, scripts=True)


@pytest.fixture
def plain_film(stage: Stage, job: Job) -> Film:
    return Film(stage, job, scripts=False)


CLIMB = [("sana", 0), ("sana", 5), ("lena", 15), ("lena", 30), ("max", 45)]


def climbs(film: Film) -> None:
    """Sana does not answer: the climb tells her again, then the lead, then Max, by mail, at these minutes."""
    stage = film.stage
    start = stage.house.clock.now()
    stage.later(minutes=46)
    told = [
        (name, round((mail.at - start).total_seconds() / 60))
        for name in ("sana", "lena", "max")
        for mail in stage.mails(name)
        if "Accept it or give it back" in mail.subject
    ]
    assert told == CLIMB, told


def works_on_it(film: Film) -> None:
    """Sana waits for a part, books a visit and tells the customer."""
    stage, sana = film.stage, film.sana
    until = stage.later(minutes=1) + timedelta(days=1)
    fill(sana, "Wait for something", "a part", What_exactly="Relay K7", Expected_by=local(until))
    stage.tick()
    stage.later(minutes=1)
    window = {"Between": local(until + timedelta(hours=1)), "and": local(until + timedelta(hours=2))}
    fill(sana, "Book a visit", **window)
    stage.tick()
    stage.later(minutes=1)
    fill(sana, "Tell the customer", "Mail it now", What_the_customer_should_know="The part is on its way to us.")
    stage.tick()


def too_late_to_tell_ada(film: Film) -> None:
    """The last resort is on the list of mails to send when Sana accepts, and her mail is not sent any more."""
    film.stage.later(minutes=13)
    film.stage.house.clock.advance(timedelta(minutes=1))
    film.stage.house.tick()
    film.is_accepted()
    assert [mail.subject for mail in film.stage.mails("ada") if "Accept it" in mail.subject] == []


def test_the_film_in_a_browser(film: Film) -> None:
    stage = film.stage
    stage.house.raised(job=str(stage.house.otto_job.id), summary="The goods lift hums")
    film.raises()
    film.is_offered()
    climbs(film)
    too_late_to_tell_ada(film)
    works_on_it(film)
    film.is_resolved("Worn relay")
    film.disputes()
    film.sana.goto(f"/cases/{film.case}")
    expect(film.sana.locator("ol.timeline")).to_contain_text("It stopped again after an hour")
    film.is_resolved("Loose plug")
    film.confirms()

    asset = film.job.asset
    assert asset
    assert told_to_cleo(film, expected := [*CLEO, ("20:08", f"{asset.name}, {film.job.site.name}: closed")]) == expected
    assert story(film) == STORY
    outgoing_tells_all(film)
    otto_sees_nothing(film)
    assert cases.rebuild(check=True).flaws == ()


CLEO = [
    ("19:00", "We have called in more help for"), ("19:01", "Sana will look at"), ("20:01", "Sana is looking after"),
    ("20:02", "We are waiting for"), ("20:03", "We will visit on"), ("20:04", "News about"), ("20:05", "Is"),
    ("20:06", "We heard you:"), ("20:07", "Is"),
]  # fmt: skip
"""When which mail reaches Cleo, by how its subject begins; the last one begins with what was broken."""


def told_to_cleo(film: Film, expected: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """When Cleo's mails arrived and how their subjects begin."""
    mails = film.stage.mails("cleo")
    begin = [(f"{mail.at.astimezone(BERLIN):%H:%M}", mail.subject) for mail in mails]
    return [
        (when, start)
        for (when, subject), (_at, start) in zip(begin, expected, strict=True)
        if subject.startswith(start)
    ]


STORY = [
    ("Tess", "19:00", "Raised the case", "People are late for work"),
    ("", "19:00", "Route it: told Carl", "the coordinators"),
    ("Carl", "19:01", "Offered to Sana, Lift specialists", ""),
    ("", "19:01", "Accept it or give it back: told Sana", "whoever has it"),
    ("", "19:06", "Accept it or give it back: told Sana", "whoever has it"),
    ("", "19:16", "Accept it or give it back: told Lena", "the rest of the team"),
    ("", "19:31", "Accept it or give it back: told Lena", "the team lead"),
    ("", "19:46", "Accept it or give it back: told Max", "the managers"),
    ("", "20:01", "Accept it or give it back: told Ada", "the last-resort contact"),
    ("Sana", "20:01", "Accepted", "to move on by"),
    ("Sana", "20:02", "Waits for a part", "Relay K7"),
    ("Sana", "20:03", "Booked a visit by Sana", ""),
    ("Sana", "20:04", "Told the customer", "The part is on its way to us."),
    ("Sana", "20:05", "Resolved", "Worn relay"),
    ("Cleo", "20:06", "Said that it is not fixed", "It stopped again after an hour"),
    ("Sana", "20:07", "Resolved", "Loose plug"),
    ("Cleo", "20:08", "Confirmed that it works; closed", ""),
]
"""Each step on the timeline: who, when, what and why."""


def story(film: Film) -> list[tuple[str, str, str, str]]:
    """The lines of STORY that the timeline tells, entry by entry, as Carl reads it."""
    film.carl.goto(f"/cases/{film.case}")
    texts = [entry.text_content() or "" for entry in reversed(film.carl.locator("ol.timeline > li").all())]
    pairs = zip(texts, STORY, strict=True)
    return [step for text, step in pairs if all(part in text for part in step)]


def outgoing_tells_all(film: Film) -> None:
    """Carl reads who was told, and who was not and why."""
    film.carl.goto("/outgoing")
    notices = film.carl.locator("details.notice")
    expect(notices.filter(has_text="Max").filter(has_text="Handed over").first).to_be_visible()
    ada = notices.filter(has_text="Ada").filter(has_text="Accept it")
    expect(ada).to_contain_text("Not needed any more")
    ada.locator("summary").click()
    expect(ada).to_contain_text("Accept it or give it back")


def otto_sees_nothing(film: Film) -> None:
    """Otto has mail and a page of his own case, and not a word of Cleo's in them."""
    stage = film.stage
    otto = stage.window(PHONE, **film.options)
    otto.goto(stage.link("otto"))
    read = [otto.content(), *(mail.subject + mail.text for mail in stage.mails("otto"))]
    assert all("Museum" in text for text in read)
    secrets = (film.job.site.name, film.job.asset.name, stage.house.view(film.case).line.reference, film.case, "Cleo")
    assert [word for word in secrets if any(word in text for text in read)] == []


def test_the_film_without_scripts(plain_film: Film) -> None:
    plain_film.raises()
    plain_film.is_offered()
    plain_film.is_accepted()
    plain_film.is_resolved("Worn relay")
    plain_film.confirms()
    assert plain_film.stage.house.view(plain_film.case).case.state == "CLOSED"
