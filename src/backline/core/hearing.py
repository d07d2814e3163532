"""What a customer says of a case without answering anything that it asks: words and photos, and nothing more."""

from __future__ import annotations

from backline.core.case import Case
from backline.core.facts import need
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.sight import capacities


def customer_says(case: Case, ask: Ask, *, text: str, evidence: dict[str, str]) -> Draft:
    """The customer's word, in every state: whoever writes of a case that has ended is heard as well.

    It moves nothing: what confirms, disputes or reopens is said where it is asked.
    """
    if Capacity.CUSTOMER not in capacities(ask.actor, case):
        raise MoveRefused(Refusal.NOT_YOURS, "customer.said", (Capacity.CUSTOMER,))
    need("customer.said", text=text or evidence)
    return Draft("customer.said", {"text": text} | ({"evidence": evidence} if evidence else {}))
