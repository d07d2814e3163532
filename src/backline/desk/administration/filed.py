"""A form of a file that an administrator writes or sends: read as it comes, all that is wrong said beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.desk.administration.calendars.forms import SeenForm
from backline.desk.administration.forms import line
from backline.look.forms import Text
from backline.policies.operations import LONGEST_WHY
from backline.policies.reading import LARGEST, Unreadable


def written(label: Any) -> Text:
    """The text of a file."""
    said = gettext_lazy("As the file says it. What is wrong is named by its line.")
    return Text(lines=24, max_length=LARGEST, label=label, help_text=said)


class FileForm(SeenForm):
    """A file as somebody writes it, in the form's `text` or in a file of its own, and why it changes something.

    `reads` makes its `content` of it, and raises `Unreadable` where it says nothing that can be kept.
    """

    reads: Callable[[str], Any]
    content: Any = None
    file = forms.FileField(
        label=gettext_lazy("Or send a file"), required=False, allow_empty_file=True, max_length=1000,
        help_text=gettext_lazy("It takes the place of the text. Up to 64 KB."),
    )  # fmt: skip
    why = line(gettext_lazy("Why it changes"), longest=LONGEST_WHY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs |= {"spellcheck": "false", "class": "code"}

    def clean(self) -> dict[str, Any]:
        """The file in place of the text, where one was sent; lines end as they do in a file, and are read."""
        data = self.cleaned_data
        if data.get("file"):
            self._take(data["file"])
        if "text" in data:
            data["text"] = data["text"].removeprefix("\ufeff").replace("\r\n", "\n")
            self.put(text=data["text"])
            try:
                self.content = self.reads(data["text"])
            except Unreadable as error:
                self.say(error)
        return data

    def say(self, error: Unreadable) -> None:
        """Put what is wrong with the file beside it."""
        for flaw in error.flaws:
            self.add_error("text", str(flaw))

    def _take(self, sent: Any) -> None:
        if sent.size > LARGEST:
            self.add_error("file", _("The file is too long: 64 KB are the most."))
            return
        try:
            self.cleaned_data["text"] = sent.read().decode("utf-8")
        except UnicodeError:
            self.add_error("file", _("The file is not written in UTF-8; save it as that."))
        else:
            self.errors.pop("text", None)
