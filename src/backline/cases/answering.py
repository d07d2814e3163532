"""How an answer to a rung stands: who answers, what he may say now, and what has come first."""

from __future__ import annotations

from dataclasses import dataclass

from backline.cases import wording
from backline.cases.effects import Effect
from backline.cases.lines import Line, line_of
from backline.cases.models import Case as Row
from backline.cases.operations._write import as_id_or_nobody
from backline.cases.said import commitments, names_in
from backline.core import answers
from backline.core.case import Case
from backline.core.events import Event
from backline.core.ladder import REACHED
from backline.core.sight import may_see
from backline.core.values import decode
from backline.core.words import Actor, Answer, Priority
from backline.ledger import queries as ledger
from backline.policies import queries as policies

OPERATIONS = {
    Answer.TAKE: "accept",
    Answer.DECLINE: "bounce",
    Answer.HAND_UP: "hand-up",
    Answer.ARRIVE: "visit",
    Answer.NOTE: "note",
    Answer.STOP: "leave-climb",
}
"""By which operation each answer is carried out; it holds the key by which that happens once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A rung that told somebody: who answers, the case as he may see it, what came first, what he may say.

    `since` is empty where nothing came first, `mine` says that it was his own doing.
    """

    who: str
    case: Case
    reference: str
    line: Line | None
    since: str
    mine: bool
    can: tuple[Answer, ...]

    def takes(self, answer: Answer) -> bool:
        """Whether such an answer is not too late: who took it may yet say when he comes, and leave notes."""
        return not self.since or (self.mine and answer in (Answer.ARRIVE, Answer.NOTE))


def standing(effect: Effect, by: Actor, *, zone: str) -> Standing | None:
    """How it stands for whoever was told; None where nobody was."""
    row = Row.objects.select_related("site", "team", "person", "job__asset").filter(id=as_id_or_nobody(effect.case))
    found, events = row.first(), ledger.events(effect.case)
    told = next((event for event in events if event.kind in REACHED and _tells(event, effect)), None)
    if found is None or told is None:
        return None
    case = decode(Case, found.fold)
    first = answers.overtaken(events, policies.policy, answers.Rung(told.seq, effect.climb, effect.person))
    line = line_of(found, ledger.texts([found.summary]).get(found.summary, "")) if may_see(by, case) else None
    return Standing(
        who=by.name,
        case=case,
        reference=str(found),
        line=line,
        since=_since(first, effect, zone, hidden=line is None) if first else "",
        mine=first is not None and first.by.id == effect.person,
        can=answers.open_to(case, by, policies.policy(case.policy), told),
    )


def _tells(event: Event, effect: Effect) -> bool:
    return Effect.of(event, effect.person) == effect and effect.person in event.data["told"]


def _since(event: Event, effect: Effect, zone: str, *, hidden: bool) -> str:
    """What came first, in a sentence; no more than that to whom the case is out of sight by now."""
    if event.kind in REACHED and event.data["climb"] == effect.climb:
        when = {"when": wording.day_and_time(event.recorded_at, zone)}
        return str(wording.TOLD_AGAIN) % when
    if hidden:
        return str(wording.WENT_ON)
    [entry] = wording.timeline([event], wording.Told(names_in([event]), ledger.texts(commitments([event])), zone))
    said = {"who": entry.who, "what": entry.what, "when": wording.day_and_time(entry.at, zone)}
    return str(wording.CAME_FIRST) % said


def done_before(answer: Answer, key: str, by: Actor) -> tuple[str, int] | None:
    """The case and number of the event that this answer led to already; None where it did not."""
    done = ledger.answer_of(f"{by.kind}:{by.id}", [OPERATIONS[answer]], key)
    return (done[0]["case"], done[0]["seq"]) if done else None


def led_to(case: str, seq: int, zone: str) -> str:
    """What an answer led to, in the words of the timeline."""
    event = ledger.events_at([(case, seq)])[case, seq]
    told = wording.Told(names_in([event]), ledger.texts(commitments([event])), zone)
    return wording.sentence(event, told)


def longest_lease(case: Case) -> int:
    """For how many seconds somebody takes the case who says no more than that he does."""
    return policies.policy(case.policy).leases[Priority(case.priority)]
