"""What people are told by letter about standing in for each other."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

Letter = tuple[str, str]
"""A subject and a text."""


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
