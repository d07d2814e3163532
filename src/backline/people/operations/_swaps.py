"""Swaps: somebody asks a colleague to take a shift, perhaps for one of his own, and the colleague answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backline.core.oncall import uncovered
from backline.core.words import Actor
from backline.ledger.news import ALL, announce
from backline.people.models import SwapAnswer, SwapAsked
from backline.people.oncall import may_plan, schedule_of
from backline.people.operations._oncall import AgreementForm, hold_team, write_agreement
from backline.people.operations._registers import Invalid, flaw_of_span
from backline.people.operations._shift_news import tell
from backline.people.queries import ids, members
from backline.people.shift_news import of_swap


@dataclass(frozen=True, slots=True)
class SwapForm:
    """Which time of the asker's somebody should take; of whom, of whoever would without one; and what for in return."""

    team: str
    from_at: datetime
    to_at: datetime
    asked: str = ""
    back_from: datetime | None = None
    back_to: datetime | None = None


def ask_swap(form: SwapForm, *, by: Actor, at: datetime) -> SwapAsked:
    """Ask for a swap; asking the same again changes nothing. Raises `Invalid`, nothing changed."""
    if form.team not in by.teams:
        raise PermissionDenied
    with transaction.atomic():
        team = hold_team(form.team)
        mine = SwapAsked.objects.filter(team=team, asker__in=ids([by.id]), answer="")
        same = mine.filter(from_at=form.from_at, to_at=form.to_at)
        if known := same.filter(**{"asked__in": ids([form.asked])} if form.asked else {"asked": None}).first():
            return known
        if errors := _flaws(form, by, at):
            raise Invalid(errors)
        if mine.filter(from_at__lt=form.to_at, to_at__gt=form.from_at).exists():
            said = _("You have asked for a swap in this time already. Take that back first.")
            raise Invalid({"from_at": said})
        kept = SwapAsked(
            team=team, asker_id=by.id, asked_id=form.asked or None, from_at=form.from_at, to_at=form.to_at,
            back_from=form.back_from, back_to=form.back_to, asked_at=at,
        )  # fmt: skip
        kept.save(force_insert=True)
        tell(of_swap(kept, at=at))
        announce(ALL)
    return kept


def _flaws(form: SwapForm, by: Actor, at: datetime) -> dict[str, str]:
    if flaw := flaw_of_span(max(form.from_at, at), form.to_at):
        return {"to_at": flaw}
    if form.asked == by.id:
        return {"asked": _("You cannot swap with yourself. Ask somebody else.")}
    if form.asked and form.asked not in members([form.team]).get(form.team, ()):
        return {"asked": _("There is nobody like that in this team who may act. Ask somebody else.")}
    if _has(form.team, by.id, form.from_at, form.to_at, at=at) is not Part.ALL:
        return {"from_at": _("You are not on call in all of this time. Choose a shift of yours as it stands now.")}
    return _flaws_of_return(form, at)


def _flaws_of_return(form: SwapForm, at: datetime) -> dict[str, str]:
    if form.back_from is None and form.back_to is None:
        return {}
    if not form.asked:
        return {"asked": _("Say whom you ask: only then can you have a shift of theirs in return.")}
    if form.back_from is None or form.back_to is None:
        return {"back_to": _("Give both ends of the time that you take in return.")}
    if flaw := flaw_of_span(max(form.back_from, at), form.back_to):
        return {"back_to": flaw}
    if form.back_from < form.to_at and form.from_at < form.back_to:
        return {"back_from": _("What you take in return must lie before or after what you give.")}
    if _has(form.team, form.asked, form.back_from, form.back_to, at=at) is not Part.ALL:
        return {"back_from": _("That person is not on call in all of the time that you would take in return.")}
    return {}


class Part(Enum):
    """How much of a time somebody has, as far as it is still to come."""

    NONE = auto()
    SOME = auto()
    ALL = auto()


def _has(team: str, person: str, from_at: datetime, to_at: datetime, *, at: datetime) -> Part:
    start = max(from_at, at)
    schedule = schedule_of(team, start, to_at, at=at)
    mine = [one for one in schedule.shifts(start, to_at) if one.person == person] if schedule else []
    if not mine:
        return Part.NONE
    return Part.SOME if uncovered(mine, start, to_at) else Part.ALL


def take_swap(swap: str, *, by: Actor, at: datetime) -> SwapAsked:
    """Take the shift that was asked about: from now on it is the taker's; taking it again changes nothing."""
    with transaction.atomic():
        found = _open(swap, SwapAnswer.TAKEN, by, at)
        team, asker = str(found.team_id), str(found.asker_id)
        if found.answer:
            return found
        if asker == by.id:
            raise Invalid({"": _("You cannot take your own shift from yourself. Take the question back instead.")})
        if moved := _moved(found, by, at):
            raise Invalid({"": moved})
        at = write_agreement(AgreementForm(team, by.id, found.from_at, found.to_at, asker), by=by, at=at).made_at
        if found.back_from and found.back_to:
            back = AgreementForm(team, asker, found.back_from, found.back_to, by.id)
            write_agreement(back, by=by, at=at)
        return _answer(found, SwapAnswer.TAKEN, by, at)


def _moved(found: SwapAsked, by: Actor, at: datetime) -> str:
    """Which of both shifts is not whose it was when this was asked; empty where each still is."""
    team = str(found.team_id)
    part = _has(team, str(found.asker_id), found.from_at, found.to_at, at=at)
    if part is Part.NONE:
        return _("The schedule was changed since this was asked: there is nothing to take any more.")
    if part is Part.SOME:
        return _("The schedule was changed since this was asked: a part of the shift is somebody else's by now. "
                 "Nothing was swapped; whoever asked can ask anew.")  # fmt: skip
    if found.back_from and found.back_to and _has(team, by.id, found.back_from, found.back_to, at=at) is not Part.ALL:
        return _("What you would give in return is not your shift any more. Nothing was swapped: decline this one.")
    return ""


def decline_swap(swap: str, *, by: Actor, at: datetime) -> SwapAsked:
    """Say no for good; only who was asked by name can."""
    return _end(swap, SwapAnswer.DECLINED, lambda found: str(found.asked_id) == by.id, by=by, at=at)


def withdraw_swap(swap: str, *, by: Actor, at: datetime) -> SwapAsked:
    """Ask no more; the asker can, and whoever plans the team."""

    def may(found: SwapAsked) -> bool:
        return str(found.asker_id) == by.id or may_plan(by, str(found.team_id))

    return _end(swap, SwapAnswer.WITHDRAWN, may, by=by, at=at)


def call_off_swaps(persons: Collection[str], *, team: str = "", by: Actor, at: datetime) -> None:
    """What those who leave (a team, or all of it) asked for, or are asked for, is not asked for any more."""
    gone = Q(asker__in=ids(persons)) | Q(asked__in=ids(persons))
    found = SwapAsked.objects.select_for_update(of=["self"]).filter(gone, answer="", to_at__gt=at)
    for one in (found.filter(team__in=ids([team])) if team else found).order_by("id"):
        _answer(one, SwapAnswer.WITHDRAWN, by, at)


def _end(swap: str, answer: SwapAnswer, may: Callable[[SwapAsked], bool], *, by: Actor, at: datetime) -> SwapAsked:
    """It ends with nothing swapped; saying so again changes nothing."""
    with transaction.atomic():
        found = _open(swap, answer, by, at)
        if found.answer:
            return found
        if not may(found):
            raise PermissionDenied
        return _answer(found, answer, by, at)


def _open(swap: str, wanted: SwapAnswer, by: Actor, at: datetime) -> SwapAsked:
    """The question, its team held: open, or just so answered by the same person.

    Refused to strangers, where it has another answer, and when its time is over.
    """
    found = SwapAsked.objects.filter(id__in=ids([swap])).first()
    if found is None or not _concerns(found, by):
        raise PermissionDenied
    hold_team(str(found.team_id))
    found.refresh_from_db(from_queryset=SwapAsked.objects.select_for_update())
    if found.answer:
        if found.answer == wanted and str(found.answered_by_id) == by.id:
            return found
        raise Invalid({"": _ended(found)})
    if found.to_at <= at:
        raise Invalid({"": _("That time is over. Nothing was changed.")})
    return found


def _concerns(found: SwapAsked, by: Actor) -> bool:
    team = str(found.team_id)
    if may_plan(by, team) or by.id in (str(found.asker_id), str(found.asked_id)):
        return True
    return found.asked_id is None and team in by.teams


def _ended(found: SwapAsked) -> str:
    name = found.answered_by.name if found.answered_by else ""
    return {
        SwapAnswer.TAKEN: _("%(name)s has taken this shift already. Nothing was changed."),
        SwapAnswer.DECLINED: _("%(name)s has declined already. Nothing was changed."),
        SwapAnswer.WITHDRAWN: _("%(name)s does not ask for this any more. Nothing was changed."),
    }[SwapAnswer(found.answer)] % {"name": name}


def _answer(found: SwapAsked, answer: SwapAnswer, by: Actor, at: datetime) -> SwapAsked:
    found.answer, found.answered_at, found.answered_by_id = answer, at, by.id
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    tell(of_swap(found, at=at))
    announce(ALL)
    return found
