"""The form of a runbook: its own fields, and a part for each step and one more, to add another."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.operations.contracts import KIND_WORDS, METHODS, RunbookRow, StepKind, StepRow
from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.duty.parts import Elsewhere, Named, ShortName
from selaras.interfaces.web.shell.choices import offer, pick, words_of
from selaras.interfaces.web.shell.fields import asked

_MONO = {"class": "mono", "spellcheck": "false"}
_FIELDS = ("name", "slug", "purpose", "team_id", "policy_id", "hourly", "patience", "enabled")
_CALL = ("method", "url", "headers", "secrets", "body", "expects_from", "expects_to", "seconds", "retries")


class RunbookForm(Named):
    """A runbook's own fields."""

    name = forms.CharField(label=_("Name"), max_length=120)
    slug = ShortName()
    purpose = forms.CharField(
        label=_("What it is for"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    team_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, help_text=_("The team that keeps it true."))
    policy_id = pick(_("Calls for approval"), help_text=_("Who is called when a run waits, until somebody decides."))
    hourly = forms.IntegerField(
        label=_("Runs an hour by rules"), min_value=1, max_value=1000, initial=6, help_text=_("More are not begun.")
    )
    patience = forms.IntegerField(
        label=_("Minutes to approve"), min_value=1, max_value=1440, initial=30, help_text=_("Then the run ends.")
    )
    enabled = forms.BooleanField(label=_("Can be run"), required=False, initial=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    steps = Elsewhere(label=_("Steps"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team_id", ((team.id, team.name) for team in list_teams()))
        offer(self, "policy_id", ((one.id, one.name) for one in list_policy_names()), gettext("nobody"))
        asked(self.fields["policy_id"])


def runbook_initial(row: RunbookRow) -> dict[str, Any]:
    """What the form begins with."""
    return {name: getattr(row, name) for name in _FIELDS} | {"seen": row.version}


class StepForm(forms.Form):
    """One step."""

    step_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = forms.IntegerField(label=_("Place"), min_value=0, max_value=99)
    title = forms.CharField(label=_("What is done"), max_length=200, required=False)
    kind = forms.TypedChoiceField(label=_("Who does it"), coerce=StepKind)
    changes = forms.BooleanField(
        label=_("It changes something"), required=False, initial=True, help_text=_("Then it waits for approval.")
    )
    text = forms.CharField(label=_("How"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    method = forms.ChoiceField(label=_("Method"), choices=[(one, one) for one in METHODS], required=False)
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs=_MONO),
        help_text=_("{{ instance }} stands for the alert's label of that name, {{ secret.token }} for a secret below."),
    )
    headers = forms.CharField(
        label=_("Headers"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 2, **_MONO}),
        help_text=_("One a line, Name: value. Values are kept sealed and never shown again."),
    )
    secrets = forms.CharField(
        label=_("Secrets"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 2, **_MONO}),
        help_text=_("One a line, name: value, for the address and the body. Kept sealed and never shown again."),
    )
    body = forms.CharField(
        label=_("Body (JSON)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, **_MONO}),
        help_text=_("{{ label }} and {{ secret.name }} stand inside of quotes."),
    )
    expects_from = forms.IntegerField(label=_("Expected status from"), initial=200, required=False)
    expects_to = forms.IntegerField(label=pgettext_lazy("status", "to"), initial=299, required=False)
    seconds = forms.IntegerField(label=_("Wait for the answer (s)"), initial=15, required=False)
    retries = forms.IntegerField(label=_("Repeat at most"), initial=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", words_of(KIND_WORDS))
        for name in ("title", "text", *_CALL):
            asked(self.fields[name])

    def clean_headers(self) -> dict[str, str]:
        """A header a line, its value after the first colon."""
        return self._pairs("headers", gettext("Write each header as Name: value."))

    def clean_secrets(self) -> dict[str, str]:
        """Likewise."""
        return self._pairs("secrets", gettext("Write each secret as name: value."))

    def _pairs(self, field: str, fault: str) -> dict[str, str]:
        lines = [line.partition(":") for line in self.cleaned_data[field].splitlines() if line.strip()]
        if not all(colon for _name, colon, _value in lines):
            raise forms.ValidationError(fault)
        return {name.strip(): value.strip() for name, _colon, value in lines}

    @property
    def calls(self) -> bool:
        """Whether the part about the call is to be seen."""
        return str(self["kind"].value()) == StepKind.CALL

    @property
    def call_fields(self) -> list[forms.BoundField]:
        """What only a call has."""
        return [self[name] for name in _CALL]

    def step(self) -> StepRow:
        """What was given; a number left empty is as usual."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "place" and value is not None}
        return StepRow(**given)


def step_forms(row: RunbookRow | None, data: Mapping[str, Any] | None) -> list[StepForm]:
    """A form for each step and one to add another; those of `data` that have a title are bound."""
    known = [_initial(step, place) for place, step in enumerate(row.steps, 1)] if row else []
    many = len(known) if data is None else sum(name.endswith("-title") for name in data) - 1
    made = []
    for number in range(many + 1):
        initial = known[number] if number < len(known) else {"place": number + 1, "kind": StepKind.PERSON}
        own = data if data is not None and data.get(f"step{number}-title", "").strip() else None
        made.append(StepForm(own, prefix=f"step{number}", initial=initial, use_required_attribute=False))
    return made


def steps_of(forms_given: list[StepForm]) -> list[StepRow]:
    """The steps of bound forms, in the order of their places."""
    return [one.step() for one in sorted(forms_given, key=lambda one: int(one.cleaned_data["place"]))]


def _initial(step: StepRow, place: int) -> dict[str, Any]:
    own = {name: getattr(step, name) for name in ("step_id", "kind", "title", "text", "changes", *_CALL)}
    sealed = {"headers": _lines(step.headers), "secrets": _lines(step.secrets)}
    return {**own, **sealed, "place": place}


def _lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs.items())
