"""One alert: its life, what people do about it, and its short form beside the list."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.duty.contracts.pages import PageDetail
from selaras.domains.duty.queries import DELIVERY_WORDS
from selaras.domains.duty.queries.pages import get_page
from selaras.domains.events.actions.handle_alert import acknowledge, add_alert_note, shelve, unshelve
from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.contracts.alerts import AlertRow, LikelyCause
from selaras.domains.events.contracts.tracing import TRACE_WORDS
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.events.queries.correlation import list_likely_causes
from selaras.domains.operations.contracts import RunRow
from selaras.domains.operations.queries import RUN_WORDS, list_runs_of_alert
from selaras.domains.people.queries import may
from selaras.interfaces.web.events.forms import HandleForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Invalid


@page(permission="events.view")
def alert(request: PageRequest, alert_id: int) -> HttpResponse:
    """One alert: its class and why, its history, what it hits."""
    return _page(request, alert_id, HandleForm())


@page(permission="events.view")
def beside(request: PageRequest, alert_id: int) -> HttpResponse:
    """The alert as it stands beside the list: what happened, what to do, who is hit."""
    return _page(request, alert_id, HandleForm(), template="events/alert_beside.html")


@page(permission="events.respond", methods=("POST",))
def handle(request: PageRequest, alert_id: int) -> HttpResponse:
    """Acknowledge it, note something, shelve it or take it back; which one says the button."""
    form = HandleForm(request.POST)
    if form.is_valid():
        note, until = form.cleaned_data["note"], form.cleaned_data["until"]
        try:
            match request.POST.get("do"):
                case "acknowledge":
                    acknowledge(alert_id, by=request.actor, note=note)
                case "shelve":
                    shelve(alert_id, by=request.actor, until=until or clock.now(), note=note)
                case "unshelve":
                    unshelve(alert_id, by=request.actor)
                case _:
                    add_alert_note(alert_id, by=request.actor, note=note)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return HttpResponseRedirect(reverse("web:events:alert", args=[alert_id]))
    return _page(request, alert_id, form, status=422)


def _page(
    request: PageRequest, alert_id: int, form: HandleForm, status: int = 200, template: str = "events/alert.html"
) -> HttpResponse:
    detail = get_alert(request.actor, alert_id)
    row = detail.alert
    context = {
        "area": "alerts",
        "detail": detail,
        "alert": row,
        "classes": CLASS_WORDS,
        "steps": TRACE_WORDS,
        "delivery_words": DELIVERY_WORDS,
        "called": _called(request, detail.told.page_id),
        "form": form,
        "causes": _causes(request, row),
        "runs": _runs(request, row),
        "run_words": RUN_WORDS,
        "begin": f"{reverse('web:operations:start')}?alert={row.id}" if may(request.actor, "operations.run") else "",
        "chain": chain_from(request.actor, [row.assessed.item_id]) if row.assessed and row.assessed.item_id else [],
    }
    return render(request, template, context, status=status)


def _called(request: PageRequest, page_id: int | None) -> PageDetail | None:
    """The page behind an alert, with whom it told so far."""
    return get_page(request.actor, page_id) if page_id and may(request.actor, "duty.view") else None


def _runs(request: PageRequest, row: AlertRow) -> list[RunRow]:
    """The last runs of runbooks for it."""
    return list_runs_of_alert(request.actor, row.id) if may(request.actor, "operations.view") else []


def _causes(request: PageRequest, row: AlertRow) -> list[LikelyCause]:
    """The likely causes of its incident, if it has one."""
    if row.assessed is None or row.assessed.record_id is None or not may(request.actor, "items.view"):
        return []
    return list_likely_causes(request.actor, row.assessed.record_id)
