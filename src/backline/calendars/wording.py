"""What people are told when a calendar or a feed is not taken: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.calendars.words import MOST_BYTES, MOST_ENTRIES, MOST_SECONDS_AWAY, FeedFault, Refused
from backline.core.calendar import CalendarRefused
from backline.core.words import CalendarFault

FAULTS = {
    CalendarFault.UNKNOWN_ZONE: gettext_lazy(
        "There is no time zone of this name. Choose one from the list, such as Europe/Berlin."
    ),
    CalendarFault.BAD_HOURS: gettext_lazy(
        "Hours must end after they begin and last no longer than a day. "
        "Write hours over midnight past 24: 22:00 to 30:00 ends at six the next morning."
    ),
    CalendarFault.OVERLAP: gettext_lazy("Hours overlap: %(details)s. Make one of them shorter, or write them as one."),
    CalendarFault.NO_WORKING_TIME: gettext_lazy(
        "There is not so much working time to be had. Open the calendar for at least some hours."
    ),
    CalendarFault.MOMENT_WITHOUT_ZONE: gettext_lazy("A moment without a time zone can be any moment; name its zone."),
    CalendarFault.OUT_OF_REACH: gettext_lazy("Calendars reach from 1900 to 2199; choose a date between."),
    CalendarFault.BAD_AMOUNT: gettext_lazy("Working time is counted in seconds from nothing to 300 years."),
    CalendarFault.NOT_KNOWN_THEN: gettext_lazy("At that moment the calendar had not been saved yet."),
}
FIELDS = {
    CalendarFault.UNKNOWN_ZONE: "zone",
    CalendarFault.OUT_OF_REACH: "effective_on",
}
FEEDS = {
    FeedFault.EMPTY: gettext_lazy("The feed is empty; nothing was changed."),
    FeedFault.TOO_LARGE: gettext_lazy("The feed is larger than %(mb)d MB; nothing was changed. Export fewer years."),
    FeedFault.NOT_A_FEED: gettext_lazy(
        "This is no calendar feed; nothing was changed. Export the calendar as .ics (iCalendar) and send that file."
    ),
    FeedFault.BAD_LINE: gettext_lazy(
        "The feed cannot be read at line %(detail)s; nothing was changed. Mend that line or take it out, then read it."
    ),
    FeedFault.TOO_MANY: gettext_lazy(
        "The feed has more than %(entries)d entries in these years; nothing was changed. Export only what closes you."
    ),
    FeedFault.TOO_SLOW: gettext_lazy(
        "The feed repeats its entries in a way that takes too long to follow; nothing was changed. "
        "Export the single days instead of rules that make them."
    ),
    FeedFault.TOO_OFTEN: gettext_lazy(
        "The feed repeats “%(detail)s” in a way that takes too long to follow; nothing was changed. "
        "Export its single days instead of the rule that makes them."
    ),
    FeedFault.NEVER: gettext_lazy(
        "The feed repeats “%(detail)s” by no step at all, or on days that no month has; nothing was changed. "
        "Mend the rule of that entry, or leave the entry out."
    ),
    FeedFault.UNKNOWN_ZONE: gettext_lazy(
        "The feed names a time zone that is not known and does not say what it is: “%(detail)s”; nothing was changed. "
        "Export it with a zone such as Europe/Berlin, or as whole days."
    ),
    FeedFault.UNREACHABLE: gettext_lazy(
        "The address of the feed does not answer; nothing was changed. Check that it is right and open to everybody."
    ),
    FeedFault.NOT_THERE: gettext_lazy(
        "There is no feed at the address, which answers with %(detail)s; nothing was changed. Get its address anew."
    ),
    FeedFault.NOT_PUBLIC: gettext_lazy(
        "The address of the feed lies in a network of its own, which is never asked; nothing was changed. "
        "Send the calendar as a file."
    ),
    FeedFault.LOOPS: gettext_lazy(
        "The address of the feed leads from one to the next without end; nothing was changed. Get its address anew."
    ),
    FeedFault.KEEPS_STILL: gettext_lazy(
        "The feed did not come within %(seconds)d seconds; nothing was changed. "
        "Check its address, or send the calendar as a file."
    ),
}


def sentence(error: CalendarRefused) -> str:
    """What is wrong with a calendar, in words."""
    return str(FAULTS[error.fault]) % {"details": ", ".join(error.details)}


def hours(error: CalendarRefused) -> Refused:
    """A calendar that cannot be."""
    return Refused(sentence(error), field=FIELDS.get(error.fault, "week"))


def feed(fault: FeedFault, detail: str = "") -> Refused:
    """A feed that was not read; `detail` is what of it could not be."""
    known = {"mb": MOST_BYTES // 1024**2, "entries": MOST_ENTRIES, "seconds": MOST_SECONDS_AWAY}
    return Refused(str(FEEDS[fault]) % {**known, "detail": detail or _("an entry without a name")}, field="feed")


def no_name() -> Refused:
    """Nobody could choose it."""
    return Refused(_("Give the calendar a name of at most 80 letters."), field="name")


def too_little(least: timedelta) -> Refused:
    """A clock that counts in it might never be due."""
    hours = int(least.total_seconds() // 3600)
    text = _("That leaves too little working time: in each of the next years at least %(hours)d hours must be open.")
    return Refused(text % {"hours": hours}, field="week")


def name_taken(name: str) -> Refused:
    """Two of one name could not be told apart."""
    text = _("There is a calendar “%(name)s” already; choose another name.")
    return Refused(text % {"name": name}, field="name")


def moved_on() -> Refused:
    """Somebody else saved meanwhile."""
    return Refused(_("Somebody saved this calendar meanwhile; look at it again before you save."), field="name")


def chosen_meanwhile() -> Refused:
    """Somebody else chose meanwhile."""
    return Refused(_("Somebody chose other hours here meanwhile; look at it again before you save."), field="calendar")


def no_such_calendar() -> Refused:
    """None of this id."""
    return Refused(_("There is no such calendar; choose one from the list."), field="calendar")


def no_country(name: str) -> Refused:
    """Nobody knows its holidays of later years."""
    text = _("The calendar “%(name)s” takes no holidays of a country; read its feed again, and save it.")
    return Refused(text % {"name": name}, field="country")


def unknown_country(country: str) -> Refused:
    """No such country in the list."""
    text = _("The public holidays of “%(country)s” are not known; choose a country from the list.")
    return Refused(text % {"country": country}, field="country")


def region_alone(region: str) -> Refused:
    """Nobody knows whose region it is."""
    text = _("“%(region)s” is a region of no country: choose the country as well, or leave the region empty.")
    return Refused(text % {"region": region}, field="region")


def unknown_region(region: str, country: str, regions: Sequence[str]) -> Refused:
    """No such region in the list of the country."""
    text = _("“%(region)s” is no region of %(country)s with holidays of its own; there are: %(regions)s.")
    named = ", ".join(regions) or _("none")
    return Refused(text % {"region": region, "country": country, "regions": named}, field="region")
