"""Major incidents for those who lead them: what runs, what reviews and improvements are owed, the review itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.incidents.actions.review import (
    PARTS,
    add_improvement,
    finish_improvement,
    sign_review,
    write_review,
)
from selaras.domains.incidents.contracts import MajorRow
from selaras.domains.incidents.queries.majors import (
    MAJOR_WORDS,
    get_major,
    list_improvements_owed,
    list_majors,
    list_reviewed,
    list_reviews_owed,
)
from selaras.domains.incidents.queries.status import get_status
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.queries import get_record
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.choices import offer, pick
from selaras.interfaces.web.shell.fields import day_field
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotAllowed, NotFound, Refusal, Stale
from selaras.kernel.text import whole_number


def _text(label: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": rows}))


class ReviewForm(forms.Form):
    """What is looked back on."""

    happened = _text(gettext_lazy("What happened"), 6)
    well = _text(gettext_lazy("What went well"))
    improve = _text(gettext_lazy("What to improve"))
    participants = _text(gettext_lazy("Who took part"), 2)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ImprovementForm(forms.Form):
    """Something to be done."""

    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=1000, required=False)
    owner_id = pick(gettext_lazy("Who"))
    due = day_field(gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "improvement_%s"})
        offer(self, "owner_id", colleagues(actor), _("Choose a person"))


@page(permission="records.queue")
def majors(request: PageRequest) -> HttpResponse:
    """What runs now, and what is owed for what is over."""
    actor = request.actor
    context = {
        "area": "majors",
        "open_majors": list_majors(actor),
        "owed": list_reviews_owed(actor),
        "improvements": list_improvements_owed(actor),
        "past": list_reviewed(actor),
        "majors_words": MAJOR_WORDS,
        "may_major": may(actor, "incidents.major"),
    }
    return render(request, "incidents/majors.html", context)


@page(permission="services.view")
def status(request: PageRequest) -> HttpResponse:
    """What is disturbed now and was recently, for everybody of a customer."""
    return render(request, "incidents/status.html", {"area": "status", "status": get_status(request.actor)})


@page(permission="records.internal", methods=("GET", "POST"))
def review(request: PageRequest, number: str) -> HttpResponseBase:
    """The review of a major incident that is over."""
    row = _major(request, number)
    if request.method != "POST":
        known = {**{name: getattr(row, name) for name in PARTS}, "seen": row.version}
        return _review(request, row, ReviewForm(initial=known))
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            write_review(row.record_id, by=request.actor, **form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except Stale as stale:
            # Sent once more, it is meant: the form now holds the version that is there.
            again = request.POST.copy()
            again["seen"] = str(_major(request, number).version)
            form = ReviewForm(again)
            refuse_into(form, stale)
            return _review(request, row, form, status=409)
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("The review is kept. It can be signed once all of it is written."))
            return _back(row.number)
    return _review(request, row, form, status=422)


@page(permission="records.internal", methods=("POST",))
def improve(request: PageRequest, number: str) -> HttpResponseBase:
    """A further improvement, with owner and day."""
    row = _major(request, number)
    form = ImprovementForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            add_improvement(row.record_id, by=request.actor, **form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return _back(row.number)
    known = {**{name: getattr(row, name) for name in PARTS}, "seen": row.version}
    return _review(request, row, ReviewForm(initial=known), improvement=form, status=422)


@page(permission="records.internal", methods=("POST",))
def improved(request: PageRequest, improvement_id: int) -> HttpResponseBase:
    """An improvement is done."""
    try:
        finish_improvement(improvement_id, by=request.actor)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, spoken(refusal.sentence))
    else:
        messages.success(request, _("Done. It is no longer owed."))
    return HttpResponseRedirect(reverse("web:incidents:majors"))


@page(permission="records.internal", methods=("POST",))
def sign(request: PageRequest, number: str) -> HttpResponseBase:
    """The incident manager signs what was read."""
    row = _major(request, number)
    try:
        sign_review(row.record_id, by=request.actor, seen=whole_number(request.POST.get("seen")))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, spoken(refusal.sentence))
    else:
        messages.success(request, _("The review is signed."))
    return _back(row.number)


def _major(request: PageRequest, number: str) -> MajorRow:
    row = get_major(request.actor, get_record(request.actor, number).id)
    if row is None:
        raise NotFound(number[:20])
    return row


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:incidents:review", args=[number]))


def _review(
    request: PageRequest, row: MajorRow, form: ReviewForm, *, improvement: Any = None, status: int = 200
) -> HttpResponse:
    leads = (row.manager_id, row.technical_lead_id, row.communications_id)
    writes = request.actor.id in leads or may(request.actor, "incidents.major")
    context: dict[str, Any] = {
        "area": "majors",
        "major": row,
        "form": form,
        "improvement": improvement or ImprovementForm(actor=request.actor),
        "may_write": row.state == "review_owed" and writes,
        "may_major": may(request.actor, "incidents.major"),
        "majors_words": MAJOR_WORDS,
    }
    return render(request, "incidents/review.html", context, status=status)
