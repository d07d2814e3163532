"""Ada keeps calendars: she looks before she saves, a bad word is said beside its field, nothing saved is ever lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from backline.calendars import models, queries
from backline.calendars.choices import EVERYBODY
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.core.words import ClockName
from tests.fakes.browser import signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import NEW, TYPED, calendar, chosen, kept, looked, saved, unseen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_recompute import recomputed

FEED = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:same
SUMMARY:Works holiday
DTSTART;VALUE=DATE:20261228
DTEND;VALUE=DATE:20261230
END:VEVENT
BEGIN:VEVENT
UID:same
SUMMARY:Stocktaking
DTSTART;VALUE=DATE:20270104
END:VEVENT
BEGIN:VEVENT
UID:same
SUMMARY:Staff meeting
DTSTART:20261130T090000
DTEND:20261130T100000
END:VEVENT
END:VCALENDAR
"""


def edit(calendar_id: str) -> str:
    return f"/administration/calendars/{calendar_id}/edit"


def feed_file(text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("days.ics", text.encode() if isinstance(text, str) else text)


def test_a_calendar_is_looked_at_and_then_saved(house: House) -> None:
    ada = signed_in("ada")
    more = {"dates": "2026-12-24 08:00-12:00\n2026-12-31 closed\n2027-01-06 10-12", "country": "DE", "region": "BY",
            "day_5": "22:00-30:00"}  # fmt: skip
    page = looked(ada, NEW, **TYPED, **more)
    assert page.status_code == 200
    text = words(page)
    assert models.CalendarVersion.objects.count() == 0, "a look saves nothing"
    for said in (
        "Look it over, then save", "Monday", "08:00-12:00, 13:00-17:00", '<rect x="1320" width="480" height="10">',
        "November 2026", "October 2027", 'class="day-off" title="Erster Weihnachtstag, closed">25<',
        'class="day-other" title="08:00-12:00">24<', 'class="day-off" title="closed">31<',
        'title="Heilige Drei Könige · 10:00-12:00">6<',
        "Sun 28 Mar 2027: the clocks go from 02:00 to 03:00. 60 minutes of open time fall away.",
        "Sun 31 Oct 2027: the clocks go from 03:00 to 02:00. 60 minutes of open time come twice and count twice.",
        "nobody has these hours yet",
    ):  # fmt: skip
        assert said in text, said
    done = saved(ada, NEW, page, **TYPED, **more)
    assert done.status_code == 302
    [one] = queries.calendars()
    assert (one.name, one.number, one.country, one.region) == ("Office", 1, "DE", "BY")
    assert one.version.effective_on == date(2026, 11, 20)
    shown = words(ada.get(done["Location"]))
    assert "Kept as version 1." in shown
    assert "Erster Weihnachtstag" in shown
    listed = words(ada.get("/administration/calendars"))
    assert "Mon–Fri 08:00-12:00, 13:00-17:00; Sat 22:00-30:00" in listed
    assert "all time counts" in listed


def test_what_is_sent_twice_is_saved_once_and_what_was_not_looked_at_is_not_saved(house: House) -> None:
    ada = signed_in("ada")
    page = looked(ada, NEW, **TYPED)
    other = saved(ada, NEW, page, **TYPED | {"name": "Depot"})
    assert other.status_code == 200
    assert "you changed something since you looked" in words(other)
    assert queries.calendars() == []
    done = saved(ada, NEW, page, **TYPED)
    assert "Kept as version 1." in words(ada.get(done["Location"]))
    again = saved(ada, NEW, page, **TYPED)
    assert again["Location"] == done["Location"]
    told = words(ada.get(again["Location"]))
    assert "That was sent already; it is kept as version 1." in told
    assert "Kept as version" not in told
    assert [one.number for one in queries.calendars()] == [1]
    back = looked(ada, NEW)
    hidden = unseen(page)
    seen = ada.post(NEW, {**hidden, **TYPED, "name": "Depot"})
    reused = ada.post(NEW, {**unseen(seen), **TYPED, "name": "Depot", "save": "1"})
    assert reused.status_code == 409
    assert "saved before with another content" in words(reused)
    assert unseen(reused)["key"] != hidden["key"]
    assert back.status_code == 422


BAD = [
    ({"day_0": "17:00-08:00"}, "Monday: 17:00-08:00: Hours must end after they begin"),
    ({"day_0": "08:00-12:00, 11:00-13:00"}, "Monday: Hours overlap: 08:00-12:00, 11:00-13:00"),
    ({"day_0": "22:00-30:00", "day_1": "05:00-06:00"}, "Monday: The hours run into those of the next day"),
    ({"day_6": "22:00-33:00"}, "Sunday: The hours run into those of the next day"),
    ({"day_2": "eight to five"}, "Wednesday: “eight to five” says no hours. Write them as 08:00-12:00"),
    ({"day_2": "08:75-09:00"}, "Wednesday: “08:75-09:00” says no hours"),
    ({"day_2": "08:00-49:00"}, "Hours must end after they begin and last no longer than a day"),
    ({"day_2": "٠٨:٠٠-١٢:٠٠"}, "says no hours"),
    (dict.fromkeys((f"day_{day}" for day in range(5)), ""), "Open the calendar for at least some hours"),
    ({"zone": "Europe/Atlantis"}, "Time zone: Choose one of these."),
    ({"zone": "../../etc/passwd"}, "Time zone: Choose one of these."),
    ({"name": " "}, "Name: Fill this in."),
    ({"name": "x" * 81}, "Name: Write at most 80 characters; these are 81."),
    ({"dates": "2026-12-24"}, "Line 1: say which hours, or closed, after the date."),
    ({"dates": "2026-12-24 closed\n2026-12-24 08:00-09:00"}, "Line 2: the date stands there twice"),
    ({"dates": "\n24.12.2026 closed"}, "Line 2: “24.12.2026 closed” begins with no date"),
    ({"dates": "2026-02-30 closed"}, "Line 1: “2026-02-30 closed” begins with no date"),
    ({"dates": "2026-12-24 20:00-10:00"}, "Line 1: 20:00-10:00: Hours must end after they begin"),
    ({"closed": "Christmas"}, "Other closed days: Line 1: “Christmas” begins with no date"),
    ({"closed": "2026-12-24 a\n" * 20001}, "There are more than 20,000 lines."),
    ({"region": "B" * 41}, "Region: Write at most 40 characters; these are 41."),
    ({"looked": "x" * 65}, "Write at most 64 characters; these are 65."),
    ({"looked": "a\0"}, "A character was damaged or cannot be kept"),
    ({"feed": ("", FEED.encode()), "feed-clear": "on"}, "Send a file, or leave it out: not both."),
    ({"country": "XX"}, "Public holidays of: Choose one of these."),
    ({"region": "BY"}, "“BY” is a region of no country: choose the country as well, or leave the region empty."),
    ({"country": "DE", "region": "XX"}, "“XX” is no region of DE with holidays of its own; there are: BB,"),
    ({"effective_on": "tomorrow"}, "Counts from: Give a date such as 2026-12-01."),
    ({"effective_on": "1899-12-31"}, "Calendars reach from 1900 to 2199"),
    ({"effective_on": "0001-01-01", "country": "DE"}, "Calendars reach from 1900 to 2199"),
    ({"effective_on": "9999-12-31", "country": "DE"}, "Calendars reach from 1900 to 2199"),
    ({"feed_text": "BEGIN:VEVENT"}, "This is no calendar feed"),
    ({"feed": ("", b"")}, "The feed is empty"),
    ({"feed": ("", b"x" * 5_000_000)}, "The feed is larger than 1 MB"),
    ({"feed": ("", b"%PDF-1.7\x00\xff")}, "This is no calendar feed"),
    ({"feed": ("", FEED.encode()), "feed_text": FEED}, "Choose a file or paste a feed, not both."),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(BAD)))
def test_what_cannot_be_is_said_and_kept_as_typed_and_nothing_is_saved(house: House, case: int) -> None:
    typed, said = BAD[case]
    ada = signed_in("ada")
    sent = {name: feed_file(value[1]) if isinstance(value, tuple) else value for name, value in typed.items()}
    page = looked(ada, NEW, **TYPED | sent, save="1")
    assert page.status_code == 422
    text = words(page)
    assert said in text
    assert "Something needs another look" in text
    if "name" not in typed:
        assert 'value="Office"' in text
    assert not models.WorkingCalendar.objects.exists()


def test_pasting_five_megabytes_is_one_sentence(house: House) -> None:
    answer = looked(signed_in("ada"), NEW, **TYPED, feed_text="x" * 5_000_000)
    assert answer.status_code == 413
    assert not models.WorkingCalendar.objects.exists()


HOSTILE = ("a\x00b", "a\ud800b", "<script>alert(1)</script>", "'; DROP TABLE calendars_choice", "{{ 7 }}", "🛗" * 50)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_in_any_field_breaks_a_page(house: House, hostile: str) -> None:
    ada = signed_in("ada")
    form = "application/x-www-form-urlencoded"
    for name in (*TYPED, "dates", "closed", "country", "region", "correction", "feed_text", "looked", "seen"):
        sent = {**unseen(ada.get(NEW)), **TYPED, "dates": "", name: hostile}
        answer = ada.post(NEW, urlencode(sent, errors="surrogatepass"), content_type=form)
        assert answer.status_code in (200, 422), (name, answer.status_code)
        assert "<script>alert" not in answer.content.decode()


def test_a_script_in_a_name_is_only_a_name(house: House) -> None:
    ada, name = signed_in("ada"), "<script>alert(1)</script>"
    one = kept(ada, name=name, closed=f"2026-12-28 {name}", dates="2026-12-29 closed")
    chosen(house, ChosenFor.TEAM, house.support.id, one)
    for page in ("", f"/{one}", f"/{one}/edit", "/chosen", f"/chosen/team/{house.support.id}", f"/{one}/1"):
        answer = ada.get(f"/administration/calendars{page}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
        assert name in words(answer) or page == "/chosen"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_feed_closes_whole_days_and_names_what_closes_nothing(house: House, ends: str) -> None:
    ada = signed_in("ada")
    sent = TYPED | {"closed": "2026-12-24 Holy Eve"}
    page = looked(ada, NEW, **sent, feed=feed_file(FEED.replace("\n", ends)))
    text = words(page)
    assert "3 closed days; they stand below among the other closed days, under [days]." in text
    assert "1 entry with times of the day closes nothing:" in text
    assert "Staff meeting" in text
    listed = "2026-12-24 Holy Eve\n[days]\n2026-12-28 Works holiday\n2026-12-29 Works holiday\n2027-01-04 Stocktaking"
    assert listed in text.replace("\r", "")
    assert saved(ada, NEW, page, **sent | {"closed": listed}).status_code == 302
    assert [str(one.day) for one in queries.versions("Office")[0].feed_days][-1] == "2027-01-04"


def test_a_feed_of_thousands_of_days_is_taken_and_more_than_that_is_refused_in_a_sentence(house: House) -> None:
    days = "DTSTART;VALUE=DATE:20260103\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU"
    halls = "".join(f"BEGIN:VEVENT\nUID:{one}\nSUMMARY:Hall {one}\n{days}\nEND:VEVENT\n" for one in range(7))
    many = f"BEGIN:VCALENDAR\nVERSION:2.0\n{halls}END:VCALENDAR\n"
    ada, sent = signed_in("ada"), TYPED | {"name": "Halls"}
    page = looked(ada, NEW, **sent, feed=feed_file(many))
    assert page.status_code == 200
    assert "Hall 6" in words(page)
    typed = "\n".join(f"{date(2100, 1, 1) + timedelta(days=number)} Rest" for number in range(19_000))
    refused = looked(ada, NEW, **sent, closed=typed, feed=feed_file(many))
    assert refused.status_code == 422
    assert "There are more than 20,000 lines." in words(refused)


def test_a_calendar_that_counts_from_far_ahead_has_the_holidays_of_its_years(house: House) -> None:
    ada = signed_in("ada")
    for year in (2036, 2040, 2090):
        page = looked(ada, NEW, **TYPED | {"effective_on": f"{year}-01-01", "name": f"Of {year}"}, country="DE")
        done = saved(ada, NEW, page, **TYPED | {"effective_on": f"{year}-01-01", "name": f"Of {year}"}, country="DE")
        [one] = queries.versions(done["Location"].rpartition("/")[2])
        assert date(year, 12, 25) in one.version.calendar.holidays, year


def test_a_feed_may_be_pasted_and_what_is_unread_is_named(house: House) -> None:
    broken = FEED.replace("DTSTART;VALUE=DATE:20270104", "DTSTART;VALUE=DATE:20270104\nRRULE:FREQ=NEVER")
    text = words(looked(signed_in("ada"), NEW, **TYPED, feed_text=broken))
    assert "2 closed days" in text or "1 entry could not be read" in text
    assert "BEGIN:VCALENDAR" not in text, "it was read, and is not sent again"


def test_a_name_belongs_to_one_calendar(house: House) -> None:
    ada = signed_in("ada")
    kept(ada)
    sent = TYPED | {"name": "OFFICE"}
    answer = saved(ada, NEW, looked(ada, NEW, **sent), **sent)
    assert answer.status_code == 422
    assert "Name: There is a calendar “OFFICE” already" in words(answer)


def test_another_version_shows_what_would_move_and_then_moves_it(house: House) -> None:
    ada, one = signed_in("ada"), calendar(house)
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, one)
    case = house.raised()
    house.clock.advance(timedelta(minutes=5))
    before = Alarm.objects.get(case=case, clock=ClockName.RESOLVE).due_at
    sent = TYPED | {f"day_{day}": "08:00-12:00" for day in range(5)}
    page = looked(ada, edit(one), **sent)
    text = words(page)
    assert "1 open case was looked at." in text
    assert "1 clock would move." in text
    assert "later</span>" in text
    assert "The resolution" in text
    assert Alarm.objects.get(case=case, clock=ClockName.RESOLVE).due_at == before
    assert saved(ada, edit(one), page, **sent).status_code == 302
    cases.add_note([case], text="Noted", **house.once("carl"))
    after = Alarm.objects.get(case=case, clock=ClockName.RESOLVE).due_at
    assert after > before
    assert f'<time datetime="{after.isoformat()}"' in text, "the moment that was foretold"


def test_a_reminder_that_moves_alone_is_shown_before_saving_and_after_it(house: House) -> None:
    ada, one = signed_in("ada"), calendar(house)
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, one)
    case = house.raised(**P3)
    recomputed(house)
    house.clock.advance(timedelta(minutes=5))
    before = Alarm.objects.get(case=case, clock=ClockName.RESOLVE)
    sent = TYPED | {f"day_{day}": "08:00-18:00" for day in range(5)}
    sent |= {"effective_on": "2026-01-01", "dates": "2026-11-30 06:00-16:00", "correction": "on"}
    page = looked(ada, edit(one), **sent)
    assert saved(ada, edit(one), page, **sent).status_code == 302
    done = recomputed(house)
    after = Alarm.objects.get(case=case, clock=ClockName.RESOLVE)
    assert (after.due_at, after.look_at) == (before.due_at, before.look_at - timedelta(hours=2))
    assert done.moved == 1
    foretold, told = words(page), words(ada.get(f"/administration/recomputes/{done.id}"))
    assert "1 clock would move." in foretold
    assert "None of them" not in foretold
    for text in (foretold, told):
        assert "The reminder" in text
        for moment in (before.due_at, before.look_at, after.look_at):
            assert f'<time datetime="{moment.isoformat()}"' in text


def test_of_two_administrators_the_second_is_told_what_is_new_and_keeps_what_was_typed(house: House) -> None:
    ada, bea, one = signed_in("ada"), signed_in("ada"), calendar(house)
    sent = TYPED | {"day_5": "09:00-10:00"}
    page = looked(bea, edit(one), **sent)
    other = TYPED | {"name": "Office south"}
    assert saved(ada, edit(one), looked(ada, edit(one), **other), **other).status_code == 302
    answer = saved(bea, edit(one), page, **sent)
    assert answer.status_code == 409
    text = words(answer)
    assert "Somebody saved this calendar meanwhile" in text
    assert f'/administration/calendars/{one}/2">Version 2</a> Ada' in text
    assert 'value="09:00-10:00"' in text
    assert len(queries.versions(one)) == 2
    assert bea.post(edit(one), {**unseen(page), **sent}).status_code == 409, "a look says so as well"
    again = bea.post(edit(one), {**unseen(answer), **sent})
    assert again.status_code == 200, "now that it was said"
    assert saved(bea, edit(one), again, **sent).status_code == 302
    assert [version.name for version in queries.versions(one)] == ["Office", "Office south", "Office"]


def test_of_three_who_save_at_the_same_instant_one_does(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    one, barrier, told = calendar(house), Barrier(3), list[int]()
    pages = []
    for day in range(3):
        client, sent = signed_in("ada"), TYPED | {"day_5": f"0{day}:00-10:00"}
        pages.append((client, sent, looked(client, edit(one), **sent)))

    def save(client: Client, sent: dict[str, str], page: Any) -> None:
        barrier.wait()
        try:
            told.append(saved(client, edit(one), page, **sent).status_code)
        finally:
            connection.close()

    threads = [Thread(target=save, args=page) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [302, 409, 409]
    assert len(queries.versions(one)) == 2


def test_every_version_can_be_seen_with_who_saved_it_and_any_year(house: House) -> None:
    ada, one = signed_in("ada"), calendar(house, country="DE")
    sent = TYPED | {"name": "Later", "correction": "on", "effective_on": "2026-01-02"}
    assert saved(ada, edit(one), looked(ada, edit(one), **sent), **sent).status_code == 302
    page = words(ada.get(f"/administration/calendars/{one}"))
    assert page.index("Version 2") < page.index("Version 1")
    assert "correction</span>" in page
    first = words(ada.get(f"/administration/calendars/{one}/1"))
    assert "This is version 1; the last one is version 2." in first
    assert "08:00-18:00" in first
    assert "March 2031" in words(ada.get(f"/administration/calendars/{one}/1?year=2031"))
    for year in ("0", "9999", "1900", "2199", "x", "٢٠٢٦"):
        assert ada.get(f"/administration/calendars/{one}?year={year}").status_code == 200
    for way in (f"{one}/3", f"{one}/99999999999999999999", "00000000-0000-0000-0000-000000000001",
                "00000000-0000-0000-0000-000000000001/edit"):  # fmt: skip
        assert ada.get(f"/administration/calendars/{way}").status_code == 404


def test_what_was_saved_for_a_later_day_takes_over_and_that_is_said(house: House) -> None:
    ada, one = signed_in("ada"), calendar(house)
    planned = TYPED | {"effective_on": "2027-01-04"}
    assert saved(ada, edit(one), looked(ada, edit(one), **planned), **planned).status_code == 302
    assert 'value="2027-01-04"' in words(ada.get(f"{edit(one)}?version=2")), "another change of it is for its day"
    text = words(looked(ada, edit(one), **TYPED))
    assert "then version 2 does. Version 2 was saved for a later day" in text
    assert "then version 2 does" not in words(looked(ada, edit(one), **planned))


def test_the_form_of_a_version_says_what_was_saved(house: House) -> None:
    ada = signed_in("ada")
    more = {"dates": "2026-12-24 08:00-12:00", "closed": "2026-12-28 Works holiday", "country": "DE", "region": "BY"}
    one = kept(ada, **more, day_5="22:00-30:00")
    text = words(ada.get(edit(one)))
    for value in (*more.values(), "22:00-30:00", "Europe/Berlin"):
        assert value in text
    assert queries.versions(one)[0].version.saved_at == datetime(2026, 11, 20, 18, tzinfo=UTC)
