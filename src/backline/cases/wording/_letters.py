"""The letters: what a customer's contact and what a person of the organisation is told, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.utils.translation import gettext, override

from backline.cases.wording import _meanwhile
from backline.cases.wording._labels import (
    CLOCKS,
    DANGERS,
    REASONS,
    day_and_time,
    exact_moment,
    once,
    window,
)
from backline.cases.wording._short import SHORT_PLACE, SHORT_SUMMARY, ended, fitting, shortened
from backline.core.words import ClockName, Danger, Reason, WaitReason
from backline.people.languages import to_customer as _
from backline.people.languages import to_customer_lazy, written_to_in

_WAITS_FOR = {
    WaitReason.PART: to_customer_lazy("a part"),
    WaitReason.CUSTOMER: to_customer_lazy("you: an answer or a decision"),
    WaitReason.ACCESS: to_customer_lazy("access to the site"),
    WaitReason.VENDOR: to_customer_lazy("the manufacturer"),
    WaitReason.AUTHORITY: to_customer_lazy("an authority"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: a subject and a plain text; `short` is the line that says it in a text message, or on a call."""

    subject: str
    body: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What a letter to a customer may know; nothing internal is among it. Work that is stopped `rests`.

    `meanwhile` and `limits` are of a workaround, which takes another's place where it comes `again`; whoever is
    `relieved` had one that is not needed any more.
    What is said in `brief` names days without their year, as there is room in a text message.
    """

    name: str
    language: str
    zone: str
    reference: str
    what: str
    link: str
    who: str = ""
    next_by: datetime | None = None
    until: datetime | None = None
    from_at: datetime | None = None
    wait: str = ""
    text: str = ""
    closes: bool = False
    rests: bool = False
    called_off: tuple[tuple[datetime, datetime], ...] = ()
    meanwhile: str = ""
    limits: str = ""
    again: bool = False
    relieved: bool = False
    brief: bool = False


def waits_for(reason: WaitReason) -> str:
    """What is waited for, to the customer's face."""
    return str(_WAITS_FOR[reason])


def _who(facts: CustomerFacts) -> str:
    """Whoever begins a sentence; where nobody has it yet, it is all of us."""
    return facts.who or _("Our team")


def _when(facts: CustomerFacts, at: datetime | None) -> str:
    return day_and_time(at, facts.zone, brief=facts.brief) if at else _("soon")


def _window(facts: CustomerFacts) -> str:
    return _span(facts, facts.from_at, facts.until) if facts.from_at and facts.until else _("soon")


def _span(facts: CustomerFacts, start: datetime, end: datetime) -> str:
    return window(start, end, facts.zone, brief=facts.brief)


def _raised(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We have called in more help for %(what)s") % {"what": facts.what},
        _("Our technician could not finish the work on %(what)s, so we have called in more help. Our coordinators are "
          "choosing the right specialists now.") % {"what": facts.what},
    )  # fmt: skip


def _noticed(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We have called in more help for %(what)s") % {"what": facts.what},
        _("We have seen that %(what)s needs more from us, so we have called in more help. Our coordinators are "
          "choosing who looks after it now.") % {"what": facts.what},
    )  # fmt: skip


def _accepted(facts: CustomerFacts) -> tuple[str, str]:
    said, working = {"who": _who(facts), "what": facts.what}, _("%(who)s has taken this on and is working on it.")
    return (
        _("%(who)s is looking after %(what)s") % said,
        (_("%(who)s has taken this on.") if facts.rests else working) % said,
    )


def _handed_on(facts: CustomerFacts) -> tuple[str, str]:
    said, looks = {"who": _who(facts), "what": facts.what}, _("%(who)s will look at %(what)s next")
    return (
        (_("%(who)s looks after %(what)s next") if facts.rests else looks) % said,
        _("We have asked %(who)s to take this on.") % {"who": facts.who or _("our team")},
    )


def _waiting(facts: CustomerFacts) -> tuple[str, str]:
    reason = WaitReason(facts.wait)
    if reason is WaitReason.CUSTOMER:
        return (
            _("We need something from you to go on with %(what)s") % {"what": facts.what},
            _("To go on we need an answer or a decision of yours by %(until)s. We will ask you for it.")
            % {"until": _when(facts, facts.until)},
        )
    said = {"wait": waits_for(reason), "until": _when(facts, facts.until)}
    return (
        _("We are waiting for %(wait)s") % said,
        _("To go on we need %(wait)s. We expect that by %(until)s, and we are following it up.") % said,
    )


def _visit(facts: CustomerFacts) -> tuple[str, str]:
    said = {"from": _when(facts, facts.from_at), "window": _window(facts), "who": _who(facts)}
    return (
        _("We will visit on %(from)s") % said,
        _("%(who)s will come on %(window)s.") % said,
    )


def _visit_moved(facts: CustomerFacts) -> tuple[str, str]:
    said = {"from": _when(facts, facts.from_at), "window": _window(facts), "who": _who(facts)}
    return (
        _("Our visit has moved to %(from)s") % said,
        _("We had to move our visit, and we are sorry for that. %(who)s will now come on %(window)s.") % said,
    )


def _visit_off(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("Our visit on %(window)s is called off") % {"window": _window(facts)},
        _("We will not come then, and we are sorry for that. We are looking for another way and will tell you."),
    )


def _update(facts: CustomerFacts) -> tuple[str, str]:
    return _("News about %(what)s") % {"what": facts.what}, facts.text


def _workaround(facts: CustomerFacts) -> tuple[str, str]:
    return _meanwhile.told(facts.what, _of_workaround(facts), again=facts.again)


def _of_workaround(facts: CustomerFacts) -> tuple[str, str, str]:
    return facts.meanwhile, facts.limits, _when(facts, facts.until)


def _contact(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We keep you informed about %(what)s") % {"what": facts.what},
        _("You are our contact for %(what)s from now on. We are working on a fault there; the page below says where it "
          "stands.") % {"what": facts.what},
    )  # fmt: skip


def _resolved(facts: CustomerFacts) -> tuple[str, str]:
    said = {"what": facts.what}
    asked = _("We believe that %(what)s is working again. Please tell us whether it is: open the page below and choose "
              "“It works” or “It is not fixed”.") % said  # fmt: skip
    return _("Is %(what)s working again?") % said, f"{asked} {_silent(facts)}"


def _silent(facts: CustomerFacts) -> str:
    """Where a gate of ours holds the case, silence does not close it, and nobody is told that it will."""
    if facts.closes:
        said = _("If we hear nothing by %(until)s, we will close this and tell you.")
        return said % {"until": _when(facts, facts.next_by)}
    return _again(facts)


def _again(facts: CustomerFacts) -> str:
    return _("You will hear from us again by %(when)s.") % {"when": _when(facts, facts.next_by)}


def _disputed(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We heard you: %(what)s is not fixed") % {"what": facts.what},
        _("Thank you for telling us. We are sorry that it is not right yet; we have opened it again and %(who)s is "
          "looking at it.") % {"who": facts.who or _("our team")},
    )  # fmt: skip


def _closed(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("%(what)s: closed") % {"what": facts.what},
        _("This is closed now. If the fault comes back, open the page below and tell us."),
    )


def _withdrawn(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("%(what)s: no more help is needed") % {"what": facts.what},
        _("It turned out that no further help is needed, so we have ended this."),
    )


def _reopened(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We have opened %(what)s again") % {"what": facts.what},
        _("We have opened this again, and our coordinators are choosing who will look at it."),
    )


def _came_back(facts: CustomerFacts) -> tuple[str, str]:
    return (
        _("We heard you: the fault on %(what)s has come back") % {"what": facts.what},
        _("Thank you for telling us. We are sorry that it came back; we have opened this again, and our coordinators "
          "are choosing who will look at it."),
    )  # fmt: skip


_CUSTOMER: dict[str, Callable[[CustomerFacts], tuple[str, str]]] = {
    "raised": _raised,
    "noticed": _noticed,
    "accepted": _accepted,
    "handed_on": _handed_on,
    "waiting": _waiting,
    "visit": _visit,
    "visit_moved": _visit_moved,
    "visit_off": _visit_off,
    "workaround": _workaround,
    "workaround_moved": lambda facts: _meanwhile.moved(facts.what, _of_workaround(facts)),
    "workaround_off": lambda facts: _meanwhile.off(facts.what),
    "workaround_over": lambda facts: _meanwhile.over(facts.what),
    "update": _update,
    "contact": _contact,
    "resolved": _resolved,
    "disputed": _disputed,
    "closed": _closed,
    "withdrawn": _withdrawn,
    "reopened": _reopened,
    "came_back": _came_back,
}
CUSTOMER_CODES = tuple(_CUSTOMER)
_LAST_WORDS = frozenset({"resolved", "closed", "withdrawn"})


def customer_letter(code: str, facts: CustomerFacts) -> Letter:
    """A letter to a customer's contact, in its language: what is happening, then what is next and by when."""
    with override(written_to_in(facts.language)):
        subject, news = _CUSTOMER[code](facts)
        lines = [_("Hello %(name)s,") % {"name": facts.name}, news]
        lines += [*([_meanwhile.not_needed()] if facts.relieved else []), *_off(facts)]
        if facts.rests and code not in _LAST_WORDS:
            lines.append(_("For safety, work rests until our managers, or whom they leave it to, let it go on."))
        if facts.next_by and code not in _LAST_WORDS:
            lines.append(_again(facts))
        lines.append(_("See where it stands at any time:") + f"\n{facts.link}")
        lines.append(_("Reference: %(reference)s. Times are by the clock in %(zone)s.")
                     % {"reference": facts.reference, "zone": facts.zone})  # fmt: skip
        return Letter(f"{subject} [{facts.reference}]", "\n\n".join(lines) + "\n", _customer_short(code, facts))


def _off(facts: CustomerFacts) -> list[str]:
    said = _("The visit on %(window)s is called off.")
    return [said % {"window": _span(facts, start, end)} for start, end in facts.called_off]


def _customer_short(code: str, facts: CustomerFacts) -> str:
    """The same in a text message; where that is too much, without the visits that were called off beside it."""

    def say(facts: CustomerFacts, room: int) -> str:
        what, who = shortened(facts.what, room), shortened(facts.who, room)
        brief = replace(facts, what=what, who=who, brief=True)
        subject, _news = _CUSTOMER[code](brief)
        said = [subject if what in subject else f"{what}: {subject}", shortened(facts.text, 2 * room), *_off(brief)]
        if facts.next_by and (code == "resolved" or code not in _LAST_WORDS):
            said.append(_silent(brief))
        return " ".join(ended(one) for one in said if one)

    return fitting(partial(say, facts), partial(say, replace(facts, called_off=())))


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What a letter to a person of the organisation knows; who writes it does so in his language.

    `since` is from when on the due moment counts, where that is later than the moment itself.
    """

    name: str
    zone: str
    reference: str
    priority: str
    clock: ClockName
    due_at: datetime
    late: bool
    happened: tuple[str, ...]
    summary: str
    place: str
    reasons: tuple[Reason, ...]
    act: str
    why_you: str
    link: str
    lost: str = ""
    since: datetime | None = None
    danger: Danger = Danger.NONE


def staff_letter(facts: StaffFacts) -> Letter:
    """A letter to somebody who must act or know: what is due or late, what is wrong, what happened, what he can do."""
    subject, first = _impact(facts) if facts.clock is ClockName.IMPACT else _due(facts)
    body = gettext(
        "Hello %(name)s,\n\n%(first)s\n\n%(about)s\n\nWhat happened:\n\n%(happened)s\n\n"
        "What you can do:\n%(act)s\n%(link)s\n\nYou get this because %(why)s.\n"
    ) % {
        "name": facts.name,
        "first": "\n\n".join(filter(None, (_danger(facts), first))),
        "about": f"{facts.summary}\n{facts.place}\n{_reasons(facts.reasons)}",
        "happened": "\n\n".join(facts.happened),
        "act": facts.act,
        "link": facts.link,
        "why": facts.why_you,
    }
    case = f"[{facts.priority} {facts.reference}]"
    return Letter(f"{case} {subject}", body, f"{case} {_in_short(facts, subject)}")


def _in_short(facts: StaffFacts, subject: str) -> str:
    """Danger first, then what is wrong and where, then what is due: whatever has to be cut, is cut from the end."""
    said = (_danger(facts), shortened(facts.summary, SHORT_SUMMARY), shortened(facts.place, SHORT_PLACE), subject)
    return ". ".join(filter(None, said))


def _danger(facts: StaffFacts) -> str:
    return "" if facts.danger is Danger.NONE else gettext("DANGER: %(danger)s") % {"danger": DANGERS[facts.danger]}


@once
def _reasons(reasons: tuple[Reason, ...]) -> str:
    return ", ".join(str(REASONS[reason]) for reason in reasons)


def _due(facts: StaffFacts) -> tuple[str, str]:
    """What is due or late, as a subject and as a sentence."""
    said = {"what": str(CLOCKS[facts.clock]), "due": exact_moment(facts.due_at, facts.zone)}
    if facts.since:
        said["since"] = exact_moment(facts.since, facts.zone)
        if facts.late:
            return gettext("Late: %(what)s, due %(due)s") % said, gettext(
                "%(what)s: this is late. By what counts since %(since)s it was due by %(due)s."
            ) % said
        return gettext("Due at once: %(what)s") % said, gettext(
            "%(what)s is due at once: by what counts only since %(since)s it would have been due by %(due)s."
        ) % said
    if facts.late:
        return gettext("Late: %(what)s, due %(due)s") % said, gettext(
            "%(what)s: this is late, it was due by %(due)s."
        ) % said
    return gettext("%(what)s: %(due)s") % said, gettext("%(what)s, due by %(due)s.") % said


def _impact(facts: StaffFacts) -> tuple[str, str]:
    """What is lost, as a subject and as a sentence."""
    said = {"lost": facts.lost, "since": exact_moment(facts.due_at, facts.zone)}
    return gettext("Impact: %(lost)s") % said, gettext(
        "You are told because %(lost)s. It lasts since %(since)s."
    ) % said


def news_letter(name: str, heading: str, lines: Sequence[str], link: str) -> Letter:
    """A letter to somebody whom it concerns that somebody else did something."""
    said = [gettext("Hello %(name)s,") % {"name": name}, heading, *(line for line in lines if line), link]
    return Letter(heading, "\n\n".join(said) + "\n")
