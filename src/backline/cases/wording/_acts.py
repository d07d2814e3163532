"""What whoever hears of a clock can do about it, by the capacity in which he stands to the case."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backline.core.lifecycle import Capacity
from backline.core.words import ClockName

_TECHNICIAN, _OFFERED = Capacity.TECHNICIAN, Capacity.OFFERED
_OWNER, _RESOLVER = Capacity.OWNER, Capacity.RESOLVER
_TEAM, _LEAD = Capacity.TEAM, Capacity.LEAD
_COORDINATOR, _MANAGER, _DEPUTY = Capacity.COORDINATOR, Capacity.MANAGER, Capacity.DEPUTY
_DECIDE = _("Decide the review.")
_LIFT = _("Lift the stop, on the evidence that was asked for.")
_OTHERS: tuple[tuple[Capacity, Any], ...] = (
    (_COORDINATOR, _("Speak with %(who)s, or offer it to somebody else.")),
    (_LEAD, _("Speak with %(who)s, or hand it to somebody else.")),
    (_TEAM, _("Speak with %(who)s, and leave a note on the case.")),
)
_EXTEND = _("Have it repaired by then, have the workaround count for longer, or end it; the customer relies on it.")
_TELL = _("Tell the customer how it stands, and by when the next word comes.")
_ACTS: dict[ClockName, tuple[tuple[Capacity, Any], ...]] = {
    ClockName.TRIAGE: ((_COORDINATOR, _("Offer it to a team.")),),
    ClockName.DOCUMENT: (
        (_TECHNICIAN, _("Complete the report.")),
        (_COORDINATOR, _("Ask the technician for what is missing.")),
    ),
    ClockName.ACCEPT: (
        (_OFFERED, _("Accept it or give it back.")),
        (_COORDINATOR, _("%(who)s has not answered. Offer it to somebody else.")),
        (_LEAD, _("%(who)s has not answered. Accept it yourself, or hand it to somebody else.")),
        (_TEAM, _("%(who)s has not answered. You may accept it instead.")),
    ),
    ClockName.PROGRESS: (
        (_OWNER, _("Say what was done: a step tried, a wait, a visit or a word to the customer.")),
        *_OTHERS,
    ),
    ClockName.WAIT: ((_OWNER, _("Say what came of it; if you wait on, say until when.")), *_OTHERS),
    ClockName.VISIT: ((_OWNER, _("Say what came of it, or move it.")), *_OTHERS),
    ClockName.WORKAROUND: (
        (_OWNER, _EXTEND),
        (_COORDINATOR, _EXTEND),
        *_OTHERS[1:],
    ),
    ClockName.REVIEW: ((_MANAGER, _DECIDE), (_DEPUTY, _DECIDE)),
    ClockName.STOP: tuple((one, _LIFT) for one in (_MANAGER, _DEPUTY, _OWNER, _RESOLVER, _LEAD, _COORDINATOR)),
    ClockName.CUSTOMER_UPDATE: ((_OWNER, _TELL), (_COORDINATOR, _TELL)),
    ClockName.CONFIRM: ((_COORDINATOR, _("Ask the customer whether it works, and write down the answer.")),),
    ClockName.IMPACT: (
        (_MANAGER, _("Speak with %(who)s: who and what could end it sooner. You hear again as long as it lasts.")),
        *_OTHERS,
    ),
    ClockName.RESOLVE: ((_OWNER, _("Resolve it, or hand it to somebody who can.")), *_OTHERS),
}


def act(clock: ClockName, held: Set[Capacity], who: str) -> str:
    """What somebody in these capacities can do about it; `who` has the case. Where that is nothing, whom to ask."""
    for capacity, said in _ACTS[clock]:
        if capacity in held:
            return str(said) % {"who": who}
    return gettext("You cannot act on it yourself; speak with %(who)s.") % {"who": who}


def decide_workaround(held: Set[Capacity], who: str) -> str:
    """What he can do who hears of a workaround that waits for a manager; `held` is in which capacities he decides."""
    if held:
        return gettext("Approve the workaround, with other limits where it needs them, or refuse it with a reason.")
    return gettext("You cannot act on it yourself; speak with %(who)s.") % {"who": who}
