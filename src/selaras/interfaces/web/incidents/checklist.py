"""The steps of an incident: ticked, or said not to be needed, one by one."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from selaras.domains.incidents.actions.steps import settle_step
from selaras.domains.incidents.contracts import StepOutcome
from selaras.domains.records.queries import get_record
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotAllowed, NotFound, Refusal


@page(permission="incidents.work", methods=("POST",))
def settle(request: PageRequest, number: str, step_id: int) -> HttpResponseBase:
    """Settle a step; a refusal is told on the record, which shows how the step stands."""
    outcome, note = request.POST.get("outcome", ""), request.POST.get("note", "")
    if outcome not in list(StepOutcome):
        raise NotFound(outcome[:20])
    card = get_record(request.actor, number)
    try:
        settle_step(card.id, step_id, by=request.actor, outcome=StepOutcome(outcome), note=note)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, spoken(refusal.sentence))
    return HttpResponseRedirect(reverse("web:records:record", args=[card.number]))
