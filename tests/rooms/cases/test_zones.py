"""Moments typed in any zone are kept as what they are: one moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import override

from backline.cases import operations as cases
from backline.cases import wording
from backline.cases.operations import NewWord
from backline.core.words import (
    ToldBy,
    WaitReason,
)
from tests.fakes.house import House


def test_moments_typed_in_another_zone_are_the_same_moments(house: House) -> None:
    case = house.working()
    until = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    house.clock.advance(timedelta(minutes=1))
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    word = NewWord("Tomorrow", datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")), ToldBy.CALL)
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert cases.rebuild(check=True).flaws == ()
    assert house.subjects("Cleo")[-1].startswith("We need something from you")


def test_a_day_that_was_said_in_one_language_is_said_in_another() -> None:
    said, at = {}, datetime(2026, 3, 3, 23, 30, tzinfo=ZoneInfo("UTC"))
    for language in ("en", "de", "en"):
        with override(language):
            said[language] = wording.day_and_time(at, "Europe/Berlin"), wording.day_and_time(at, "UTC")
    assert said["en"] == ("Wed 4 Mar 2026, 00:30", "Tue 3 Mar 2026, 23:30")
    assert [one.split()[0] for one in said["de"]] == ["Mi", "Di"]
