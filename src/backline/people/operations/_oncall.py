"""On-call: the versions of a team's schedule, who takes a shift, and who is away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from backline.core.calendar import CalendarRefused, zone_of
from backline.core.oncall import Agreed, Layer
from backline.core.rota import LONGEST_TURN, MOST_LAYERS, MOST_PERSONS, Fault, ScheduleRefused, judge
from backline.core.sight import SEES_ALL
from backline.core.values import encode
from backline.core.words import Actor
from backline.ledger.news import ALL, announce
from backline.people.models import Absence, Agreement, Person, ScheduleVersion, Team
from backline.people.oncall import AHEAD, may_plan, on_call, schedule_of
from backline.people.operations._registers import Invalid, flaw_of_span, hold
from backline.people.operations._shift_news import hold_teams, tell
from backline.people.planned import may_end
from backline.people.queries import ids, members
from backline.people.shift_news import Before, concerned, of_absence, of_agreement, of_change, of_return

TAKEN_OVER = timedelta(hours=12)
"""Whoever takes over has it until the shift ends, and no longer than this; pages say so."""


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """What a team's schedule should be from a moment on, now without one; `seen` is the number of the one on view."""

    team: str
    layers: tuple[Layer, ...]
    effective_at: datetime | None = None
    seen: int = 0


def keep_schedule(form: ScheduleForm, *, by: Actor, at: datetime) -> ScheduleVersion:
    """Add a version to a team's schedule; saying the same again changes nothing. Raises `Invalid`, nothing changed."""
    if not may_plan(by, form.team):
        raise PermissionDenied
    effective, layers = max(form.effective_at or at, at), encode(form.layers)
    with transaction.atomic():
        team = hold_team(form.team)
        last = ScheduleVersion.objects.filter(team=team).order_by("-number").first()
        if last and last.layers == layers and (form.effective_at or last.effective_at) == last.effective_at:
            return last
        if last and last.number != form.seen:
            raise Invalid({"": _("Somebody changed this schedule meanwhile. Look at it as it is now first.")})
        if errors := _flaws(form):
            raise Invalid(errors)
        kept = ScheduleVersion(
            team=team, number=form.seen + 1, layers=layers, effective_at=effective, saved_at=at, made_by=by.id
        )
        before = Before.of([form.team], at, at + AHEAD, at=at)
        kept.save(force_insert=True)
        tell(of_change(before.moved(), by=by.id, at=at))
        announce(ALL)
    return kept


def hold_team(team_id: str) -> Team:
    """The team, which nobody else plans until the caller's transaction ends."""
    hold_teams([team_id])
    team = Team.objects.filter(id__in=ids([team_id])).first()
    if team is None:
        raise Invalid({"team": _("There is no such team.")})
    return team


def _flaws(form: ScheduleForm) -> dict[str, str]:
    """The sentence for each part that cannot be; a part of a layer is called by the layer's number and its name."""
    team, flaws = members([form.team]).get(form.team, ()), {}
    names = dict(Person.objects.filter(id__in=ids(_named(form.layers))).values_list("id", "name"))
    for number, layer in enumerate(form.layers):
        strangers = [one for one in layer.persons if one not in team]
        if strangers:
            called = ", ".join(str(names.get(one, one)) for one in ids(strangers))
            flaws[f"{number}.persons"] = _("Not in this team, or not active: %(names)s.") % {"names": called}
        if len(set(layer.persons)) < len(layer.persons):
            flaws[f"{number}.persons"] = _("Somebody is named twice. Each takes a turn once a round.")
        try:
            zone_of(layer.zone)
        except CalendarRefused:
            flaws[f"{number}.zone"] = _("There is no time zone of this name. Write it like Europe/Berlin.")
        if not 2000 <= layer.first_day.year < 2200:
            flaws[f"{number}.first_day"] = _("Choose a day from the year 2000 to 2199.")
    try:
        judge(form.layers)
    except ScheduleRefused as error:
        flaws |= _refused(error)
    if form.effective_at and form.effective_at.year > 2199:
        flaws["effective_at"] = _("Choose a moment before the year 2200.")
    return flaws


def _named(layers: tuple[Layer, ...]) -> Iterator[str]:
    return (person for layer in layers for person in layer.persons)


def _refused(error: ScheduleRefused) -> dict[str, str]:
    field, said = {
        Fault.NOBODY: ("persons", _("Nobody takes a turn here. Name one person at least, or take the layer away.")),
        Fault.TOO_MANY: (
            "persons",
            _("That is too much: %(layers)d layers and %(persons)d persons in each are the most.")
            % {"layers": MOST_LAYERS, "persons": MOST_PERSONS},
        ),
        Fault.BAD_TURN: ("turn", _("A turn lasts from 1 to %(hours)d hours.") % {"hours": LONGEST_TURN}),
        Fault.NO_HOURS: ("week", _("This layer is never on. Give it hours, or none at all for always.")),
    }[error.fault]
    return {f"{error.layer}.{field}": said}


@dataclass(frozen=True, slots=True)
class AgreementForm:
    """Who has it from when to when, for everybody or in one person's place; from now on where it began before."""

    team: str
    person: str
    from_at: datetime
    to_at: datetime
    instead_of: str = ""


def agree(form: AgreementForm, *, by: Actor, at: datetime) -> Agreement:
    """Somebody has a shift that another one, or nobody, would have; what is so already is not agreed upon again.

    Planners say so of anybody, everybody else in the team of himself alone. Raises `Invalid`, nothing changed.
    """
    if not may_plan(by, form.team) and not (form.person == by.id and form.team in by.teams):
        raise PermissionDenied
    from_at = max(form.from_at, at)
    with transaction.atomic():
        team = hold_team(form.team)
        same = Agreement.objects.filter(team=team, person__in=ids([form.person]), to_at=form.to_at)
        same = same.filter(instead_of__in=ids([form.instead_of])) if form.instead_of else same.filter(instead_of=None)
        known = same.filter(from_at__gte=form.from_at, from_at__lte=from_at, to_at__gt=at).last()
        if known and _is_so(replace(form, from_at=from_at), at):
            return known
        others = Agreement.objects.filter(team=team, instead_of=None, from_at__lt=form.to_at, to_at__gt=from_at)
        other = None if form.instead_of else others.select_related("person").last()
        if other:
            said = _("%(name)s has been named for this time already. End that first, or choose another time.")
            raise Invalid({"from_at": said % {"name": other.person.name}})
        return _agreed(form, by, at)


def _agreed(form: AgreementForm, by: Actor, at: datetime) -> Agreement:
    """Agree upon it, and tell whose shifts move."""
    before = Before.of([form.team], max(form.from_at, at), form.to_at, at=at)
    kept = write_agreement(form, by=by, at=at)
    tell(of_agreement(kept, before.moved()))
    return kept


def write_agreement(form: AgreementForm, *, by: Actor, at: datetime) -> Agreement:
    """The same without asking who may, over what was agreed before and untold; the caller holds the team."""
    from_at = max(form.from_at, at)
    if errors := _cannot_have(form, from_at, by):
        raise Invalid(errors)
    mine = {"team_id": form.team, "person_id": form.person, "instead_of_id": form.instead_of or None}
    made_at = _after_others(form.team, at)
    kept = Agreement(**mine, from_at=from_at, to_at=form.to_at, made_at=made_at, made_by=by.id)
    kept.save(force_insert=True)
    announce(ALL)
    return kept


def _after_others(team: str, at: datetime) -> datetime:
    """No earlier than what was agreed last: whoever asked earlier and waited longer for the team comes after it."""
    last = Agreement.objects.filter(team__in=ids([team])).aggregate(last=Max("made_at"))["last"]
    return max(at, last) if last else at


def _is_so(form: AgreementForm, at: datetime) -> bool:
    """Whether it would change nothing to agree upon this now."""
    schedule = schedule_of(form.team, form.from_at, form.to_at, at=at)
    if schedule is None:
        return False
    again = Agreed(form.person, form.from_at, form.to_at, form.instead_of)
    after = replace(schedule, agreed=(*schedule.agreed, again))
    return schedule.shifts(form.from_at, form.to_at) == after.shifts(form.from_at, form.to_at)


def _cannot_have(form: AgreementForm, from_at: datetime, by: Actor) -> dict[str, str]:
    if form.to_at > from_at and schedule_of(form.team, from_at, form.to_at, at=from_at) is None:
        return {"team": _("This team has no schedule, so all of it is told. Plan its shifts first.")}
    if flaw := flaw_of_span(from_at, form.to_at):
        return {"to_at": flaw}
    if form.person == form.instead_of:
        return {"person": _("Nobody stands in for himself. Name somebody else.")}
    team = members([form.team]).get(form.team, ())
    asked = {"person": form.person} | ({"instead_of": form.instead_of} if form.instead_of else {})
    takes_over = form.person == by.id and not form.instead_of and may_plan(by, form.team)
    if not takes_over and (stranger := next((field for field, person in asked.items() if person not in team), "")):
        return {stranger: _("There is nobody like that in this team who may act. Choose somebody else.")}
    away = Absence.objects.filter(person__in=ids([form.person]), from_at__lt=form.to_at).exclude(to_at__lte=from_at)
    if away.exists():
        return {"person": _("That person is away in this time. Choose somebody else, or another time.")}
    return {}


def end_agreement(agreement: int, *, by: Actor, at: datetime) -> int:
    """It says nothing from now on; what had not begun never does. How many ended: a swap's other half does as well."""
    with transaction.atomic():
        found = Agreement.objects.filter(id=agreement, to_at__gt=at).first()
        if found is None:
            return 0
        team = str(found.team_id)
        if not may_end(team, by, at=at).filter(id=found.id).exists():
            raise PermissionDenied
        hold_teams([team])
        both = Agreement.objects.filter(_is_it_or_given_in_return(found), to_at__gt=at)
        if not both.filter(id=found.id, to_at=found.to_at).exists():  # somebody ended it while this waited
            return 0
        spans = both.values_list("from_at", "to_at")
        start, end = min(start for start, _end in spans), max(end for _start, end in spans)
        before = Before.of([team], max(start, at), end, at=at)
        ended, _by_table = both.filter(from_at__gte=at).delete()
        ended += both.update(to_at=at)
        tell(of_change(before.moved(), by=by.id, at=at))
        announce(ALL)
    return ended


def _is_it_or_given_in_return(one: Agreement) -> Q:
    swapped = {"person": one.instead_of_id, "instead_of": one.person_id}
    return Q(id=one.id) | Q(team=one.team_id, made_at=one.made_at, **swapped)


def take_over(team: str, *, seen: Collection[str] | None = None, by: Actor, at: datetime) -> Agreement:
    """Whoever asks has the shift from now until it ends, or the next one begins where nobody had it.

    Where he is away before that, it ends when he is. Who is in the team can, and who plans it. `seen` are those who
    were on call when he looked: raises `Invalid`, nothing changed, where somebody else is by now.
    """
    if team not in by.teams and not may_plan(by, team):
        raise PermissionDenied
    with transaction.atomic():
        held = hold_team(team)
        at = _after_others(team, at)
        mine = Agreement.objects.filter(
            team=held, person__in=ids([by.id]), instead_of=None, from_at__lte=at, to_at__gt=at
        ).last()
        if mine and _is_so(AgreementForm(team, by.id, at, mine.to_at), at):
            return mine
        if seen is not None:
            _is_as_seen(team, {*seen, by.id}, at)
        later = Absence.objects.filter(person__in=ids([by.id]), from_at__gt=at)
        ends = min([_shift_ends(team, at), *later.values_list("from_at", flat=True)])
        return _agreed(AgreementForm(team, by.id, at, ends), by, at)


def _is_as_seen(team: str, seen: Collection[str], at: datetime) -> None:
    now = {shift.person for shift in on_call([team], at=at).get(team, ())}
    others = Person.objects.filter(id__in=ids(now.difference(seen))).order_by("name").values_list("name", flat=True)
    if others:
        said = _("%(names)s came on call since you looked, so you did not take over. Press again if you still want to.")
        raise Invalid({"": said % {"names": ", ".join(others)}})


def _shift_ends(team: str, at: datetime) -> datetime:
    """When what is now is over: the shift, or the gap."""
    most = at + TAKEN_OVER
    schedule = schedule_of(team, at, most, at=at)
    shifts = schedule.shifts(at, most) if schedule else ()
    ends = [shift.end for shift in shifts if shift.start == at] or [shift.start for shift in shifts]
    return min(ends, default=most)


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """Who is away, from when, and until when; without an end until somebody says so."""

    person: str
    from_at: datetime
    to_at: datetime | None = None


def keep_absence(form: AbsenceForm, *, by: Actor, at: datetime) -> Absence:
    """Somebody is away; saying the same again changes nothing. Raises `Invalid`, nothing changed."""
    _may_say_away(form.person, by)
    from_at = max(form.from_at, at)
    with transaction.atomic():
        before = _hold_shifts_of(form.person, from_at, form.to_at, at)
        if not hold(form.person):
            raise Invalid({"person": _("There is nobody like that who may act. Choose somebody else.")})
        if form.to_at and (flaw := flaw_of_span(from_at, form.to_at)):
            raise Invalid({"to_at": flaw})
        if known := Absence.objects.filter(
            person__in=ids([form.person]), to_at=form.to_at, from_at__lte=from_at, from_at__gte=form.from_at
        ).first():
            return known
        kept = Absence(person_id=form.person, from_at=from_at, to_at=form.to_at, made_at=at, made_by=by.id)
        kept.save(force_insert=True)
        tell(of_absence(kept, before.moved(), at=at))
        announce(ALL)
    return kept


def _hold_shifts_of(person: str, from_at: datetime, to_at: datetime | None, at: datetime) -> Before:
    """How it stands in the teams of somebody, which are held, as far as anybody looks ahead."""
    most = from_at + AHEAD
    until = min(to_at or most, most)
    teams = concerned([person], from_at, until)
    hold_teams(teams)
    return Before.of(teams, from_at, until, at=at)


def _may_say_away(person: str, by: Actor) -> None:
    """Everybody of himself, and of others whoever plans a team that they are in; raises `PermissionDenied` else."""
    led = Team.objects.filter(id__in=ids(by.leads), members__in=ids([person]))
    if person != by.id and not by.roles & SEES_ALL and not led.exists():
        raise PermissionDenied


def end_absence(absence: int, *, by: Actor, at: datetime) -> int:
    """The person is there again: all that cover this moment end now, each with its own end; how many they were.

    One that is still to come never begins, alone: then it is 0. Raises `Invalid` where it was over before.
    """
    over = Invalid({"": _("That absence was over already. Nothing was changed.")})
    found = Absence.objects.filter(id=absence).first()
    if found is None:
        raise over
    whose = str(found.person_id)
    _may_say_away(whose, by)
    with transaction.atomic():
        before = _hold_shifts_of(whose, max(found.from_at, at), None, at)
        known = Absence.objects.filter(person=found.person_id).exclude(to_at__lte=at)
        one = known.select_for_update().filter(id=absence, to_at=found.to_at).first()
        if one is None:
            raise over
        ended = known.filter(from_at__lte=at).update(to_at=at) if one.from_at <= at else 0
        if not ended:
            one.delete()
        tell(of_return(whose, before.moved(), by=by.id, at=at))
        announce(ALL)
    return ended
