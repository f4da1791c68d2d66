"""Forms of a person's own profile, and what other forms offer of people."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.people.contracts import ROLE_WORDS, Actor, Role
from selaras.domains.people.queries import list_people
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.words import spoken

# Indonesia first; the rest in the order of the alphabet.
_NEAR = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_COLLEAGUES = 500  # more are no choice any more


def zones() -> list[tuple[str, str]]:
    """Every zone there is, as choices."""
    rest = sorted(zone for zone in available_timezones() if "/" in zone and zone not in _NEAR)
    return [(zone, zone.replace("_", " ")) for zone in (*_NEAR, "UTC", *rest)]


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """The people of one's own organisation, as choices."""
    found = list_people(actor, organisation_id=actor.organisation_id, limit=_COLLEAGUES)
    return [(row.id, row.name) for row in found]


class ZoneForm(forms.Form):
    """The zone in which times are shown."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)


class TokenForm(forms.Form):
    """A new API token: its name, the duties it carries, how long it lives."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What will use it, for example “Grafana”."))
    roles = forms.MultipleChoiceField(label=_("Duties it carries"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Ends"),
        coerce=int,
        choices=[(30, _("after 30 days")), (90, _("after 90 days")), (365, _("after a year")), (0, _("never"))],
        initial=90,
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "roles", ((role, spoken(ROLE_WORDS[role])) for role in sorted(roles)))


class PasswordForm(forms.Form):
    """A password of one's own, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; a few words together are good. Not one that many people use."),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The same twice, or a slip of the finger would lock its owner out."""
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(gettext("This is not the same as above."))
        return again
