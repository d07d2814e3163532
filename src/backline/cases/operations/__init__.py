"""The only door for change of a case: every verb is permission, law, change, event, alarms and notices at once.

Every verb takes `by` (who asks), `at` (when the server heard it) and `key` (the same key does a thing once), raises
`MoveRefused` where the law refuses, `NoSuchCase` where the actor may not see the case, `KeyReused` where the key came
with another content before; then nothing was changed.
"""

from backline.cases.operations._answers import hand_up, keep_answer, leave_climb
from backline.cases.operations._consider import JUDGES, Judged, consider, dismiss, raise_suggested, report_visit
from backline.cases.operations._cover import ring_for_held
from backline.cases.operations._erase import erase_contact
from backline.cases.operations._hearing import ask_call, hear_customer, rate, urge
from backline.cases.operations._let_go import keep_person, keep_persons
from backline.cases.operations._moves import (
    More,
    NewOffer,
    accept,
    bounce,
    complete,
    confirm,
    deescalate,
    dispute,
    offer,
    reopen,
    resolve,
    return_case,
    withdraw,
)
from backline.cases.operations._raise import NewCase, NewStep, raise_case, reserve_numbers
from backline.cases.operations._rebuild import rebuild
from backline.cases.operations._recompute import (
    Moved,
    Writer,
    recompute,
    recompute_all,
    recompute_check,
    recompute_waits_for,
)
from backline.cases.operations._records import (
    NewDecision,
    NewPart,
    NewVisit,
    NewWord,
    add_evidence,
    add_note,
    begin_wait,
    book_visit,
    call_off_visit,
    change_contact,
    change_priority,
    correct_impact,
    decide_review,
    end_visit,
    end_wait,
    jump,
    lift_stop,
    move_part,
    move_policy,
    record_root_cause,
    request_part,
    tell_customer,
    try_step,
)
from backline.cases.operations._renamed import find_renamed
from backline.cases.operations._reported import add_report
from backline.cases.operations._unheard import not_reached
from backline.cases.operations._watch import Unlooked, look, look_due
from backline.cases.operations._workarounds import (
    NewWorkaround,
    approve_workaround,
    end_workaround,
    extend_workaround,
    offer_workaround,
    refuse_workaround,
)
from backline.cases.operations._write import Done, NoSuchCase
from backline.core.lifecycle import MoveRefused, Refusal
from backline.ledger.operations import KeyReused

__all__ = [
    "JUDGES",
    "Done",
    "Judged",
    "KeyReused",
    "More",
    "MoveRefused",
    "Moved",
    "NewCase",
    "NewDecision",
    "NewOffer",
    "NewPart",
    "NewStep",
    "NewVisit",
    "NewWord",
    "NewWorkaround",
    "NoSuchCase",
    "Refusal",
    "Unlooked",
    "Writer",
    "accept",
    "add_evidence",
    "add_note",
    "add_report",
    "approve_workaround",
    "ask_call",
    "begin_wait",
    "book_visit",
    "bounce",
    "call_off_visit",
    "change_contact",
    "change_priority",
    "complete",
    "confirm",
    "consider",
    "correct_impact",
    "decide_review",
    "deescalate",
    "dismiss",
    "dispute",
    "end_visit",
    "end_wait",
    "end_workaround",
    "erase_contact",
    "extend_workaround",
    "find_renamed",
    "hand_up",
    "hear_customer",
    "jump",
    "keep_answer",
    "keep_person",
    "keep_persons",
    "leave_climb",
    "lift_stop",
    "look",
    "look_due",
    "move_part",
    "move_policy",
    "not_reached",
    "offer",
    "offer_workaround",
    "raise_case",
    "raise_suggested",
    "rate",
    "rebuild",
    "recompute",
    "recompute_all",
    "recompute_check",
    "recompute_waits_for",
    "record_root_cause",
    "refuse_workaround",
    "reopen",
    "report_visit",
    "request_part",
    "reserve_numbers",
    "resolve",
    "return_case",
    "ring_for_held",
    "tell_customer",
    "try_step",
    "urge",
    "withdraw",
]
