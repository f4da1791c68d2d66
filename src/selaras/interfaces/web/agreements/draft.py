"""An agreement in the making: drafted and changed as a whole, then moved along its life."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.agreements.actions.activate_agreement import move_agreement
from selaras.domains.agreements.actions.draft_agreement import draft_agreement, edit_agreement
from selaras.domains.agreements.contracts import DRAFT
from selaras.domains.agreements.queries import get_agreement, offers_of
from selaras.interfaces.web.agreements.forms import AgreementForm
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.moving import move_page
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import MoveRefused
from selaras.kernel.sentences import say


def address_of(agreement_id: int) -> str:
    """An agreement's page."""
    return reverse("web:agreements:agreement", args=[agreement_id])


@page(permission="agreements.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Draft an agreement; nothing of it counts until it is put in force."""
    form = AgreementForm(posted(request), actor=request.actor, detail=None)

    def act() -> str:
        made = draft_agreement(by=request.actor, **form.cleaned_data)
        messages.success(request, _("The draft is kept. Nothing of it counts until you put it in force."))
        return address_of(made)

    context = {"area": "agreements", "wide": True, "heading": _("New agreement"), "submit": _("Keep as a draft")}
    ways = {"back": reverse("web:agreements:list"), "crumb": _("Agreements")}
    return form_page(request, form, act, context={**context, **ways}, template="agreements/draft.html")


@page(permission="agreements.edit", methods=("GET", "POST"))
def edit(request: PageRequest, agreement_id: int) -> HttpResponseBase:
    """Change a draft."""
    detail = get_agreement(request.actor, agreement_id)
    if detail.row.state != DRAFT:
        raise MoveRefused(say("Only a draft is changed as a whole. Of an agreement in force, set a target anew."))
    form = AgreementForm(posted(request), actor=request.actor, detail=detail)

    def act() -> str:
        edit_agreement(agreement_id, by=request.actor, changes=form.changes(), seen=form.cleaned_data["seen"])
        return address_of(agreement_id)

    heading = _("Change “%(name)s”") % {"name": detail.row.name}
    context = {"area": "agreements", "wide": True, "heading": heading, "submit": _("Save")}
    ways = {"back": address_of(agreement_id), "crumb": detail.row.number}
    return form_page(request, form, act, context={**context, **ways}, template="agreements/draft.html")


@page(permission="agreements.edit", methods=("GET", "POST"))
def move(request: PageRequest, agreement_id: int, verb: str) -> HttpResponseBase:
    """Put it in force, withdraw or end it."""
    row = get_agreement(request.actor, agreement_id).row

    def act(_reason: str) -> str:
        move_agreement(agreement_id, verb, by=request.actor)
        return address_of(agreement_id)

    context = {"area": "agreements", "heading": row.name, "back": address_of(agreement_id), "crumb": row.number}
    return move_page(request, offers_of(request.actor, row), verb, act, context=context)
