"""What can be done to a case on its page: for each verb its form, when it is offered, and the operation it calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from backline.cases import operations as cases
from backline.cases.operations import Done, NewDecision, NewOffer, NewPart, NewStep, NewVisit, NewWord
from backline.cases.queries import View
from backline.core.facts import CORRECT, DECIDES, may_lift
from backline.core.jump import WHO
from backline.core.lifecycle import Capacity, Move
from backline.core.words import (
    OPEN_STATES,
    Actor,
    Impact,
    JobOutcome,
    ReviewOutcome,
    Role,
    RootCause,
    State,
    StepResult,
    ToldBy,
    Urgency,
    WaitReason,
    WorkaroundEnd,
)
from backline.desk import forms, impact, jumps, other_rules, parts, root_cause, targets, visits, waits, workarounds


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent and is whole: for which case, by whom, when; `photos` are the ids of those it came with."""

    case: str
    data: dict[str, Any]
    form: Any
    by: Actor
    at: datetime
    photos: tuple[str, ...] = ()

    @property
    def once(self) -> dict[str, Any]:
        """Who, when and the key: what every operation takes."""
        return {"by": self.by, "at": self.at, "key": self.data["key"]}

    @property
    def happened(self) -> dict[str, Any]:
        """The same, for what may be reported later than it was so."""
        return {**self.once, "occurred_at": self.form.happened_at}

    @property
    def informed(self) -> dict[str, Any]:
        """The same, for what is decided upon how the case stands: with the last event that was on the page."""
        return {**self.once, "seen": self.data["seen"]}


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done; it is the next step in the states of `primary`, and may come with `photos`."""

    slug: str
    label: Any
    form: type[forms.CaseForm]
    offered: Callable[[View], bool]
    act: Callable[[Sent], list[Done]]
    primary: tuple[State, ...] = ()
    photos: bool = False

    @property
    def key(self) -> str:
        """The letter on the keyboard that opens it."""
        return {"accept": "a", "offer": "o", "hand-over": "o", "note": "n"}.get(self.slug, "")


def _move(move: Move) -> Callable[[View], bool]:
    return lambda view: move in view.allowed


def _routes(view: View) -> bool:
    return Move.OFFER in view.allowed and Capacity.COORDINATOR in view.capacities


def _hands_over(view: View) -> bool:
    return Move.OFFER in view.allowed and Capacity.COORDINATOR not in view.capacities


def _unstopped(offered: Callable[[View], bool]) -> Callable[[View], bool]:
    return lambda view: view.case.stop is None and offered(view)


def _owner(view: View) -> bool:
    return Capacity.OWNER in view.capacities


def _owner_or_coordinator(view: View) -> bool:
    return view.case.state in OPEN_STATES and bool({Capacity.OWNER, Capacity.COORDINATOR} & view.capacities)


def _may_note(view: View) -> bool:
    return view.case.state in OPEN_STATES and bool(view.capacities - {Capacity.CUSTOMER})


def _may_jump(view: View) -> bool:
    return bool(view.ahead) and bool(view.capacities & WHO)


def _has_another_contact(view: View) -> bool:
    return _owner_or_coordinator(view) and any(str(one.id) != view.case.contact for one in view.contacts)


def _returns(view: View) -> bool:
    technician = view.row.technician
    there = technician is not None and technician.is_active and Role.TECHNICIAN in technician.roles
    return Move.RETURN in view.allowed and there


def _may_move_a_visit(view: View) -> bool:
    return bool(view.visits) and view.case.stop is None and _owner_or_coordinator(view)


def _visit_has_begun(view: View) -> bool:
    return any(visit.from_at <= view.at for visit in view.visits) and _owner_or_coordinator(view)


def _may_correct(view: View) -> bool:
    return view.case.state in OPEN_STATES and bool(CORRECT & view.capacities)


def _may_lower(view: View) -> bool:
    return Move.DEESCALATE in view.allowed and any(tier < view.case.tier for tier in view.tiers)


def _may_close(view: View) -> bool:
    return Move.CONFIRM in view.allowed and not view.case.gates


def _working(view: View) -> bool:
    return view.case.state is State.ACCEPTED and view.case.stop is None and _owner_or_coordinator(view)


def _offer(sent: Sent) -> list[Done]:
    team, person = sent.form.chosen()
    new = NewOffer(team, person, sent.data["why"], sent.form.because())
    return cases.offer([sent.case], new, **sent.informed)


def _deescalate(sent: Sent) -> list[Done]:
    team, person = sent.form.chosen()
    return cases.deescalate([sent.case], team=team, person=person, why=sent.data["why"], **sent.informed)


def _accept(sent: Sent) -> list[Done]:
    return cases.accept([sent.case], lease=timedelta(seconds=sent.data["lease"]), **sent.once)


def _step(sent: Sent) -> list[Done]:
    data = sent.data
    step = NewStep(data["action"], StepResult(data["result"]), data["tool"], data["reading"], data["minutes"] or 0)
    return cases.try_step([sent.case], step=step, evidence=sent.photos, **sent.happened)


def _photos(sent: Sent) -> list[Done]:
    return cases.add_evidence([sent.case], evidence=sent.photos, draft=sent.data["key"], **sent.once)


def _visit(sent: Sent) -> list[Done]:
    data = sent.data
    visit = NewVisit(data["from_at"], data["to_at"], data["person"], data.get("record", ""))
    return cases.book_visit([sent.case], visit=visit, **sent.informed)


def _review(sent: Sent) -> list[Done]:
    data = sent.data
    lifters = frozenset(map(Capacity, data["lifters"]))
    outcome, said = ReviewOutcome(data["outcome"]), (data["conditions"], data["lifted_on"])
    decision = NewDecision(outcome, *said, record=data["record"], lifters=lifters, until=data["until"])
    return cases.decide_review([sent.case], decision=decision, **sent.informed)


def _lift(sent: Sent) -> list[Done]:
    return cases.lift_stop([sent.case], why=sent.data["why"], **sent.informed)


def _wait(sent: Sent) -> list[Done]:
    data = sent.data
    wanted = {"reason": WaitReason(data["reason"]), "until": data["until"], "what": data["what"]}
    return cases.begin_wait([sent.case], **wanted, **sent.happened)


def _part(sent: Sent) -> list[Done]:
    data = sent.data
    return cases.request_part([sent.case], part=NewPart(data["what"], data["supplier"], data["until"]), **sent.happened)


def _part_moved(sent: Sent) -> list[Done]:
    data = sent.data
    wanted = {"record": data["record"], "until": data["until"], "why": data["why"]}
    return cases.move_part([sent.case], **wanted, **sent.once)


def _workaround(sent: Sent) -> list[Done]:
    return cases.offer_workaround([sent.case], workaround=sent.form.workaround(), **sent.informed)


def _decide_workaround(sent: Sent) -> list[Done]:
    data = sent.data
    if data["outcome"] == workarounds.REFUSE:
        return cases.refuse_workaround([sent.case], record=data["record"], why=data["why"], **sent.informed)
    wanted = {name: data[name] for name in ("record", "until", "limits")}
    return cases.approve_workaround([sent.case], **wanted, **sent.informed)


def _extend_workaround(sent: Sent) -> list[Done]:
    wanted = {name: sent.data[name] for name in ("record", "until", "why")}
    return cases.extend_workaround([sent.case], **wanted, **sent.informed)


def _end_workaround(sent: Sent) -> list[Done]:
    data = sent.data
    how = WorkaroundEnd(data["how"])
    return cases.end_workaround([sent.case], record=data["record"], how=how, why=data["why"], **sent.once)


def _resolve(sent: Sent) -> list[Done]:
    data = sent.data
    outcome = JobOutcome(data["outcome"])
    return cases.resolve([sent.case], cause=data["cause"], fix=data["fix"], outcome=outcome, **sent.once)


def _priority(sent: Sent) -> list[Done]:
    data = sent.data
    wanted = {"impact": Impact(data["impact"]), "urgency": Urgency(data["urgency"]), "why": data["why"]}
    return cases.change_priority([sent.case], **wanted, **sent.informed)


def _other_rules(sent: Sent) -> list[Done]:
    return cases.move_policy([sent.case], policy=sent.data["policy"], why=sent.data["why"], **sent.informed)


def _impact(sent: Sent) -> list[Done]:
    return cases.correct_impact([sent.case], losses=sent.form.said(), why=sent.data["why"], **sent.informed)


def _root_cause(sent: Sent) -> list[Done]:
    data = sent.data
    return cases.record_root_cause([sent.case], lies_in=RootCause(data["lies_in"]), text=data["text"], **sent.once)


def _tell(sent: Sent) -> list[Done]:
    data = sent.data
    word = NewWord(data["text"], data["next_by"], ToldBy(data["told_by"]))
    return cases.tell_customer([sent.case], word=word, **sent.once)


def _contact(sent: Sent) -> list[Done]:
    return cases.change_contact([sent.case], contact=sent.data["contact"], **sent.once)


def _withdraw(sent: Sent) -> list[Done]:
    return cases.withdraw([sent.case], why=sent.data["why"], **sent.informed)


def _end(operation: Callable[..., list[Done]]) -> Callable[[Sent], list[Done]]:
    def end(sent: Sent) -> list[Done]:
        return operation([sent.case], record=sent.data["record"], outcome=sent.data["outcome"], **sent.happened)

    return end


def _call_off(sent: Sent) -> list[Done]:
    return cases.call_off_visit([sent.case], record=sent.data["record"], why=sent.data["why"], **sent.once)


def _jump(sent: Sent) -> list[Done]:
    climb, rung = sent.form.chosen()
    return cases.jump([sent.case], climb=climb, rung=rung, why=sent.data["why"], **sent.once)


def _note(sent: Sent) -> list[Done]:
    return cases.add_note([sent.case], text=sent.data["text"], **sent.happened)


def _worded(operation: Callable[..., list[Done]], name: str) -> Callable[[Sent], list[Done]]:
    return lambda sent: operation([sent.case], **{name: sent.data[name]}, **sent.once)


_ALL = (
    Verb("review", _("Decide the review"), forms.ReviewForm,
         lambda view: bool(view.reviews) and bool(DECIDES & view.capacities), _review, primary=tuple(OPEN_STATES)),
    Verb("decide-workaround", _("Decide the workaround"), workarounds.DecideForm, workarounds.may_decide,
         _decide_workaround, primary=tuple(OPEN_STATES)),
    Verb("lift-stop", _("Lift the stop"), forms.LiftForm,
         lambda view: view.case.stop is not None and bool(may_lift(view.case) & view.capacities),
         _lift, primary=tuple(OPEN_STATES)),
    Verb("accept", _("Accept"), forms.AcceptForm, _move(Move.ACCEPT), _accept, primary=(State.OFFERED,)),
    Verb("offer", _("Offer"), targets.TargetForm, _routes, _offer, primary=(State.RAISED,)),
    Verb("resolve", _("Resolve"), forms.ResolveForm, _unstopped(_move(Move.RESOLVE)), _resolve,
         primary=(State.ACCEPTED,)),
    Verb("tell", _("Tell the customer"), forms.TellForm, _owner_or_coordinator, _tell),
    Verb("contact", _("Another contact"), forms.ContactForm, _has_another_contact, _contact),
    Verb("step", _("Step tried"), forms.StepForm, _unstopped(_owner), _step, photos=True),
    Verb("wait", _("Wait for something"), waits.WaitForm, _owner, _wait),
    Verb("part", _("Ask for a part"), parts.PartForm,
         lambda view: view.case.state is State.ACCEPTED and _owner_or_coordinator(view), _part),
    Verb("move-part", _("The part comes at another time"), parts.MovePartForm,
         lambda view: bool(parts.asked_for(view)) and _owner_or_coordinator(view), _part_moved),
    Verb("end-wait", _("The wait is over"), forms.RecordForm,
         lambda view: bool(view.waits) and _owner_or_coordinator(view), _end(cases.end_wait)),
    Verb("visit", _("Book a visit"), visits.VisitForm, _working, _visit),
    Verb("move-visit", _("Move the visit"), visits.MoveVisitForm, _may_move_a_visit, _visit),
    Verb("call-off", _("Call off the visit"), forms.CallOffForm,
         lambda view: bool(view.visits) and _owner_or_coordinator(view), _call_off),
    Verb("end-visit", _("The visit is over"), forms.VisitEndForm, _visit_has_begun, _end(cases.end_visit)),
    Verb("workaround", _("Offer a workaround"), workarounds.WorkaroundForm, workarounds.may_offer, _workaround),
    Verb("extend-workaround", _("The workaround counts for longer"), workarounds.ExtendForm,
         workarounds.may_extend, _extend_workaround),
    Verb("end-workaround", _("End the workaround"), workarounds.EndForm, workarounds.may_end, _end_workaround),
    Verb("hand-over", _("Hand over"), targets.HandOverForm, _hands_over, _offer),
    Verb("return", _("Return to the technician"), forms.ReturnForm, _returns,
         _worded(cases.return_case, "missing")),
    Verb("bounce", _("Give it back"), forms.WhyForm, _move(Move.BOUNCE), _worded(cases.bounce, "why")),
    Verb("confirm", _("Customer confirmed"), forms.ConfirmForm, _may_close, _worded(cases.confirm, "words"),
         primary=(State.RESOLVED,)),
    Verb("dispute", _("It is not fixed"), forms.DisputeForm, _move(Move.DISPUTE), _worded(cases.dispute, "why")),
    Verb("reopen", _("Open again"), forms.WhyForm, _move(Move.REOPEN), _worded(cases.reopen, "why")),
    Verb("jump", _("Tell somebody now"), jumps.JumpForm, _may_jump, _jump),
    Verb("note", _("Note"), forms.NoteForm, _may_note, _note),
    Verb("photos", _("Add photos"), forms.CaseForm, _may_note, _photos, photos=True),
    Verb("priority", _("Change the priority"), forms.PriorityForm,
         lambda view: view.case.state in OPEN_STATES
         and bool({Capacity.COORDINATOR, Capacity.MANAGER} & view.capacities), _priority),
    Verb("policy", _("Take other rules"), other_rules.RulesForm, other_rules.may_take, _other_rules),
    Verb("impact", _("Correct the impact"), impact.ImpactForm, _may_correct, _impact),
    Verb("root-cause", _("Record the root cause"), root_cause.RootCauseForm, root_cause.may_record, _root_cause),
    Verb("lower", _("Hand to a lower tier"), targets.LowerTargetForm,
         _may_lower, _deescalate),
    Verb("withdraw", _("Withdraw"), forms.WithdrawForm, _unstopped(_move(Move.WITHDRAW)), _withdraw),
)  # fmt: skip
VERBS = {verb.slug: verb for verb in _ALL}


def offered(view: View) -> list[Verb]:
    """The verbs that this actor may use on this case now: the only buttons."""
    return [verb for verb in _ALL if verb.offered(view)]


def primary(verbs: Sequence[Verb], view: View) -> Verb | None:
    """The next step among them: an answer to the customer where one is owed, else what the state asks for."""
    owed = "tell" if view.case.answer_by else ""
    wanted = sorted(verbs, key=lambda verb: verb.slug != owed)
    return next((verb for verb in wanted if verb.slug == owed or view.case.state in verb.primary), None)
