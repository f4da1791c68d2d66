"""Fields that browsers have controls of their own for, and how one says that it is to be filled."""

from typing import Any, TypeVar

from django import forms

F = TypeVar("F", bound=forms.Field)

_MINUTES, _SECONDS = "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"


def asked(field: F, yes: bool = True) -> F:
    """Leave out the word that a field is optional: what is missing is told by the action, a heading says that it may
    stay empty, or nothing is one of its choices."""
    vars(field)["asked"] = yes  # read by shell/parts/field.html
    return field


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def clock_field(label: Any, **more: Any) -> forms.TimeField:
    """A time of day, to the minute."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def moment_field(label: Any, *, seconds: bool = False, **more: Any) -> forms.DateTimeField:
    """A day and a time in the reader's zone."""
    attrs = {"type": "datetime-local", **({"step": "1"} if seconds else {})}
    widget = forms.DateTimeInput(attrs=attrs, format=_SECONDS if seconds else _MINUTES)
    return forms.DateTimeField(label=label, widget=widget, **more)
