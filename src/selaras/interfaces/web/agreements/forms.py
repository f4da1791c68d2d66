"""Forms of agreements, their targets and obligations, and of calendars."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.agreements.contracts import (
    KIND_WORDS,
    METRIC_WORDS,
    OUTCOME_WORDS,
    OWNER_WORDS,
    AgreementDetail,
    AgreementKind,
    Metric,
    NewObligation,
    NewTarget,
    ObligationOutcome,
    Owner,
    TargetRow,
)
from selaras.domains.agreements.contracts.calendars import DAY_WORDS, CalendarRow
from selaras.domains.agreements.queries import list_calendars
from selaras.domains.people.contracts import Actor, OrganisationKind
from selaras.domains.people.queries import list_organisations, list_teams
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.shell.choices import number_or_none, offer, pick, words_of
from selaras.interfaces.web.shell.editing import VersionedForm
from selaras.interfaces.web.shell.fields import asked, day_field
from selaras.interfaces.web.shell.rows import RowsField
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.interfaces.web.shell.words import duration
from selaras.kernel.text import whole_number

_MOST_MINUTES = 5_000_000


class Minutes(forms.NumberInput):
    """Minutes, with the same in words beside them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        drawn = super().render(name, value, {**(attrs or {}), "data-minutes": ""}, renderer)
        minutes = whole_number(str(value or ""), digits=8)
        words = "" if minutes is None else duration(minutes)
        return SafeString(f'<span class="minutes">{drawn}<span class="small soft" data-words>{words}</span></span>')


def _minutes(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(widget=Minutes, min_value=0, max_value=_MOST_MINUTES, **kwargs)


def _warn(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=_("Warn at (%)"), min_value=1, max_value=100, initial=75, **kwargs)


def _target_columns() -> dict[str, forms.Field]:
    priorities = [("", _("any")), *((str(n), f"P{n}") for n in range(1, 6))]
    return {
        "metric": forms.ChoiceField(label=_("Promise"), choices=words_of(METRIC_WORDS)),
        "priority": forms.TypedChoiceField(
            label=_("Priority"), choices=priorities, coerce=number_or_none, required=False, empty_value=None
        ),
        "minutes": _minutes(label=_("Within (minutes)")),
        "calendar_id": pick(_("Hours of")),
        "warn_percent": _warn(required=False),
    }


def _obligation_columns() -> dict[str, forms.Field]:
    return {
        "owner": forms.ChoiceField(label=_("Owed by"), choices=words_of(OWNER_WORDS)),
        "text_id": forms.CharField(label=_("In Indonesian"), max_length=2_000),
        "text_en": forms.CharField(label=_("In English"), max_length=2_000),
    }


class AgreementForm(VersionedForm):
    """A draft as a whole; `detail` is the one to change, None for a new one."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: words_of(KIND_WORDS))
    organisation_id = pick(_("Customer"), help_text=_("For a service level agreement."))
    team_id = pick(_("Team"), help_text=_("For an operational level agreement."))
    supplier_id = pick(_("Supplier"), help_text=_("For an underpinning contract."))
    valid_from = day_field(_("In force from"))
    valid_until = day_field(_("Until and including"), required=False, help_text=_("Left empty: until it is ended."))
    calendar_id = forms.TypedChoiceField(label=_("Calendar"), coerce=int, help_text=_("The hours that count."))
    service_ids = forms.TypedMultipleChoiceField(
        label=_("Services covered"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, actor: Actor, detail: AgreementDetail | None) -> None:
        super().__init__(data, initial=_terms(detail))
        rows = list_organisations(actor)
        for name, kind in (("organisation_id", OrganisationKind.CUSTOMER), ("supplier_id", OrganisationKind.SUPPLIER)):
            offer(self, name, ((row.id, row.name) for row in rows if row.kind == kind), "–")
        offer(self, "team_id", ((row.id, row.name) for row in list_teams()), "–")
        hours = [(row.id, row.name) for row in list_calendars()]
        offer(self, "calendar_id", hours, gettext("Choose"))
        services = (row for row in list_services(actor) if row.state != "retired")
        offer(self, "service_ids", ((row.id, named(row)) for row in services))
        self._add_tables(hours)
        if detail is None:
            del self.fields["seen"]

    def _add_tables(self, hours: Iterable[tuple[int, str]]) -> None:
        columns = _target_columns()
        calendars = columns["calendar_id"]
        assert isinstance(calendars, forms.ChoiceField)
        calendars.choices = [("", gettext("the agreement's")), *((str(pk), name) for pk, name in hours)]
        self.fields["targets"] = RowsField(columns, label=gettext("What is promised"))
        self.fields["obligations"] = RowsField(_obligation_columns(), label=gettext("What both sides owe"))

    def clean(self) -> dict[str, Any]:
        """Only the party that the kind has; the rest of what was typed does not count."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        party = {"sla": "organisation_id", "ola": "team_id", "uc": "supplier_id"}.get(str(kind))
        return cleaned | {n: None for n in ("organisation_id", "team_id", "supplier_id") if n != party}

    def clean_kind(self) -> AgreementKind:
        """As the domain calls it."""
        return AgreementKind(self.cleaned_data["kind"])

    def clean_targets(self) -> list[NewTarget]:
        """A row each."""
        rows = self.cleaned_data["targets"]
        return [
            NewTarget(Metric(r["metric"]), r["priority"], r["minutes"], r["calendar_id"], r["warn_percent"] or 75)
            for r in rows
        ]

    def clean_obligations(self) -> list[NewObligation]:
        """A row each."""
        rows = self.cleaned_data["obligations"]
        return [NewObligation(Owner(row["owner"]), row["text_id"], row["text_en"]) for row in rows]


def _terms(detail: AgreementDetail | None) -> dict[str, Any]:
    if detail is None:
        return {"targets": [{"metric": Metric.RESPOND}, {"metric": Metric.RESOLVE}]}
    row = detail.row
    targets = [
        {
            "metric": target.metric,
            "priority": target.priority or "",
            "minutes": target.minutes,
            "calendar_id": "" if target.calendar_id == row.calendar_id else target.calendar_id,
            "warn_percent": target.warn_percent,
        }
        for target in detail.targets
    ]
    owed = [{"owner": one.owner, "text_id": one.text_id, "text_en": one.text_en} for one in detail.obligations]
    plain = ("name", "kind", "organisation_id", "team_id", "supplier_id", "valid_from", "valid_until", "calendar_id")
    known = {name: getattr(row, name) for name in plain}
    services = [service.id for service in detail.services]
    return {**known, "seen": row.version, "service_ids": services, "targets": targets, "obligations": owed}


class TargetForm(VersionedForm):
    """One target of an agreement; `target` is the one to change, whose metric and priority stay."""

    metric = forms.ChoiceField(label=_("Promise"), choices=lambda: words_of(METRIC_WORDS))
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=lambda: [("", gettext("any")), *((str(n), f"P{n}") for n in range(1, 6))],
        coerce=number_or_none,
        required=False,
        empty_value=None,
    )
    minutes = _minutes(label=_("Within (minutes)"))
    calendar_id = pick(_("Hours of"))
    warn_percent = _warn()
    field_order = ("metric", "priority", "minutes", "calendar_id", "warn_percent", "seen")

    def __init__(self, data: Any = None, *, detail: AgreementDetail, target: TargetRow | None) -> None:
        known: dict[str, Any] = {"seen": detail.row.version}
        if target is not None:
            own = target.calendar_id if target.calendar_id != detail.row.calendar_id else ""
            known |= {"minutes": target.minutes, "warn_percent": target.warn_percent, "calendar_id": own}
        super().__init__(data, initial=known)
        self._target = target
        if target is not None:
            del self.fields["metric"], self.fields["priority"]
        offer(self, "calendar_id", ((row.id, row.name) for row in list_calendars()), gettext("the agreement's"))

    def given(self) -> NewTarget:
        """The target as it is to be."""
        told = self.cleaned_data
        metric, priority = (
            (self._target.metric, self._target.priority) if self._target else (told["metric"], told["priority"])
        )
        return NewTarget(Metric(metric), priority, told["minutes"], told["calendar_id"], told["warn_percent"])


class ObligationEventForm(forms.Form):
    """How an obligation went, once."""

    outcome = forms.ChoiceField(label=_("How it went"), choices=lambda: words_of(OUTCOME_WORDS))
    minutes_excused = _minutes(
        label=_("Minutes it cost"),
        initial=0,
        help_text=_("Shown beside the clocks, never taken off them. An obligation that was met costs none."),
    )
    number = forms.CharField(
        label=_("Record"), max_length=20, required=False, help_text=_("Its number, if it concerns one.")
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, required=False)

    def clean_outcome(self) -> ObligationOutcome:
        """As the domain calls it."""
        return ObligationOutcome(self.cleaned_data["outcome"])


class CalendarForm(VersionedForm):
    """A calendar: name, zone, and the hours of each day, in the fields `week.mon` to `week.sun`."""

    name = forms.CharField(label=_("Name"), max_length=200)
    timezone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="Asia/Jakarta", widget=forms.TextInput(attrs={"list": "zones"})
    )

    def __init__(self, data: Any = None, *, calendar: CalendarRow | None) -> None:
        known: dict[str, Any] = {}
        if calendar is not None:
            known = {"name": calendar.name, "timezone": calendar.timezone, "seen": calendar.version}
            known |= {f"week.{day}": _in_words(calendar.week.get(day, [])) for day in DAY_WORDS}
        super().__init__(data, initial=known)
        for day, word in words_of(DAY_WORDS):
            # A day left empty says that it is closed.
            self.fields[f"week.{day}"] = asked(forms.CharField(label=word, max_length=200, required=False))
        if calendar is None:
            del self.fields["seen"]

    def given(self) -> dict[str, Any]:
        """What an action takes; whether the hours can be is the domain's to say."""
        week = {day: hours for day in DAY_WORDS if (hours := _hours(self.cleaned_data[f"week.{day}"]))}
        return {"name": self.cleaned_data["name"], "timezone": self.cleaned_data["timezone"], "week": week}


class HolidayForm(forms.Form):
    """A day on which nothing counts."""

    date = day_field(_("Day"))
    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)


class FillForm(forms.Form):
    """A year of the national list."""

    years = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100)


def _hours(text: str) -> list[list[str]]:
    """`08.00–12.00, 13:00-17` as pairs; what is no pair stays as it is, for the domain to refuse."""
    pieces = [piece.strip() for piece in re.split(r"[,;]", text) if piece.strip()]
    return [[_clock(end) for end in re.split(r"\s*[-–—]\s*", piece)] for piece in pieces]


def _clock(text: str) -> str:
    plain = text.strip().replace(".", ":")
    return f"{plain}:00" if plain.isdecimal() else plain


def _in_words(hours: Iterable[Iterable[str]]) -> str:
    return ", ".join("–".join(pair) for pair in hours)
