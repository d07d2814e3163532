"""Turns the frozen values of the core into plain documents and back, without losing a microsecond."""

from __future__ import annotations

import types
import typing
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any


def encode(value: object) -> Any:
    """A value as JSON types: dataclasses become objects, sets sorted lists, moments ISO 8601 in UTC."""
    match value:
        case StrEnum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(encode(name)): encode(item) for name, item in value.items()}
        case frozenset():
            return sorted(encode(item) for item in value)
        case list() | tuple():
            return [encode(item) for item in value]
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    return value


def decode[T](kind: type[T], document: Mapping[str, Any]) -> T:
    """The value of the dataclass `kind` that `encode` turned into this document."""
    return kind(
        **{
            name: _decode(hint, document[name])
            for name, hint in _hints(typing.cast(Hashable, kind))
            if name in document
        }
    )


@cache
def _hints(kind: Hashable) -> tuple[tuple[str, Any], ...]:
    known = typing.cast(Any, kind)
    hints = typing.get_type_hints(known)
    return tuple((field.name, hints[field.name]) for field in fields(known))


def _decode(hint: Any, item: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if item is None else _decode(inner, item)
    if origin in (tuple, frozenset):
        return origin(_decode(arguments[0], part) for part in item)
    if origin in (dict, Mapping):
        return {_decode(arguments[0], name): _decode(arguments[1], part) for name, part in item.items()}
    return _decode_plain(hint, item)


def _decode_plain(hint: Any, item: Any) -> Any:
    if hint in (datetime, date):
        return hint.fromisoformat(item)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(item)
    if is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, item)
    return item
