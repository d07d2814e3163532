"""What an e-mail address stands for on the way: names of hosts travel in small letters of a few kinds."""

from __future__ import annotations


def stands_for(domain: str) -> str:
    """The other domain that letters would go to, as x.test for ⓧ.test; empty where it is the one written."""
    try:
        there = domain.encode("idna").decode("ascii").encode("ascii").decode("idna")
    except UnicodeError:
        return ""
    return "" if there.lower() == domain.lower() else there
