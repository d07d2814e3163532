"""What goes wrong with a history: an effect taken out of it, there twice, or there too early; by value alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from backline.calendars import choices
from backline.cases import audited
from backline.channels import queries as channels
from backline.channels.notices import NoticeState
from backline.channels.queries import Effect
from backline.core.events import Event
from backline.core.fold import fold
from backline.core.policy import Recipients
from backline.engine.auditor.climbs import Terms
from backline.engine.auditor.found import GRACE, Verdict, What
from backline.engine.auditor.hours import Known
from backline.engine.auditor.judge import Facts, judge
from backline.ledger import queries as ledger
from backline.policies import queries as policies

SOON = timedelta(seconds=1)


@dataclass(frozen=True)
class History:
    """One case as the auditor reads it, at one moment."""

    facts: Facts
    terms: Terms
    at: datetime

    def judged(self, facts: Facts | None = None) -> Verdict:
        """What the auditor says of it, or of it with something changed."""
        return judge(facts or self.facts, self.terms, self.at)

    def rungs(self) -> Iterator[Event]:
        """Every rung that was reached."""
        return (event for event in self.facts.chain.events if event.kind == "rung.reached")

    def waited(self, rung: Event) -> bool:
        """Whether its clock ran on for so long that its silence would have been one."""
        later = (event for event in self.facts.chain.events if event.seq > rung.seq and event.kind != "rung.reached")
        end = next((event.recorded_at for event in later), self.at)
        return end - rung.recorded_at > GRACE

    def names(self, rung: Event) -> bool:
        """Whether the case itself names whom this rung tells: its technician, or who has it or was offered it."""
        case = fold([event for event in self.facts.chain.events if event.seq < rung.seq])
        return rung.data["role"] == "TECHNICIAN" or (rung.data["role"] == "ASSIGNEE" and bool(case.person))

    def letters_of(self, rung: Event) -> list[str]:
        """The keys of the letters of this rung."""
        return [one.key for one in self.facts.letters if one.key.startswith(_effect(rung))]

    def without(self, rung: Event) -> Facts:
        """As if nobody had been told by this rung, nor by the letters of it."""
        letters = [one for one in self.facts.letters if one.key not in self.letters_of(rung)]
        return self._with([event for event in self.facts.chain.events if event is not rung], letters)

    def doubled(self, rung: Event) -> Facts:
        """As if a second worker had told it once more, a second later."""
        events = list(self.facts.chain.events)
        events.insert(events.index(rung) + 1, replace(rung, recorded_at=rung.recorded_at + SOON))
        return self._with(events)

    def early(self, rung: Event) -> Facts:
        """As if it had been told before its moment."""
        early = replace(rung, recorded_at=datetime.fromisoformat(rung.data["planned_at"]) - SOON)
        return self._with([early if event is rung else event for event in self.facts.chain.events])

    def untold(self, rung: Event) -> Facts:
        """As if it had found nobody, and said so."""
        letters = [one for one in self.facts.letters if one.key not in self.letters_of(rung)]
        key = f"{_effect(rung)}nobody"
        letters.append(
            Effect(key, "rung.", "PERSON", "", NoticeState.NOT_SENT, rung.recorded_at, rung.recorded_at, 0, 0, 0, 0)
        )
        untold = replace(rung, data={**rung.data, "told": []})
        return self._with([untold if event is rung else event for event in self.facts.chain.events], letters)

    def told_to_a_stranger(self, rung: Event) -> Facts:
        """As if it had told somebody else, in whose letters nothing is wrong."""
        return self._told_otherwise(rung, told=["a stranger"])

    def told_to_another_role(self, rung: Event) -> Facts:
        """As if it had told whoever it told as another role than its ladder names."""
        other = Recipients.MANAGERS if rung.data["role"] != Recipients.MANAGERS else Recipients.COORDINATORS
        return self._told_otherwise(rung, role=other.value, instead_of="")

    def held_for(self, rung: Event, span: timedelta) -> Facts:
        """As if it waited for a shift so far away."""
        return self._told_otherwise(rung, held_until=(rung.recorded_at + span).isoformat())

    def _told_otherwise(self, rung: Event, **other: Any) -> Facts:
        told = replace(rung, data=rung.data | other)
        return self._with([told if event is rung else event for event in self.facts.chain.events])

    def letter_called_back(self, key: str, at: datetime) -> Facts:
        """As if a letter had been cancelled at a moment."""
        return self._letter(key, state=NoticeState.CANCELLED, settled_at=at)

    def letter_to_a_stranger(self, key: str) -> Facts:
        """As if a letter were for somebody else than its key says."""
        return self._letter(key, recipient="a stranger")

    def letter_put_off(self, key: str, by: timedelta = timedelta(days=1)) -> Facts:
        """As if a letter might leave only so much later."""
        [letter] = [one for one in self.facts.letters if one.key == key]
        return self._letter(key, leaves_at=letter.leaves_at + by)

    def letter_ahead(self, key: str, by: timedelta = timedelta(days=1)) -> Facts:
        """As if a letter might have left so much before what it tells of."""
        return self.letter_put_off(key, -by)

    def without_letter(self, key: str) -> Facts:
        """As if a letter had never been written."""
        return replace(self.facts, letters=[one for one in self.facts.letters if one.key != key])

    def letter_twice(self, key: str) -> Facts:
        """As if the same had been written once more, under another key."""
        again = [replace(one, key=f"{key}:again") for one in self.facts.letters if one.key == key]
        return replace(self.facts, letters=[*self.facts.letters, *again])

    def found(self, facts: Facts) -> set[What]:
        """What is wrong with it, with something changed."""
        return {one.what for one in self.judged(facts).found}

    def asked_for(self) -> Counter[str]:
        """Each letter to somebody is missed, or there too often, too early or too late; how many of each kind."""
        asked = [one for one in self.facts.letters if one.kind.startswith(("rung.", "news.", "customer."))]
        for letter in asked:
            its, late = letter.key, timedelta(days=2) if letter.kind.startswith("news.") else timedelta(minutes=2)
            assert What.LOST in self.found(self.letter_to_a_stranger(its)), letter
            assert What.LATE in self.found(self.letter_put_off(its, late)), letter
            assert What.EARLY in self.found(self.letter_ahead(its)), letter
            assert What.DOUBLED in self.found(self.letter_twice(its)), letter
            if self._by_name(letter):
                assert What.LOST in self.found(self.without_letter(its)), letter
        return Counter(one.kind for one in asked)

    def _by_name(self, letter: Effect) -> bool:
        """Whether the case says that he hears; where nobody has it, it does not say who is in the team."""
        if letter.kind not in ("news.review.decided", "news.stop.lifted", "news.customer.said"):
            return True
        case = fold([one for one in self.facts.chain.events if one.seq <= int(letter.key.split(":")[1])])
        return letter.recipient in (case.person, case.technician)

    def _letter(self, key: str, **other: Any) -> Facts:
        letters = [replace(one, **other) if one.key == key else one for one in self.facts.letters]
        return replace(self.facts, letters=letters)

    def _with(self, events: list[Event], letters: Sequence[Effect] | None = None) -> Facts:
        chain = replace(self.facts.chain, events=tuple(events))
        found = self.facts.letters if letters is None else letters
        return replace(self.facts, chain=chain, letters=found)


def _effect(rung: Event) -> str:
    """How the keys of what this rung does begin."""
    return f"{rung.case}:{rung.data['climb']}:{rung.data['rung']}:{rung.data['repeat']}:"


def histories(at: datetime) -> list[History]:
    """Every case there is."""
    cases = ledger.recorded(after=UUID(int=0), most=1000)
    rows, letters = audited.standing(cases), channels.effects_of(cases)
    known = Known({case: row.places for case, row in rows.items()}, choices.learned())
    return [
        History(
            Facts(case, chain, rows[case], letters.get(case, [])), Terms(policies.policy, partial(known.of, case)), at
        )
        for case, chain in ledger.chains_of(cases).items()
    ]
