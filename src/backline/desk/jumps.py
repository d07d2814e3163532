"""The form by which somebody has a later rung of a climb told at once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from backline.desk.forms import CaseForm, Meant
from backline.look.forms import Text


class JumpForm(CaseForm):
    """Somebody who would hear of it later, told now."""

    rung = Meant(
        "[A-Z_]+:[0-9a-f-]*:[0-9]{1,9} [0-9]{1,4}",
        label=gettext_lazy("Who is told now"),
        help_text=gettext_lazy(
            "They get a mail with your reason. Whoever stands between is not told, and those above hear as much sooner."
        ),
        widget=forms.RadioSelect,
    )
    why = Text(label=gettext_lazy("Why now"), lines=2)

    def prepare(self) -> None:
        """Every rung that is still to come."""
        said = ((one, ". ".join(filter(None, (one.what, one.then)))) for one in self.view.ahead)
        self.choose("rung", [(f"{one.climb} {one.rung}", words) for one, words in said])

    def chosen(self) -> tuple[str, int]:
        """The name of the climb, and the rung."""
        climb, _separator, rung = str(self.cleaned_data["rung"]).partition(" ")
        return climb, int(rung)
