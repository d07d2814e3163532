"""The forms of the registers; each fits what its operation keeps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.core.impact import MOST
from backline.core.words import Priority, Role
from backline.desk.administration.seen import EntryForm
from backline.jobs import queries as jobs
from backline.look.forms import KeyedForm, Text, Whole, Zone, choices
from backline.people import operations as people_operations
from backline.people import queries as people
from backline.people.languages import WRITTEN, languages_to_write_in
from backline.policies import conditions

ROLES = {
    Role.TECHNICIAN: gettext_lazy("Technician: works on site, raises cases"),
    Role.COORDINATOR: gettext_lazy("Coordinator: routes cases, talks to customers"),
    Role.SPECIALIST: gettext_lazy("Specialist: takes cases"),
    Role.MANAGER: gettext_lazy("Manager: decides reviews, hears what is late"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator: keeps these registers"),
}


def line(label: Any, *, longest: int, required: bool = True, help_text: Any = "") -> Text:
    """A text of one line."""
    return Text(lines=1, label=label, max_length=longest, required=required, help_text=help_text)


def tick_boxes(label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Several of a few."""
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, required=False, **options)


class Pasted(forms.CharField):
    """A list or a feed as it was pasted; what cannot be kept in it is said where it is read."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.validators = []


class RegisterForm(EntryForm):
    """A form over one entry of a register; `fixed` fields name an entry and stay as they are."""

    FIXED: tuple[str, ...] = ()

    def __init__(self, *args: Any, changes: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.FIXED:
            self.fields[name].disabled = changes


class Amount(Whole):
    """A number of something; left empty, there is none of it."""

    def __init__(self, *, most: int, least: int = 0, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, required=False, **options)

    def clean(self, value: Any) -> int:
        """The number."""
        return super().clean(value) or 0

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it is another number; none is none, written or left empty."""
        return super().has_changed(initial or None, None if data == "0" else data)


class PersonForm(RegisterForm):
    """A person."""

    name = line(gettext_lazy("Name"), longest=200)
    email = line(gettext_lazy("E-mail address"), longest=254, help_text=gettext_lazy("For signing in and for letters."))
    phone = line(gettext_lazy("Phone"), longest=40, required=False)
    roles = tick_boxes(gettext_lazy("What the person does"), choices=choices(ROLES))
    zone = Zone()
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 10 characters. Left empty, the one there is stays; somebody new can be sent "
                               "a link to choose one."),
        strip=False, required=False, max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    active = forms.BooleanField(
        label=gettext_lazy("Active: may sign in, is told, takes cases"), required=False, initial=True
    )


class TeamForm(RegisterForm):
    """A team."""

    name = line(gettext_lazy("Name"), longest=200)
    tier = forms.TypedChoiceField(
        label=gettext_lazy("Tier"), coerce=int,
        choices=[(1, gettext_lazy("1 Field")), (2, gettext_lazy("2 Technical support")),
                 (3, gettext_lazy("3 Specialist group")), (4, gettext_lazy("4 Engineering, product, vendor"))],
    )  # fmt: skip
    lead = forms.ChoiceField(
        label=gettext_lazy("Lead"), required=False, help_text=gettext_lazy("Hears when the team does not answer.")
    )
    members = tick_boxes(gettext_lazy("Members"))
    cap = Amount(
        least=1, most=people_operations.MOST_CAP, label=gettext_lazy("Open cases at most"),
        help_text=gettext_lazy("For each member who has no number of his own. Whoever has as many is passed over where "
                               "somebody else can, never where somebody is in danger. Empty, there is no limit; "
                               "whoever is to take no case leaves the team, or is entered as away."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(str(person.id), person.name) for person in people.persons()]
        self.choose("lead", [("", _("Nobody")), *known])
        self.choose("members", known)


class ContactForm(RegisterForm):
    """A customer's contact."""

    name = line(gettext_lazy("Name"), longest=200)
    email = line(gettext_lazy("E-mail address"), longest=254, required=False)
    phone = line(gettext_lazy("Phone"), longest=40, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), initial=WRITTEN[0], help_text=gettext_lazy("In which letters and pages speak.")
    )
    zone = Zone()
    sites = line(
        gettext_lazy("Sites"), longest=2000, required=False,
        help_text=gettext_lazy("The references of the sites to keep informed about, separated by commas."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("language", languages_to_write_in(str(self.initial.get("language", ""))))

    def clean_sites(self) -> tuple[str, ...]:
        """The references one by one; each must be that of a site."""
        wanted = parts(self.cleaned_data["sites"])
        known = jobs.sites_by_reference(wanted)
        unknown = [reference for reference in wanted if reference not in known]
        if unknown:
            raise forms.ValidationError(_("There is no site %(names)s.") % {"names": ", ".join(unknown)})
        return wanted


class SiteForm(RegisterForm):
    """A site."""

    FIXED = ("reference",)
    reference = line(gettext_lazy("Reference"), longest=100, help_text=gettext_lazy("Your own short name; it stays."))
    customer = line(gettext_lazy("Customer"), longest=100)
    name = line(gettext_lazy("Name"), longest=200)
    address = line(gettext_lazy("Address"), longest=300, required=False)
    zone = Zone()
    territory = line(
        gettext_lazy("Territory"), longest=60, required=False,
        help_text=gettext_lazy("In which part of the country it lies, as it stands with the people who work there."),
    )  # fmt: skip


def references(label: Any, help_text: Any) -> Text:
    """References of places, separated by commas."""
    return Text(lines=2, label=label, max_length=20_000, required=False, help_text=help_text)


def day(label: Any, **options: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Give a date such as 2026-12-01.")}, **options,
    )  # fmt: skip


class ContractForm(RegisterForm):
    """A contract."""

    FIXED = ("number", "customer")
    number = line(gettext_lazy("Number"), longest=100, help_text=gettext_lazy("Your own number of it; it stays."))
    customer = line(gettext_lazy("Customer"), longest=100, help_text=gettext_lazy("By name or reference; it stays."))
    name = line(gettext_lazy("Name"), longest=200)
    from_on = day(gettext_lazy("Holds from"))
    until_on = day(gettext_lazy("Until"), required=False, help_text=gettext_lazy("Its last day; empty, it goes on."))
    sites = references(
        gettext_lazy("Sites"), gettext_lazy("References, separated by commas. Without sites and assets it covers all.")
    )
    assets = references(gettext_lazy("Assets"), gettext_lazy("References, separated by commas."))
    penalty = line(
        gettext_lazy("Penalty"), longest=500, required=False,
        help_text=gettext_lazy("What is owed when it is not kept, in words."),
    )  # fmt: skip
    penalty_amount = Amount(
        most=MOST["penalty"], label=gettext_lazy("Penalty as an amount"),
        help_text=gettext_lazy("What one breach costs, in whole units of your currency."),
    )  # fmt: skip
    named_account = forms.BooleanField(
        label=gettext_lazy("Named account: managers hear of each case under it"), required=False
    )

    def clean_sites(self) -> tuple[str, ...]:
        """The references one by one."""
        return parts(self.cleaned_data["sites"])

    def clean_assets(self) -> tuple[str, ...]:
        """The references one by one."""
        return parts(self.cleaned_data["assets"])


def parts(text: str) -> tuple[str, ...]:
    """What stands between commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


class AssetForm(RegisterForm):
    """An asset."""

    FIXED = ("reference",)
    reference = line(gettext_lazy("Reference"), longest=100, help_text=gettext_lazy("Your own short name; it stays."))
    name = line(gettext_lazy("Name"), longest=200)
    type = line(gettext_lazy("Type"), longest=60, help_text=gettext_lazy("Such as lift, escalator, boiler."))
    site = line(gettext_lazy("Site"), longest=100, help_text=gettext_lazy("The reference of the site."))
    units = Amount(
        most=MOST["units"], label=gettext_lazy("Units standing still"),
        help_text=gettext_lazy("How many stand still when it does: flats, lines, rooms. Empty, none."),
    )  # fmt: skip
    cost_an_hour = Amount(
        most=MOST["cost_an_hour"], label=gettext_lazy("Cost an hour"),
        help_text=gettext_lazy("What an hour of standing still costs, in whole units of your currency."),
    )  # fmt: skip

    def clean_site(self) -> str:
        """The reference of a site that there is."""
        reference = str(self.cleaned_data["site"]).strip()
        if reference not in jobs.sites_by_reference([reference]):
            raise forms.ValidationError(_("There is no site %(names)s.") % {"names": reference})
        return reference


class JobForm(RegisterForm):
    """A job."""

    FIXED = ("reference",)
    reference = line(gettext_lazy("Reference"), longest=100, help_text=gettext_lazy("Your own short name; it stays."))
    title = line(gettext_lazy("Title"), longest=300, help_text=gettext_lazy("What is to be done, in a few words."))
    place = line(gettext_lazy("Asset or site"), longest=100, help_text=gettext_lazy("The reference of one of them."))
    technician = forms.ChoiceField(
        label=gettext_lazy("Technician"), required=False,
        help_text=gettext_lazy("Sees it under My jobs, and can raise a case from there."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wanted = {*people.with_role(Role.TECHNICIAN), self.initial.get("technician", "")}
        known = people.persons_by_id(wanted)
        named = sorted((person.name, entry) for entry, person in known.items())
        self.choose("technician", [("", _("Nobody")), *((entry, name) for name, entry in named)])

    def clean_place(self) -> str:
        """The reference of an asset, or of a site, that there is."""
        reference = str(self.cleaned_data["place"]).strip()
        if not jobs.place(reference):
            raise forms.ValidationError(_("There is no asset and no site %(name)s.") % {"name": reference})
        return reference


class FaultCodeForm(RegisterForm):
    """A fault code."""

    FIXED = ("code", "asset_type")
    code = line(gettext_lazy("Code"), longest=40)
    asset_type = line(
        gettext_lazy("Type of asset"), longest=60, required=False, help_text=gettext_lazy("Empty fits every type.")
    )
    title = line(gettext_lazy("What it means"), longest=200)


class RuleForm(RegisterForm):
    """A routing rule; what is left empty fits everything."""

    order = Whole(
        label=gettext_lazy("Order"), min_value=0, max_value=9999, initial=100,
        help_text=gettext_lazy("The lowest that fits wins."),
    )  # fmt: skip
    team = forms.ChoiceField(label=gettext_lazy("Suggest this team"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, choices=choices(wording.REASONS, first=gettext_lazy("Any"))
    )
    asset_type = line(gettext_lazy("Type of asset"), longest=60, required=False)
    fault_code = line(gettext_lazy("Fault code"), longest=40, required=False)
    site = line(gettext_lazy("Site"), longest=100, required=False, help_text=gettext_lazy("The reference of the site."))
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), required=False,
        choices=[("", gettext_lazy("Any")), *((priority.value, priority.value) for priority in Priority)],
    )  # fmt: skip

    condition = Text(
        lines=2, max_length=conditions.LONGEST, required=False, label=gettext_lazy("Condition, in CEL"),
        help_text=gettext_lazy("For what the fields cannot say. It knows reasons, priority, asset_type, fault_codes: "
                               "\"SAFETY_RISK\" in reasons && asset_type.startsWith(\"lift\")"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("team", [(str(team.id), team.name) for team in people.teams()])

    def clean_condition(self) -> str:
        """A condition that means something, or nothing."""
        text = str(self.cleaned_data["condition"]).strip()
        try:
            if text:
                conditions.check(text)
        except conditions.Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from unclear
        return text

    def clean_site(self) -> str:
        """The id of the site, or nothing."""
        reference = str(self.cleaned_data["site"]).strip()
        known = jobs.sites_by_reference([reference]) if reference else {}
        if reference and reference not in known:
            raise forms.ValidationError(_("There is no site %(names)s.") % {"names": reference})
        return str(known[reference].id) if reference else ""


class OrganisationForm(EntryForm):
    """The organisation."""

    name = line(gettext_lazy("Name"), longest=200)
    zone = Zone()
    last_resort = forms.ChoiceField(
        label=gettext_lazy("Last-resort contact"), help_text=gettext_lazy("Hears when nobody else can be found.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("last_resort", [(str(person.id), person.name) for person in people.persons()])


class PlainForm(KeyedForm):
    """Nothing but the button."""
