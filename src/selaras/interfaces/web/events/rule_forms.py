"""Forms of a rule and of a rule file; conditions stand in rows of their own (conditions.py)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.contracts import CLASS_WORDS, AlertClass, BadMatcher, Condition
from selaras.domains.events.contracts.rules import Addition, RuleRow
from selaras.domains.events.grouping import as_span, read_span
from selaras.domains.events.matchers import parse
from selaras.domains.events.queries.tables import list_table_names
from selaras.domains.incidents.contracts import LEVEL_WORDS
from selaras.domains.operations.queries import list_runbook_names
from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.shell.choices import offer, pick, words_of
from selaras.interfaces.web.shell.fields import asked


def as_lines(rule: RuleRow) -> dict[str, str]:
    """What a rule says in fields of several lines."""
    return {
        "adds": "\n".join(f"{one.label}={one.value}" for one in rule.adds),
        "holds_back": "\n".join(f'{c.label}{c.op}"{_escaped(c.value)}"' for c in rule.holds_back),
        "holds_equal": ", ".join(rule.holds_equal),
        "group_by": ", ".join(rule.group_by),
        "look_by": ", ".join(rule.look_by),
        "group_wait": as_span(rule.group_wait),
        "group_interval": as_span(rule.group_interval),
    }


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _lines(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=10_000, widget=widget, help_text=help_text)


def _count(label: Any, most: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most, help_text=help_text)


def _span(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "mono", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=20, widget=widget, help_text=help_text)


class _Days(forms.TypedChoiceField):
    """How much of the past is replayed; seven days where nothing is said."""

    def __init__(self) -> None:
        spans = [("1", _("day")), ("7", _("7 days")), ("31", _("31 days")), ("92", _("3 months")), ("366", _("year"))]
        super().__init__(label=_("Replay the last"), choices=spans, coerce=int, initial="7")

    def clean(self, value: Any) -> Any:
        return super().clean(value or "7")


_NOTHING_TOO = ("impact", "urgency", "team_id", "policy_id", "runbook", "before_id", "looks_up")  # nothing is a choice
GROUPS = ("stands_alone", "group_by", "group_wait", "group_interval")
MORE = ("looks_up", "look_by", "adds", "note", "flap_turns", "flap_minutes", "holds_back", "holds_equal")


class RuleForm(forms.Form):
    """What a rule decides; `before_id` only for a new one."""

    name = forms.CharField(label=_("Name"), max_length=120)
    alert_class = forms.TypedChoiceField(label=_("Class"), coerce=AlertClass)
    opens_incident = forms.BooleanField(
        label=_("Opens an incident"), required=False, help_text=_("Only an exception opens one.")
    )
    impact = pick(_("Impact"))
    urgency = pick(_("Urgency"))
    team_id = pick(_("Team"))
    policy_id = pick(_("Pages by"), help_text=_("Who is called when the incident is opened, until somebody takes it."))
    runbook = forms.ChoiceField(
        label=_("Runs the runbook"),
        required=False,
        help_text=_("Once each time it fires and nothing holds it back. What changes something waits for approval."),
    )
    proposes_problem = forms.BooleanField(
        label=_("Proposes a problem"),
        required=False,
        help_text=_("Alerts of the same thing speak for one problem, until somebody decides."),
    )
    before_id = pick(_("Asked before"), help_text=_("The first rule that holds decides."))
    goes_on = forms.BooleanField(
        label=_("The search goes on"),
        required=False,
        help_text=_("Its labels, note, calls and flapping count; a later rule decides the class, if one holds."),
    )
    looks_up = forms.ChoiceField(
        label=_("Looks up in"), required=False, help_text=_("What the row says is added as labels.")
    )
    look_by = forms.CharField(
        label=_("By the labels"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text=_("Where they have other names than the key columns: in their order, for example instance."),
    )
    adds = _lines(
        _("Adds labels"),
        _("One a line, for example team=network or rack={item.rack}; {instance} stands for a label it has."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For whoever looks at the alert or is called for it."),
    )
    flap_turns = _count(_("Flapping from"), 100, _("So many times it begins to fire; empty: 5. 0: never."))
    flap_minutes = _count(_("Within minutes"), 1440, _("Empty: 30."))
    holds_back = _lines(
        _("While such an alert fires, hold back"),
        _('Conditions, one a line, for example severity=~"warning|info". Only alerts under all of them are held.'),
    )
    holds_equal = forms.CharField(
        label=_("With the same"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text=_("Labels whose values must be equal in both, for example cluster, site."),
    )
    stands_alone = forms.BooleanField(
        label=_("Stands alone"),
        required=False,
        help_text=_("Its alerts have incidents of their own, whatever else fails; nothing is folded with them."),
    )
    group_by = forms.CharField(
        label=_("Told together by"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text=_("Labels, for example cluster, alertname; ... for all. Empty: each alert is told at once."),
    )
    group_wait = _span(_("After waiting"), _("So that others can come; empty: 30s."))
    group_interval = _span(_("News at most every"), _("Empty: 5m."))
    enabled = forms.BooleanField(label=_("Enabled"), required=False, initial=True)
    days = _Days()
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: Sequence[RuleRow], own_id: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = next((rule for rule in present if rule.id == own_id), None)
        levels = words_of(LEVEL_WORDS)
        offer(self, "alert_class", words_of(CLASS_WORDS))
        offer(self, "impact", levels, gettext("from the chain"))
        offer(self, "urgency", levels, gettext("from the class"))
        offer(self, "team_id", ((team.id, team.name) for team in list_teams()), gettext("none"))
        offer(self, "policy_id", ((policy.id, policy.name) for policy in list_policy_names()), gettext("none"))
        own = self._own.runbook if self._own else ""
        offer(self, "runbook", list_runbook_names(also=own), gettext("none"))
        offer(self, "looks_up", ((name, name) for name in list_table_names()), gettext("none"))
        for name in _NOTHING_TOO:
            asked(self.fields[name])
        if own_id is None:
            rules = [(rule.id, rule.name) for rule in present]
            offer(self, "before_id", [*rules, ("", gettext("none: it is the last"))])
        else:
            del self.fields["before_id"]

    def clean_adds(self) -> tuple[Addition, ...]:
        """A label a line, with what it is to hold after the first `=`."""
        lines = (line.partition("=") for line in self.cleaned_data["adds"].splitlines() if line.strip())
        return tuple(Addition(label.strip(), value.strip()) for label, _equals, value in lines)

    def clean_holds_back(self) -> tuple[Condition, ...]:
        """A condition a line, as Prometheus writes one."""
        try:
            found = [parse(line) for line in self.cleaned_data["holds_back"].splitlines() if line.strip()]
        except BadMatcher as error:
            raise forms.ValidationError(str(error)) from None
        return tuple(Condition(matcher.name, matcher.op, matcher.value) for matcher in found)

    def clean_holds_equal(self) -> tuple[str, ...]:
        """Labels, between commas."""
        return self._names("holds_equal")

    def clean_look_by(self) -> tuple[str, ...]:
        """Labels, between commas."""
        return self._names("look_by")

    def clean_group_by(self) -> tuple[str, ...]:
        """Labels, between commas."""
        return self._names("group_by")

    def clean_group_wait(self) -> int | None:
        """Seconds."""
        return self._seconds("group_wait")

    def clean_group_interval(self) -> int | None:
        """Seconds."""
        return self._seconds("group_interval")

    def _names(self, field: str) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.cleaned_data[field].split(",") if name.strip())

    def _seconds(self, field: str) -> int | None:
        try:
            return read_span(self.cleaned_data[field])
        except ValueError:
            raise forms.ValidationError(gettext("Give a time of up to 24 hours, for example 30s or 5m.")) from None

    @property
    def groups(self) -> bool:
        """Whether something stands in the part about groups, or is wrong there."""
        return any(self[name].value() or self[name].errors for name in GROUPS)

    @property
    def says_more(self) -> bool:
        """Whether something stands in the part that is folded away, or is wrong there."""
        return any(self[name].value() or self[name].errors for name in MORE)

    def draft(self, conditions: Sequence[Condition]) -> RuleRow:
        """The rule as it would be."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "before_id", "days")}
        own = self._own
        return RuleRow(id=own.id if own else 0, order=own.order if own else 0, conditions=tuple(conditions), **given)


class FileForm(forms.Form):
    """Something as a file: as text in the field `file`, or as a file that is read into it."""

    upload = forms.FileField(label=_("Or a file"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def text(self) -> str:
        """What was given; a file before the text."""
        upload = self.cleaned_data.get("upload")
        return upload.read(2_000_000).decode(errors="replace") if upload else str(self.cleaned_data["file"])


class RuleFileForm(FileForm):
    """A rule file, and how far back it is replayed."""

    file = forms.CharField(
        label=_("Rules"),
        required=False,
        max_length=1_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
    )
    asked(file)
    days = _Days()
