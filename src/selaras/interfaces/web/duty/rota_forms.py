"""The form of a rota: its own fields, a part for each layer and one more, to add another."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from selaras.domains.duty.contracts.rotas import Every, Hours, Layer, RotaRow
from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.duty.parts import Choices, Elsewhere, Named, ShortName, is_filled
from selaras.interfaces.web.people.forms import ZoneForm
from selaras.interfaces.web.shell.choices import listed, offer, pick
from selaras.interfaces.web.shell.fields import asked, clock_field, day_field
from selaras.kernel import clock

_MORE_PEOPLE = 3
_HANDOVER = time(9)
_DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class RotaForm(Named, ZoneForm):
    """A rota's own fields; `layers` is where a refusal about a layer is told."""

    field_order = ("name", "slug", "team_id", "timezone")
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = ShortName()
    team_id = pick(_("Team"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layers = Elsewhere(label=_("Layers"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team_id", ((team.id, team.name) for team in list_teams()), gettext("No team"))
        self.order_fields(self.field_order)


def _last_handover() -> date:
    """The day on which the hand-over was last: whoever makes a rota before today's wants somebody on duty now."""
    return localdate(clock.now() - timedelta(hours=_HANDOVER.hour))


class LayerForm(forms.Form):
    """One layer: who takes turns, how long a turn is, from when, and in which hours."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    length = forms.IntegerField(label=_("A turn lasts"), min_value=1, max_value=168, initial=1)
    every = forms.ChoiceField(
        label=_("Unit"),
        choices=[(Every.WEEKS, _("weeks")), (Every.DAYS, _("days")), (Every.HOURS, _("hours"))],
        initial=Every.WEEKS,
    )
    starts_on = day_field(
        _("First hand-over"), initial=_last_handover, help_text=_("Weekly turns change on the same day of the week.")
    )
    handover = clock_field(_("Hand-over at"), initial=_HANDOVER)
    until = day_field(_("Ends on"), required=False)
    days = forms.TypedMultipleChoiceField(
        label=_("Only on these days"),
        coerce=int,
        choices=list(enumerate(_DAYS)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours_from = clock_field(pgettext_lazy("hours", "Only from"), required=False)
    hours_until = clock_field(pgettext_lazy("hours", "until"), required=False)

    def __init__(self, *args: Any, people: Choices, turns: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for turn in range(turns):
            label = gettext("Turn %(number)s") % {"number": turn + 1}
            # The heading says what may stay empty.
            self.fields[f"person_{turn}"] = asked(pick(label, choices=listed(people, "–")))

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
        own = data if data is not None and is_filled(data, f"layer{number}") else None
        made.append(
            LayerForm(
                own, people=people, turns=turns, prefix=f"layer{number}", initial=initial, use_required_attribute=False
            )
        )
    return made


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
