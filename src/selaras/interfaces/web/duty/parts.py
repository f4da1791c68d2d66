"""What the forms of a rota and of a policy share: a name, a short one, and parts that are forms of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from selaras.interfaces.web.shell.rows import RowsField
from selaras.kernel.errors import Stale

Choices = Sequence[tuple[Any, Any]]


class ShortName(forms.SlugField):
    """What stands in addresses; left empty, it is made from the name."""

    def __init__(self) -> None:
        help_text = _("Left empty, it is made from the name.")
        super().__init__(label=_("Short name in addresses"), max_length=80, required=False, help_text=help_text)
        self.asked = True  # its help says that it may stay empty


class Named(forms.Form):
    """A form of something with a name and a short one."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {**given, "slug": given.get("slug") or slugify(given.get("name", ""))[:80]}


class Elsewhere(RowsField):
    """What a form has as forms of its own: here only its name, to tell of a change by others, and of a refusal."""

    def __init__(self, label: Any) -> None:
        super().__init__({}, label=label)
        self.widget = forms.HiddenInput()


def is_filled(data: Mapping[str, Any], prefix: str) -> bool:
    """A layer without people is left out; so is a step without targets."""
    return any(value for name, value in data.items() if name.startswith((f"{prefix}-person_", f"{prefix}-target_")))


def untouched(name: str, sent: Iterable[Mapping[str, Any]], stale: Stale) -> bool:
    """Whether the layers or steps were sent as they had been read, before others changed them."""
    for change in stale.changes:
        value = change.data.get(name)
        if value:
            return bool(list(sent) == value["from"])
    return False
