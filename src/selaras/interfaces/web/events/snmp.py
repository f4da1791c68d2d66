"""In whose name a source's devices send by SNMP version 3."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.snmp_users import LONGEST, SHORTEST, add_snmp_user, remove_snmp_user
from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy
from selaras.domains.events.queries.sources import get_source_life, list_snmp_users
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid


def _passphrase(label: Any, **more: Any) -> forms.CharField:
    attrs = {"autocomplete": "new-password", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=LONGEST, strip=False, widget=forms.PasswordInput(attrs), **more)


class UserForm(forms.Form):
    """A user as the device has it."""

    name = forms.CharField(label=_("User name"), max_length=32, widget=forms.TextInput({"autocomplete": "off"}))
    authentication = forms.TypedChoiceField(
        label=_("Signed with"),
        coerce=SnmpAuthentication,
        choices=[(one.value, one.value) for one in SnmpAuthentication],
    )
    authentication_key = _passphrase(
        _("Authentication passphrase"), help_text=_("At least %(n)s characters.") % {"n": SHORTEST}
    )
    privacy = forms.TypedChoiceField(
        label=_("Encrypted with"),
        coerce=lambda word: SnmpPrivacy(word) if word else None,
        required=False,
        empty_value=None,
        initial=SnmpPrivacy.AES,
        choices=[*((one.value, one.value) for one in SnmpPrivacy), ("", _("not encrypted"))],
    )
    privacy_key = _passphrase(
        _("Encryption passphrase"),
        required=False,
        help_text=_("The passphrases are kept sealed, and nobody can read them again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vars(self.fields["privacy"])["asked"] = True  # one of the choices is nothing, and it is a choice


@page(permission="events.sources", methods=("GET", "POST"))
def snmp_users(request: PageRequest, source_id: int) -> HttpResponseBase:
    """Those there are, and the form of a new one."""
    form = UserForm(request.POST or None)
    if form.is_valid():
        try:
            add_snmp_user(source_id, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, gettext("Added. The listener knows within seconds."))
            return HttpResponseRedirect(reverse("web:events:snmp_users", args=[source_id]))
    return _page(request, source_id, form, 422 if form.errors else 200)


@page(permission="events.sources", methods=("POST",))
def remove(request: PageRequest, source_id: int, user_id: int) -> HttpResponseBase:
    """Let one go."""
    remove_snmp_user(source_id, user_id, by=request.actor)
    messages.success(request, gettext("Removed. What is sent in its name is refused."))
    return HttpResponseRedirect(reverse("web:events:snmp_users", args=[source_id]))


def _page(request: PageRequest, source_id: int, form: UserForm, status: int) -> HttpResponse:
    life = get_source_life(request.actor, source_id)
    users = list_snmp_users(request.actor, source_id)
    context = {"area": "sources", "source": life.source, "users": users, "form": form}
    return render(request, "events/snmp_users.html", context, status=status)
