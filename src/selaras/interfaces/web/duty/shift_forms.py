"""Forms of the shift log and of handovers."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.duty.parts import Choices
from selaras.interfaces.web.shell.choices import offer, pick
from selaras.interfaces.web.shell.fields import asked, day_field


class NoteForm(forms.Form):
    """An entry of a shift log."""

    rota = forms.ChoiceField(label=_("Rota"))
    body = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, rotas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "note_%s"  # another form of the page has a rota as well
        offer(self, "rota", rotas)


class LogForm(forms.Form):
    """Which part of the shift log to show."""

    rota = forms.ChoiceField(label=_("Rota"), required=False)
    team_id = pick(_("Team"))
    since = day_field(pgettext_lazy("day", "From"), required=False)
    until = day_field(pgettext_lazy("day", "Until"), required=False)

    def __init__(self, *args: Any, rotas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "rota", rotas, gettext("All rotas"))
        offer(self, "team_id", ((t.id, t.name) for t in list_teams()), gettext("All teams"))
        for field in self.fields.values():
            asked(field)  # all of them may stay empty


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
