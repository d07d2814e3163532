"""The buttons of on-call: take over, answer a swap, end what was agreed, and be there again."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backline.desk.oncall.once import pressed, team_or_404
from backline.look import moments
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.people import operations as people
from backline.people.planned import away_ahead


@signed_in()
@require_POST
def take_over(request: StaffRequest, team: UUID) -> HttpResponse:
    """Whoever presses it is on call from now on."""
    found = team_or_404(team)

    def act() -> str:
        seen = request.POST["seen"].split() if "seen" in request.POST else None
        ends = people.take_over(str(team), seen=seen, by=request.actor, at=request.at).to_at
        said = _("You are on call for %(team)s now.")
        if any(one.from_at == ends for one in away_ahead([request.actor.id], at=request.at)):
            said = _("You are on call for %(team)s now, until %(end)s: from then on you are away.")
        return said % {"team": found.name, "end": moments.clock(ends, request.at, request.zone)}

    return pressed(request, f"take-over {team}", act, resolve_url("desk:on_call"))


@signed_in()
@require_POST
def answer(request: StaffRequest, swap: UUID, said: str) -> HttpResponse:
    """A swap is taken, declined, or not asked for any more."""
    answers = {
        "take": (people.take_swap, _("The shift is yours. The calendar shows it.")),
        "decline": (people.decline_swap, _("Declined. The shift stays with whoever asked.")),
        "take-back": (people.withdraw_swap, _("Nobody is asked any more. The shift stays with you.")),
    }
    if said not in answers:
        raise Http404
    give, done = answers[said]

    def act() -> str:
        give(str(swap), by=request.actor, at=request.at)
        return done

    return pressed(request, f"{said} {swap}", act, resolve_url("desk:on_call"))


@signed_in()
@require_POST
def end_agreement(request: StaffRequest, team: UUID, number: int) -> HttpResponse:
    """What was agreed about shifts says nothing any more."""

    def act() -> str:
        ended = people.end_agreement(number, by=request.actor, at=request.at)
        if not ended:
            return _("That was over already. Nothing was changed.")
        if ended > 1:
            return _("Ended, with what was given in return. The schedule counts again.")
        return _("Ended. The schedule counts again.")

    return pressed(request, f"end agreement {number}", act, resolve_url("desk:on_call_team", team))


@signed_in()
@require_POST
def end_absence(request: StaffRequest, number: int) -> HttpResponse:
    """Somebody is there again, or will be there after all."""

    def act() -> str:
        ended = people.end_absence(number, by=request.actor, at=request.at)
        if not ended:
            return _("Taken back. The schedule counts then as if nothing had been said.")
        said = ngettext(
            "Ended. From now on the schedule counts again.",
            "Ended, all %(n)d that lay over this moment. From now on the schedule counts again.",
            ended,
        )
        return said % {"n": ended}

    return pressed(request, f"end absence {number}", act, resolve_url("desk:on_call"))
