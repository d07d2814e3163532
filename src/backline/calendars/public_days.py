"""Public holidays of a country and a region of it, made into dates."""

from __future__ import annotations

from collections.abc import Iterable

import holidays
from holidays.registry import COUNTRIES

from backline.calendars import wording
from backline.calendars.words import ClosedDay


def countries() -> dict[str, list[str]]:
    """The countries whose holidays are known, by their two letters, and the regions of each."""
    return holidays.list_supported_countries(include_aliases=False)


def country_names() -> dict[str, str]:
    """What each of these countries is called, by its two letters and in the order of the names."""
    known = {entry[1]: name.replace("_", " ").title() for name, entry in COUNTRIES.items()}
    return dict(sorted(((code, known.get(code, code)) for code in countries()), key=lambda one: one[1]))


def public_days(country: str, region: str, years: Iterable[int]) -> tuple[ClosedDay, ...]:
    """The public holidays of these years in order; raises `Refused` where the country or region is not known."""
    regions = countries().get(country)
    if regions is None:
        raise wording.unknown_country(country)
    if region and region not in regions:
        raise wording.unknown_region(region, country, regions)
    found = holidays.country_holidays(country, subdiv=region or None, years=years)
    return tuple(ClosedDay(day, name) for day, name in sorted(found.items()))
