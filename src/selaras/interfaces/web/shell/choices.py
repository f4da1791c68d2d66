"""What a form offers to choose from."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.sentences import Sentence

Choices = list[tuple[str, str]]


def number_or_none(value: str) -> int | None:
    """A choice's id."""
    return int(value) if value else None


def pick(label: Any, **kwargs: Any) -> forms.TypedChoiceField:
    """A choice of something by its id, or of nothing."""
    return forms.TypedChoiceField(label=label, coerce=number_or_none, required=False, empty_value=None, **kwargs)


def offer(form: forms.BaseForm, name: str, rows: Iterable[tuple[Any, Any]], empty: str | None = None) -> None:
    """Set what a choice offers; `empty` is the word for nothing, where nothing may be chosen."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = listed(rows, empty)


def listed(rows: Iterable[tuple[Any, Any]], empty: str | None = None) -> list[tuple[str, Any]]:
    """The same for a field that is being made. A row may be a heading with rows of its own."""
    none = [] if empty is None else [("", empty)]
    return [*none, *((str(pk), word) for pk, word in rows)]


def words_of(words: Mapping[Any, Sentence]) -> Choices:
    """A domain's words as choices."""
    return [(str(key), spoken(word)) for key, word in words.items()]
