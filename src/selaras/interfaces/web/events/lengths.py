"""Choices of how long: a field of lengths in words, its value in seconds."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext

from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.words import duration


def length_field(label: Any, **more: Any) -> forms.TypedChoiceField:
    """The field; `offer_lengths` says what it offers."""
    return forms.TypedChoiceField(label=label, coerce=int, **more)


def offer_lengths(form: forms.Form, name: str, lengths: Iterable[int]) -> None:
    """What the field offers, shortest first."""
    offer(form, name, ((each, worded(each)) for each in sorted(set(lengths))))


def worded(seconds: int) -> str:
    """A length in words."""
    if seconds == 0:
        return gettext("none")
    return duration(timedelta(seconds=seconds)) if seconds >= 60 else gettext("%(n)s s") % {"n": seconds}
