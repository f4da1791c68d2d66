"""Forms of pages and of the ways they take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from selaras.domains.duty.contracts.channels import CHANNEL_WORDS, ChannelKind
from selaras.interfaces.web.duty.parts import Choices
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.fields import clock_field
from selaras.interfaces.web.shell.words import spoken


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
        offer(self, "policy_id", policies)


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
        offer(
            self,
            "kind",
            [
                (kind.value, spoken(CHANNEL_WORDS[kind]))
                for kind in ChannelKind
                if kind != ChannelKind.PUSH or self.is_bound
            ],
        )


class QuietForm(forms.Form):
    """The hours in which a channel rests."""

    quiet_from = clock_field(_("Quiet from"), required=False)
    quiet_until = clock_field(pgettext_lazy("hours", "until"), required=False)
