"""Phone numbers as they are dialled from anywhere, and what kind of line each is."""

from __future__ import annotations

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
