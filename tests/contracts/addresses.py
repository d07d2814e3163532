"""Every address of the product by its name, and how to write it down for somebody who knocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.fakes.world import World


def patterns(found: Iterable[Any], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product with its name; one without a name goes by its route."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name or one.pattern}", one


def address(world: World, name: str, who: str, stage: str = "") -> str:
    """The address of this name, filled in with what belongs to Cleo and her case of that stage."""
    values = world.values(who, stage)
    return reverse(name, kwargs={parameter: values[parameter] for parameter in _parameters()[name]})


@cache
def _parameters() -> dict[str, tuple[str, ...]]:
    """The parameters of every address, by its name."""
    return {name: tuple(one.pattern.converters) for name, one in patterns(get_resolver().url_patterns)}
