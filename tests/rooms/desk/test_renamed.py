"""A new name: the cases of whatever was renamed are found by it, and by the old one no more."""

from __future__ import annotations

from typing import Any

import pytest

from backline.cases.models import Renamed, Word
from backline.engine.duties.renamed import Renamed as Duty
from tests.fakes.browser import send, signed_in
from tests.fakes.house import House
from tests.fakes.lists import imported
from tests.rooms.desk.test_search import found

SITE = {"reference": "LIB-1", "customer": "LIB", "name": "Athenaeum", "address": "1 High Street", "zone": "UTC"}


def heard(house: House) -> None:
    """The engine has looked after every new name."""
    while Duty().run(house.clock.now()):
        pass
    assert not Renamed.objects.exists()


def enter(place: str, entry: dict[str, Any]) -> None:
    """Ada keeps an entry of a register."""
    ada, address = signed_in("ada"), f"/administration/{place}"
    assert send(ada, address, **entry).status_code == 302


def renames(house: House) -> dict[str, tuple[str, dict[str, Any]]]:
    """For each register an entry under a new name."""
    persons, library = house.persons, {"zone": "UTC"}
    tess = {"name": "Theresa", "email": "tess@example.org", "roles": ["TECHNICIAN"], "active": "on", **library}
    team = {"name": "Hoist crew", "tier": "3", "lead": str(persons["lena"].id), "members": [str(persons["sana"].id)]}
    asset = {"reference": "LIB-L7", "name": "Paternoster", "type": "lift", "site": "LIB-1"}
    return {
        "Athenaeum": (f"sites/{house.job.site_id}", SITE),
        "Theresa": (f"persons/{persons['tess'].id}", tess),
        "Hoist": (f"teams/{house.specialists.id}", team),
        "Kassandra": (
            f"contacts/{house.cleo.id}",
            {"name": "Kassandra", "email": "cleo@example.net", "sites": "LIB-1", "language": "en", **library},
        ),
        "Paternoster": (f"assets/{house.job.asset_id}", asset),
    }


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Athenaeum", "hall"),
        ("Theresa", "Tess"),
        ("Hoist", "specialists"),
        ("Kassandra", "Cleo"),
        ("Paternoster", "lift 7"),
    ],
)
def test_a_case_is_found_by_the_new_name_and_no_more_by_the_old(house: House, new: str, old: str) -> None:
    case, other = house.raised(summary="Doors jam"), house.raised(job=str(house.otto_job.id), summary="Hums")
    house.offer(case)
    carl, (address, entry) = signed_in("carl"), renames(house)[new]
    assert case in found(carl, old)
    enter(address, entry)
    heard(house)
    assert case in found(carl, new)
    assert case not in found(carl, f"{old} jam")
    assert found(carl, "jam") == [case]
    assert found(carl, "hums") == [other]


def test_a_list_renames_many_and_each_is_found_batch_by_batch(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr("backline.cases.operations._renamed.BATCH", 2)
    known = [house.raised(summary=f"Jam {number}") for number in range(3)]
    carl, ada = signed_in("carl"), signed_in("ada")
    imported(ada, "sites", "Reference,Name,Customer\nLIB-1,Athenaeum,LIB\nMUS-1,Glyptothek,MUS\n")
    heard(house)
    assert set(found(carl, "athenaeum")) == {*known}
    assert found(carl, "glyptothek") == []
    assert not Word.objects.filter(word="hall").exists()


def test_what_is_kept_as_it_was_asks_for_nothing(house: House) -> None:
    house.raised()
    entry = SITE | {"name": "Library hall"}
    enter(f"sites/{house.job.site_id}", entry)
    assert not Renamed.objects.exists()
