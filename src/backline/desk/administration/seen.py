"""A form over an entry that others change too: it carries what was on view, and undoes nobody's change unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from backline.look.forms import KeyedForm
from backline.people.operations import Busy


class EntryForm(KeyedForm):
    """A form over what is kept now, its `initial`; of a new entry there is none, and nothing is stale.

    It is stale in a field that somebody has changed since the form was shown, and in which it says something else than
    what is kept now: sent twice, or by two who want the same, it is not. It is busy while an import is at it.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    stale = False
    busy = False

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **options: Any) -> None:
        marks = {name: _mark(value) for name, value in (initial or {}).items()}
        packed = {"seen": " ".join(f"{name}:{mark}" for name, mark in marks.items())}
        super().__init__(*args, initial={**(initial or {}), **packed}, **options)
        self._marks = marks

    def wait(self, busy: Busy) -> None:
        """Say that nothing can be kept at this moment; what was typed stays."""
        self.busy = True
        self.refuse(busy.errors)

    def full_clean(self) -> None:
        """The usual checks; a stale form says what is kept now, and is to be looked over and sent again."""
        super().full_clean()
        if not self.is_bound:
            return
        on_view = dict(part.partition(":")[::2] for part in str(self["seen"].data or "").split())
        changed = {name for name, mark in self._marks.items() if on_view.get(name) != mark}
        undone = [name for name in self.changed_data if name in changed]
        if undone:
            self.stale = not self.errors  # what else is wrong goes first
            self.data = cast(Any, self.data).copy()
            cast(Any, self.data)["seen"] = self.initial["seen"]
            self.add_error(None, _("Somebody has changed this since you opened it. Look it over, and send it again."))
        for name in undone:
            said = _("This says now: %(value)s") % {"value": _said(self.fields[name], self.initial[name])}
            self.add_error(name, said)


def _mark(value: Any) -> str:
    """What stands for a value, in any order of its parts."""
    parts = sorted(map(str, value)) if isinstance(value, list | tuple) else [str(value)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _said(field: forms.Field, value: Any) -> str:
    """A value as its field shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    parts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in parts if str(part)) or _("nothing")
