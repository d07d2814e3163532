"""What a customer may know of a case, in plain words; built from named facts, so that nothing internal slips in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.crypto import salted_hmac

from backline.cases import wording
from backline.cases.queries import View
from backline.core.case import Case
from backline.core.clock import running
from backline.core.policy import Policy
from backline.core.visits import CALLED_OFF, OFF
from backline.core.words import OPEN_STATES, ClockName, State, ToldBy, WaitReason
from backline.core.workarounds import STOPPED
from backline.evidence.queries import EvidenceRow
from backline.people.languages import to_customer as _
from backline.policies import queries as policies
from backline.portal.calendar import name_of, visits_of


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that she sent: what it was called, and the sign in its address."""

    sign: str
    name: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    at: datetime
    what: str
    text: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What can be done until it is repaired, within which limits, until when; `over` where that has passed."""

    text: str
    limits: str
    until: datetime
    over: bool


@dataclass(frozen=True, slots=True)
class Story:
    """What is happening, what is next and by when, then everything else."""

    reference: str
    what: str
    now: str
    next: str
    by: datetime | None
    late: str
    window: tuple[datetime, datetime] | None
    visit: str
    visitor: str
    off: tuple[tuple[str, str], ...]
    waits: tuple[tuple[str, datetime], ...]
    meanwhile: Meanwhile | None
    closes: bool
    asks: bool
    may_dispute: bool
    may_reopen: bool
    history: tuple[Happened, ...]


def story(view: View, *, at: datetime, contact: str = "") -> Story:
    """The case as its customer sees it; with the photos that this contact has sent."""
    case = view.case
    visit = view.visits[0] if view.visits else None
    policy = policies.policy(case.policy)
    confirm_by = next((clock.due_at for clock in running(case, policy) if clock.name is ClockName.CONFIRM), None)
    asks = case.state is State.RESOLVED and not case.said_to_work
    return Story(
        reference=view.line.reference,
        what=view.line.place,
        now=_now(view),
        next=_next(view, may_reopen=_may_reopen(case, policy, at)),
        by=_by(view, confirm_by, at),
        late=_late(view, at),
        window=(visit.from_at, visit.until) if visit else None,
        visit=name_of(visit) if visit else "",
        visitor=view.names.get(visit.person, "") if visit else "",
        off=tuple(_off_ahead(view, at)),
        waits=tuple((wording.waits_for(WaitReason(wait.what)), wait.until) for wait in view.waits),
        meanwhile=_meanwhile(view, at),
        closes=asks and not view.gates and not case.answer_by,
        asks=asks,
        may_dispute=case.state is State.RESOLVED,
        may_reopen=_may_reopen(case, policy, at),
        history=tuple(_history(view, contact)),
    )


def _meanwhile(view: View, at: datetime) -> Meanwhile | None:
    """The workaround that counts; of what a manager has not approved nothing is said."""
    one = view.case.workaround
    if one is None or one.until is None:
        return None
    text, limits = (view.texts.get(said, "") for said in (one.meanwhile, one.limits))
    return Meanwhile(text, limits, one.until, over=one.until <= at)


def sign_of(photo: EvidenceRow) -> str:
    """What stands in the address of a photo in place of its id."""
    return salted_hmac("backline.customer-photo", str(photo.id), algorithm="sha256").hexdigest()[:32]


def _may_reopen(case: Case, policy: Policy, at: datetime) -> bool:
    window = timedelta(seconds=policy.reopen_within)
    return case.state is State.CLOSED and case.closed_at is not None and at - case.closed_at <= window


def _by(view: View, confirm_by: datetime | None, at: datetime) -> datetime | None:
    """When silence closes the case; where a gate of ours keeps it open, and in every other state, when we are heard."""
    case = view.case
    if case.closed_at:
        return None
    if case.answer_by:
        return case.answer_by if case.answer_by > at else None
    closes = confirm_by and not case.said_to_work and not view.gates
    found = confirm_by if closes else case.promise_by
    return found if found and found > at else None


def _late(view: View, at: datetime) -> str:
    """What is said where a promised word did not come in time."""
    promise = view.case.answer_by or view.case.promise_by
    asked = view.case.state is State.RESOLVED and not (view.case.said_to_work or view.case.answer_by)
    owed = view.case.state in OPEN_STATES and not asked and promise is not None and promise <= at
    if not owed or promise is None:
        return ""
    said = _("We promised you a word by %(when)s and we are late. We are sorry; our coordinators are on it.")
    return said % {"when": wording.day_and_time(promise, view.zone)}


def _now(view: View) -> str:
    state, who = view.case.state, view.line.who
    if view.case.stop and state in (State.ACCEPTED, State.RESOLVED):
        return _("We go on as soon as a check of ours allows it.")
    if view.waits and state is State.ACCEPTED:
        wait = wording.waits_for(WaitReason(view.waits[0].what))
        return _("%(who)s is working on it and is waiting for %(wait)s.") % {"who": who, "wait": wait}
    said = {
        State.RAISED: _("We have called in more help and are choosing the right specialists."),
        State.RETURNED: _("We have called in more help and are gathering what the specialists need."),
        State.OFFERED: _("We have asked %(who)s to take this on.") % {"who": who},
        State.ACCEPTED: _("%(who)s is working on it.") % {"who": who},
        State.RESOLVED: _("We believe that it is working again."),
        State.CLOSED: _("This is closed."),
        State.WITHDRAWN: _("This has ended; no further help was needed."),
    }
    return said[state]


def _next(view: View, *, may_reopen: bool) -> str:
    if view.case.said_to_work and view.case.state is State.RESOLVED:
        if view.case.stop:
            return _("You told us that it works, thank you. A check of ours asks for more, so this stays open for now.")
        return _("You told us that it works, thank you. We finish a check of our own, then we close this.")
    if view.case.answer_by:
        return _("You wrote to us; somebody reads it and answers. You can also tell us below whether it works.")
    if view.visits:
        return _("We will visit you.")
    said = {
        State.RESOLVED: _("Please tell us whether it works."),
        State.CLOSED: _("Nothing more is planned. If it comes back, tell us below.")
        if may_reopen
        else _("Nothing more is planned. If it comes back, please report it to us as a new fault."),
        State.WITHDRAWN: _("Nothing more is planned."),
    }
    return said.get(view.case.state, "")


_HISTORY = {
    "case.raised": lambda: _("We called in more help."),
    "wait.ended": lambda: _("What we were waiting for is settled."),
    "visit.ended": lambda: _("The visit is over."),
    "case.resolved": lambda: _("We believed that it works again and asked you."),
    "case.disputed": lambda: _("You told us that it is not fixed."),
    "customer.confirmed": lambda: _("You told us that it works."),
    "customer.said": lambda: _("You wrote to us:"),
    "customer.urged": lambda: _("You told us that it is urgent:"),
    "urge.repeated": lambda: _("You told us again that it is urgent:"),
    "call.asked": lambda: _("You asked us to call you:"),
    "customer.rated": lambda: _("You told us how we did."),
    "case.confirmed": lambda: _("You confirmed; closed."),
    "case.lapsed": lambda: _("Closed; we had no answer."),
    "case.reopened": lambda: _("We opened it again."),
    "case.withdrawn": lambda: _("It ended."),
}


_MEANWHILE = {
    "workaround.offered": lambda: _("We told you what you can do meanwhile, until %(until)s."),
    "workaround.approved": lambda: _("We told you what you can do meanwhile, until %(until)s."),
    "workaround.extended": lambda: _("What you can do meanwhile now counts until %(until)s."),
    "workaround.ended": lambda: _("What you could do meanwhile does not count any more."),
}
"""What is said of a workaround that counts; what was only proposed is none of the customer's business."""


def _history(view: View, contact: str) -> list[Happened]:
    """The lines a customer may read; of texts only what was written to or by the customer, of photos her own."""
    found = []
    photos = {str(one.id): Photo(sign_of(one), one.name) for one in view.photos if one.by_id == contact}
    for entry in _said_once(view.timeline):
        what = _HISTORY[entry.kind]() if entry.kind in _HISTORY else _planned(entry, view.zone)
        if what:
            came_back = entry.kind == "case.reopened" and entry.by_customer
            his = entry.kind in ("case.disputed", "case.reopened") and entry.by_customer
            own = his or entry.kind in _OWN
            what = _("You told us that it has come back.") if came_back else what
            shown = tuple(photos[one] for one in entry.photos if one in photos)
            found.append(Happened(entry.at, what, entry.why[0] if own and entry.why else "", shown))
        found += [Happened(entry.at, off) for off in (*_off_with(view, entry), *_stopped_with(view, entry))]
    return list(reversed(found))


def _off_ahead(view: View, at: datetime) -> Iterator[tuple[str, str]]:
    """The visits that were called off and may stand in her calendar yet, each by its window and name."""
    for one in visits_of(view.case):
        if one.ended in OFF and one.until and one.until > at:
            yield wording.window(one.from_at, one.until, view.zone), name_of(one)


_OWN = frozenset({
    "customer.told", "customer.said", "customer.urged", "urge.repeated", "call.asked", "customer.rated",
})  # fmt: skip
"""What was written to her or by her."""


def _said_once(entries: Sequence[wording.Entry]) -> Iterator[wording.Entry]:
    """The entries; of how often she said again that it is urgent the last time before something else happened."""
    for entry, following in pairwise((*entries, None)):
        if entry and not (entry.kind == "urge.repeated" and following and following.kind == entry.kind):
            yield entry


def _off_with(view: View, entry: wording.Entry) -> list[str]:
    """The visits that were called off because something else was done."""
    visits = [one for one in view.case.records.values() if one.clock is ClockName.VISIT and one.until]
    return [
        _("We called off the visit on %(window)s.") % {"window": wording.window(one.from_at, one.until, view.zone)}
        for one in visits
        if one.over and one.until and one.over.seq == entry.seq and one.ended in OFF - {CALLED_OFF}
    ]


def _stopped_with(view: View, entry: wording.Entry) -> list[str]:
    """That what could be done meanwhile ended because work was stopped."""
    counted = (one for one in view.case.records.values() if one.ended == STOPPED and not one.is_proposed)
    ended = any(one.over and one.over.seq == entry.seq for one in counted)
    return [_MEANWHILE["workaround.ended"]()] if ended else []


def _planned(entry: wording.Entry, zone: str) -> str:
    """What an entry says with its moments; nothing where it is none of the customer's business."""
    facts = entry.facts
    if entry.kind == "customer.told":
        return _("We told you by phone:") if facts.told_by == ToldBy.CALL else _("We wrote to you:")
    if entry.kind == "case.accepted":
        return _("%(who)s took this on.") % {"who": entry.who}
    if entry.kind in _MEANWHILE:
        until = wording.day_and_time(facts.until, zone) if facts.until else ""
        return _MEANWHILE[entry.kind]() % {"until": until}
    if facts.until is None:
        return ""
    if facts.from_at is None:
        return _awaited(entry, wording.day_and_time(facts.until, zone))
    window = {"window": wording.window(facts.from_at, facts.until, zone)}
    if entry.kind == "visit.called_off":
        return _("We called off the visit on %(window)s.") % window
    if entry.kind == "visit.moved":
        return _("We moved the visit to %(window)s.") % window
    return _("We planned a visit on %(window)s.") % window


def _awaited(entry: wording.Entry, until: str) -> str:
    """What an entry says of something that we wait for."""
    if entry.kind == "part.moved":
        return _("We now expect the part by %(until)s.") % {"until": until}
    if entry.kind not in ("wait.begun", "part.requested"):
        return ""
    wait = wording.waits_for(WaitReason(entry.facts.reason))
    return _("We are waiting for %(wait)s, expected by %(until)s.") % {"wait": wait, "until": until}
