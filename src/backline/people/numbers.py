"""Phone numbers as they are dialled from anywhere, and what kind of line each is."""

from __future__ import annotations

import re

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
)

_LONGEST = 60
_NO_PLUS = re.compile(r"^tel:|[\s().\-/]", re.IGNORECASE)
_KINDS = {
    PhoneNumberType.MOBILE: frozenset({"MOBILE"}),
    PhoneNumberType.FIXED_LINE: frozenset({"LANDLINE"}),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: frozenset({"MOBILE", "LANDLINE"}),
    PhoneNumberType.VOIP: frozenset({"LANDLINE"}),
    PhoneNumberType.UAN: frozenset({"LANDLINE"}),
    PhoneNumberType.PERSONAL_NUMBER: frozenset({"LANDLINE"}),
}


def number_of(text: str) -> tuple[str, frozenset[str]] | None:
    """A number with its country as +4930123456, and as what it may be used: nothing where it only costs its caller.

    None where it is no number that can be dialled.
    """
    found = _parsed(text)
    if found is None:
        return None
    return format_number(found, PhoneNumberFormat.E164), _KINDS.get(number_type(found), frozenset())


def sender_of(text: str) -> str:
    """The number that a text comes from, as +4930123456; empty for a short code, a name and all that is no number.

    Some gateways write 00 before the country, and of some a form loses the plus: all who send have their country.
    """
    plain = text.strip()[:_LONGEST].strip()
    digits = _NO_PLUS.sub("", plain)
    found = number_of(plain) or (number_of(f"+{digits.removeprefix('00')}") if digits.isdecimal() else None)
    return found[0] if found else ""


def as_read(number: str) -> str:
    """The same with the spaces that people write."""
    found = _parsed(number)
    return format_number(found, PhoneNumberFormat.INTERNATIONAL) if found else number


def _parsed(text: str) -> PhoneNumber | None:
    try:
        found = parse(text, None)
    except NumberParseException:
        return None
    return found if is_valid_number(found) and not found.extension else None
