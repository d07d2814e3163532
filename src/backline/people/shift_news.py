"""Who must hear that shifts move: a swap asked or answered, somebody named or taking over, somebody away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from backline.core.oncall import Agreed, Away, Interval, Schedule, Shift, uncovered
from backline.people.models import Absence, Agreement, SwapAnswer, SwapAsked, Team
from backline.people.oncall import AHEAD, schedule_of, schedules
from backline.people.planned import planners
from backline.people.queries import ids, members


class What(StrEnum):
    """What somebody hears."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    GIVEN = "given"
    STANDS_IN = "stands_in"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class News:
    """What one person hears, about which shifts of which team; `key` names it, and it is told once.

    `other` is whom it is about, `by` who did it; `back` what was offered in return, `gaps` when nobody is on call,
    `others` who stands in.
    """

    key: str
    to: str
    what: What
    team: str
    other: str
    spans: tuple[Interval, ...]
    by: str = ""
    back: tuple[Interval, ...] = ()
    gaps: tuple[Interval, ...] = ()
    others: tuple[str, ...] = ()


def of_shifts(since: datetime, *, at: datetime) -> list[News]:
    """Everything that somebody must hear of what was done after a moment."""
    return [*_of_swaps(since, at), *_of_agreements(since, at), *_of_absences(since, at)]


def _of_swaps(since: datetime, at: datetime) -> Iterator[News]:
    rows = SwapAsked.objects.filter(Q(asked_at__gt=since) | Q(answered_at__gt=since), to_at__gt=at)
    for one in rows.select_related("team").order_by("asked_at", "id"):
        asker, asked, by = str(one.asker_id), str(one.asked_id or ""), str(one.answered_by_id or "")
        what = What(one.answer.lower()) if one.answer else What.ASKED
        hear = {
            What.ASKED: [asked] if asked else _others_there(one, at),
            What.WITHDRAWN: [to for to in (asker, asked) if to != by],
        }.get(what, [asker])
        back = ((one.back_from, one.back_to),) if one.back_from and one.back_to else ()
        for to in filter(None, hear):
            key = f"swap:{one.id}:{what}:{to}"
            yield News(key, to, what, one.team.name, by or asker, ((one.from_at, one.to_at),), back=back)


def _others_there(one: SwapAsked, at: datetime) -> list[str]:
    """Everybody of the team who could take it."""
    team = [person for person in members([str(one.team_id)]).get(str(one.team_id), ()) if person != str(one.asker_id)]
    away = Absence.objects.filter(person__in=ids(team), from_at__lt=one.to_at).exclude(to_at__lte=max(one.from_at, at))
    absent = {str(person) for person in away.values_list("person_id", flat=True)}
    return [person for person in team if person not in absent]


def _of_agreements(since: datetime, at: datetime) -> Iterator[News]:
    """Of those that are no swap: there the two have said so themselves."""
    swapped = SwapAsked.objects.filter(team=OuterRef("team"), answer=SwapAnswer.TAKEN, answered_at=OuterRef("made_at"))
    rows = Agreement.objects.filter(~Exists(swapped), made_at__gt=since, to_at__gt=at).select_related("team")
    for one in rows.order_by("id"):
        now = schedule_of(str(one.team_id), one.from_at, one.to_at, at=at)
        if now is None:
            continue
        person = str(one.person_id)
        mine = Agreed(person, one.from_at, one.to_at, str(one.instead_of_id or ""))
        before, then = _around(now, mine)
        lost, gained = _moved(before, then, one.from_at, one.to_at)
        heard = [(What.GONE, to, spans) for to, spans in lost.items() if to != person]
        heard += [(What.GIVEN, person, gained[person])] if person in gained else []
        for what, to, spans in heard:
            if to != one.made_by:
                key = f"agreement:{one.id}:{what}:{to}"
                yield News(key, to, what, one.team.name, person, spans, by=one.made_by)


def _around(schedule: Schedule, agreed: Agreed) -> tuple[Schedule, Schedule]:
    """How it stood before one was agreed upon, and after it; made again after others, it did the same again."""
    place = schedule.agreed.index(agreed)
    before, then = (replace(schedule, agreed=schedule.agreed[:upto]) for upto in (place, place + 1))
    return before, then


def _of_absences(since: datetime, at: datetime) -> Iterator[News]:
    rows = Absence.objects.filter(made_at__gt=since).exclude(to_at__lte=at).order_by("id")
    for one in rows:
        person, until = str(one.person_id), min(one.to_at or one.from_at + AHEAD, one.from_at + AHEAD)
        teams = {str(team.id): team for team in Team.objects.filter(members=one.person_id)}
        for team, now in schedules(list(teams), one.from_at, until, at=at).items():
            here = Away(person, one.from_at, one.to_at)
            before = replace(now, away=tuple(away for away in now.away if away != here))
            lost, gained = _moved(before, now, one.from_at, until)
            if person in lost:
                yield from _about(one, teams[team], (lost[person], gained), now, at=at)


def _about(
    one: Absence, team: Team, moved: tuple[tuple[Interval, ...], Mapping[str, tuple[Interval, ...]]], now: Schedule, *,
    at: datetime,
) -> Iterator[News]:  # fmt: skip
    """Who stands in hears it, and who plans the team."""
    (lost, gained), person, key = moved, str(one.person_id), f"absence:{one.id}:{team.id}"
    for to, spans in gained.items():
        if to != one.made_by:
            yield News(f"{key}:stands-in:{to}", to, What.STANDS_IN, team.name, person, spans)
    gaps = tuple(gap for start, end in lost for gap in now.gaps(start, end))
    for to in planners([str(team.id)], at=at, without=person)[str(team.id)]:
        if to != one.made_by:
            yield News(f"{key}:{to}", to, What.AWAY, team.name, person, lost, gaps=gaps, others=tuple(gained))


def _moved(
    before: Schedule, after: Schedule, start: datetime, end: datetime
) -> tuple[dict[str, tuple[Interval, ...]], dict[str, tuple[Interval, ...]]]:
    """What each person had before and has not after, and what each has after and had not before."""
    was, now = before.shifts(start, end), after.shifts(start, end)
    return _missing(was, now), _missing(now, was)


def _missing(here: Iterable[Shift], there: tuple[Shift, ...]) -> dict[str, tuple[Interval, ...]]:
    found: dict[str, tuple[Interval, ...]] = {}
    for one in here:
        same = [other for other in there if other.person == one.person]
        spans = uncovered(_within(same, one.start, one.end), one.start, one.end)
        if spans:
            found[one.person] = (*found.get(one.person, ()), *spans)
    return found


def _within(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[Shift]:
    return [one for one in shifts if one.start < end and start < one.end]
