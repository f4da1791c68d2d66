"""Forms of what administrators keep: a person, an organisation, a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.people.contracts import (
    FUNCTION_WORDS,
    KIND_WORDS,
    ROLE_WORDS,
    Actor,
    OrganisationKind,
    OrganisationNode,
)
from selaras.domains.people.queries import list_teams
from selaras.domains.people.queries.directory import list_tree
from selaras.interfaces.web.people.forms import zones
from selaras.interfaces.web.shell.choices import offer, words_of
from selaras.interfaces.web.shell.words import spoken

_ALL = 100_000
Group = tuple[str, list[tuple[str, str]]]


def number(value: str) -> int | None:
    """A choice that is an id, or nothing."""
    return int(value) if value else None


def organisation_choices(actor: Actor, *, kind: OrganisationKind | None = None) -> list[Group]:
    """Organisations under the heading of their kind, branches set in."""
    groups: dict[OrganisationKind, list[tuple[str, str]]] = {}
    for node in list_tree(actor, kind=kind, limit=_ALL):
        groups.setdefault(node.kind, []).append((str(node.id), " " * 3 * node.depth + node.name))
    return [(spoken(KIND_WORDS[kind]), rows) for kind, rows in groups.items()]


class PersonForm(forms.Form):
    """A person; `seen` is the last change that whoever fills it in has read."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("They sign in with it."))
    organisation_id = forms.TypedChoiceField(label=_("Organisation"), coerce=number)
    roles = forms.MultipleChoiceField(
        label=_("Duties"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Customers' people are requesters or decision makers; the provider's people may have any duty."),
    )
    team_ids = forms.TypedMultipleChoiceField(
        label=_("Teams"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("id", "Bahasa Indonesia"), ("en", "English")])
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation_id", organisation_choices(actor), "–")
        offer(self, "roles", words_of(ROLE_WORDS))
        offer(self, "team_ids", ((team.id, team.name) for team in list_teams()))

    def given(self) -> dict[str, Any]:
        """The person's own fields, without `seen`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class NewOrganisation(forms.Form):
    """An organisation to be made."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=lambda: [
            (OrganisationKind.CUSTOMER.value, gettext("Customer")),
            (OrganisationKind.PROVIDER_UNIT.value, gettext("Own unit")),
            (OrganisationKind.SUPPLIER.value, gettext("Supplier")),
        ],
        help_text=_("The kind stays: who may see what hangs on it."),
    )
    parent_id = forms.TypedChoiceField(
        label=_("Below"),
        coerce=number,
        required=False,
        empty_value=None,
        help_text=_("Whoever belongs to an organisation sees the affairs of those below it."),
    )
    slug = forms.CharField(
        label=_("Slug"),
        max_length=80,
        required=False,
        help_text=_("Its name in addresses; left empty, made of the name."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent_id", organisation_choices(actor), gettext("Nothing: it stands by itself"))


class OrganisationForm(forms.Form):
    """What of an organisation can change: its name and its place."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent_id = forms.TypedChoiceField(
        label=_("Below"),
        coerce=number,
        required=False,
        empty_value=None,
        help_text=_("Whoever belongs to an organisation sees the affairs of those below it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, actor: Actor, node: OrganisationNode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = organisation_choices(actor, kind=node.kind)
        offer(self, "parent_id", choices, gettext("Nothing: it stands by itself"))


def _functions() -> list[tuple[str, str]]:
    return [(function.value, spoken(word)) for function, word in FUNCTION_WORDS.items()]


class TeamForm(forms.Form):
    """A team's own fields."""

    name = forms.CharField(label=_("Name"), max_length=200)
    function = forms.ChoiceField(label=_("Function"), choices=_functions)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class NewTeam(TeamForm):
    """A team to be made."""

    slug = forms.CharField(
        label=_("Slug"),
        max_length=80,
        required=False,
        help_text=_("Its name in addresses; left empty, made of the name."),
    )


class LeadForm(forms.Form):
    """Who leads a team."""

    lead_id = forms.TypedChoiceField(label=_("Lead"), coerce=number, required=False, empty_value=None)


class MemberForm(forms.Form):
    """Who comes into a team."""

    person_id = forms.TypedChoiceField(label=_("Person"), coerce=number)
