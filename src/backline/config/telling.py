"""What the command line tells: how to sign in or set up, and how the clocks of a case ran."""

from __future__ import annotations

from backline.cases import queries, wording
from backline.config import demo
from backline.config.clock import SystemClock
from backline.config.environment import Environment
from backline.config.trouble import Trouble
from backline.desk import first_start
from backline.people import queries as people


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


def explained(name: str) -> str:
    """Each stretch of each clock of a case, in words, in UTC."""
    case = queries.by_number(int(name[2:])) if name[:2] == "E-" and name[2:].isdecimal() else name
    try:
        stretches = queries.explained(case or "", known_at=SystemClock().now())
    except queries.NoSuchCase as error:
        raise Trouble(f"There is no case {name}.") from error
    return "\n".join(
        f"{wording.CLOCKS[one.clock]} ({one.clock}): from {wording.exact_moment(one.from_at, 'UTC')} "
        f"{'to ' + wording.exact_moment(one.to_at, 'UTC') if one.to_at else 'and still running'}, "
        f"{'due ' + wording.exact_moment(one.due_at, 'UTC') if one.counted else 'not counted: ' + one.reason.lower()}"
        for one in stretches
    )
