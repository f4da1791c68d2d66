"""What the forms of heartbeats and checks share: whose they are, and what the alert says that they open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.contracts import SEVERITIES
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.contracts import Actor

Rows = list[tuple[int, str]]


def source_field() -> forms.TypedChoiceField:
    """To which source they belong; `source_choices` are what it offers."""
    return forms.TypedChoiceField(
        label=_("Event source"), coerce=int, help_text=_("Its customer is that of the source.")
    )


def source_choices(actor: Actor) -> Rows:
    """The sources that may be heard."""
    return [(row.id, row.name) for row in list_sources(actor) if row.enabled]


class OwnAlertForm(forms.Form):
    """What is said of the alert that opens by itself; `seen` is the version that was read."""

    severity = forms.ChoiceField(
        label=_("Severity"), choices=[(s, s) for s in SEVERITIES], initial="error",
        help_text=_("The label of its alert; the rules decide what follows."),
    )  # fmt: skip
    item = forms.CharField(
        label=_("Configuration item"), required=False, max_length=200,
        help_text=_("Its short name, as in the list of items. With it the alert knows its services and customers."),
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """What is to be made: everything but the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
