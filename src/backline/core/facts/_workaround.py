"""What a customer may do until it is repaired: offered, approved by a manager where it is dangerous, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.core.case import Case, Record
from backline.core.facts._asking import leased, may, need, running
from backline.core.facts._decided import DECIDES, in_place
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, future, promised
from backline.core.policy import Policy
from backline.core.sight import capacities
from backline.core.words import OPEN_STATES, ClockName, Danger, State, WorkaroundEnd

OFFERS = frozenset({Capacity.OWNER, Capacity.COORDINATOR, Capacity.TECHNICIAN})
"""Who offers a workaround: who works on it or was there, and who answers for the case."""
MEANWHILE = OPEN_STATES - {State.RESOLVED}
"""While it does not work yet."""


@dataclass(frozen=True, slots=True)
class Workaround:
    """What may be done meanwhile and within which limits, as commitments; until when.

    `unsafe` says that somebody could be hurt if it goes wrong.
    """

    meanwhile: str
    limits: str
    until: datetime | None
    unsafe: bool = False


def is_guarded(case: Case, policy: Policy, *, unsafe: bool) -> bool:
    """Whether a workaround needs a manager: somebody says that it may hurt, or the case is about danger or a rule."""
    return unsafe or case.danger is not Danger.NONE or bool(case.reasons & policy.review_reasons)


def extends(case: Case, policy: Policy, record: Record) -> frozenset[Capacity]:
    """Who may have a workaround count for longer: of one that needs a manager only he."""
    if is_guarded(case, policy, unsafe=record.is_guarded):
        return DECIDES
    return frozenset({Capacity.OWNER, Capacity.COORDINATOR})


def offer_workaround(case: Case, ask: Ask, *, record: str, workaround: Workaround) -> Draft:
    """What the customer may do meanwhile; what is dangerous is only proposed, unless a manager offers it himself.

    It takes the place of what counted before, or of what was proposed.
    """
    kind = "workaround.offered"
    may(case, ask, kind, OFFERS, MEANWHILE)
    _open_to_it(case, ask, kind)
    need(kind, meanwhile=workaround.meanwhile, limits=workaround.limits, until=workaround.until)
    end = future(workaround.until, ask, kind).isoformat()
    guarded = is_guarded(case, ask.policy, unsafe=workaround.unsafe)
    data = {"id": record, "what": workaround.meanwhile, "limits": workaround.limits, "until": end, "guarded": guarded}
    if guarded and not DECIDES & capacities(ask.actor, case):
        return Draft("workaround.proposed", data | leased(case, ask))
    return Draft(kind, data | (in_place(ask) if guarded else {}) | promised(case, ask) | leased(case, ask))


def approve_workaround(case: Case, ask: Ask, *, record: str, until: datetime | None, limits: str = "") -> Draft:
    """A manager or his deputy has a workaround count, with these limits where he sets others; the customer is told."""
    kind = "workaround.approved"
    may(case, ask, kind, DECIDES, MEANWHILE)
    proposed = _proposed(case, ask, record, kind)
    need(kind, until=until)
    end = future(until, ask, kind).isoformat()
    said = {"what": proposed.meanwhile, "limits": limits or proposed.limits, "until": end}
    data = {"id": record, "proposed_by": proposed.person, **said, **in_place(ask)}
    return Draft(kind, data | promised(case, ask) | leased(case, ask))


def refuse_workaround(case: Case, ask: Ask, *, record: str, why: str) -> Draft:
    """A manager or his deputy has it not count, with a reason; the customer never hears of it."""
    kind = "workaround.refused"
    may(case, ask, kind, DECIDES, MEANWHILE)
    proposed = _proposed(case, ask, record, kind)
    need(kind, why=why)
    data = {"id": record, "outcome": "REFUSED", "proposed_by": proposed.person, "why": why, **in_place(ask)}
    return Draft(kind, data | leased(case, ask))


def extend_workaround(case: Case, ask: Ask, *, record: str, until: datetime | None, why: str) -> Draft:
    """It counts until another moment, for a reason; the customer is told of the moment."""
    kind = "workaround.extended"
    found = _counting(case, record, kind)
    who = extends(case, ask.policy, found)
    may(case, ask, kind, who, MEANWHILE)
    _open_to_it(case, ask, kind)
    need(kind, until=until, why=why)
    end = future(until, ask, kind)
    if found.until is None or end == found.until:
        raise MoveRefused(Refusal.NOTHING_NEW, kind, ("until",))
    said = {"what": found.meanwhile, "limits": found.limits, "until": end.isoformat()}
    data = {"id": record, **said, "was": found.until.isoformat(), "why": why}
    return Draft(kind, data | (in_place(ask) if who == DECIDES else {}) | promised(case, ask) | leased(case, ask))


def end_workaround(case: Case, ask: Ask, *, record: str, how: WorkaroundEnd, why: str) -> Draft:
    """It counts no longer, because it is not needed or does not hold; the customer is told at once."""
    kind = "workaround.ended"
    _counting(case, record, kind)
    may(case, ask, kind, OFFERS | DECIDES, MEANWHILE)
    need(kind, why=why)
    data = {"id": record, "outcome": how.value, "why": why}
    return Draft(kind, data | promised(case, ask) | leased(case, ask))


def _open_to_it(case: Case, ask: Ask, kind: str) -> None:
    """Refuse what was decided before another workaround or a concern came, and all of it while work is stopped."""
    if case.stop:
        raise MoveRefused(Refusal.GATE, kind, ("STOP",))
    known = [one.over or one.since for one in case.records.values() if one.clock is ClockName.WORKAROUND]
    if ask.seen and max(case.concerned, *(one.seq for one in known), 0) > ask.seen:
        raise MoveRefused(Refusal.MOVED_ON, kind)


def _proposed(case: Case, ask: Ask, record: str, kind: str) -> Record:
    found = running(case, record, ClockName.WORKAROUND, kind)
    if not found.is_proposed:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, kind)
    _open_to_it(case, ask, kind)
    return found


def _counting(case: Case, record: str, kind: str) -> Record:
    found = running(case, record, ClockName.WORKAROUND, kind)
    if found.is_proposed:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, kind)
    return found
