"""Turns the frozen values of the core into plain documents and back, without losing a microsecond."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

Change = Callable[[Any], Any]
"""What turns a value of one type into its document, or back; put together once a type."""


def encode(value: object) -> Any:
    """A value as JSON types: dataclasses become objects, sets sorted lists, moments ISO 8601 in UTC."""
    return _encoder(typing.cast(Hashable, type(value)))(value)


_ENCODERS: tuple[tuple[type, Change], ...] = (
    (StrEnum, lambda value: value.value),
    (datetime, lambda value: value.astimezone(UTC).isoformat()),
    (date, lambda value: value.isoformat()),
    (Mapping, lambda value: {str(encode(name)): encode(item) for name, item in value.items()}),
    (frozenset, lambda value: sorted(map(encode, value))),
    (list, lambda value: list(map(encode, value))),
    (tuple, lambda value: list(map(encode, value))),
)


_PLAIN = (str, int, float, bool)


@cache
def _encoder(kind: Any) -> Change:
    for known, change in _ENCODERS:
        if issubclass(kind, known):
            return change
    return _of_fields(kind) if is_dataclass(kind) else _as_it_is


def _of_fields(kind: Any) -> Change:
    hints = typing.get_type_hints(kind)
    parts = [(field.name, _as_it_is if hints[field.name] in _PLAIN else encode) for field in fields(kind)]
    return lambda value: {name: part(getattr(value, name)) for name, part in parts}


def _as_it_is(value: Any) -> Any:
    return value


def changed(value: object, before: object, document: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a dataclass as a document that differ from an earlier value, of which this is the document."""
    names, parts = _parts_of(typing.cast(Hashable, type(value)))
    together = zip(names, parts(value), parts(before), strict=True)
    return {name: encode(part) for name, part, old in together if part is not old or name not in document}


@cache
def _parts_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def decode[T](kind: type[T], document: Mapping[str, Any]) -> T:
    """The value of the dataclass `kind` that `encode` turned into this document."""
    return typing.cast(T, _decoder(typing.cast(Hashable, kind))(document))


@cache
def _decoder(hint: Any) -> Change:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _decoder(next(argument for argument in arguments if argument is not type(None)))
        return lambda item: None if item is None else inner(item)
    if origin in (tuple, frozenset):
        each = _decoder(arguments[0])
        return origin if each is _as_it_is else lambda items: origin(map(each, items))
    if origin in (dict, Mapping):
        named, each = map(_decoder, arguments)
        return lambda items: {named(name): each(item) for name, item in items.items()}
    return _plain(hint)


def _plain(hint: Any) -> Change:
    if hint in (datetime, date):
        return typing.cast(Change, hint.fromisoformat)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _from_fields(hint) if is_dataclass(hint) else _as_it_is


def _from_fields(kind: Any) -> Change:
    hints = typing.get_type_hints(kind)
    parts = [(field.name, _decoder(hints[field.name])) for field in fields(kind)]
    return lambda document: kind(**{name: part(document[name]) for name, part in parts if name in document})
