"""Sight: who may open which address is a table, and an address that does not stand in it fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, path, reverse

from backline.desk.verbs import VERBS
from tests.contracts import table
from tests.contracts.addresses import address, patterns
from tests.fakes.forms import whole
from tests.fakes.house import House
from tests.fakes.world import World


@pytest.fixture
def world(house: House) -> World:
    return World(house)


def unlisted(found: Iterable[Any]) -> list[str]:
    """The addresses and methods that have no line."""
    listed = {(line[0].partition("@")[0], line[1]) for line in table.lines(table.ADDRESSES)}
    needed = {(name, method) for name, _one in patterns(found) for method in ("GET", "POST")}
    return sorted(f"{name} {method}" for name, method in needed - listed)


def test_every_address_has_its_lines() -> None:
    assert unlisted(get_resolver().url_patterns) == []
    known = dict(patterns(get_resolver().url_patterns))
    assert [line[0] for line in table.lines(table.ADDRESSES) if line[0].partition("@")[0] not in known] == []


def test_an_address_without_a_line_is_found() -> None:
    added = [*get_resolver().url_patterns, path("secret", lambda _request: HttpResponse("all of it"), name="secret")]
    assert unlisted(added) == ["secret GET", "secret POST"]


def test_everybody_sees_what_the_table_says_and_nothing_else(world: World) -> None:
    wrong = []
    for name, method, *statuses in table.lines(table.ADDRESSES):
        name, _at, stage = name.partition("@")
        for who, expected in zip(table.WHO, statuses, strict=True):
            with transaction.atomic():
                client, place = world.clients[who], address(world, name, who, stage)
                cookies = client.cookies.copy()
                got = client.get(place) if method == "GET" else client.post(place)
                client.cookies = cookies
                transaction.set_rollback(True)
            if str(got.status_code) != expected:
                wrong.append(f"{name}{_at}{stage} {method} {who}: {got.status_code}, not {expected}")
    assert wrong == []


def test_every_verb_is_done_by_whom_the_table_says_and_refused_to_everybody_else(world: World) -> None:
    assert {line[0].partition("@")[0] for line in table.lines(table.VERBS)} == set(VERBS)
    wrong = []
    for verb, *statuses in table.lines(table.VERBS):
        slug, _at, stage = verb.partition("@")
        case = world.cases[stage]
        place, before = reverse("desk:act", args=[case, slug]), world.seq(case)
        form = whole(world.house, case, slug)
        for who, expected in zip(table.WHO, statuses, strict=True):
            with transaction.atomic():
                got = world.clients[who].post(place, form)
                done = world.seq(case) - before
                transaction.set_rollback(True)
            went_to = got.headers.get("Location", "")
            told = str(got.status_code) if done or not went_to.endswith(f"/cases/{case}") else "302 without an event"
            if (told, done) != (expected, int(went_to.endswith(case))):
                wrong.append(f"{verb} {who}: {told} with {done} events, not {expected}")
    assert wrong == []
