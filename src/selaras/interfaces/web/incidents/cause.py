"""What the cause of an incident was, as somebody confirms it; a refusal is told on the record."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from selaras.domains.events.actions.confirm_cause import confirm_cause, withdraw_cause
from selaras.domains.services.queries import find_end
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotAllowed, NotFound, Refusal


@page(permission="incidents.work", methods=("POST",))
def confirm(request: PageRequest, number: str) -> HttpResponseBase:
    """Name the item or service that was the cause."""
    named = request.POST.get("lower", "")
    return _done(request, number, lambda: confirm_cause(number, by=request.actor, end=find_end(request.actor, named)))


@page(permission="incidents.work", methods=("POST",))
def withdraw(request: PageRequest, number: str) -> HttpResponseBase:
    """Take back what was named."""
    return _done(request, number, lambda: withdraw_cause(number, by=request.actor))


def _done(request: PageRequest, number: str, act: Callable[[], None]) -> HttpResponseBase:
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, spoken(refusal.sentence))
    return HttpResponseRedirect(reverse("web:records:record", args=[number]))
