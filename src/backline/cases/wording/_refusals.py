"""The sentence for each refusal: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from backline.cases.wording._labels import STATES, day_and_time, duration
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.words import State

_NEEDS: dict[str, Callable[[], str]] = {
    "reasons": lambda: _("at least one reason"),
    "summary": lambda: _("a summary"),
    "missing": lambda: _("what is missing"),
    "answer": lambda: _("an answer to what was missing"),
    "team": lambda: _("a team"),
    "lease_until": lambda: _("until when you take it"),
    "why": lambda: _("a reason in words"),
    "cause": lambda: _("the cause"),
    "fix": lambda: _("what fixed it"),
    "outcome": lambda: _("the outcome"),
    "words": lambda: _("how the customer gave the word"),
    "text": lambda: _("a text"),
    "next_by": lambda: _("by when the next word comes"),
    "until": lambda: _("until when"),
    "supplier": lambda: _("from whom the part comes"),
    "what": lambda: _("what is waited for"),
    "meanwhile": lambda: _("what may be done meanwhile"),
    "limits": lambda: _("its limits"),
    "action": lambda: _("what was tried"),
    "evidence": lambda: _("a photo"),
    "lifted_on": lambda: _("on what evidence the stop may be lifted"),
    "STEPS": lambda: _("at least one step tried"),
    "EVIDENCE": lambda: _("a photo"),
    "FAULT_CODE": lambda: _("the fault code"),
    "REVIEW": lambda: _("a manager's decision on the review"),
    "STOP": lambda: _("a manager who lifts the stop"),
    "HEARD": lambda: _("a word that reaches the customer"),
    "ROOT_CAUSE": lambda: _("the root cause"),
    "JOB_OUTCOME": lambda: _("the outcome of the job"),
}


def _listed(details: tuple[str, ...]) -> str:
    return ", ".join(_NEEDS[name]() if name in _NEEDS else name for name in details)


def held_by(gates: tuple[str, ...]) -> str:
    """What a case still needs before it can end."""
    return _("It cannot end yet. Still needed: %(what)s.") % {"what": _listed(gates)}


def _state(details: tuple[str, ...]) -> str:
    state = STATES[State(details[0])] if details else ""
    return _("The case is %(state)s now, so this cannot be done. Nothing was changed.") % {"state": str(state).lower()}


_NOT_THEN: dict[str, Callable[[], str]] = {
    "ZONE": lambda: _("The device said a moment without a time zone. Nothing was changed; send it with its zone."),
    "AHEAD": lambda: _(
        "That is a moment that has not come yet. Nothing was changed; look at the time, or at the device's clock."
    ),
    "BEFORE_THE_CASE": lambda: _(
        "That is a moment before the case began. Nothing was changed; look at the time, or write a note."
    ),
    "BEFORE_IT_BEGAN": lambda: _(
        "That is a moment before it began, so it cannot have been over. Nothing was changed; look at the time."
    ),
    "LONG_AGO": lambda: _(
        "That is a moment over 30 days ago. Nothing was changed; look at the time, or at the device's clock."
    ),
}

_SENTENCES: dict[Refusal, Callable[[tuple[str, ...]], str]] = {
    Refusal.NOT_IN_THIS_STATE: _state,
    Refusal.NOT_YOURS: lambda _d: _("This is for somebody else to do. Nothing was changed."),
    Refusal.NEEDS: lambda d: _("Still needed: %(what)s.") % {"what": _listed(d)},
    Refusal.GATE: lambda d: held_by(d),
    Refusal.UNDOCUMENTED: lambda d: _("Before it goes to somebody else, add: %(what)s.") % {"what": _listed(d)},
    Refusal.LEASE_TOO_LONG: lambda d: (
        _("At this priority you can take it for at most %(span)s at a time.") % {"span": duration(float(d[0]))}
    ),
    Refusal.NOT_IN_THE_FUTURE: lambda _d: _("Choose a moment that lies ahead, with its end after its beginning."),
    Refusal.TOO_FAR: lambda d: _("That is too far ahead: at most %(span)s.") % {"span": duration(float(d[0]))},
    Refusal.WORD_TOO_LATE: lambda d: (
        _(
            "The customer is to hear again by %(when)s at the latest. Nothing was sent; promise a word by then. "
            "A wait or a visit that is entered makes room for a later one."
        )
        % {"when": day_and_time(datetime.fromisoformat(d[1]), get_current_timezone_name())}
    ),
    Refusal.NOT_THEN: lambda d: _NOT_THEN[d[0]](),
    Refusal.HAD_IT_BEFORE: lambda _d: _("They had this case before. Add new evidence, or ask a coordinator."),
    Refusal.NOT_A_LOWER_TIER: lambda _d: _("Choose a team of a lower tier than the one that has it."),
    Refusal.REOPEN_TOO_LATE: lambda d: (
        _("It closed more than %(span)s ago. Please report it as a new fault.") % {"span": duration(float(d[0]))}
    ),
    Refusal.NO_SUCH_RECORD: lambda _d: _("That entry has ended or is not part of this case. Nothing was changed."),
    Refusal.NOBODY_THERE: lambda _d: _(
        "The job has no active technician who could complete the report. Offer the case to a team instead."
    ),
    Refusal.MOVED_ON: lambda _d: _(
        "The case has moved on since you opened this. Nothing was changed. Look at it again, then decide."
    ),
    Refusal.HAS_IT: lambda _d: _("It lies with them already. Choose somebody else; nothing was changed."),
    Refusal.NOTHING_NEW: lambda _d: _("It is that already. Choose another, or go back; nothing was changed."),
    Refusal.BOOKED_THEN: lambda _d: _(
        "This person has a visit on this case in that time already. Move that visit, or choose another time or person."
    ),
    Refusal.NOBODY_TO_TELL: lambda _d: _(
        "No contact with an address is known for this case, so no mail can go out. Tell them by phone and say so here, "
        "or choose another contact first."
    ),
    Refusal.OPEN_ALREADY: lambda _d: _(
        "A case is open on this job. Nothing was sent yet, and what you typed is here: add it to that case, or tick "
        "here that this is another trouble."
    ),
    Refusal.NOBODY_ELSE: lambda _d: _(
        "Nobody else is left who would hear of it. Nothing was changed; it stays with you until somebody takes it."
    ),
    Refusal.ABSURD: lambda _d: _("Such a figure cannot be. Check it for a slip; nothing was changed."),
    Refusal.JUDGED: lambda _d: _("Somebody has judged this suggestion already. Nothing was changed."),
    Refusal.JOB_DONE: lambda _d: _("This job is done already. Nothing was changed."),
    Refusal.NO_SUCH_TARGET: lambda _d: _("That choice is not there any more. Choose again; nothing was changed."),
}


def refusal(refused: MoveRefused) -> str:
    """The refusal as a sentence for the person who asked."""
    return _SENTENCES[refused.refusal](refused.details)
