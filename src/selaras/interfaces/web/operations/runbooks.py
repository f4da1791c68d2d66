"""Runbooks: the list with what waits for approval, one with its steps, and the form that makes and changes them."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.contracts import KIND_WORDS, WAITING, RunbookRow
from selaras.domains.operations.queries import RUN_WORDS, get_runbook, list_runbook_changes, list_runbooks, list_runs
from selaras.domains.people.queries import may
from selaras.interfaces.web.duty.parts import untouched
from selaras.interfaces.web.operations.runbook_forms import RunbookForm, runbook_initial, step_forms, steps_of
from selaras.interfaces.web.shell.editing import posted, too_late
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import NotAllowed, Refusal, Stale

_WAITING, _RUNS = 20, 10


@page(permission="operations.view")
def runbooks(request: PageRequest) -> HttpResponse:
    """All of them; above them, what waits for approval."""
    context = {
        "area": "runbooks",
        "runbooks": list_runbooks(request.actor),
        "waiting": list_runs(request.actor, state=WAITING, limit=_WAITING).rows,
        "words": RUN_WORDS,
        "may_edit": may(request.actor, "operations.edit"),
    }
    return render(request, "operations/runbooks.html", context)


@page(permission="operations.view")
def runbook(request: PageRequest, slug: str) -> HttpResponse:
    """One: its steps, its last runs, who changed it."""
    context = {
        "area": "runbooks",
        "runbook": get_runbook(request.actor, slug),
        "kinds": KIND_WORDS,
        "runs": list_runs(request.actor, runbook=slug, limit=_RUNS).rows,
        "words": RUN_WORDS,
        "changes": list_runbook_changes(request.actor, slug),
        "may_edit": may(request.actor, "operations.edit"),
        "may_run": may(request.actor, "operations.run"),
    }
    return render(request, "operations/runbook.html", context)


@page(permission="operations.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """A new one."""
    return _form(request, None)


@page(permission="operations.edit", methods=("GET", "POST"))
def edit(request: PageRequest, slug: str) -> HttpResponseBase:
    """Change one; runs that are under way keep the steps they began with."""
    return _form(request, get_runbook(request.actor, slug))


def _form(request: PageRequest, row: RunbookRow | None) -> HttpResponseBase:
    data = posted(request)
    form = RunbookForm(data, initial=runbook_initial(row) if row else {})
    steps = step_forms(row, data)
    bound = [one for one in steps if one.is_bound]
    late, status = None, 200 if data is None else 422
    if data is not None and all([form.is_valid(), *(one.is_valid() for one in bound)]):
        given = form.cleaned_data | {"steps": steps_of(bound)}
        try:
            save_runbook(by=request.actor, runbook_id=row.id if row else None, **given)
        except Stale as stale:
            late, status = too_late(form, stale), stale.status
            if row is not None and untouched("steps", (one.step().as_json() for one in bound), stale):
                steps = step_forms(row, None)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("The runbook is saved."))
            return HttpResponseRedirect(reverse("web:operations:runbook", args=[given["slug"]]))
    context = {"area": "runbooks", "form": form, "steps": steps, "runbook": row, "late": late}
    return render(request, "operations/runbook_form.html", context, status=status)
