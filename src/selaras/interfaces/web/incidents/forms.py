"""Forms of an incident: a new one, a note, what a move asks for, its own fields."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.incidents.contracts import LEVEL_WORDS, WAITING_WORDS, WORKED, IncidentDetail
from selaras.domains.incidents.queries.models import list_models, suggest_models
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, list_teams, may
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.choices import Choices, listed, offer, pick
from selaras.interfaces.web.shell.fields import asked, moment_field
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.lifecycle import Offer


def levels() -> list[tuple[int, str]]:
    return [(level, spoken(word)) for level, word in LEVEL_WORDS.items()]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NewIncident(forms.Form):
    """What somebody reports. Customers' people are asked less: who they are and where they belong is known."""

    title = forms.CharField(label=_("What is wrong, in a few words"), max_length=300)
    description = forms.CharField(
        label=_("What happened"),
        widget=_area(6),
        required=False,
        max_length=100_000,
        help_text=_("What you did, what you expected, what came instead, and since when."),
    )
    service_id = pick(_("Service"))
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int, choices=levels, initial=2)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int, choices=levels, initial=2)
    organisation_id = pick(_("Customer"))
    model_id = pick(_("Model"), help_text=_("A known kind brings its prepared steps along."))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = ((row.id, named(row)) for row in list_services(actor))
        offer(self, "service_id", services, gettext("I do not know"))
        if may(actor, "records.queue"):
            rows = ((row.id, row.name) for row in list_organisations(actor))
            offer(self, "organisation_id", rows, gettext("Our own"))
        else:
            del self.fields["organisation_id"], self.fields["impact"]
            self.fields["urgency"].label = gettext("How much it keeps you from working")
        if may(actor, "incidents.work"):
            offer(self, "model_id", ((row.id, named(row)) for row in list_models(actor)), gettext("None"))
            asks = {"hx-get": reverse("web:incidents:suggest_models"), "hx-trigger": "input changed delay:300ms"}
            self.fields["title"].widget.attrs.update({**asks, "hx-target": "#likely"})
        else:
            del self.fields["model_id"]


class Note(forms.Form):
    """A public reply or an internal note."""

    body = forms.CharField(label=_("Note"), widget=_area(4), max_length=100_000, required=False)
    kind = forms.ChoiceField(choices=[("public", _("Public reply")), ("internal", _("Internal note"))])
    file = forms.FileField(required=False, label=_("File"))
    children = forms.BooleanField(required=False, label=_("To its parts too"))


class Edit(forms.Form):
    """Fields that are edited in place; `seen` is the version they were read at."""

    title = forms.CharField(label=_("Title"), max_length=300)
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int, choices=levels)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int, choices=levels)
    service_id = pick(_("Service"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "service_id", ((row.id, named(row)) for row in list_services(actor)), gettext("None"))


class MoveForm(forms.Form):
    """What a move asks for: a field for each fact it names."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, offer: Offer, detail: IncidentDetail, actor: Actor, initial: Any = None
    ) -> None:
        super().__init__(data, auto_id=f"{offer.verb}_%s", initial=initial)
        for name in (*offer.asks, *offer.optional):
            # Not `required`: what is missing is refused by the lifecycle itself, in its own words.
            self.fields[name] = asked(_field(name, detail, actor), name in offer.asks)


def _field(name: str, detail: IncidentDetail, actor: Actor) -> forms.Field:
    match name:
        case "manager_id" | "technical_lead_id" | "communications_id":
            people = listed(colleagues(actor), gettext("Choose a person"))
            labels = {
                "manager_id": gettext("Incident manager"),
                "technical_lead_id": gettext("Technical lead"),
                "communications_id": gettext("Communications lead"),
            }
            return pick(labels[name], choices=people)
        case "headline":
            return forms.CharField(
                label=gettext("Headline"),
                max_length=300,
                required=False,
                help_text=gettext("Everybody of each customer that is hit reads it on their status page."),
            )
        case "next_update_at":
            return moment_field(
                gettext("Next update"),
                required=False,
                help_text=gettext("Left empty, it is promised by the agreement, else in an hour."),
            )
        case "to_id":
            people = listed(colleagues(actor), gettext("The lead of its team"))
            return pick(gettext("To whom"), choices=people)
        case "parent":
            typing = {
                "list": "parents",
                "autocomplete": "off",
                "hx-get": reverse("web:records:parents", args=[detail.card.number]),
                "hx-trigger": "focus once, input changed delay:200ms",
                "hx-target": "#parents",
                "hx-sync": "this:replace",
            }
            return forms.CharField(
                label=gettext("Number of the incident it is a part of"),
                max_length=40,
                required=False,
                widget=forms.TextInput(attrs=typing),
            )
        case "model_id":
            rows = _likely_first(actor, detail.card.title)
            return pick(gettext("Model"), choices=rows)
        case "children":
            numbers = ", ".join(child.number for child in detail.children if child.state in WORKED)
            return forms.BooleanField(
                label=gettext("Resolve its parts too, with the same words"),
                help_text=numbers,
                required=False,
                initial=True,
            )
        case "waiting_for":
            whom = [(key.value, spoken(word)) for key, word in WAITING_WORDS.items()]
            return forms.ChoiceField(label=gettext("Waits for"), choices=whom)
        case "team_id":
            teams = listed(((row.id, row.name) for row in list_teams()), gettext("No team"))
            return pick(gettext("Team"), choices=teams)
        case "assignee_id":
            people = listed(colleagues(actor), gettext("Nobody"))
            return pick(gettext("Person"), choices=people)
        case "into":
            return forms.CharField(label=gettext("Number of the incident it belongs to"), max_length=20, required=False)
        case _:
            labels = {
                "cause": gettext("Cause"),
                "solution": gettext("Solution"),
                "reason": gettext("Reason"),
                "decision": gettext("Decision wanted"),
                "body": gettext("Update for every customer that is hit"),
            }
            return forms.CharField(label=labels.get(name, name), widget=_area(), max_length=100_000, required=False)


def _likely_first(actor: Actor, title: str) -> Choices:
    """Every model, those that the title suggests first and said to be likely."""
    likely = {row.id: row for row in suggest_models(actor, title)}
    rest = {row.id: row for row in list_models(actor) if row.id not in likely}
    first = [(str(pk), gettext("%(name)s (likely)") % {"name": named(row)}) for pk, row in likely.items()]
    return [*first, ("", "–"), *((str(pk), named(row)) for pk, row in rest.items())]
