"""The buttons of a lifecycle: what is offered, what it asks for, why it is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.lifecycle import Offer


class Given(forms.Form):
    """What a move may ask for."""

    # Not `required`: what is missing is refused by the lifecycle itself, in its own words.
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000, required=False
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A move as a button; with a form, if it asks for something."""

    offer: Offer
    form: Given | None
    first: bool


def buttons(offers: Sequence[Offer]) -> list[Button]:
    """The moves on offer; the first that leads on, without more to say, is the likely one."""
    likely = next((one.verb for one in offers if one.refused is None and not one.ends and not one.asks), None)
    return [
        Button(offer, Given(auto_id=f"{offer.verb}_%s") if offer.asks else None, offer.verb == likely)
        for offer in offers
    ]


def move_page(
    request: PageRequest, offers: Sequence[Offer], verb: str, act: Callable[[str], str], *, context: dict[str, str]
) -> HttpResponseBase:
    """Make the move with what it asks for (POST; `act` takes the reason and answers where to go), or ask for it."""
    offer = next((one for one in offers if one.verb == verb), None)
    form = Given(posted(request))
    if offer is None or not offer.asks:
        form.fields["reason"].widget = forms.HiddenInput()
    word = spoken(offer.label) if offer else verb
    told = {**context, "heading": f"{word}: {context['heading']}", "submit": word}
    return form_page(request, form, lambda: act(form.cleaned_data["reason"]), context=told)
