"""A target set anew, with what that does to open clocks said first; and how an obligation went."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from selaras.domains.agreements.actions.record_obligation_event import record_obligation_event
from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.contracts import ACTIVE, METRIC_WORDS
from selaras.domains.agreements.queries import get_agreement, get_obligation, open_clocks_by_target
from selaras.domains.records.queries import get_record
from selaras.interfaces.web.agreements.draft import address_of
from selaras.interfaces.web.agreements.forms import ObligationEventForm, TargetForm
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


@page(permission="agreements.edit", methods=("GET", "POST"))
def target(request: PageRequest, agreement_id: int, target_id: int | None = None) -> HttpResponseBase:
    """Set a target: a new one, or one that is there."""
    detail = get_agreement(request.actor, agreement_id)
    row = next((one for one in detail.targets if one.id == target_id), None)
    if target_id is not None and row is None:
        raise NotFound(str(target_id))
    form = TargetForm(posted(request), detail=detail, target=row)

    def act() -> str:
        seen = form.cleaned_data["seen"]
        moved = set_target(agreement_id, form.given(), by=request.actor, seen=seen)
        if moved:
            told = ngettext("%(n)s open clock now runs against it.", "%(n)s open clocks now run against it.", moved)
            messages.success(request, told % {"n": moved})
        return address_of(agreement_id)

    metric = spoken(METRIC_WORDS[row.metric]) if row else ""
    priority = row.priority or _("any") if row else ""
    what = {"metric": metric, "priority": priority}
    heading = _("%(metric)s at priority %(priority)s") % what if row else _("New promise")
    context = {
        "area": "agreements",
        "heading": heading,
        "submit": _("Replace the promise") if row and detail.row.state == ACTIVE else _("Set the promise"),
        "back": address_of(agreement_id),
        "crumb": detail.row.number,
        "row": detail.row,
        "target": row,
        "clocks": open_clocks_by_target(request.actor, agreement_id).get(target_id or 0, 0),
    }
    return form_page(request, form, act, context=context, template="agreements/target.html")


@page(permission="agreements.edit", methods=("GET", "POST"))
def obligation_event(request: PageRequest, obligation_id: int) -> HttpResponseBase:
    """Write down how an obligation went; nobody rewrites it."""
    obligation, agreement = get_obligation(request.actor, obligation_id)
    form = ObligationEventForm(posted(request))

    def act() -> str:
        given = dict(form.cleaned_data)
        record_id = _record_id(request, given.pop("number"))
        record_obligation_event(obligation_id, by=request.actor, record_id=record_id, **given)
        return address_of(agreement.id)

    context = {
        "area": "agreements",
        "heading": _("How it went"),
        "lead": named(obligation, "text"),
        "submit": _("Write it down"),
        "back": address_of(agreement.id),
        "crumb": agreement.number,
    }
    return form_page(request, form, act, context=context)


def _record_id(request: PageRequest, number: str) -> int | None:
    if not number.strip():
        return None
    try:
        return get_record(request.actor, number.strip().upper()).id
    except NotFound as missing:
        raise Invalid({"number": say("There is no record of this number.")}) from missing
