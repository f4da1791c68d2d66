"""Forms of duty. Those of a rota and a policy hold a part for each layer or step and one more, to add another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from selaras.domains.duty.contracts.channels import CHANNEL_WORDS, ChannelKind
from selaras.domains.duty.contracts.policies import PolicyRow, Step, Target, TargetKind
from selaras.domains.duty.contracts.rotas import Every, Hours, Layer, RotaRow
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_people, list_teams
from selaras.interfaces.web.people.forms import ZoneForm
from selaras.interfaces.web.shell.rows import RowsField
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Stale

Choices = Sequence[tuple[Any, Any]]
_MORE_PEOPLE, _TARGETS = 3, 3
_DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def people_of(actor: Actor) -> list[tuple[str, str]]:
    """The provider's people, for a choice."""
    found = list_people(actor, organisation_id=actor.organisation_id, limit=500)
    return [(str(row.id), row.name) for row in found]


def _number(value: str) -> int | None:
    return int(value) if value else None


def _choice(label: Any, choices: Choices, empty: str, **more: Any) -> forms.TypedChoiceField:
    options = [("", empty), *choices]
    return forms.TypedChoiceField(
        label=label, choices=options, coerce=_number, required=False, empty_value=None, **more
    )


def _clock(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more
    )


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


class RotaForm(Named, ZoneForm):
    """A rota's own fields; `layers` is where a refusal about a layer is told."""

    field_order = ("name", "slug", "team_id", "timezone")
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = ShortName()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layers = Elsewhere(label=_("Layers"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(str(team.id), team.name) for team in list_teams()]
        self.fields["team_id"] = _choice(_("Team"), teams, gettext("No team"))
        self.order_fields(self.field_order)


class LayerForm(forms.Form):
    """One layer: who takes turns, how long a turn is, from when, and in which hours."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    length = forms.IntegerField(label=_("A turn lasts"), min_value=1, max_value=168, initial=1)
    every = forms.ChoiceField(
        label=_("Unit"),
        choices=[(Every.WEEKS, _("weeks")), (Every.DAYS, _("days")), (Every.HOURS, _("hours"))],
        initial=Every.WEEKS,
    )
    starts_on = _day(
        _("First hand-over"), initial=localdate, help_text=_("Weekly turns change on the same day of the week.")
    )
    handover = _clock(_("Hand-over at"), initial="09:00")
    until = _day(_("Ends on"), required=False)
    days = forms.TypedMultipleChoiceField(
        label=_("Only on these days"),
        coerce=int,
        choices=list(enumerate(_DAYS)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours_from = _clock(pgettext_lazy("hours", "Only from"), required=False)
    hours_until = _clock(pgettext_lazy("hours", "until"), required=False)

    def __init__(self, *args: Any, people: Choices, turns: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for turn in range(turns):
            label = gettext("Turn %(number)s") % {"number": turn + 1}
            self.fields[f"person_{turn}"] = _choice(label, people, "–")
            setattr(self.fields[f"person_{turn}"], "asked", True)  # noqa: B010  # the heading says what may stay empty

    def turns(self) -> list[forms.BoundField]:
        """The choices of people, in order."""
        return [self[name] for name in self.fields if name.startswith("person_")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(value for name, value in given.items() if name.startswith("person_")):
            self.add_error("person_0", gettext("Name at least one person."))
        if (given.get("hours_from") is None) != (given.get("hours_until") is None):
            self.add_error("hours_until", gettext("Give both ends, or neither."))
        return given

    def layer(self) -> Layer:
        """What was given, as a layer."""
        given = self.cleaned_data
        hours = None
        if given["hours_from"] is not None or given["days"]:
            days = frozenset(given["days"]) or frozenset(range(7))
            midnight = forms.TimeField().clean("00:00")
            hours = Hours(days, given["hours_from"] or midnight, given["hours_until"] or midnight)
        people = tuple(v for name, v in given.items() if name.startswith("person_") and v)
        return Layer(
            people,
            Every(given["every"]),
            given["length"],
            given["starts_on"],
            given["handover"],
            given["until"],
            hours,
            given["name"],
        )


def layer_forms(rota: RotaRow | None, people: Choices, data: Mapping[str, Any] | None) -> list[LayerForm]:
    """A form for each layer and one to add another; those left empty are dropped by `filled`."""
    known = [_layer_initial(layer) for layer in rota.plan.layers] if rota else []
    made = []
    for number in range(len(known) + 1):
        initial = known[number] if number < len(known) else {}
        turns = sum(name.startswith("person_") for name in initial) + _MORE_PEOPLE
        own = data if data is not None and _is_filled(data, f"layer{number}") else None
        made.append(
            LayerForm(
                own, people=people, turns=turns, prefix=f"layer{number}", initial=initial, use_required_attribute=False
            )
        )
    return made


def _is_filled(data: Mapping[str, Any], prefix: str) -> bool:
    """A layer without people is left out; so is a step without targets."""
    return any(value for name, value in data.items() if name.startswith((f"{prefix}-person_", f"{prefix}-target_")))


def _layer_initial(layer: Layer) -> dict[str, Any]:
    hours = layer.hours
    return {
        "name": layer.name,
        "length": layer.length,
        "every": layer.every.value,
        "starts_on": layer.starts_on,
        "handover": layer.handover,
        "until": layer.until,
        "days": sorted(hours.days) if hours else [],
        "hours_from": hours.start if hours else None,
        "hours_until": hours.end if hours else None,
        **{f"person_{turn}": str(person) for turn, person in enumerate(layer.participants)},
    }


class PolicyForm(Named):
    """A policy's own fields."""

    name = forms.CharField(label=_("Name"), max_length=120)
    slug = ShortName()
    repeats = forms.IntegerField(
        label=_("Go through all steps again"),
        min_value=0,
        max_value=9,
        initial=1,
        help_text=_("Times, if nobody answers."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    steps = Elsewhere(label=_("Steps"))


class StepForm(forms.Form):
    """One step: whom to tell, and how long they have."""

    minutes = forms.IntegerField(label=_("Minutes to acknowledge"), min_value=1, max_value=1440, initial=5)

    def __init__(self, *args: Any, targets: Choices, many: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(many):
            label = gettext("Tell") if number == 0 else gettext("and")
            self.fields[f"target_{number}"] = forms.ChoiceField(
                label=label, choices=[("", "–"), *targets], required=False
            )
            setattr(self.fields[f"target_{number}"], "asked", True)  # noqa: B010

    def step(self) -> Step:
        """What was given, as a step."""
        given = [v for name, v in self.cleaned_data.items() if name.startswith("target_") and v]
        pairs = (one.split(":") for one in given)
        return Step(self.cleaned_data["minutes"], tuple(Target(TargetKind(kind), int(pk)) for kind, pk in pairs))


def step_forms(
    policy: PolicyRow | None, rotas: Iterable[RotaRow], people: Choices, data: Mapping[str, Any] | None
) -> list[StepForm]:
    """A form for each step and one to add another."""
    targets = [
        (
            gettext("On duty by the rota"),
            [(f"rota:{r.id}", gettext("on duty by %(name)s") % {"name": r.name}) for r in rotas],
        ),
        (
            gettext("Lead of the team"),
            [(f"team_lead:{t.id}", gettext("leads %(name)s") % {"name": t.name}) for t in list_teams()],
        ),
        (gettext("Person"), [(f"person:{pk}", name) for pk, name in people]),
    ]
    known = [_step_initial(step) for step in policy.steps] if policy else []
    made = []
    for number in range(len(known) + 1):
        initial = known[number] if number < len(known) else {}
        many = max(len(initial) - 1, 0) + 1 if initial else _TARGETS - 1
        own = data if data is not None and _is_filled(data, f"step{number}") else None
        made.append(
            StepForm(
                own, targets=targets, many=many, prefix=f"step{number}", initial=initial, use_required_attribute=False
            )
        )
    return made


def _step_initial(step: Step) -> dict[str, Any]:
    targets = {f"target_{n}": f"{target.kind}:{target.id}" for n, target in enumerate(step.targets)}
    return {"minutes": step.minutes, **targets}


def untouched(parts: Iterable[LayerForm | StepForm], stale: Stale) -> bool:
    """Whether the layers or steps were sent as they had been read, before others changed them."""
    for change in stale.changes:
        for value in (getattr(change, "data", {}).get(name) for name in ("layers", "steps")):
            if value:
                sent = [one.layer() if isinstance(one, LayerForm) else one.step() for one in parts]
                return bool([one.as_json() for one in sent] == value["from"])
    return False


class CoverForm(forms.Form):
    """Somebody else for a while."""

    person_id = _choice(_("On duty"), [], "")
    instead_of = _choice(_("Instead of"), [], "")
    starts_at = _moment(_("From"))
    ends_at = _moment(_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person_id", [("", gettext("Nobody: they are away")), *people])
        _offer(self, "instead_of", [("", gettext("Whoever it is")), *people])


class SwapForm(forms.Form):
    """A shift of one's own for one of somebody else."""

    mine = forms.ChoiceField(label=_("I give my shift"))
    theirs = forms.ChoiceField(label=_("and take the shift"))

    def __init__(self, *args: Any, mine: Choices, theirs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "mine", mine)
        _offer(self, "theirs", theirs)


class AbsenceForm(forms.Form):
    """Absences from a calendar file."""

    person_id = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    file = forms.FileField(label=_("Calendar file (.ics)"))

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person_id", people)


class PageForm(forms.Form):
    """Page people by hand."""

    subject = forms.CharField(label=_("What is it about"), max_length=300)
    policy_id = forms.TypedChoiceField(label=_("Escalation policy"), coerce=int)
    body = forms.CharField(
        label=_("What they should know"), widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000, required=False
    )
    urgent = forms.BooleanField(label=_("Urgent: also in quiet hours"), required=False, initial=True)

    def __init__(self, *args: Any, policies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "policy_id", policies)


class ChannelForm(forms.Form):
    """A new channel."""

    kind = forms.ChoiceField(label=_("Kind"))
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("A mail address, a web address (https://…) or an Apprise address such as tgram://token/chat."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(
            self,
            "kind",
            [
                (kind.value, spoken(CHANNEL_WORDS[kind]))
                for kind in ChannelKind
                if kind != ChannelKind.PUSH or self.is_bound
            ],
        )


class NoteForm(forms.Form):
    """An entry of a shift log."""

    rota = forms.ChoiceField(label=_("Rota"))
    body = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, rotas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "note_%s"  # another form of the page has a rota as well
        _offer(self, "rota", rotas)


class LogForm(forms.Form):
    """Which part of the shift log to show."""

    rota = forms.ChoiceField(label=_("Rota"), required=False)
    team_id = _choice(_("Team"), [], "")
    since = _day(pgettext_lazy("day", "From"), required=False)
    until = _day(pgettext_lazy("day", "Until"), required=False)

    def __init__(self, *args: Any, rotas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "rota", [("", gettext("All rotas")), *rotas])
        _offer(self, "team_id", [("", gettext("All teams")), *((str(t.id), t.name) for t in list_teams())])
        for field in self.fields.values():
            setattr(field, "asked", True)  # noqa: B010  # all of them may stay empty


class HandoverForm(forms.Form):
    """What the outgoing one adds to a handover."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    notes = forms.CharField(
        label=_("What the next shift should know besides"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=10_000,
        required=False,
    )


class SigningForm(forms.Form):
    """A signature; who takes over may add a remark."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    remark = forms.CharField(
        label=_("Remark"), widget=forms.Textarea(attrs={"rows": 2}), max_length=10_000, required=False
    )


class QuietForm(forms.Form):
    """The hours in which a channel rests."""

    quiet_from = _clock(_("Quiet from"), required=False)
    quiet_until = _clock(pgettext_lazy("hours", "until"), required=False)


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
