"""Forms of event sources."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations


class SourceForm(forms.Form):
    """What of a source may be changed; `seen` is the version it was read at."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Prometheus Jakarta”."))
    networks = forms.CharField(
        label=_("Networks that need no token"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One a line, for example 10.1.0.0/16. Leave it empty, and only the token counts."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_networks(self) -> list[str]:
        """One block a line (or between commas)."""
        return str(self.cleaned_data["networks"]).replace(",", "\n").split()


class NewSourceForm(SourceForm):
    """A source that is made: whose events it brings is said once and stays."""

    organisation_id = forms.TypedChoiceField(
        label=_("Customer"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Whose systems it watches. It stays so: nobody reads another customer's alerts."),
    )
    with_token = forms.BooleanField(label=_("Give it a token"), required=False, initial=True)
    field_order = ("name", "organisation_id", "with_token", "networks")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation_id"]
        assert isinstance(field, forms.ChoiceField)
        rows = ((str(row.id), row.name) for row in list_organisations(actor))
        field.choices = [("", gettext("Our own, or several")), *rows]
