"""The filter bar: what an address asks of a list, which of it is passed over and why, and the address again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.lists import END, Order, Page, Place, Show, Wanted, may_be_slips, place
from backline.cases.words import LONGEST_SEARCH, MOST_TYPED, words
from backline.core.words import Actor, Danger, Priority, Reason, State
from backline.people import queries as people

PAGE = 50
PLAIN = "show=open"
"""The query string of the queue as it comes: an address without any opens with the view that somebody chose."""
SHOWN = {Show.OPEN: gettext_lazy("Open"), Show.CLOSED: gettext_lazy("Closed"), Show.ALL: gettext_lazy("All")}
ORDERS = {
    Order.DUE: gettext_lazy("Due first"),
    Order.PRIORITY: gettext_lazy("Highest priority first"),
    Order.OPENED: gettext_lazy("Oldest first"),
    Order.OPENED_LAST: gettext_lazy("Newest first"),
    Order.CHANGED: gettext_lazy("Longest without a change first"),
    Order.CHANGED_LAST: gettext_lazy("Latest change first"),
}
ALIKE = {"yes": gettext_lazy("Similar words too")}
PERSONS = {"mine": gettext_lazy("Mine"), "nobody": gettext_lazy("Nobody")}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, and the address without it."""

    label: str
    without: str


@dataclass(slots=True)
class Asked:
    """What an address asks for: the list, the same as pairs of an address, what was passed over, in sentences."""

    wanted: Wanted
    pairs: Pairs = ()
    said: list[str] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The query string that asks for this, from the first page on."""
        return urlencode(self.pairs)

    @property
    def arranged(self) -> str:
        """Which cases, in which order; what narrows them further stands in the chips."""
        return f"{SHOWN[self.wanted.show]} · {ORDERS[self.wanted.order]}"

    @property
    def person(self) -> str:
        """Whose cases, as the address says it."""
        return dict(self.pairs).get("person", "")

    @property
    def somebody(self) -> str:
        """What the one is called whose cases are asked for, where the address names one."""
        return "" if self.person in PERSONS else self.names.get(("person", self.person), "")

    @property
    def chips(self) -> list[Chip]:
        """What narrows the list, each with the way to be rid of it."""
        return [
            Chip(self.names[pair], urlencode([other for other in self.pairs if other != pair]) or PLAIN)
            for pair in self.pairs
            if pair[0] not in ("show", "sort")
        ]

    def wider(self, page: Page) -> str:
        """The address that looks for similar words too, where few cases hold those that were typed."""
        return urlencode([*self.pairs, ("alike", "yes")]) if may_be_slips(self.wanted, page) else ""

    def pages(self, page: Page) -> dict[str, str]:
        """The addresses of the first, previous, next and last page, as far as there are any."""
        ways = {"first": [], "previous": [("before", page.previous)]} if page.previous else {}
        if page.following:
            ways |= {"following": [("after", page.following)], "last": [("page", "last")]}
        return {name: urlencode([*self.pairs, *more]) or PLAIN for name, more in ways.items()}


def asked(data: QueryDict, actor: Actor) -> Asked:
    """What the address asks for; what it asks wrongly is passed over, with a sentence for each."""
    return _Reading(data).asked(actor)


def searched(data: QueryDict, actor: Actor) -> Asked:
    """The search of an address alone, through all cases in sight, the latest change first."""
    only = data.copy()
    for name in set(only) - {"text", "alike", "after", "before", "page"}:
        del only[name]
    only["show"] = Show.ALL
    found = asked(only, actor)
    found.pairs = tuple(pair for pair in found.pairs if pair[0] in ("text", "alike"))
    return found


def choices() -> dict[str, Any]:
    """What there is to choose from in the bar, by the name of each choice."""
    return {
        "state": wording.STATES.items(),
        "priority": [(one, one) for one in Priority],
        "team": [(str(key), name) for key, name in people.teams().values_list("id", "name")],
        "person": PERSONS.items(),
        "reason": wording.REASONS.items(),
        "danger": wording.DANGERS.items(),
        "show": SHOWN.items(),
        "sort": ORDERS.items(),
    }


class _Reading:
    """One address while it is read."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        self._pairs: list[tuple[str, str]] = []
        self._said: list[str] = []
        self._names: dict[tuple[str, str], str] = {}

    def asked(self, actor: Actor) -> Asked:
        """All of it."""
        text = self._text()
        states = self._several("state", wording.STATES, State)
        chosen: dict[str, Any] = {
            "priority": self._one("priority", {one: one for one in Priority}, Priority),
            "team": self._team(),
            "person": self._person(),
            "reason": self._one("reason", wording.REASONS, Reason),
            "danger": self._one("danger", wording.DANGERS, Danger),
            "alike": bool(text and self._one("alike", ALIKE, str)),
        }
        if chosen["person"] == "mine":
            chosen["person"] = actor.id
        show = self._one("show", SHOWN, Show) or Show.OPEN
        order = self._order(show)
        self._pairs = [pair for pair in self._pairs if pair not in (("show", Show.OPEN), ("sort", _usual(show)))]
        wanted = Wanted(text=text, states=states, show=show, order=order, place=self._place(order), most=PAGE, **chosen)
        return Asked(wanted, tuple(self._pairs), self._said, self._names)

    def _text(self) -> str:
        typed = " ".join(self._data.get("text", "").split())
        text = typed[:LONGEST_SEARCH]
        if text != typed:
            self._said.append(
                _("The search is longer than %(most)s characters; its end was left out.") % {"most": LONGEST_SEARCH}
            )
        found = words(text)
        if text and not found:
            self._said.append(_("The search holds no letter and no digit, so it was left out."))
        elif len(found) > MOST_TYPED:
            self._said.append(_("The first %(most)s words of the search count.") % {"most": MOST_TYPED})
        return self._kept("text", text, f"“{text}”") if found else ""

    def _kept(self, name: str, value: str, label: Any) -> str:
        self._pairs.append((name, value))
        self._names[name, value] = str(label)
        return value

    def _several(self, name: str, labels: Mapping[Any, Any], kind: Callable[[str], Any]) -> tuple[Any, ...]:
        given = [value for value in dict.fromkeys(self._data.getlist(name)) if value]
        known = [value for value in given if value in labels]
        self._passed_over(value for value in given if value not in labels)
        return tuple(kind(self._kept(name, value, labels[kind(value)])) for value in known)

    def _one(self, name: str, labels: Mapping[Any, Any], kind: Callable[[str], Any]) -> Any:
        value = self._data.get(name, "")
        if value and value not in labels:
            self._passed_over([value])
            return None
        return kind(self._kept(name, value, labels[kind(value)])) if value else None

    def _passed_over(self, values: Iterable[str]) -> None:
        for value in list(values)[:3]:
            self._said.append(_("“%(value)s” is nothing to choose here; it was left out.") % {"value": value[:40]})

    def _person(self) -> str:
        value = self._data.get("person", "")
        known = people.persons_by_id([value]).get(value) if value and value not in PERSONS else None
        return self._kept("person", value, known.name) if known else self._one("person", PERSONS, str) or ""

    def _team(self) -> str:
        value = self._data.get("team", "")
        team = people.team(value) if value else None
        if value and team is None:
            self._passed_over([value])
        return self._kept("team", str(team.id), team.name) if team else ""

    def _order(self, show: Show) -> Order:
        usual = _usual(show)
        order = self._one("sort", ORDERS, Order) or usual
        if order is Order.DUE and show is not Show.OPEN:
            self._pairs.remove(("sort", "due"))
            self._said.append(_("Closed cases are not due any more: the latest change comes first."))
            return usual
        return Order(order)

    def _place(self, order: Order) -> Place:
        for name, before in (("after", False), ("before", True)):
            if written := self._data.get(name, ""):
                found = place(order, written, before=before)
                if found is None:
                    self._said.append(_("This list has no such page; here is the first."))
                return found or Place()
        return END if self._data.get("page") == "last" else Place()


def _usual(show: Show) -> Order:
    return Order.DUE if show is Show.OPEN else Order.CHANGED_LAST
