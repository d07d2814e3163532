"""Writes the controls of forms in one go: Django would make each of them of up to five templates, one in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates

from backline.look.markup import escaped


class Controls(DjangoTemplates):
    """Django's way to write forms, but for the controls that most of them are made of, which read the same."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The control that Django's template of this name stands for."""
        write, control = _CONTROLS.get(template_name), context.get("widget", {})
        if write is None or control.get("wrap_label"):
            return str(super().render(template_name, context, request))
        return write(control)


def _input(control: Mapping[str, Any]) -> str:
    value = "" if control["value"] is None else f' value="{escaped(control["value"])}"'
    name = escaped(control["name"])
    return f'<input type="{control["type"]}" name="{name}"{value}{_attributes(control)}>'


def _textarea(control: Mapping[str, Any]) -> str:
    text = escaped(control["value"] or "")
    return f'<textarea name="{escaped(control["name"])}"{_attributes(control)}>\n{text}</textarea>'


def _select(control: Mapping[str, Any]) -> str:
    groups = "".join(_group(name, options) for name, options, _place in control["optgroups"])
    return f'<select name="{escaped(control["name"])}"{_attributes(control)}>{groups}\n</select>'


def _group(name: Any, options: list[Mapping[str, Any]]) -> str:
    lines = "".join(f"\n  {_option(one)}" for one in options)
    return f'\n  <optgroup label="{escaped(name)}">{lines}\n  </optgroup>' if name else lines


def _option(control: Mapping[str, Any]) -> str:
    value, label = escaped(control["value"]), escaped(control["label"])
    return f'<option value="{value}"{_attributes(control)}>{label}</option>'


def _attributes(control: Mapping[str, Any]) -> str:
    given = [(escaped(name), value) for name, value in control["attrs"].items() if value is not False]
    return "".join(f" {name}" if value is True else f' {name}="{escaped(value)}"' for name, value in given)


_INPUTS = ("text", "number", "hidden", "password", "date", "datetime", "time", "checkbox")
_OPTIONS = ("radio_option", "checkbox_option")
_CONTROLS = {
    **{f"django/forms/widgets/{name}.html": _input for name in (*_INPUTS, *_OPTIONS)},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
