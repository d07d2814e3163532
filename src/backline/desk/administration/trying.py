"""Tries the set-up without touching it: who would hear now, where gaps are, which team is suggested, what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backline.cases import rehearsal, wording
from backline.cases.rehearsal import Supposed
from backline.core.routing import Facts
from backline.core.words import Danger, Impact, Priority, Reason, Role, Urgency
from backline.desk.administration.forms import line
from backline.jobs import queries as jobs
from backline.look.access import signed_in
from backline.look.forms import Form, choices
from backline.look.http import StaffRequest
from backline.people import queries as people
from backline.policies import queries as policies

administrator = signed_in(Role.ADMINISTRATOR)


@administrator
@require_safe
def who_hears(request: StaffRequest) -> HttpResponse:
    """Who would hear of a case that is offered to a team now and that nobody accepts, team by team."""
    found = rehearsal.who_hears(list(people.teams()), at=request.at, zone=request.zone)
    return render(request, "desk/administration/who_hears.html", {"teams": found})


@administrator
@require_safe
def gaps(request: StaffRequest) -> HttpResponse:
    """Sites without a contact, or without an asset."""
    context = {"unheard": jobs.sites_unheard(), "empty": jobs.sites_empty(), "most": jobs.MOST}
    return render(request, "desk/administration/gaps.html", context)


class RoutingForm(Form):
    """The facts that rules look at; the address of the page holds them."""

    asset = line(gettext_lazy("Asset"), longest=100, required=False, help_text=gettext_lazy("Its reference."))
    asset_type = line(gettext_lazy("Or a kind of asset"), longest=60, required=False)
    fault_code = line(gettext_lazy("Fault code"), longest=40, required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=choices(wording.REASONS))
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), choices=[(one.value, one.value) for one in Priority], initial="P3"
    )

    def clean_asset(self) -> Any:
        """The asset of this reference, or nothing where it was left empty."""
        return _asset(self.cleaned_data["asset"])


def _asset(text: str) -> Any:
    reference = text.strip()
    found = jobs.asset_by_reference(reference) if reference else None
    if reference and found is None:
        raise forms.ValidationError(_("There is no asset %(name)s.") % {"name": reference})
    return found


@administrator
@require_safe
def try_routing(request: StaffRequest) -> HttpResponse:
    """Which team is suggested for these facts, and why."""
    form = RoutingForm(request.GET if "reason" in request.GET else None)
    context: dict[str, Any] = {"form": form, "facts": wording.RULE_FACTS}
    if form.is_bound and form.is_valid():
        data, asset = form.cleaned_data, form.cleaned_data["asset"]
        kind, site = (asset.type, str(asset.site_id)) if asset else (data["asset_type"].strip(), "")
        codes = frozenset({data["fault_code"].strip()} - {""})
        facts = Facts(frozenset({Reason(data["reason"])}), Priority(data["priority"]), kind, codes, site)
        context |= {"tried": True, "suggestion": policies.suggestion(facts), "teams": _teams()}
    return render(request, "desk/administration/try_routing.html", context, status=_status(form))


class CaseForm(Form):
    """A report as one imagines it; the address of the page holds it."""

    about = line(gettext_lazy("Job or asset"), longest=100, help_text=gettext_lazy("Its reference."))
    danger = forms.ChoiceField(label=gettext_lazy("Danger"), choices=choices(wording.DANGERS))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=choices(wording.REASONS))
    impact = forms.ChoiceField(label=gettext_lazy("Impact"), choices=choices(wording.IMPACTS), initial="MEDIUM")
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=choices(wording.URGENCIES), initial="MEDIUM")

    def supposed(self) -> Supposed | None:
        """The report; None, with a sentence at the field, where there is no such job or asset."""
        data, reference = self.cleaned_data, self.cleaned_data["about"].strip()
        known = jobs.jobs_by_reference([reference]).get(reference)
        job = jobs.job(str(known.id)) if known else None
        asset = None if job else jobs.asset_by_reference(reference)
        if job is None and asset is None:
            said = _("There is no job and no asset %(name)s.") % {"name": reference}
            self.add_error("about", said)
            return None
        return Supposed(
            job, asset, Reason(data["reason"]), Danger(data["danger"]), Impact(data["impact"]), Urgency(data["urgency"])
        )


@administrator
@require_safe
def try_case(request: StaffRequest) -> HttpResponse:
    """What would happen if this were raised now; nothing is written."""
    form = CaseForm(request.GET if "about" in request.GET else None)
    context: dict[str, Any] = {"form": form, "facts": wording.RULE_FACTS}
    if form.is_bound and form.is_valid() and (supposed := form.supposed()):
        found = rehearsal.rehearse(supposed, by=request.actor, at=request.at, zone=request.zone)
        context |= {"found": found, "suggestion": found.suggestion, "teams": _teams()}
    elif not form.is_bound:
        some = ", ".join(f"{one.reference} ({one.name})" for one in jobs.find_assets("", most=3))
        form.fields["about"].help_text = (
            _("Its reference, such as: %(some)s") % {"some": some} if some else _("Its reference.")
        )
    return render(request, "desk/administration/try_case.html", context, status=_status(form))


def _teams() -> dict[str, str]:
    return {str(team.id): team.name for team in people.teams()}


def _status(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200
