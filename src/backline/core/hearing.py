"""What a customer says of a case without answering anything that it asks: words and photos, and nothing more."""

from __future__ import annotations

from backline.core.case import Case
from backline.core.facts import answer_owed, need
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.sight import capacities


def customer_says(case: Case, ask: Ask, *, text: str, evidence: dict[str, str], doubtful: bool = False) -> Draft:
    """The customer's word, in every state: whoever writes of a case that has ended is heard as well.

    It moves nothing: what confirms, disputes or reopens is said where it is asked. But whoever writes of a resolved
    case is not silent: it does not lapse before somebody has answered, who hears of it by the rhythm of the policy.
    What is `doubtful` may be a program's: it is read, and nothing else.
    """
    if Capacity.CUSTOMER not in capacities(ask.actor, case):
        raise MoveRefused(Refusal.NOT_YOURS, "customer.said", (Capacity.CUSTOMER,))
    need("customer.said", text=text or evidence)
    data = {"text": text} | ({"evidence": evidence} if evidence else {})
    return Draft("customer.said", data | ({"doubtful": True} if doubtful else answer_owed(case, ask)))
