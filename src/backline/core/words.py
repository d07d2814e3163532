"""The words of the domain, one per idea, as every other room, the database and the pages use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does in the service organisation; a person may hold several."""

    TECHNICIAN = "TECHNICIAN"
    COORDINATOR = "COORDINATOR"
    SPECIALIST = "SPECIALIST"
    MANAGER = "MANAGER"
    ADMINISTRATOR = "ADMINISTRATOR"


class State(StrEnum):
    """Where a case is in its life, and nothing else."""

    RAISED = "RAISED"
    RETURNED = "RETURNED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


OPEN_STATES = frozenset(State) - {State.CLOSED, State.WITHDRAWN}


class Reason(StrEnum):
    """Why a technician could not finish on site."""

    UNRESOLVED_ON_SITE = "UNRESOLVED_ON_SITE"
    RECURRING_FAULT = "RECURRING_FAULT"
    MISSING_PART = "MISSING_PART"
    TECHNICAL_LIMIT = "TECHNICAL_LIMIT"
    SAFETY_RISK = "SAFETY_RISK"
    COMPLIANCE_CONCERN = "COMPLIANCE_CONCERN"
    CUSTOMER_DISSATISFACTION = "CUSTOMER_DISSATISFACTION"
    SERVICE_DELAY = "SERVICE_DELAY"


class Impact(StrEnum):
    """How much is lost while it lasts."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    MAJOR = "MAJOR"


class Measure(StrEnum):
    """What is lost while it lasts, in figures: the worst first."""

    TRAPPED = "TRAPPED"
    AT_RISK = "AT_RISK"
    UNITS = "UNITS"
    COST_AN_HOUR = "COST_AN_HOUR"
    COST_SO_FAR = "COST_SO_FAR"
    PENALTY = "PENALTY"
    NAMED_ACCOUNT = "NAMED_ACCOUNT"


class Urgency(StrEnum):
    """How soon it must end."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Priority(StrEnum):
    """What impact and urgency give together; P1 is the highest."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Danger(StrEnum):
    """The answer to the safety question, asked before anything else."""

    NONE = "NONE"
    RISK = "RISK"
    PERSON_TRAPPED_OR_HURT = "PERSON_TRAPPED_OR_HURT"


class StepResult(StrEnum):
    """What a step tried on site led to."""

    FIXED = "FIXED"
    NO_EFFECT = "NO_EFFECT"
    FAILED = "FAILED"
    NOT_POSSIBLE = "NOT_POSSIBLE"


class WaitReason(StrEnum):
    """What a case may have to wait for."""

    PART = "PART"
    CUSTOMER = "CUSTOMER"
    ACCESS = "ACCESS"
    VENDOR = "VENDOR"
    AUTHORITY = "AUTHORITY"


class ToldBy(StrEnum):
    """How a word reaches the customer: as a mail that Backline sends, or by a call that somebody made."""

    MAIL = "MAIL"
    CALL = "CALL"


class ReviewOutcome(StrEnum):
    """What a manager decides about a safety or compliance concern."""

    ALLOW = "ALLOW"
    STOP_WORK = "STOP_WORK"
    AUTHORITY = "AUTHORITY"


class Guard(StrEnum):
    """How a workaround stands by which somebody could be hurt: a manager is to approve it, or has."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"


class WorkaroundEnd(StrEnum):
    """Why a workaround counts no longer, where somebody says so: it is repaired, or it does not hold."""

    NOT_NEEDED = "NOT_NEEDED"
    DOES_NOT_HOLD = "DOES_NOT_HOLD"


class JobOutcome(StrEnum):
    """What became of the job when its case was resolved."""

    DONE = "DONE"
    DONE_WITH_WORKAROUND = "DONE_WITH_WORKAROUND"
    NEW_JOB_NEEDED = "NEW_JOB_NEEDED"
    NOT_POSSIBLE = "NOT_POSSIBLE"


class RootCause(StrEnum):
    """Where the root cause of a fault lies."""

    PART = "PART"
    INSTALLATION = "INSTALLATION"
    MAINTENANCE = "MAINTENANCE"
    USE = "USE"
    DESIGN = "DESIGN"
    ENVIRONMENT = "ENVIRONMENT"
    UNKNOWN = "UNKNOWN"


class Gate(StrEnum):
    """What the policy may want done before a resolved case ends; reviews and stops are law and not among them."""

    JOB_RECORDED = "JOB_RECORDED"
    ROOT_CAUSE = "ROOT_CAUSE"


class VisitResult(StrEnum):
    """What a visit of a job led to; a visit that nobody made led to nothing."""

    DONE = "DONE"
    UNRESOLVED = "UNRESOLVED"
    NOT_MADE = "NOT_MADE"


class Trigger(StrEnum):
    """What is seen in the facts of a job that may raise a case, what is dangerous first."""

    UNSAFE = "UNSAFE"
    BREAKS_RULE = "BREAKS_RULE"
    VISIT_UNRESOLVED = "VISIT_UNRESOLVED"
    FAULT_AGAIN = "FAULT_AGAIN"
    REOPENED = "REOPENED"
    PART_LATE = "PART_LATE"
    VISIT_LATE = "VISIT_LATE"
    PUT_OFF = "PUT_OFF"
    UNHAPPY = "UNHAPPY"


class ClockName(StrEnum):
    """The measured intervals of a case."""

    TRIAGE = "TRIAGE"
    DOCUMENT = "DOCUMENT"
    ACCEPT = "ACCEPT"
    PROGRESS = "PROGRESS"
    WAIT = "WAIT"
    VISIT = "VISIT"
    WORKAROUND = "WORKAROUND"
    REVIEW = "REVIEW"
    STOP = "STOP"
    CUSTOMER_UPDATE = "CUSTOMER_UPDATE"
    CONFIRM = "CONFIRM"
    RESOLVE = "RESOLVE"
    IMPACT = "IMPACT"


class CalendarFault(StrEnum):
    """What is wrong with a calendar, or with what it was asked; `wording` makes the sentence."""

    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    BAD_HOURS = "BAD_HOURS"
    OVERLAP = "OVERLAP"
    NO_WORKING_TIME = "NO_WORKING_TIME"
    MOMENT_WITHOUT_ZONE = "MOMENT_WITHOUT_ZONE"
    OUT_OF_REACH = "OUT_OF_REACH"
    BAD_AMOUNT = "BAD_AMOUNT"
    NOT_KNOWN_THEN = "NOT_KNOWN_THEN"


class ActorKind(StrEnum):
    """Who asks: a person of the organisation, a customer's contact, or Backline itself."""

    PERSON = "PERSON"
    CONTACT = "CONTACT"
    SYSTEM = "SYSTEM"


class Door(StrEnum):
    """Where somebody who was told answers, other than on a page where he signed in."""

    LINK = "LINK"
    TEXT = "TEXT"
    CALL = "CALL"
    MAIL = "MAIL"


class Answer(StrEnum):
    """What somebody who is told of a rung can say to it, wherever he is."""

    TAKE = "TAKE"
    DECLINE = "DECLINE"
    HAND_UP = "HAND_UP"
    ARRIVE = "ARRIVE"
    NOTE = "NOTE"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: `id` is the person's or contact's id as text, or the name of a duty for SYSTEM.

    `teams` are the ids of the teams the person belongs to, `leads` of those among them that he leads, `covers` of those
    whose shift he has taken over without being in them; `stands_for` of the managers whose deputy he is now; `customer`
    is the id of a contact's customer; `door` is where he answers.
    """

    kind: ActorKind
    id: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    teams: frozenset[str] = field(default_factory=frozenset)
    leads: frozenset[str] = field(default_factory=frozenset)
    covers: frozenset[str] = field(default_factory=frozenset)
    stands_for: tuple[str, ...] = ()
    customer: str = ""
    name: str = ""
    door: Door | None = None

    @property
    def answers_for(self) -> frozenset[str]:
        """The teams whose cases he may take."""
        return self.teams | self.covers

    def is_any(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return bool(self.roles & set(roles))
