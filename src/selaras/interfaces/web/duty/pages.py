"""Pages: the list, one with its timeline and deliveries, its verbs, and paging by hand."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.duty.actions import page as acting
from selaras.domains.duty.queries import (
    DELIVERY_WORDS,
    PAGE_WORDS,
    get_page,
    list_pages,
    list_policies,
    page_moves,
)
from selaras.domains.people.queries import may
from selaras.interfaces.web.duty.forms import PageForm
from selaras.interfaces.web.duty.sayings import tell_entry
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import NotAllowed, Refusal

ROWS = 50


@page(permission="duty.view")
def pages(request: PageRequest) -> HttpResponse:
    """All, newest first, narrowed by state."""
    state = request.GET.get("state", "")
    state = state if state in PAGE_WORDS else ""
    context = {
        "area": "pages",
        "page": list_pages(request.actor, state=state, after=request.GET.get("after", ""), limit=ROWS),
        "state_now": state,
        "words": PAGE_WORDS,
        "params": f"state={state}&" if state else "",
        "may_page": may(request.actor, "duty.page"),
    }
    return render(request, "duty/pages.html", context)


@page(permission="duty.view")
def one(request: PageRequest, page_id: int) -> HttpResponse:
    """One page: what was sent to whom by what, and what happened."""
    detail = get_page(request.actor, page_id)
    context = {
        "area": "pages",
        "detail": detail,
        "call": detail.page,
        "moves": page_moves(request.actor, detail.page),
        "words": PAGE_WORDS,
        "delivery_words": DELIVERY_WORDS,
        "entries": [(entry, *tell_entry(entry)) for entry in detail.entries],
    }
    return render(request, "duty/page.html", context)


@page(permission="duty.acknowledge", methods=("POST",))
def move(request: PageRequest, page_id: int, verb: str) -> HttpResponseBase:
    """Acknowledge or resolve."""
    acting.move_page(page_id, verb, by=request.actor)
    messages.success(request, _("Done. Nobody else is called for it."))
    return HttpResponseRedirect(reverse("web:duty:page", args=[page_id]))


@page(permission="duty.page", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Page people by hand."""
    policies = [(str(row.id), row.name) for row in list_policies(request.actor)]
    form = PageForm(request.POST if request.method == "POST" else None, policies=policies)
    if request.method == "POST" and form.is_valid():
        try:
            ref = acting.page(by=request.actor, cause=f"by hand {uuid4()}", **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return HttpResponseRedirect(reverse("web:duty:page", args=[ref.id]))
    status = 422 if form.is_bound else 200
    return render(request, "duty/page_form.html", {"area": "pages", "form": form}, status=status)
