"""Where the demo's assets stand: made-up customers with their sites, contacts, and what is kept running there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, cycle, islice

from backline.demo.cast import ZONE

SITES, ASSETS = 120, 300


@dataclass(frozen=True, slots=True)
class Place:
    """One asset with its site, its customer, and the contact who is kept informed there."""

    asset: str
    kind: str
    name: str
    site: str
    site_name: str
    address: str
    customer: str
    contact: str
    contact_mail: str
    zone: str = ZONE


@dataclass(frozen=True, slots=True)
class _Estate:
    """Customers of one sort: what their sites are called, and what stands at each."""

    customers: tuple[str, ...]
    sites: tuple[str, ...]
    kinds: tuple[str, ...]


STREETS = (
    "Park Lane", "Museum Square", "Canal Street", "Mill Road", "Harbour Row", "Lindenhof", "Station Approach",
    "Orchard Way", "Bridge Street", "Market Hill", "Foundry Lane", "Eastgate", "Cooper's Yard", "River Walk",
    "Garden Row", "Chapel Street", "Weaver Street", "North Quay", "Tanner's Row", "College Green",
)  # fmt: skip
FIRST = (
    "Agnes", "Boris", "Clara", "David", "Edith", "Felix", "Gloria", "Hugo", "Irma", "Jakob", "Karin", "Leo", "Martha",
    "Noah", "Olga", "Peter", "Rosa", "Simon", "Thea", "Ulrich", "Viola", "Walter", "Xenia", "Yusuf", "Zita",
)  # fmt: skip
LAST = (
    "Adler", "Bauer", "Conti", "Dahl", "Ekman", "Fuchs", "Gallo", "Hoffer", "Ibsen", "Jansen", "Kovac", "Lund",
    "Marek", "Neri", "Ostrow", "Prinz", "Rossi", "Stein", "Toth", "Urban", "Vogel", "Winter", "Zeman",
)  # fmt: skip
ESTATES = (
    _Estate(
        ("St Anna Hospital", "Riverside Hospital", "Hillcrest Hospital", "Eastgate Children's Hospital"),
        ("main building", "surgery", "outpatients", "day clinic", "ward block", "intensive care"),
        ("medical", "medical", "lift"),
    ),
    _Estate(
        ("Dr Halvorsen", "Dr Petit", "Dr Amadi", "Dr Brandl", "Dr Cheng", "Dr Duarte", "Dr Ferro", "Dr Grau"),
        ("practice",),
        ("medical",),
    ),
    _Estate(
        ("Riverside Arcade", "Eastgate Arcade", "Old Mill Arcade", "Harbour Arcade"),
        ("north entrance", "south entrance", "car park", "food hall"),
        ("escalator", "escalator", "lift"),
    ),
    _Estate(
        ("Northside Transit",),
        ("Westgate station", "Museum station", "Harbour station", "Park station", "Mill Road station", "University",
         "Canal Street station", "Fairground", "Northside Central", "Airport station"),
        ("escalator", "escalator", "lift"),
    ),
    _Estate(
        ("Lindenhof Homes", "Canal Homes", "Eastgate Housing", "Orchard Homes"),
        ("house 1", "house 4", "house 9", "house 12", "house 17", "house 23", "house 30", "house 35", "house 41"),
        ("lift", "heating"),
    ),
    _Estate(
        ("Park School", "Mill Road School", "Harbour School", "Eastgate School", "Orchard School", "Weaver School"),
        ("main house", "sports hall"),
        ("heating", "heating", "lift"),
    ),
    _Estate(
        ("Hotel Aurora", "Hotel Post", "Canal Offices", "North Quay Offices", "Foundry Offices", "Tanner's House"),
        ("front house", "rear house"),
        ("lift", "heating"),
    ),
)  # fmt: skip
DAY_AND_NIGHT, _PRACTICES, *_, _SCHOOLS, _HOUSES = (estate.customers for estate in ESTATES)
IN_OFFICE_HOURS = ("Northside Library", "City Museum", *_PRACTICES, *_SCHOOLS, *_HOUSES)
"""The customers whose contracts count all time, and those whose contracts count office hours."""
NAMES = {
    "lift": ("Passenger lift", "Goods lift", "Bed lift", "Panorama lift"),
    "escalator": ("Escalator up", "Escalator down"),
    "heating": ("Gas boiler", "Hot water store", "Heat pump"),
    "medical": ("Ventilator", "Infusion pump", "Patient monitor", "Steriliser", "Ultrasound", "Syringe pump"),
}
_KNOWN = (
    ("lift", "LIB-L1", "Passenger lift 1"), ("lift", "LIB-L2", "Book lift 2"), ("heating", "LIB-H1", "Gas boiler 1"),
)  # fmt: skip
_MUSEUM = (("escalator", "MUS-E1", "Escalator east"), ("lift", "MUS-L1", "Goods lift"))


@cache
def places() -> tuple[Place, ...]:
    """All assets: those of Cleo's library and Otto's museum first, then each site's own, then more at each site."""
    sites = tuple(islice(_sites(), SITES - 2))
    numbers: dict[tuple[str, str], Iterator[int]] = {}
    made = [*_of_the_cast()]
    wanted = [(site, kind) for site, kinds in sites for kind in kinds]
    made += [_asset(site, kind, numbers) for site, kind in wanted]
    more = cycle((site, kinds[0]) for site, kinds in sites)
    made += [_asset(site, kind, numbers) for site, kind in islice(more, max(ASSETS - len(made), 0))]
    return tuple(made[:ASSETS])


def _of_the_cast() -> Iterator[Place]:
    library = Place("", "", "", "LIB", "Northside Library, main hall", "1 Park Lane", "Northside Library", "Cleo", "")
    museum = Place("", "", "", "MUS", "City Museum, east wing", "7 Museum Square", "City Museum", "Otto", "")
    for kind, asset, name in _KNOWN:
        yield replace(library, kind=kind, asset=asset, name=name, contact_mail="cleo@customer.example")
    for kind, asset, name in _MUSEUM:
        yield replace(museum, kind=kind, asset=asset, name=name, contact_mail="otto@other.example")


def _sites() -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Each site, as a place without an asset yet, with the kinds of what stands there."""
    numbers, contacts = count(1), _contacts()
    for estate in ESTATES:
        for customer in estate.customers:
            contact = next(contacts)
            for site in estate.sites:
                number = next(numbers)
                address = f"{number * 7 % 89 + 1} {STREETS[number % len(STREETS)]}"
                mail = f"{contact.lower().replace(' ', '.')}@{_domain(customer)}"
                name = f"{customer}, {site}"
                yield Place("", "", "", f"S{number:03d}", name, address, customer, contact, mail), estate.kinds


def _contacts() -> Iterator[str]:
    for number in count():
        yield f"{FIRST[number % len(FIRST)]} {LAST[(number * 5 + number // len(FIRST)) % len(LAST)]}"


def _domain(customer: str) -> str:
    letters = "".join(letter for letter in customer.lower() if letter.isalnum() or letter == " ")
    return f"{'-'.join(letters.split())}.example"


def _asset(site: Place, kind: str, numbers: dict[tuple[str, str], Iterator[int]]) -> Place:
    number = next(numbers.setdefault((site.site, kind), count(1)))
    names = NAMES[kind]
    name = f"{names[(int(site.site[1:]) + number) % len(names)]} {number}"
    return replace(site, kind=kind, asset=f"{site.site}-{kind[0].upper()}{number}", name=name)
