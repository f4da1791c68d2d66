"""The form of an escalation policy: its own fields, a part for each step and one more, to add another."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.duty.contracts.policies import PolicyRow, Step, Target, TargetKind
from selaras.domains.duty.contracts.rotas import RotaRow
from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.duty.parts import Choices, Elsewhere, Named, ShortName, is_filled
from selaras.interfaces.web.shell.fields import asked

_TARGETS = 3


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
            field = forms.ChoiceField(label=label, choices=[("", "–"), *targets], required=False)
            self.fields[f"target_{number}"] = asked(field)

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
        own = data if data is not None and is_filled(data, f"step{number}") else None
        made.append(
            StepForm(
                own, targets=targets, many=many, prefix=f"step{number}", initial=initial, use_required_attribute=False
            )
        )
    return made


def _step_initial(step: Step) -> dict[str, Any]:
    targets = {f"target_{n}": f"{target.kind}:{target.id}" for n, target in enumerate(step.targets)}
    return {"minutes": step.minutes, **targets}
