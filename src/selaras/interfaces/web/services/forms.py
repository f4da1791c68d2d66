"""Forms of services, items, uses and outcomes. What a field may hold is the action's to say; here only its shape."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams
from selaras.domains.services.contracts import (
    CRITICALITY_WORDS,
    DIRECTION_WORDS,
    ENVIRONMENT_WORDS,
    ITEM_CLASS_WORDS,
    ItemRow,
    OutcomeRow,
    ServiceRow,
    UseRow,
)
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.choices import Choices, offer, pick, words_of
from selaras.interfaces.web.shell.editing import VersionedForm
from selaras.interfaces.web.shell.rows import RowsField

_SLUG_HELP = _("Stands in its address and in files. Left empty, it is made from the name.")


def _teams() -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in list_teams()]


class ServiceForm(VersionedForm):
    """A service; `service` is the one to change, None for a new one."""

    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    slug = forms.CharField(label=_("Short name"), max_length=80, required=False, help_text=_SLUG_HELP)
    description = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=20_000,
        help_text=_("What a customer gets from it, in a few sentences."),
    )
    owner_id = pick(_("Owner"))
    team_id = pick(_("Supporting team"))
    field_order = ("name_id", "name_en", "slug", "description", "owner_id", "team_id", "seen")

    def __init__(self, data: Any = None, *, actor: Actor, service: ServiceRow | None) -> None:
        super().__init__(data, initial=_known(self, service))
        people = dict(colleagues(actor))
        if service is None:
            del self.fields["seen"]
        else:
            del self.fields["slug"]
            if service.owner_id is not None:
                people.setdefault(service.owner_id, service.owner_name or "")
        offer(self, "owner_id", people.items(), gettext("Nobody"))
        offer(self, "team_id", _teams(), gettext("No team"))


class ItemForm(VersionedForm):
    """A configuration item; `item` is the one to change, None for a new one."""

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.CharField(label=_("Short name"), max_length=80, required=False, help_text=_SLUG_HELP)
    item_class = forms.ChoiceField(label=_("Class"), choices=lambda: words_of(ITEM_CLASS_WORDS), initial="host")
    environment = forms.ChoiceField(label=_("Environment"), choices=lambda: words_of(ENVIRONMENT_WORDS))
    team_id = pick(_("Supporting team"))
    names = forms.CharField(
        label=_("Names in monitoring"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=60_000,
        help_text=_("One a line: host names, addresses, whatever alerts call it. Its short name always counts."),
    )
    attributes = RowsField(
        {
            "name": forms.CharField(label=_("Attribute"), max_length=200),
            "value": forms.CharField(label=_("Value"), max_length=10_000, required=False),
        },
        label=_("Attributes"),
    )
    field_order = ("name", "slug", "item_class", "environment", "team_id", "names", "attributes", "seen")

    def __init__(self, data: Any = None, *, item: ItemRow | None, names: Iterable[str] = ()) -> None:
        known = _known(self, item)
        if item is not None:
            rows = [{"name": key, "value": _shown(value)} for key, value in item.attributes.items()]
            known |= {"names": "\n".join(name for name in names if name != item.slug), "attributes": rows}
        super().__init__(data, initial=known)
        self._had: Mapping[str, Any] = item.attributes if item else {}
        del self.fields["seen" if item is None else "slug"]
        offer(self, "team_id", _teams(), gettext("No team"))

    def clean_names(self) -> list[str]:
        """A line each."""
        return [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]

    def clean_attributes(self) -> dict[str, Any]:
        """By name; what is no text stays as it was unless it is written anew."""
        rows = self.cleaned_data["attributes"]
        names = [row["name"] for row in rows]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise forms.ValidationError(gettext("“%(name)s” stands here twice."), params={"name": twice})
        return {row["name"]: self._value(row) for row in rows}

    def _value(self, row: Mapping[str, str]) -> Any:
        had = self._had.get(row["name"], "")
        return had if _shown(had) == row["value"] else row["value"]


class UseForm(VersionedForm):
    """That a customer uses a service. The customer of a use that is there stays."""

    organisation_id = forms.TypedChoiceField(label=_("Customer"), coerce=int)
    business_process = forms.CharField(
        label=_("Business process"), max_length=200, help_text=_("What the customer does with it, in their words.")
    )
    criticality = forms.TypedChoiceField(
        label=_("How critical"), coerce=int, choices=lambda: words_of(CRITICALITY_WORDS), initial=3
    )
    outcome_id = pick(_("Towards which outcome"))
    field_order = ("organisation_id", "business_process", "criticality", "outcome_id", "seen")

    def __init__(
        self, data: Any = None, *, use: UseRow | None, customers: Iterable[tuple[int, str]], outcomes: Choices
    ) -> None:
        super().__init__(data, initial=_known(self, use))
        if use is None:
            del self.fields["seen"]
            offer(self, "organisation_id", customers, gettext("Choose"))
        else:
            del self.fields["organisation_id"]
        offer(self, "outcome_id", [(int(pk), word) for pk, word in outcomes], gettext("None"))


class OutcomeForm(VersionedForm):
    """What a customer needs to reach."""

    name_id = forms.CharField(label=_("Name in Indonesian"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    direction = forms.ChoiceField(label=_("Direction"), choices=lambda: words_of(DIRECTION_WORDS))
    target = forms.DecimalField(label=_("Target"), max_digits=18, decimal_places=4)
    unit = forms.CharField(label=_("Unit"), max_length=40)
    field_order = ("name_id", "name_en", "direction", "target", "unit", "seen")

    def __init__(self, data: Any = None, *, outcome: OutcomeRow | None) -> None:
        known = _known(self, outcome)
        if outcome is None:
            super().__init__(data, initial=known)
            del self.fields["seen"]
        else:
            super().__init__(data, initial={**known, "target": outcome.target.normalize()})


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else forms.JSONField().prepare_value(value)


def _known(form: forms.Form, row: Any) -> dict[str, Any]:
    """What the form begins with: the fields of the row that it has, and the version it was read at."""
    if row is None:
        return {}
    names = type(form).base_fields.keys() - {"seen"}
    return {name: getattr(row, name) for name in names if hasattr(row, name)} | {"seen": row.version}
