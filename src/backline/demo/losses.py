"""What is lost in the demo when something stands still: figures of a few assets, and of three contracts."""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.core.words import Actor
from backline.demo.places import Place
from backline.demo.plan import DAYS
from backline.jobs import operations as jobs
from backline.jobs.operations import ContractForm

_OF_CUSTOMERS = {
    "St Anna Hospital": {"lift": (2, 1_400), "medical": (1, 1_100)},
    "Riverside Hospital": {"lift": (2, 900), "medical": (1, 700)},
    "Northside Transit": {"escalator": (3, 250), "lift": (1, 150)},
    "Northside Library": {"lift": (1, 180), "heating": (4, 90)},
}
"""Units that stand still and the cost of an hour, by customer and kind of asset; of others nothing is known."""
CONTRACTS = (
    ("C-101", "St Anna Hospital", "Hospital care, day and night", "5,000 for each broken promise", 5_000, False),
    ("C-102", "Riverside Hospital", "Full service", "25,000 for each broken promise", 25_000, True),
    ("C-103", "Northside Library", "Maintenance of the lifts", "A month's fee", 1_200, False),
)  # fmt: skip


def figures(place: Place) -> tuple[int, int]:
    """How many units stand still with an asset, and what an hour of it costs."""
    return _OF_CUSTOMERS.get(place.customer, {}).get(place.kind, (0, 0))


def agree(*, by: Actor, at: datetime) -> None:
    """Keep the contracts, from before the first case on."""
    began = at - timedelta(days=DAYS + 30)
    for number, customer, name, penalty, amount, named in CONTRACTS:
        form = ContractForm(
            number, customer, name, began.date(), penalty=penalty, penalty_amount=amount, named_account=named
        )
        jobs.keep_contract(form, by=by, at=began)
