"""Forms of event sources and of silences."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.sources import MAY_OPEN_AT_MOST
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations
from selaras.interfaces.web.shell.choices import number_or_none, offer
from selaras.interfaces.web.shell.fields import asked, moment_field
from selaras.kernel import clock


class _SourceFields(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Prometheus Jakarta”."))
    networks = forms.CharField(
        label=_("Networks that need no token"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One a line, for example 10.1.0.0/16. Leave it empty, and only the token counts."),
    )
    certificate = forms.CharField(
        label=_("Subject of its certificate"),
        required=False,
        max_length=500,
        help_text=_("For example CN=prometheus,O=Acme, where a trusted proxy asks for certificates. Otherwise empty."),
    )

    def clean_networks(self) -> list[str]:
        """One block a line (or between commas)."""
        return str(self.cleaned_data["networks"]).replace(",", "\n").split()


class SourceForm(_SourceFields):
    """What of a source may be changed; `seen` is the version it was read at."""

    may_open = forms.IntegerField(
        label=_("New alerts in ten minutes, at most"),
        required=False,
        min_value=1,
        max_value=MAY_OPEN_AT_MOST,
        help_text=_("What is over is kept and counted in one alert, so that a sender gone wild harms no other."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewSourceForm(_SourceFields):
    """A source that is made: whose events it brings is said once and stays."""

    organisation_id = forms.TypedChoiceField(
        label=_("Customer"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Whose systems it watches. It stays so: nobody reads another customer's alerts."),
    )
    with_token = forms.BooleanField(label=_("Give it a token"), required=False, initial=True)
    field_order = ("name", "organisation_id", "with_token", "networks", "certificate")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ((row.id, row.name) for row in list_organisations(actor))
        offer(self, "organisation_id", rows, gettext("Our own, or several"))


class HandleForm(forms.Form):
    """What somebody says of an alert, and until when it may wait."""

    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    until = moment_field(_("Shelve until"), seconds=True, required=False)


class SilenceForm(forms.Form):
    """Since when, until when, and why; what it holds for stands in rows of its own (conditions.py)."""

    comment = forms.CharField(
        label=_("Why"), max_length=2000, help_text=_("For those who look for the alert, for example “CHG0000012”.")
    )
    duration = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=number_or_none,
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
    ends_at = moment_field(_("Until"), seconds=True, required=False)
    starts_at = moment_field(_("From"), seconds=True, required=False, help_text=_("Empty: from now on."))
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
            asked(self.fields[name])
        offer(self, "organisation_id", owners)

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
