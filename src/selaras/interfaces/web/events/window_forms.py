"""The form of a maintenance window; conditions stand in rows of their own (conditions.py)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.windows import WINDOW_WORDS, WindowDraft, WindowKind, WindowRow
from selaras.interfaces.web.shell.choices import offer, words_of
from selaras.interfaces.web.shell.fields import asked

_OWN = "own"
_REPEATS = (
    ("", _("Once")),
    ("FREQ=DAILY", _("Every day")),
    ("FREQ=WEEKLY", _("Every week, on the weekday of its start")),
    ("FREQ=WEEKLY;INTERVAL=2", _("Every second week")),
    ("FREQ=MONTHLY", _("Every month, on the day of its start")),
    (_OWN, _("By a rule of its own, below")),
)
_WALL = "%Y-%m-%dT%H:%M"


class _Wall(forms.Field):
    """A time on the wall of a zone that another field names: it is not turned into ours."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            return datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            raise forms.ValidationError(_("Give a date and a time.")) from None


class WindowForm(forms.Form):
    """What a window is called, when it is open, what it is for."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Patch night, databases”."))
    calendar_id = forms.TypedChoiceField(
        label=_("Calendar"), coerce=int, help_text=_("It gives the time zone, and the hours.")
    )
    kind = forms.TypedChoiceField(label=_("Open"), coerce=WindowKind)
    starts = _Wall(
        label=_("First from"),
        required=False,
        widget=forms.TextInput({"type": "datetime-local"}),
        help_text=_("By the clock of the calendar's zone."),
    )
    minutes = forms.IntegerField(label=_("For minutes"), required=False, min_value=1, initial=120)
    repeats = forms.ChoiceField(label=_("Repeats"), choices=_REPEATS, required=False)
    rrule = forms.CharField(
        label=_("Rule of its own (RFC 5545)"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"class": "mono", "spellcheck": "false"}),
        help_text=_("For example FREQ=MONTHLY;BYDAY=2SU for every second Sunday of a month."),
    )
    ends = forms.CharField(
        label=_("Items and services"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("One a line, by slug or name. Of a service: what it alone stands on; a shared part stays watched."),
    )
    dependents = forms.BooleanField(label=_("With all that depends on the items"), required=False, initial=True)
    enabled = forms.BooleanField(label=_("Enabled"), required=False, initial=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "repeats", "minutes"):
            asked(self.fields[name])
        offer(self, "calendar_id", ((row.id, f"{row.name} ({row.timezone})") for row in list_calendars()))
        offer(self, "kind", words_of(WINDOW_WORDS))

    def draft(self, conditions: Sequence[Condition]) -> WindowDraft:
        """What was given."""
        given = self.cleaned_data
        return WindowDraft(
            name=given["name"],
            calendar_id=given["calendar_id"],
            kind=given["kind"],
            starts=given["starts"],
            minutes=given["minutes"] or 60,
            rrule=given["rrule"].strip() if given["repeats"] == _OWN else given["repeats"],
            matchers=tuple(conditions),
            ends=tuple(line.strip() for line in given["ends"].splitlines() if line.strip()),
            dependents=given["dependents"],
            enabled=given["enabled"],
        )


def known(row: WindowRow) -> dict[str, Any]:
    """What the form shows of a window."""
    draft = row.draft
    common = draft.rrule in dict(_REPEATS)
    return {
        **{name: getattr(draft, name) for name in ("name", "calendar_id", "kind", "minutes", "dependents", "enabled")},
        "starts": draft.starts.strftime(_WALL) if draft.starts else "",
        "repeats": draft.rrule if common else _OWN,
        "rrule": "" if common else draft.rrule,
        "ends": "\n".join(draft.ends),
        "seen": row.version,
    }
