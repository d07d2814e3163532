"""What people are told by letter about standing in for each other, and where they are reached."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.people import numbers
from backline.people.models import Address, AddressKind

Letter = tuple[str, str]
"""A subject and a text."""

ADDRESS_KINDS = {
    AddressKind.EMAIL: gettext_lazy("e-mail"),
    AddressKind.MOBILE: gettext_lazy("mobile"),
    AddressKind.LANDLINE: gettext_lazy("landline, gets no text messages"),
}


def address(one: Address) -> str:
    """An address as people write it."""
    return one.value if one.kind == AddressKind.EMAIL else numbers.as_read(one.value)


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
        _("Hello %(name)s,\n\nyour code for %(address)s is %(code)s. It counts for 15 minutes. Enter it here:\n\n"
          "%(page)s\n\nIf you did not ask for it, leave this letter.\n") % said,
    )  # fmt: skip


def address_test(said: Mapping[str, str]) -> Letter:
    """The test that somebody had sent to himself."""
    return (
        _("Test: would you hear of a case here?"),
        _("Hello %(name)s,\n\nthis is the test that you asked for; no case is waiting. It was sent to %(address)s.\n"
          "Say that it has arrived, within a day:\n\n%(link)s\n\nIf you did not ask for it, leave this letter.\n")
        % said,
    )  # fmt: skip


def address_is_dead(said: Mapping[str, str]) -> Letter:
    """To whose address it is, by another one."""
    return (
        _("Letters to %(address)s do not arrive any more") % said,
        _("Hello %(name)s,\n\nthe mail server says that nobody is at %(address)s:\n%(why)s\n\nLetters go to this "
          "address instead. Prove that one again, or take it away:\n\n%(link)s\n") % said,
    )  # fmt: skip


def somebodys_address_is_dead(said: Mapping[str, str]) -> Letter:
    """To whoever can mend it."""
    return (
        _("Letters to %(person)s do not arrive at %(address)s") % said,
        _("Hello %(name)s,\n\nthe mail server says that nobody is at %(address)s, an address of %(person)s:\n"
          "%(why)s\n\n%(instead)s Ask %(person)s about it; an administrator can enter another one.\n\n%(link)s\n")
        % said,
    )  # fmt: skip


def goes_instead(address: str) -> str:
    """Where letters go to somebody whose address is dead."""
    if address:
        return _("Letters go to %(address)s meanwhile.") % {"address": address}
    return _("There is no other address, so nobody is reached there.")
