"""Feeds: dates stay dates whatever is written beside them, recurrences are followed, and a hostile one harms nobody."""

from __future__ import annotations

import pathlib
import re
import time
from datetime import UTC, date, datetime

import pytest

from backline.calendars import feeds
from backline.calendars.words import ClosedDay, Feed, Refused, Timed

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
SAO_PAULO, BERLIN, KIRITIMATI = "America/Sao_Paulo", "Europe/Berlin", "Pacific/Kiritimati"


def entry(*lines: str, uid: str = "one", name: str = "Closed") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT"])


def feed(*entries: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *entries, "END:VCALENDAR", ""])


def read(text: str | bytes, zone: str = BERLIN) -> Feed:
    return feeds.read(text if isinstance(text, bytes) else text.encode(), zone, FIRST, LAST)


def days(text: str | bytes, zone: str = BERLIN) -> list[str]:
    """The dates that a feed closes."""
    found = read(text, zone)
    assert not found.timed
    assert not found.unread
    return [one.day.isoformat() for one in found.closed]


ALL_DAY = entry("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260908", name="Independência")


@pytest.mark.parametrize("zone", [SAO_PAULO, BERLIN, KIRITIMATI, "Pacific/Pago_Pago"])
def test_a_date_is_the_same_date_everywhere(zone: str) -> None:
    """zammad#3706, #2229: holidays one day early in Chile and Brazil."""
    assert read(feed(ALL_DAY), zone) == Feed((ClosedDay(date(2026, 9, 7), "Independência"),), entries=1)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20260907", "DTEND;VALUE=DATE;TZID=Asia/Tokyo:20260908"),
        ("DTSTART;VALUE=DATE:20260907", "DTEND:20260907T050001Z"),
        ("DTSTART;VALUE=DATE:20260907", "DTEND:20260908"),
        ("DTSTART:20260907", "DURATION:P1D"),
        ("DTSTART;VALUE=DATE:20260907",),
        ("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260907"),
        ("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260901"),
        ("DTSTART;VALUE=DATE:20260907", "DURATION:-P1D"),
        ("DTSTART;VALUE=DATE:20260907", "DURATION:-PT1H"),
        ("DTSTART;VALUE=DATE:20260907", "DURATION:-P3D", "RRULE:FREQ=DAILY;COUNT=1"),
        ("DTSTART:20260907T000000", "DTEND:20260908T000000"),
        ("DTSTART;TZID=America/Sao_Paulo:20260907T000000", "DTEND;TZID=America/Sao_Paulo:20260908T000000"),
        ("DTSTART:20260907T030000Z", "DTEND:20260908T030000Z"),
        ("DTSTART:20260907T000000", "DURATION:P1D"),
    ],
)
def test_every_way_to_write_one_whole_day(lines: tuple[str, ...]) -> None:
    """Among them a zone without VTIMEZONE (zammad#3989), and floating moments, which are those of the place."""
    assert days(feed(entry(*lines)), SAO_PAULO) == ["2026-09-07"]


@pytest.mark.parametrize("start", ["DTSTART:20260907T000000", "DTSTART:20260907T080000Z"])
def test_a_moment_that_ends_before_it_begins_closes_nothing_and_is_named(start: str) -> None:
    found = read(feed(entry(start, "DURATION:-P1D", name="Backwards"), ALL_DAY))
    assert found == Feed((ClosedDay(date(2026, 9, 7), "Independência"),), unread=("Backwards",), entries=2)


def test_several_days_are_closed_up_to_the_end_which_is_not() -> None:
    text = feed(entry("DTSTART;VALUE=DATE:20260803", "DTEND;VALUE=DATE:20260806"))
    assert days(text) == ["2026-08-03", "2026-08-04", "2026-08-05"]


def test_a_rule_is_followed_with_its_exceptions_and_changes() -> None:
    text = feed(
        entry("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270101"),
        entry("DTSTART;VALUE=DATE:20280103", "RECURRENCE-ID;VALUE=DATE:20280101"),
    )
    assert days(text) == ["2026-01-01", "2028-01-03"]


def test_a_change_from_one_on_moves_all_that_follow() -> None:
    text = feed(
        entry("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;COUNT=4"),
        entry("DTSTART;VALUE=DATE:20271226", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20271224"),
    )
    assert days(text) == ["2026-12-24", "2027-12-26", "2028-12-26"]


def test_of_several_series_of_one_uid_a_change_is_of_the_one_that_has_its_day() -> None:
    text = feed(
        entry("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;COUNT=2"),
        entry("DTSTART;VALUE=DATE:20261224", "RRULE:FREQ=YEARLY;COUNT=2"),
        entry("DTSTART;VALUE=DATE:20271230", "RECURRENCE-ID;VALUE=DATE:20271224"),
    )
    assert days(text) == ["2026-01-01", "2026-12-24", "2027-01-01", "2027-12-30"]


def test_exceptions_with_a_zone_beside_them_are_dates_too() -> None:
    tokyo = ";VALUE=DATE;TZID=Asia/Tokyo"
    text = feed(entry(f"DTSTART{tokyo}:20200101", "RRULE:FREQ=YEARLY", f"EXDATE{tokyo}:20270101"))
    assert days(text, SAO_PAULO) == ["2026-01-01", "2028-01-01"]


def test_one_uid_for_all_entries_loses_none() -> None:
    text = feed(*(entry(f"DTSTART;VALUE=DATE:2026{month}01", name=f"Day {month}") for month in ("01", "05", "10")))
    assert [one.name for one in read(text).closed] == ["Day 01", "Day 05", "Day 10"]
    nameless = text.replace("UID:one\r\n", "")
    assert days(nameless) == ["2026-01-01", "2026-05-01", "2026-10-01"]


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "\r\r\n", "\n\n"])
def test_lines_may_end_in_any_way(ends: str) -> None:
    assert days(feed(ALL_DAY).replace("\r\n", ends)) == ["2026-09-07"]


def test_a_mark_of_unicode_and_letters_of_another_code_are_no_hindrance() -> None:
    assert days(b"\xef\xbb\xbf" + feed(ALL_DAY).encode()) == ["2026-09-07"]
    assert days(feed(ALL_DAY).encode("latin-1")) == ["2026-09-07"]


def test_a_long_name_over_several_lines() -> None:
    text = feed(entry("DTSTART;VALUE=DATE:20260907", name="Dia da \r\n Independência\\, feriado\r\n  nacional"))
    assert read(text).closed[0].name == "Dia da Independência, feriado nacional"


def test_what_has_times_closes_nothing_and_is_handed_over() -> None:
    text = feed(
        entry("DTSTART:20260907T090000", "DTEND:20260907T120000", name="Floating"),
        entry("DTSTART:20260908T000000Z", "DTEND:20260909T000000Z", name="A day of UTC"),
        entry("DTSTART:20260909T000000", name="A moment"),
    )
    assert read(text, BERLIN) == Feed(
        timed=(
            Timed(datetime(2026, 9, 7, 7, tzinfo=UTC), datetime(2026, 9, 7, 10, tzinfo=UTC), "Floating"),
            Timed(datetime(2026, 9, 8, 0, tzinfo=UTC), datetime(2026, 9, 9, 0, tzinfo=UTC), "A day of UTC"),
            Timed(datetime(2026, 9, 8, 22, tzinfo=UTC), datetime(2026, 9, 8, 22, tzinfo=UTC), "A moment"),
        ),
        entries=3,
    )


def test_what_was_cancelled_closes_nothing() -> None:
    assert days(feed(entry("DTSTART;VALUE=DATE:20260907", "STATUS:CANCELLED"))) == []
    text = feed(
        entry("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY"),
        entry("DTSTART;VALUE=DATE:20270101", "RECURRENCE-ID;VALUE=DATE:20270101", "STATUS:CANCELLED"),
    )
    assert days(text) == ["2026-01-01", "2028-01-01"]


def test_only_the_years_that_were_asked_for() -> None:
    text = feed(entry("DTSTART;VALUE=DATE:20251231", "DTEND;VALUE=DATE:20260102"), entry("DTSTART;VALUE=DATE:20290101"))
    assert days(text) == ["2026-01-01"]


def test_the_first_and_the_last_date_are_those_of_the_place() -> None:
    moments = ("20251231T095959Z", "20251231T100000Z", "20281231T095959Z", "20281231T100000Z")
    text = feed(*(entry(f"DTSTART:{moment}", uid=moment, name=moment) for moment in moments))
    assert [one.name for one in read(text, KIRITIMATI).timed] == list(moments[1:3])


def test_dates_that_are_added_with_a_zone_beside_them_are_dates() -> None:
    tokyo = ";VALUE=DATE;TZID=Asia/Tokyo"
    text = feed(entry(f"DTSTART{tokyo}:20260105", f"RDATE{tokyo}:20260203,20260304"))
    assert days(text, SAO_PAULO) == ["2026-01-05", "2026-02-03", "2026-03-04"]


def test_a_broken_entry_is_named_and_the_others_are_read() -> None:
    broken = [
        entry("DTSTART;VALUE=DATE:yesterday", name="Nonsense"),
        entry("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SOMETIMES", name="Now and then"),
        entry(name="Never"),
        entry("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;COUNT=99999999999999999999999", name="Too often"),
    ]
    found = read(feed(*broken, ALL_DAY))
    assert [one.day.isoformat() for one in found.closed if one.name == "Independência"] == ["2026-09-07"]
    assert "Nonsense" in found.unread
    assert "Never" in found.unread
    assert "Too often" in found.unread
    assert {one.name for one in found.closed} | set(found.unread) >= {"Nonsense", "Now and then", "Never"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"BEGIN:VCALENDAR\r\n" + b"X-A:B\r\n" * 200_000, "larger than 1 MB"),
        (b"<!doctype html><title>Sign in</title>", "no calendar feed"),
        (b"\0\xff\xfe" * 100, "no calendar feed"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", "no calendar feed"),
        (b"BEGIN:VEVENT\r\nDTSTART:20260101\r\nEND:VEVENT\r\n", "no calendar feed"),
        (b"BEGIN:VCALENDAR\r\n" * 20_000, "no calendar feed"),
        (b"BEGIN:VCALENDAR\n\nVERSION:2.0\nClosed, see\n  below\nEND:VCALENDAR", r"at line 4 \(.Closed, see.\)"),
        (b"<p>BEGIN:VCALENDAR\r\nClosed\r\nEND:VCALENDAR", "no calendar feed"),
    ],
)
def test_what_is_no_feed_is_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read(content)
    assert refused.value.field == "feed"
    assert "nothing was changed" in refused.value.text


@pytest.mark.parametrize(
    "rules",
    [
        ("DTSTART:20260101T000000", "RRULE:FREQ=SECONDLY"),
        ("DTSTART:20260101T000000", "RRULE:FREQ=YEARLY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE="
         + ",".join(map(str, range(60))) + ";BYSECOND=" + ",".join(map(str, range(60)))),
        ("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    ],
)  # fmt: skip
def test_a_rule_without_end_ends_soon(rules: tuple[str, ...]) -> None:
    """Read or refused, and never a hang."""
    text, begun, said = feed(*(entry(*rules, uid=str(number)) for number in range(40))), time.monotonic(), ""
    try:
        assert not feeds.read(text.encode(), BERLIN, FIRST, LAST, 1).closed
    except Refused as refused:
        said = refused.text
    assert not said or "nothing was changed" in said
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=999999999", "freq=secondly",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=1,2,3,4", "FREQ=YEARLY;BYSECOND=" + ",".join(map(str, range(60))),
    ],
)  # fmt: skip
def test_what_repeats_by_the_second_is_refused_before_anybody_follows_it(rule: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused, match="takes too long to follow; nothing was changed"):
        read(feed(entry("DTSTART:20260101T000000", f"RRULE:{rule}")))
    assert time.monotonic() - begun < 5, (
        "a fresh process on a busy machine, and not the fifteen seconds a feed may take"
    )


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY;COUNT=3", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0;COUNT=400"])
def test_a_rule_that_ends_soon_is_followed(rule: str) -> None:
    assert read(feed(entry("DTSTART:20260101T000000", "DTEND:20260101T000001", f"RRULE:{rule}"))).timed


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;TZID=Mars/Olympus:20260907T000000", "DTEND;TZID=Mars/Olympus:20260908T000000"),
        ("DTSTART:20260907T000000", "DTEND;TZID=Mars/Olympus:20260908T000000"),
        ("DTSTART;TZID=Europe/Berlin:20260907T000000", "RRULE:FREQ=DAILY;COUNT=3",
         "EXDATE;TZID=Mars/Olympus:20260908T000000"),
        ("DTSTART;VALUE=DATE:20260907", "RDATE;TZID=Mars/Olympus:20260908T000000,20260909T000000"),
    ],
)  # fmt: skip
def test_a_zone_that_nobody_knows_is_named(lines: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match=r"a time zone that is not known.*“Mars/Olympus”; nothing was changed") as refused:
        read(feed(ALL_DAY, entry(*lines, uid="two")))
    assert refused.value.field == "feed"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;INTERVAL=0"), "by no step at all"),
        (("DTSTART:20260101T000000", "RRULE:FREQ=YEARLY;INTERVAL=0;COUNT=2"), "by no step at all"),
        (("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "on days that no month has"),
        (("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31,-31"), "that no month has"),
        (("DTSTART;VALUE=DATE:20260201", "RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30"), "on days that no month has"),
        (("DTSTART;VALUE=DATE:19000101", "DTEND;VALUE=DATE:99991231", "RRULE:FREQ=DAILY"), "takes too long to follow"),
        (("DTSTART;VALUE=DATE:19000101", "DURATION:P36500D", "RRULE:FREQ=WEEKLY"), "takes too long to follow"),
    ],
)
def test_a_rule_that_nobody_can_follow_is_refused_at_once_by_the_name_of_its_entry(
    lines: tuple[str, ...], said: str
) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused, match=said) as refused:
        read(feed(ALL_DAY, entry(*lines, name="Inventory", uid="two")))
    assert "“Inventory”" in refused.value.text
    assert "nothing was changed" in refused.value.text
    assert refused.value.field == "feed"
    assert time.monotonic() - begun < 5, "a fresh process on a busy machine, and not the fifteen seconds"
    with pytest.raises(Refused, match="“an entry without a name”"):
        read(feed(entry(*lines, name="")))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=29",
     "FREQ=MONTHLY;BYMONTHDAY=29;BYMONTH=2", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29,31"],
)  # fmt: skip
def test_a_day_that_some_years_have_is_read(rule: str) -> None:
    assert days(feed(entry("DTSTART;VALUE=DATE:20240229", f"RRULE:{rule}"))) == ["2028-02-29"]


@pytest.mark.parametrize("end", ["COUNT=999999999", "COUNT=2147483647", "UNTIL=99991231", "UNTIL=99991231T235959Z", ""])
@pytest.mark.parametrize("start", ["20260101", "19000101"])
def test_what_has_no_end_in_sight_is_read_as_far_as_is_asked(start: str, end: str) -> None:
    begun = time.monotonic()
    found = days(feed(entry(f"DTSTART;VALUE=DATE:{start}", f"RRULE:FREQ=DAILY;{end}".strip(";"))))
    assert (found[0], found[-1], len(found)) == ("2026-01-01", "2028-12-31", 3 * 365 + 1)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (("DTSTART;VALUE=DATE:19000101", "DTEND;VALUE=DATE:99991231"), "2026-01-01", "2028-12-31"),
        (("DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:20260103"), "2026-01-01", "2026-01-02"),
        (("DTSTART;VALUE=DATE:20281230", "DTEND;VALUE=DATE:99991231"), "2028-12-30", "2028-12-31"),
    ],
)
def test_what_lasts_for_ages_closes_the_days_that_are_asked(lines: tuple[str, ...], first: str, last: str) -> None:
    found = days(feed(entry(*lines)))
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize("start", ["99991231", "20290101", "00010101", "19000101"])
def test_what_nobody_asks_about_is_no_entry_that_could_not_be_read(start: str) -> None:
    assert days(feed(entry(f"DTSTART;VALUE=DATE:{start}", uid="two"), ALL_DAY)) == ["2026-09-07"]


@pytest.mark.parametrize("others", ["TRANSPARENT", "OPAQUE", ""])
def test_what_is_marked_as_free_time_closes_whether_or_not_other_entries_are_marked_so(others: str) -> None:
    """Feeds of public holidays mark theirs so: it is said of a person's time, not of the place."""
    marked = entry("DTSTART;VALUE=DATE:20261225", "TRANSP:TRANSPARENT", uid="two")
    other = entry("DTSTART;VALUE=DATE:20261226", *([f"TRANSP:{others}"] if others else []), uid="three")
    assert days(feed(marked, other)) == ["2026-12-25", "2026-12-26"]


OWN_ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-0300",
    "TZOFFSETTO:-0300", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


@pytest.mark.parametrize("zone", ["Ours", "E. South America Standard Time", "/example.org/America/Sao_Paulo"])
def test_a_zone_that_the_feed_or_everybody_explains_is_read(zone: str) -> None:
    whole = entry(f"DTSTART;TZID={zone}:20260907T000000", f"DTEND;TZID={zone}:20260908T000000")
    assert days(feed(*OWN_ZONE, whole), SAO_PAULO) == ["2026-09-07"]
    assert days(feed(whole, *OWN_ZONE), SAO_PAULO) == ["2026-09-07"], "wherever it stands"


def test_a_zone_beside_a_date_is_no_matter() -> None:
    assert days(feed(entry("DTSTART;VALUE=DATE;TZID=Mars/Olympus:20260907")), SAO_PAULO) == ["2026-09-07"]


def test_more_entries_than_anybody_has() -> None:
    text = feed(*(entry("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY", uid=str(n), name=str(n)) for n in range(30)))
    with pytest.raises(Refused, match="more than 20000 entries"):
        feeds.read(text.encode(), BERLIN, FIRST, LAST, 30)


def test_years_out_of_reach_are_a_mistake_of_ours() -> None:
    for first, last in ((date(1, 1, 1), LAST), (FIRST, date.max), (LAST, date(2020, 1, 1))):
        with pytest.raises(ValueError, match="no feed is read"):
            feeds.read(feed(ALL_DAY).encode(), BERLIN, first, last)


@pytest.mark.shared_data
def test_feeds_found_in_public_come_in_without_loss(found_in_public: list[pathlib.Path]) -> None:
    """Every date with which an entry begins, as it is written, is closed; what has times is handed over."""
    closed = {}
    for path in found_in_public:
        text = path.read_bytes()
        found = feeds.read(text, SAO_PAULO, date(2000, 1, 1), date(2040, 12, 31), 30)
        written = set(re.findall(rb"DTSTART;VALUE=DATE[^:]*:(\d{8})\s", text))
        moved = set(re.findall(rb"RECURRENCE-ID;VALUE=DATE:(\d{8})\s", text))
        assert {one.day.strftime("%Y%m%d").encode() for one in found.closed} >= written - moved, path.name
        assert found.unread == ()
        assert bool(found.timed) is bool(re.search(rb"DTSTART(;TZID[^:]*)?:\d{8}T(?!000000)", text)), path.name
        closed[path.stem] = {one.day for one in found.closed}
    assert len(closed) == 9
    assert {date(2040, 1, 1), date(2040, 12, 25)} <= closed["FrenchHolidays"] & closed["JapanHolidays"] | closed[
        "FrenchHolidays"
    ]
    assert {date(2021, 1, 2), date(2021, 1, 4)} & closed["UKHolidays"] == {date(2021, 1, 4)}, "a substitute day"
    assert date(2029, 7, 4) in closed["USHolidays"]
    assert date(2032, 7, 4) not in closed["USHolidays"], "ten times from 2021 on"
