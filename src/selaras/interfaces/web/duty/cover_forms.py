"""Forms that change who is on duty: covers, swaps, absences."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.interfaces.web.duty.parts import Choices
from selaras.interfaces.web.shell.choices import offer, pick
from selaras.interfaces.web.shell.fields import moment_field


class CoverForm(forms.Form):
    """Somebody else for a while."""

    person_id = pick(_("On duty"))
    instead_of = pick(_("Instead of"))
    starts_at = moment_field(_("From"))
    ends_at = moment_field(_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person_id", people, gettext("Nobody: they are away"))
        offer(self, "instead_of", people, gettext("Whoever it is"))


class SwapForm(forms.Form):
    """A shift of one's own for one of somebody else."""

    mine = forms.ChoiceField(label=_("I give my shift"))
    theirs = forms.ChoiceField(label=_("and take the shift"))

    def __init__(self, *args: Any, mine: Choices, theirs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mine", mine)
        offer(self, "theirs", theirs)


class AbsenceForm(forms.Form):
    """Absences from a calendar file."""

    person_id = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    file = forms.FileField(label=_("Calendar file (.ics)"))

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person_id", people)
