"""One's own channels."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.duty.actions.channels import add_channel, put_first, remove_channel, set_quiet, try_channel
from selaras.domains.duty.actions.push_keys import push_public_key
from selaras.domains.duty.contracts.channels import CHANNEL_WORDS, ChannelKind
from selaras.domains.duty.queries import list_channels
from selaras.interfaces.web.duty.forms import ChannelForm, QuietForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotFound, Refusal


@page(permission="duty.self", methods=("GET", "POST"))
def channels(request: PageRequest) -> HttpResponseBase:
    """The list, and a new one; a webhook's secret is on the answer, and nowhere else, ever."""
    if request.method != "POST":
        return _page(request, ChannelForm())
    form = ChannelForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = add_channel(
                by=request.actor, kind=ChannelKind(given["kind"]), name=given["name"], address=given["address"]
            )
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            if made.secret:
                return _page(request, ChannelForm(), secret=made.secret)
            messages.success(request, _("Added. Send yourself a test."))
            return HttpResponseRedirect(reverse("web:duty:channels"))
    return _page(request, form, status=422)


@page(permission="duty.self", methods=("POST",))
def change(request: PageRequest, channel_id: int, verb: str) -> HttpResponseBase:
    """Try it, use it first, let it rest at night, remove it."""
    match verb:
        case "test":
            answer = try_channel(channel_id, by=request.actor)
            (messages.success if answer.taken else messages.error)(request, spoken(answer.words))
        case "first":
            put_first(channel_id, by=request.actor)
        case "remove":
            remove_channel(channel_id, by=request.actor)
            messages.success(request, _("Removed; its address is forgotten."))
        case "quiet":
            form = QuietForm(request.POST)
            if not form.is_valid():
                messages.error(request, _("Give both ends, or neither."))
            else:
                given = form.cleaned_data
                set_quiet(channel_id, by=request.actor, start=given["quiet_from"], end=given["quiet_until"])
        case _:
            raise NotFound(verb)
    return HttpResponseRedirect(reverse("web:duty:channels"))


def _page(request: PageRequest, form: ChannelForm, *, status: int = 200, secret: str = "") -> HttpResponse:
    rows = list_channels(request.actor)
    own: list[tuple[Any, QuietForm]] = [
        (
            row,
            QuietForm(initial={"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}, auto_id=f"c{row.id}_%s"),
        )
        for row in rows
    ]
    context = {"area": "channels", "channels": own, "form": form, "kinds": CHANNEL_WORDS, "secret": secret}
    context["push_key"] = push_public_key()
    return render(request, "duty/channels.html", context, status=status)
