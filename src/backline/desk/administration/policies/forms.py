"""The form of a policy's file, and the form that says for when and for whom its ladders are drawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.ladders import Supposed
from backline.core.words import Priority
from backline.desk.administration.filed import FileForm, written
from backline.desk.administration.forms import line
from backline.jobs import queries as jobs
from backline.look.forms import Form, Moment
from backline.people import queries as people
from backline.policies.file import read
from backline.policies.operations import Plan

AROUND = timedelta(days=3 * 365)
"""How far from now a drawing may begin: calendars know their holidays as far as that."""


class PolicyForm(FileForm):
    """A policy as somebody writes it."""

    reads = staticmethod(read)
    text = written(gettext_lazy("The policy"))
    effective_at = Moment(
        label=gettext_lazy("Counts from"), required=False,
        help_text=gettext_lazy("For cases raised from then on. Left empty, from the moment you save."),
    )  # fmt: skip

    def plan(self) -> Plan:
        """What was written, as a plan."""
        return Plan(self.cleaned_data["text"], self.cleaned_data["why"], self.cleaned_data["effective_at"])


class SupposedForm(Form):
    """When a case would come, and to whom; what is left empty is now, the first team, no site of its own."""

    moment = Moment(label=gettext_lazy("If it begins"), required=False)
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), required=False, choices=[(one.value, one.value) for one in Priority]
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    site = line(gettext_lazy("Reference of a site"), longest=100, required=False)

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at = at
        self.choose("team", [(str(team.id), team.name) for team in people.teams()])

    def clean_moment(self) -> datetime:
        """A moment that calendars know."""
        moment = self.cleaned_data["moment"] or self._at
        if abs(moment - self._at) > AROUND:
            raise forms.ValidationError(_("Choose a moment within three years from now."))
        return moment

    def clean_site(self) -> Any:
        """The site, or none."""
        reference = str(self.cleaned_data["site"]).strip()
        known = jobs.sites_by_reference([reference]) if reference else {}
        if reference and reference not in known:
            raise forms.ValidationError(_("There is no site %(names)s.") % {"names": reference})
        return known.get(reference)

    def supposed(self) -> Supposed:
        """What was chosen; where something is wrong with it, now and the first team."""
        good = self.is_bound and self.is_valid()
        data: dict[str, Any] = self.cleaned_data if good else {}
        teams = [str(team.id) for team in people.teams()]
        return Supposed(
            data.get("moment") or self._at, Priority(data.get("priority") or Priority.P2),
            data.get("team") or next(iter(teams), ""), data.get("site"),
        )  # fmt: skip
