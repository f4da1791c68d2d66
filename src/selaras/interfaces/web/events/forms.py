"""Forms of event sources and of silences."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations
from selaras.kernel import clock


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


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
    return forms.DateTimeField(label=label, required=False, widget=widget, **more)


class HandleForm(forms.Form):
    """What somebody says of an alert, and until when it may wait."""

    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    until = _moment(_("Shelve until"))


class SilenceForm(forms.Form):
    """Since when, until when, and why; what it holds for stands in rows of its own (conditions.py)."""

    comment = forms.CharField(
        label=_("Why"), max_length=2000, help_text=_("For those who look for the alert, for example “CHG0000012”.")
    )
    duration = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=lambda hours: int(hours) if hours else None,
        required=False,
        empty_value=None,
        initial="2",
        choices=[
            ("1", _("1 hour")),
            ("2", _("2 hours")),
            ("4", _("4 hours")),
            ("8", _("8 hours")),
            ("24", _("1 day")),
            ("168", _("1 week")),
            ("", _("until the time below")),
        ],
    )
    ends_at = _moment(_("Until"))
    starts_at = _moment(_("From"), help_text=_("Empty: from now on."))
    organisation_id = forms.TypedChoiceField(
        label=_("Whose alerts"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("A silence holds for the alerts of one organisation's sources."),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        for name in ("duration", "organisation_id"):
            vars(self.fields[name])["asked"] = True  # one of the choices is nothing, and it is a choice
        field = self.fields["organisation_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = owners

    def clean(self) -> None:
        """One of the two says when it ends."""
        given = super().clean() or self.cleaned_data
        if not given.get("duration") and not given.get("ends_at") and "ends_at" not in self.errors:
            self.add_error("ends_at", gettext("Say until when."))

    def draft(
        self, conditions: Sequence[Condition], created_by: str, started_at: datetime | None = None
    ) -> SilenceDraft:
        """What was given as a silence. A start left as it is shown (to the second) stays to the microsecond."""
        given = self.cleaned_data
        starts = given["starts_at"] or clock.now()
        if started_at is not None and starts == started_at.replace(microsecond=0):
            starts = started_at
        hours = given["duration"]
        ends = starts + timedelta(hours=hours) if hours else given["ends_at"]
        return SilenceDraft(tuple(conditions), starts, ends, created_by, given["comment"].strip())
