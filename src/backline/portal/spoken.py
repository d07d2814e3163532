"""What the customer has said without being asked and what becomes of it, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.cases import wording
from backline.cases.queries import View
from backline.core.hearing import is_urged, may_rate
from backline.core.words import State
from backline.people.languages import to_customer as _
from backline.people.numbers import as_read
from backline.policies import queries as policies
from backline.portal.story import Story


@dataclass(frozen=True, slots=True)
class Spoken:
    """What stands on the page of her haste and of the call that she waits for, and whether she may rate."""

    urged: str
    call: str
    rates: bool
    rated: int


def spoken(view: View, story: Story, *, at: datetime) -> Spoken:
    """The same from the case."""
    case = view.case
    return Spoken(
        urged=_urged(view, story) if is_urged(case) else "",
        call=_call(view, at) if case.call and case.state in (*_HAS_IT, State.RAISED, State.RETURNED) else "",
        rates=may_rate(case, policies.policy(case.policy), at),
        rated=case.rating,
    )


_HAS_IT = (State.OFFERED, State.ACCEPTED, State.RESOLVED)


def _urged(view: View, story: Story) -> str:
    """Who was told, and by when she hears; where that moment is past, that we owe it to her."""
    if view.case.state in (State.OFFERED, State.ACCEPTED):
        told = _("You told us that it is urgent. We have told %(who)s and our coordinators.")
    else:
        told = _("You told us that it is urgent. We have told our coordinators.")
    said = told % {"who": view.line.who}
    if story.by is None or story.closes:
        return f"{said} {_('They owe you a word now.')}"
    by = _("You will hear from us by %(when)s at the latest.")
    return f"{said} {by % {'when': wording.day_and_time(story.by, view.zone)}}"


def _call(view: View, at: datetime) -> str:
    call = view.case.call
    if call is None:
        return ""
    number = as_read(view.texts.get(call.number, ""))
    facts = {"when": wording.day_and_time(call.until, view.zone), "number": number}
    if call.until <= at:
        late = _("We wanted to call you by %(when)s and we are late. We are sorry; we will call.")
        return late % facts
    return _("We will call you at %(number)s by %(when)s.") % facts
