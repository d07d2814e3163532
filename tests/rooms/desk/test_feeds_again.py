"""A feed that is read again: what left it is open again from today on, and Ada sees it before she saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.calendars import queries
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import TYPED, kept, looked, saved
from tests.fakes.house import House

FIRST = {"20260101": "New Year", "20261225": "Christmas", "20261228": "Works holiday", "20270104": "Stocktaking"}


def feed(days: dict[str, str], name: str = "Holidays") -> str:
    """A feed of whole days, by what they are called."""
    entries = [
        f"BEGIN:VEVENT\nUID:{day}\nSUMMARY:{called}\nDTSTART;VALUE=DATE:{day}\nEND:VEVENT"
        for day, called in days.items()
    ]
    named = [f"X-WR-CALNAME:{name}"] if name else []
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *named, *entries, "END:VCALENDAR", ""])


def merged(page: Any) -> str:
    """The closed days as the form shows them."""
    return words(page).split('name="closed"')[1].split(">", 1)[1].split("</textarea>")[0].strip().replace("\r", "")


def read(ada: Client, calendar: str, text: str, closed: str) -> Any:
    """What Ada sees when she has pasted a feed."""
    return looked(ada, f"/administration/calendars/{calendar}/edit", **TYPED, closed=closed, feed_text=text)


@pytest.fixture
def calendar(house: House) -> str:
    """A calendar with a day by hand, and what the feed said first."""
    ada = signed_in("ada")
    page = looked(ada, "/administration/calendars/new", **TYPED, closed="2026-12-24 By hand", feed_text=feed(FIRST))
    return kept(ada, closed=merged(page))


def test_a_reading_takes_the_place_of_the_one_before_from_today_on(house: House, calendar: str) -> None:
    ada, [before] = signed_in("ada"), queries.versions(calendar)
    typed = merged(ada.get(f"/administration/calendars/{calendar}/edit"))
    assert typed == (
        "2026-12-24 By hand\n[Holidays]\n2026-01-01 New Year\n2026-12-25 Christmas\n2026-12-28 Works holiday\n"
        "2027-01-04 Stocktaking"
    )
    said = {"20261225": "Christmas Day", "20261229": "Bridge", "20270104": "Stocktaking"}
    page = read(ada, calendar, feed(said), typed)
    text = words(page)
    assert "3 closed days; they stand below among the other closed days, under [Holidays]." in text
    assert "From Fri 20 Nov 2026 on they take the place of what stood there; what was before stays." in text
    assert "1 day is closed no more</summary>" in text
    assert "<li><del>Mon 28 Dec 2026 Works holiday</del></li>" in text
    assert "<li><ins>Tue 29 Dec 2026 Bridge</ins></li>" in text
    assert "<li>Fri 25 Dec 2026 <del>Christmas</del> <ins>Christmas Day</ins></li>" in text
    assert merged(page) == (
        "2026-12-24 By hand\n[Holidays]\n2026-01-01 New Year\n2026-12-25 Christmas Day\n2026-12-29 Bridge\n"
        "2027-01-04 Stocktaking"
    ), "what has passed stays, and what was written by hand"
    assert queries.versions(calendar) == [before], "nothing is saved before it was seen"
    again = saved(ada, f"/administration/calendars/{calendar}/edit", page, **TYPED, closed=merged(page))
    assert again.status_code == 302, words(again)
    first, second = queries.versions(calendar)
    assert first == before
    opened = {one.day.isoformat() for one in first.closed_days} - {one.day.isoformat() for one in second.closed_days}
    assert opened == {"2026-12-28"}
    assert "Closed days that change" not in words(read(ada, calendar, "", merged(page)))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (feed({"20270301": "Fair"}), {"2027-01-04"}),  # it speaks of its own year alone
        (feed({"20261225": "Christmas"}, "Other"), set()),  # another feed
        (feed({"20261225": "Christmas"}, ""), set()),
        (feed({}), set()),  # a feed that closes nothing opens nothing
        (feed({"20260102": "Long ago"}), {"2026-12-25", "2026-12-28", "2027-01-04"}),
    ],
)
def test_it_opens_nothing_of_what_it_does_not_speak(house: House, calendar: str, text: str, gone: set[str]) -> None:
    ada, [before] = signed_in("ada"), queries.versions(calendar)
    page = read(ada, calendar, text, merged(ada.get(f"/administration/calendars/{calendar}/edit")))
    listed = {line[:10] for line in merged(page).splitlines()}
    assert {one.day.isoformat() for one in before.closed_days} - listed == gone
    assert words(page).count("<li><del>") == len(gone)
    assert ("It closes no day; what was read of it before stays." in words(page)) is ("VEVENT" not in text)


def test_what_stood_there_by_hand_before_feeds_were_told_apart_becomes_the_feeds(house: House) -> None:
    ada = signed_in("ada")
    calendar = kept(ada, closed="2026-12-25 Christmas\n2026-12-28 Works holiday")
    page = read(ada, calendar, feed({"20261225": "Christmas"}), "2026-12-25 Christmas\n2026-12-28 Works holiday")
    assert merged(page) == "2026-12-28 Works holiday\n[Holidays]\n2026-12-25 Christmas"
    assert "Closed days that change" not in words(page)


def test_feeds_without_a_name_stand_under_those_of_their_files_and_one_name_twice_is_said(house: House) -> None:
    ada, new, typed, said = signed_in("ada"), "/administration/calendars/new", "", list[str]()
    files = ("Bavaria 2026.ICS", "Works.ics", "Bavaria 2026.ics", "[x] <b>\u2028.ics.ics", f"{'l' * 300}.ics", ".ics")
    for number, file in enumerate(files):
        sent = SimpleUploadedFile(file, feed({f"2026120{number + 1}": "Shut"}, "").encode())
        page = looked(ada, new, **TYPED, closed=typed, feed=sent)
        typed = merged(page)
        said.append(words(page))
    assert "<b>" not in said[-1].replace("[x] <b>.ics]", "")
    sections = [line for line in typed.splitlines() if line.startswith("[")]
    assert sections == sorted(["[Bavaria 2026]", "[Works]", "[[x] <b>.ics]", f"[{'l' * 200}]", "[Feed]"])
    assert "2026-12-01" not in typed, "what stood under the same name gave way"
    assert ["Under [Bavaria 2026] 1 day stood before." in one for one in said] == [False, False, True, *[False] * 3]
    assert ["Nothing stood under this name before." in one for one in said] == [True, True, False, *[True] * 3]
    assert "write another name into their brackets" in said[2]
    again = looked(ada, new, **TYPED, closed=typed, feed=SimpleUploadedFile(files[4], feed({}, "").encode()))
    assert merged(again) == typed
    called = SimpleUploadedFile("Works.ics", feed({"20261207": "Shut"}, "Feed").encode())
    assert merged(looked(ada, new, **TYPED, feed=called)) == "[Feed]\n2026-12-07 Shut", "a name of its own stays"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (feed({}), "It holds no entry."),
        (feed({"20190101": "Old", "20200101": "Old"}), "Its 2 entries are cancelled or lie outside the years"),
        (feed({"20190101": "Do it"}).replace("VEVENT", "VTODO"), "It holds only tasks (to-dos), which close nothing."),
    ],
)
def test_why_a_feed_closes_nothing_is_said(house: House, text: str, said: str) -> None:
    page = words(looked(signed_in("ada"), "/administration/calendars/new", **TYPED, feed_text=text))
    assert f"It closes no day; what was read of it before stays. {said}" in page
