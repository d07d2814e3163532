"""How a clock of a case ran, in sentences: what may pass and in whose hours, what counted, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backline.calendars.choices import Era
from backline.calendars.closed_days import closed_by
from backline.calendars.words import ChosenFor, ClosedDay
from backline.cases.wording._labels import CLOCKS, WAIT_REASONS, duration, local
from backline.core.counting import CLOSED, Stretch
from backline.core.explain import Account, Verdict
from backline.core.policy import Whose
from backline.core.words import State, WaitReason

VERDICTS = {
    Verdict.RUNS: _("runs"),
    Verdict.PAUSED: _("stands still"),
    Verdict.LATE: _("late"),
    Verdict.MET: _("kept"),
    Verdict.MISSED: _("missed"),
    Verdict.ENDED: _("ended before it was due"),
    Verdict.IN_VAIN: _("ended, though it never came"),
    Verdict.WENT_ON: _("went on under another target"),
}
_NEVER_DUE = {Verdict.RUNS: _("lasts"), Verdict.ENDED: _("ended")}
"""What became of a clock that nobody set a time."""
WHOSE = {
    ChosenFor.ORGANISATION: _("%(calendar)s, the hours of the organisation"),
    ChosenFor.CUSTOMER: _("%(calendar)s, the hours of the customer"),
    ChosenFor.SITE: _("%(calendar)s, the hours of the site"),
    ChosenFor.CONTRACT: _("%(calendar)s, the hours of the contract"),
    ChosenFor.ASSET: _("%(calendar)s, the hours of the asset"),
    ChosenFor.TEAM: _("%(calendar)s, the hours of the team"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of a clock in words: its moments, how long it is, and whether it counts or why not."""

    from_at: str
    to_at: str
    lasts: str
    said: str
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class ClockStory:
    """A clock in words: its name, its verdict, sentences that explain it, and its stretches."""

    account: Account
    name: str
    verdict: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    drawn: tuple[tuple[datetime, datetime, str], ...]


Counted = Mapping[Whose, Sequence[Era]]
"""The calendars that counted from when on, as they were known at a moment."""


def clock_story(account: Account, zone: str, hours: Counted, hours_since: Counted | None = None) -> ClockStory:
    """The account of a clock by the wall clock of a zone; `hours` are those known when it was judged."""
    said = _said(account, zone, hours)
    since = (_said(account.since, zone, hours_since).since(),) if account.since and hours_since else ()
    return ClockStory(
        account,
        str(CLOCKS[account.clock.name]),
        str((VERDICTS if account.clock.asks else _NEVER_DUE)[account.verdict]),
        (*said.sentences(), *since),
        said.lines(),
        tuple((one.from_at, one.to_at, _KINDS.get(one.reason, "paused")) for one in account.way),
    )


_KINDS = {"": "counted", CLOSED: "closed"}


def _said(account: Account, zone: str, hours: Counted) -> _Said:
    return _Said(account, zone, _eras(account, hours.get(account.clock.whose, ())))


def _eras(account: Account, eras: Sequence[Era]) -> tuple[Era, ...]:
    """Those in which the clock ran until it stopped, or runs until it is due and until now.

    A change that opens and closes nothing in that time is none of this clock.
    """
    seen = [one.to_at for one in account.stretches[-1:]]
    end = account.stopped_at or max([account.clock.due_at, *seen])
    found = pairwise((*eras, Era(_EVER, None)))
    kept: list[Era] = []
    for era, following in found:
        if not (account.clock.started_at < following.from_at and era.from_at < end):
            continue
        if not (kept and kept[-1].goes_on_in(era, era.from_at, min(following.from_at, end))):
            kept.append(era)
    return tuple(kept)


MOST_CHANGES = 3
"""So many changes of the hours are named one by one."""
MOST_DAYS = 5
"""So many days are named one by one."""
_EVER = datetime.max.replace(tzinfo=UTC)
_A_SECOND = timedelta(seconds=1)


def why(reason: str) -> str:
    """Why a stretch does not count; for one that does, that it does."""
    if reason == CLOSED:
        return gettext("closed")
    if reason == State.RESOLVED:
        return gettext("paused: the customer was asked whether it works")
    if reason in WAIT_REASONS:
        return gettext("paused: waited for %(what)s") % {"what": WAIT_REASONS[WaitReason(reason)]}
    return gettext("counted")


def span(lasts: timedelta) -> str:
    """A span of time to the second, cut as moments are: `5 h 12 min 3 s`."""
    hours, rest = divmod(lasts // _A_SECOND, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, gettext("%d h")), (minutes, gettext("%d min")), (seconds, gettext("%d s")))
    return " ".join(name % count for count, name in parts if count) or gettext("no time")


def to_the_second(at: datetime, zone: str) -> str:
    """A moment by the wall clock of a zone, with its offset, and seconds where it has any.

    `Tue 24 Nov 2026, 14:30:05 +01:00`.
    """
    moment = local(at, zone)
    return f"{date_format(moment, 'D j M Y, H:i:s' if moment.second else 'D j M Y, H:i')} {moment:%:z}"


def between(from_at: datetime, to_at: datetime) -> timedelta:
    """How much lies between two moments as they are shown, which is cut to the second: what is said adds up."""
    return to_at.replace(microsecond=0) - from_at.replace(microsecond=0)


class _Part(NamedTuple):
    """What of a stretch lies in one era, and the days whose holiday or other hours it is owed to where it is closed."""

    stretch: Stretch
    era: Era | None = None
    days: tuple[ClosedDay, ...] = ()


@dataclass(frozen=True)
class _Said:
    account: Account
    zone: str
    eras: tuple[Era, ...]

    def lines(self) -> tuple[Line, ...]:
        """Every stretch, and each part of one that counted in other hours, in words."""
        return tuple(map(self._line, self._past))

    @cached_property
    def _past(self) -> tuple[_Part, ...]:
        return tuple(part for one in self.account.stretches for part in self._parts(one))

    @property
    def _until(self) -> datetime:
        """The end of what has passed of it."""
        return self.account.stretches[-1].to_at if self.account.stretches else self.account.clock.started_at

    def _parts(self, one: Stretch) -> Iterator[_Part]:
        """The parts of a stretch by the hours that counted; a pause is one whatever hours there were."""
        if not self.eras or one.reason not in _KINDS or self.account.clock.too_few:
            yield _Part(one)
            return
        for era, following in pairwise((*self.eras, Era(_EVER, None))):
            start, end = max(one.from_at, era.from_at), min(one.to_at, following.from_at)
            if start < end:
                days = closed_by(era.log, start, end) if one.reason == CLOSED else ()
                yield _Part(Stretch(start, end, one.reason), era, days)

    def _line(self, part: _Part) -> Line:
        one, era, closed = part
        said, days = why(one.reason), _listed(map(_called, closed))
        hours = self._hours(era) if era and len(self.eras) > 1 else ""
        about = gettext("%(days)s (%(hours)s)") % {"days": days, "hours": hours} if days and hours else days or hours
        if about:
            said = gettext("%(said)s: %(about)s") % {"said": said, "about": about}
        return Line(self._at(one.from_at), self._at(one.to_at), span(between(one.from_at, one.to_at)), said, one)

    def sentences(self) -> tuple[str, ...]:
        if not self.account.clock.asks:
            return (self._how_it_lasts(),)
        return (self._what_may_pass(), *self._what_falls_away(), self._what_became(), *self._what_is_spent())

    def since(self) -> str:
        """What became of it by the hours known since it was judged by others."""
        clock = self.account.clock
        facts = {
            "verdict": VERDICTS[self.account.verdict],
            "counted": span(self._counted()),
            "hours": gettext("all time") if clock.too_few else self._all_hours(),
            "due": self._at(clock.due_at),
        }
        return _SINCE % facts

    def _what_falls_away(self) -> Iterator[str]:
        """The days on which hours of the week do not count, until it is due or stopped."""
        ahead = (part for one in self.account.way if self._until < one.to_at for part in self._parts(one))
        if days := _listed(_of(day) for part in chain(self._past, ahead) for day in part.days):
            yield _FALLS_AWAY % {"days": days}

    def _what_is_spent(self) -> Iterator[str]:
        """For each reason that has stopped it as long as the rules let it, or will by its limit, that it does."""
        for one in self.account.clock.spent:
            what = WAIT_REASONS[WaitReason(one.reason)]
            facts = {"what": what, "longest": duration(one.longest.total_seconds()), "at": self._at(one.at)}
            if one.at <= self._until:
                yield _SPENT % facts
            elif one.goes_on:
                yield _WILL_BE_SPENT % facts

    def _how_it_lasts(self) -> str:
        facts = {
            "start": self._at(self.account.clock.started_at),
            "stopped": self._at(self.account.stopped_at) if self.account.stopped_at else "",
        }
        if self.account.stopped_at:
            return gettext("What is lost passed a threshold on %(start)s; until %(stopped)s this was told.") % facts
        return gettext("What is lost passed a threshold on %(start)s, and lasts. It is never due.") % facts

    def _what_may_pass(self) -> str:
        clock = self.account.clock
        facts = {"start": self._at(clock.started_at), "target": span(clock.target), "hours": self._all_hours()}
        if clock.too_few:
            return _TOO_FEW % facts
        if any(era.chosen for era in self.eras):
            return gettext("It began on %(start)s; %(target)s may pass, counted in %(hours)s.") % facts
        return gettext("It began on %(start)s; %(target)s may pass, and all time counts.") % facts

    def _what_became(self) -> str:
        account = self.account
        facts = {
            "due": self._at(account.clock.due_at),
            "counted": span(self._counted()),
            "stopped": self._at(account.stopped_at) if account.stopped_at else "",
            "why": why(account.stretches[-1].reason) if account.stretches else "",
        }
        return _BECAME[account.verdict] % facts

    def _counted(self) -> timedelta:
        """What counted, as its stretches say it."""
        found = (between(one.from_at, one.to_at) for one in self.account.stretches if one.counted)
        return sum(found, timedelta(0))

    def _all_hours(self) -> str:
        """The hours it counts in, each with the moment from which on they do, where they changed."""
        first, *later = (self._hours(era) for era in self.eras) if self.eras else ("",)
        begun = (self._at(era.from_at) for era in self.eras[1:])
        told = [
            gettext("from %(at)s on in %(hours)s") % {"at": at, "hours": one}
            for at, one in zip(begun, later, strict=True)
        ]
        if (more := len(told) - MOST_CHANGES) > 0:
            said = ngettext("then %(n)d more change", "then %(n)d more changes", more) % {"n": more}
            told[MOST_CHANGES - 1 : -1] = [said]
        return "; ".join([first, *told])

    def _hours(self, era: Era) -> str:
        if era.chosen is None:
            return gettext("all time (no hours were chosen)")
        calendar = era.chosen.name
        if era.change:
            how = _CORRECTED if era.change.correction else _CHANGED
            calendar = how % {"calendar": calendar, "at": self._at(era.change.saved_at)}
        return WHOSE[era.chosen.whose[0]] % {"calendar": calendar}

    def _at(self, moment: datetime) -> str:
        return to_the_second(moment, self.zone)


def _of(one: ClosedDay) -> str:
    """A day, with what it is called where somebody said so."""
    day = date_format(one.day, "D j M Y")
    return gettext("%(day)s (%(name)s)") % {"day": day, "name": one.name} if one.name else day


def _called(one: ClosedDay) -> str:
    """What closed a place that day: its name, else that it has other hours."""
    return one.name or gettext("other hours on %(day)s") % {"day": _of(one)}


def _listed(days: Iterable[str]) -> str:
    """The first of them, each once, and how many more there are."""
    found = list(dict.fromkeys(days))
    more = len(found) - MOST_DAYS
    named = ", ".join(found[:MOST_DAYS])
    return gettext("%(named)s and %(n)d more") % {"named": named, "n": more} if more > 0 else named


_BECAME = {
    Verdict.RUNS: _("It has counted %(counted)s; it is due on %(due)s."),
    Verdict.PAUSED: _("It stands still (%(why)s) with %(counted)s counted; as things stand it is due on %(due)s."),
    Verdict.LATE: _("It was due on %(due)s and is late: it has counted %(counted)s."),
    Verdict.MET: _("It ended on %(stopped)s, in time: %(counted)s counted, and it was due on %(due)s."),
    Verdict.MISSED: _("It ended on %(stopped)s, too late: %(counted)s counted, and it was due on %(due)s."),
    Verdict.ENDED: _("It ended on %(stopped)s with the case, %(counted)s counted, before it was due on %(due)s."),
    Verdict.IN_VAIN: _(
        "It ended on %(stopped)s, before it was due on %(due)s: "
        "what it waited for had not come, and was not needed any more."
    ),
    Verdict.WENT_ON: _("On %(stopped)s it went on under another target, with all that had counted: %(counted)s."),
}
_SINCE = _("By the hours known since (%(hours)s): %(verdict)s, with %(counted)s counted, and due on %(due)s.")
_CHANGED = _("%(calendar)s (as changed on %(at)s)")
_CORRECTED = _("%(calendar)s (as corrected on %(at)s)")
_TOO_FEW = _(
    "It began on %(start)s; %(target)s may pass, but not be counted in %(hours)s: too little working time is left "
    "there. So all time counts, until somebody changes these hours."
)
_FALLS_AWAY = _("Days on its way that are closed or have other hours: %(days)s.")
_SPENT = _("All waits for %(what)s together may stop it for %(longest)s; that was used up on %(at)s.")
_WILL_BE_SPENT = _(
    "All waits for %(what)s together may stop it for %(longest)s; on %(at)s that is used up, and it runs again."
)
