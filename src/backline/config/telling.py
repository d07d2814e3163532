"""What the command line tells: how to sign in or set up, and how the clocks of a case ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.cases import queries, wording
from backline.config import demo
from backline.config.clock import SystemClock
from backline.config.environment import Environment
from backline.config.trouble import Trouble
from backline.core.words import ClockName
from backline.desk import first_start
from backline.people import queries as people

LONGEST_NUMBER = 9


def greeting(environment: Environment, *, trial: bool) -> str:
    """The sign-ins of a demo, how to set up an empty installation, or nothing where all is set up."""
    at = SystemClock().now()
    if people.is_demo():
        return demo.sign_ins(environment)
    if people.organisation() is not None:
        return "There is an organisation here already, so no demo was loaded." if trial else ""
    if trial:
        return demo.loaded(environment, at=at)
    return f"Nobody is set up yet. Open this link once, within a week:\n{first_start.link(at=at)}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a case: which clock, empty for all; how it stood when; by what was known when."""

    case: str
    clock: str = ""
    at: str = ""
    known_at: str = ""


def explained(question: Question) -> str:
    """How the clocks of a case ran, in words, by the wall clock of its site."""
    name, now = question.case, SystemClock().now()
    clocks = _clocks(question.clock)
    known_at = _moment(question.known_at, now)
    at = _moment(question.at, min(now, known_at))
    if at > now + queries.FARTHEST:
        raise Trouble(f"{question.at} lies too far ahead. Choose a moment within a year from now.")
    if known_at > now:
        raise Trouble(f"Nobody knows yet what will be known at {question.known_at}. Choose a moment that has passed.")
    try:
        found = queries.explained(case_called(name), at=at, known_at=known_at)
    except queries.NoSuchCase as error:
        raise Trouble(f"There is no case {name}.") from error
    told = [story for story in found.stories if story.account.clock.name in clocks]
    if not told:
        return f"No such clock of {name} had begun then."
    return "\n\n".join([*map(_told, told), f"Times are by the clock at the place: {found.place}."])


def case_called(name: str) -> str:
    """The id of a case by its reference, such as E-1001, or by its id; empty where there is none of that number."""
    number = name[2:] if name[:2].upper() == "E-" and name[2:].isdecimal() else ""
    if len(number) > LONGEST_NUMBER:
        return ""
    return (queries.by_number(int(number)) or "") if number else name


def _clocks(name: str) -> list[ClockName]:
    try:
        return [ClockName(name.upper())] if name else list(ClockName)
    except ValueError as error:
        raise Trouble(f"There is no clock {name}. The clocks are: {', '.join(ClockName)}.") from error


def _moment(text: str, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise Trouble(f"{text} is no moment. Write it like 2026-11-20T18:00+01:00.") from error
    if moment.tzinfo is None:
        raise Trouble(f"{text} says no zone. Write it like 2026-11-20T18:00+01:00.")
    return moment


def _told(story: wording.ClockStory) -> str:
    """A clock in a few lines: its name, its sentences, and its stretches as a table."""
    heading = f"{story.name} ({story.account.clock.name}): {story.verdict}"
    lines = [f"    {one.from_at} to {one.to_at}  {one.lasts}, {one.said}" for one in story.lines]
    return "\n".join([heading, *(f"  {said}" for said in story.sentences), *lines])
