"""What people are told by letter about deputies, shifts that move and addresses; how addresses and work are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.people import numbers
from backline.people.models import Address, AddressKind, Need

Letter = tuple[str, str]
"""A subject and a text."""

ADDRESS_KINDS = {
    AddressKind.EMAIL: gettext_lazy("e-mail"),
    AddressKind.MOBILE: gettext_lazy("mobile"),
    AddressKind.LANDLINE: gettext_lazy("landline, gets no text messages"),
    AddressKind.WEBHOOK: gettext_lazy("webhook"),
    AddressKind.CHAT: gettext_lazy("chat"),
    AddressKind.PUSH: gettext_lazy("browser, shows push messages"),
}


def address(one: Address) -> str:
    """An address as people write it."""
    is_number = one.kind in (AddressKind.MOBILE, AddressKind.LANDLINE)
    return numbers.as_read(one.value) if is_number else one.value


def will_stand_in(said: Mapping[str, str]) -> Letter:
    """To a deputy whose time is yet to come."""
    return (
        _("You will decide reviews for %(manager)s") % said,
        _("Hello %(name)s,\n\nfrom %(from)s until %(until)s you decide reviews in the place of %(manager)s, and may "
          "lift the stops that they bring. You get another letter when it begins.\n\n%(link)s\n") % said,
    )  # fmt: skip


def stands_in(said: Mapping[str, str]) -> Letter:
    """To a deputy whose time has begun."""
    return (
        _("You decide reviews for %(manager)s from now on") % said,
        _("Hello %(name)s,\n\nfrom %(from)s until %(until)s you decide reviews in the place of %(manager)s, and may "
          "lift the stops that they bring. You hear of them as the managers do. Those that wait for you:\n\n%(link)s\n")
        % said,
    )  # fmt: skip


def is_stood_in_for(said: Mapping[str, str]) -> Letter:
    """To a manager whose deputy's time has begun."""
    return (
        _("%(person)s decides reviews in your place from now on") % said,
        _("Hello %(name)s,\n\nfrom %(from)s until %(until)s %(person)s decides reviews in your place. You hear of them "
          "as before, and may end it at any time:\n\n%(link)s\n") % said,
    )  # fmt: skip


def stands_in_no_more(said: Mapping[str, str]) -> Letter:
    """To a deputy whose time is over, or was ended."""
    return (
        _("You decide no reviews for %(manager)s any more") % said,
        _("Hello %(name)s,\n\nsince %(until)s you do not decide reviews in the place of %(manager)s any more. What you "
          "decided stays as it is.\n\n%(link)s\n") % said,
    )  # fmt: skip


def address_code(said: Mapping[str, str]) -> Letter:
    """To an address that somebody says is his."""
    return (
        _("Your code for Backline"),
        _("Hello %(name)s,\n\nyour code for %(address)s is %(code)s. It counts for %(minutes)s minutes. "
          "Enter it here:\n\n%(page)s\n\nIf you did not ask for it, leave this letter.\n") % said,
    )  # fmt: skip


def address_code_text(said: Mapping[str, str]) -> Letter:
    """The same as a text message."""
    text = _("%(code)s is your code for Backline. It counts for %(minutes)s minutes.")
    return _("Your code for Backline"), text % said


def address_code_call(said: Mapping[str, str]) -> Letter:
    """The same as it is said in a call, digit by digit."""
    read = {"digits": ", ".join(said["code"])}
    return _("Your code for Backline"), _("Your code for Backline is: %(digits)s.") % read


def address_test(said: Mapping[str, str]) -> Letter:
    """The test that somebody had sent to himself."""
    return (
        _("Test: would you hear of a case here?"),
        _("Hello %(name)s,\n\nthis is the test that you asked for; no case is waiting. It was sent to %(address)s.\n"
          "Say that it has arrived, within a day:\n\n%(link)s\n\nIf you did not ask for it, leave this letter.\n")
        % said,
    )  # fmt: skip


def address_test_text(said: Mapping[str, str]) -> Letter:
    """The same as a text message."""
    return (
        _("Test: would you hear of a case here?"),
        _("The test of Backline that you asked for; no case is waiting. Say that it has arrived:\n%(link)s") % said,
    )


def address_test_bare(_said: Mapping[str, str]) -> Letter:
    """A test to which there is nothing to be said, as in a call."""
    return (
        _("Test: would you hear of a case here?"),
        _("This is the test of Backline that you asked for. No case is waiting, and there is nothing to do."),
    )


def address_is_dead(said: Mapping[str, str]) -> Letter:
    """To whose address it is, by another one."""
    return (
        _("Letters to %(address)s do not arrive any more") % said,
        _("Hello %(name)s,\n\nwe are told that nobody is at %(address)s:\n%(why)s\n\nLetters go to this "
          "address instead. Prove that one again, or take it away:\n\n%(link)s\n") % said,
    )  # fmt: skip


def somebodys_address_is_dead(said: Mapping[str, str]) -> Letter:
    """To whoever can mend it."""
    return (
        _("Letters to %(person)s do not arrive at %(address)s") % said,
        _("Hello %(name)s,\n\nwe are told that nobody is at %(address)s, an address of %(person)s:\n"
          "%(why)s\n\n%(instead)s Ask %(person)s about it; an administrator can enter another one.\n\n%(link)s\n")
        % said,
    )  # fmt: skip


def browser_is_gone(said: Mapping[str, str]) -> Letter:
    """To whose browser it was, by another address."""
    return (
        _("Nothing can be shown in %(address)s any more") % said,
        _("Hello %(name)s,\n\n%(address)s was one of your browsers that show what is due on a case. Nothing arrives "
          "there any more:\n%(why)s\n\nYou are told by your other addresses. Open this page in that browser and have "
          "it added again, or take it away:\n\n%(link)s\n") % said,
    )  # fmt: skip


def place_is_gone(said: Mapping[str, str]) -> Letter:
    """To whose chat or program it was, by another address."""
    return (
        _("Nothing arrives at %(address)s any more") % said,
        _("Hello %(name)s,\n\n%(address)s was to be told what is due on your cases. Nothing arrives there any more:\n"
          "%(why)s\n\nYou are told by your other addresses. Add the address that it has now, or take this one away:"
          "\n\n%(link)s\n") % said,
    )  # fmt: skip


def browser_was_taken() -> str:
    """Why a browser is dead in which somebody else signed in and had it added."""
    return _("somebody else has messages pushed to this browser now")


def goes_instead(address: str) -> str:
    """Where letters go to somebody whose address is dead."""
    if address:
        return _("Letters go to %(address)s meanwhile.") % {"address": address}
    return _("There is no other address, so nobody is reached there.")


def swap_asked(said: Mapping[str, str]) -> Letter:
    """To whom a swap is asked of."""
    return (
        _("%(other)s asks for a swap: a shift of %(team)s") % said,
        _("Hello %(name)s,\n\n%(other)s asks whether you take this shift of %(team)s:\n\n%(when)s\n%(back)s\nUntil "
          "somebody takes it, it stays where it is. Answer here:\n\n%(link)s\n") % said,
    )  # fmt: skip


def in_return(when: str) -> str:
    """What the asker would take in return."""
    return _("\nin return for:\n\n%(when)s\n") % {"when": when}


def swap_taken(said: Mapping[str, str]) -> Letter:
    """To the asker."""
    return (
        _("%(other)s takes your shift of %(team)s") % said,
        _("Hello %(name)s,\n\n%(other)s has taken this shift of %(team)s from you:\n\n%(when)s\n%(back)s\n%(link)s\n")
        % said,
    )  # fmt: skip


def swap_declined(said: Mapping[str, str]) -> Letter:
    """To the asker."""
    return (
        _("%(other)s does not take your shift of %(team)s") % said,
        _("Hello %(name)s,\n\n%(other)s has declined. This shift of %(team)s stays yours:\n\n%(when)s\n%(back)s\nAsk "
          "somebody else here:\n\n%(link)s\n") % said,
    )  # fmt: skip


def swap_withdrawn(said: Mapping[str, str]) -> Letter:
    """To the asker where somebody else ended it, and to whom it was asked of."""
    return (
        _("A swap is not asked for any more: a shift of %(team)s") % said,
        _("Hello %(name)s,\n\n%(other)s ended the question of a swap. This shift of %(team)s stays where it is:\n\n"
          "%(when)s\n%(back)s\n%(link)s\n") % said,
    )  # fmt: skip


def shift_gone(said: Mapping[str, str]) -> Letter:
    """To whose shift somebody else has from now on."""
    return (
        _("%(other)s has your shift of %(team)s now") % said,
        _("Hello %(name)s,\n\nyou are not on call for %(team)s then; %(other)s is, by the word of %(by)s:\n\n"
          "%(when)s\n\n%(link)s\n") % said,
    )  # fmt: skip


def shift_given(said: Mapping[str, str]) -> Letter:
    """To who was named for a shift."""
    return (
        _("You are on call for %(team)s: %(by)s named you") % said,
        _("Hello %(name)s,\n\nyou are on call for %(team)s:\n\n%(when)s\n\n%(link)s\n") % said,
    )  # fmt: skip


def stands_in_for_shift(said: Mapping[str, str]) -> Letter:
    """To who is next in turn where somebody is away."""
    return (
        _("You are on call for %(team)s: %(other)s is away") % said,
        _("Hello %(name)s,\n\n%(other)s is away, and you stand in for %(team)s:\n\n%(when)s\n\n%(link)s\n") % said,
    )  # fmt: skip


def away_from_shift(said: Mapping[str, str]) -> Letter:
    """To who plans a team: somebody is away who has shifts in it; what is left without anybody comes first."""
    return (
        (_("Nobody is on call for %(team)s: %(other)s is away") if said["gaps"] else
         _("%(other)s is away and has shifts of %(team)s")) % said,
        _("Hello %(name)s,\n\n%(other)s is away and has these shifts of %(team)s:\n\n%(when)s\n"
          "%(gaps)s%(others)s\n%(link)s\n") % said,
    )  # fmt: skip


def back_at_shifts(said: Mapping[str, str]) -> Letter:
    """To who plans a team: somebody is there after all, or again."""
    return (
        _("%(other)s is there after all: shifts of %(team)s") % said,
        _("Hello %(name)s,\n\n%(other)s is not away then, and has these shifts of %(team)s:\n\n%(when)s\n\n"
          "%(link)s\n") % said,
    )  # fmt: skip


def shifts_changed(said: Mapping[str, str]) -> Letter:
    """To whose shifts are others than before."""
    return (
        _("Your shifts of %(team)s are others now") % said,
        _("Hello %(name)s,\n\nyour shifts of %(team)s were changed by %(by)s.\n%(gone)s%(gained)s\n%(link)s\n") % said,
    )


def shifts_left_open(said: Mapping[str, str]) -> Letter:
    """To who plans a team: what was changed leaves nobody."""
    return (
        _("Nobody is on call for %(team)s: shifts were changed") % said,
        _("Hello %(name)s,\n\nthe shifts of %(team)s were changed by %(by)s. Nobody is on call then; name somebody:"
          "\n\n%(when)s\n\n%(link)s\n") % said,
    )  # fmt: skip


def shifts_gone(when: str) -> str:
    """What is not the reader's any more."""
    return _("\nNot yours any more:\n\n%(when)s\n") % {"when": when} if when else ""


def shifts_gained(when: str) -> str:
    """What is the reader's from now on."""
    return _("\nYours now:\n\n%(when)s\n") % {"when": when} if when else ""


def without_cover(when: str) -> str:
    """When nobody is on call."""
    return _("\nNobody is on call then; name somebody:\n\n%(when)s\n") % {"when": when} if when else ""


def covered_by(names: str) -> str:
    """Who stands in."""
    return _("\nNext in turn, and told: %(names)s.\n") % {"names": names} if names else ""


def work_of(need: Need) -> str:
    """Which work takes a skill: on which assets, with which fault, for which team."""
    team = _("cases for %(team)s") % {"team": need.team.name} if need.team else ""
    return ", ".join(part for part in (need.asset_type, need.fault_code, team) if part) or _("everything")
