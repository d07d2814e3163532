"""The tables of people: who there is, where they are reached, who has which shift, and who can do what."""

from backline.people.models._addresses import Address, AddressCode, AddressKind, Browser, ChainHeard, ChainTest
from backline.people.models._expertise import Ability, Need, Skill
from backline.people.models._persons import Contact, Demo, Deputy, Organisation, Person, PersonManager, Team
from backline.people.models._shifts import (
    Absence,
    Agreement,
    Roster,
    RosterShift,
    ScheduleVersion,
    ShiftFeed,
    ShiftNews,
    SwapAnswer,
    SwapAsked,
)

__all__ = [
    "Ability",
    "Absence",
    "Address",
    "AddressCode",
    "AddressKind",
    "Agreement",
    "Browser",
    "ChainHeard",
    "ChainTest",
    "Contact",
    "Demo",
    "Deputy",
    "Need",
    "Organisation",
    "Person",
    "PersonManager",
    "Roster",
    "RosterShift",
    "ScheduleVersion",
    "ShiftFeed",
    "ShiftNews",
    "Skill",
    "SwapAnswer",
    "SwapAsked",
    "Team",
]
