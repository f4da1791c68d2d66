"""Covers, swaps, absences and calendar addresses, from the page of a rota."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from selaras.domains.duty.actions import covers
from selaras.domains.duty.actions.absences import read_absences
from selaras.domains.duty.actions.feeds import make_feed
from selaras.domains.duty.actions.swaps import answer_swap, ask_swap
from selaras.domains.duty.queries import get_rota
from selaras.interfaces.web.duty.cover_forms import AbsenceForm, CoverForm
from selaras.interfaces.web.duty.now import now_context
from selaras.interfaces.web.duty.rotas import show
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, NotAllowed, Refusal
from selaras.kernel.sentences import say

_MOST_BYTES = 1_000_000


@page(permission="duty.self", methods=("POST",))
def cover(request: PageRequest, slug: str) -> HttpResponseBase:
    """Somebody else for a while."""
    rota = get_rota(request.actor, slug)
    form = CoverForm(request.POST, people=colleagues(request.actor))
    if form.is_valid():
        try:
            covers.cover(rota.id, by=request.actor, **form.cleaned_data)
        except NotAllowed:
            form.add_error("person_id", _("You may put yourself on duty or say that you are away; not others."))
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return _done(request, slug, _("It holds from now on, and is in the calendar."))
    return show(request, slug, status=422, cover_form=form)


@page(permission="duty.self", methods=("POST",))
def cancel(request: PageRequest, cover_id: int) -> HttpResponseBase:
    """The rota holds again."""
    covers.cancel_cover(cover_id, by=request.actor)
    return _done(request, request.POST.get("rota", ""), _("Cancelled. The rota holds again."))


@page(permission="duty.self", methods=("POST",))
def ask(request: PageRequest, slug: str) -> HttpResponseBase:
    """Ask for a swap."""
    rota = get_rota(request.actor, slug)
    try:
        mine, theirs = (datetime.fromisoformat(request.POST.get(name, "")) for name in ("mine", "theirs"))
        aware = mine.tzinfo is not None and theirs.tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise Invalid({"mine": say("Choose two shifts.")})
    ask_swap(rota.id, by=request.actor, mine=mine, theirs=theirs)
    return _done(request, slug, _("Asked. The rota changes when they accept."))


@page(permission="duty.self", methods=("POST",))
def answer(request: PageRequest, swap_id: int, verb: str) -> HttpResponseBase:
    """Accept, decline or withdraw a swap."""
    answer_swap(swap_id, verb, by=request.actor)
    return _done(request, "", _("Answered."))


@page(permission="duty.self", methods=("POST",))
def absences(request: PageRequest, slug: str) -> HttpResponseBase:
    """Read a calendar file."""
    rota = get_rota(request.actor, slug)
    form = AbsenceForm(request.POST, request.FILES, people=colleagues(request.actor))
    if form.is_valid():
        file = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        try:
            if (file.size or 0) > _MOST_BYTES:
                raise Invalid({"file": say("The file is larger than 1 MB.")})
            fresh, known = read_absences(
                rota.id, file.read(), by=request.actor, person_id=form.cleaned_data["person_id"]
            )
        except NotAllowed:
            form.add_error("person_id", _("You may put yourself on duty or say that you are away; not others."))
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            said = ngettext("%(n)s absence read.", "%(n)s absences read.", fresh) % {"n": fresh}
            return _done(request, slug, f"{said} {_('Known already: %(n)s.') % {'n': known}}" if known else said)
    return show(request, slug, status=422, absence_form=form)


@page(permission="duty.self", methods=("POST",))
def feed(request: PageRequest, slug: str) -> HttpResponse:
    """Make a calendar address of the rota; it is on the answer, and nowhere else, ever."""
    secret = make_feed(by=request.actor, rota_id=get_rota(request.actor, slug).id)
    return show(request, slug, feed=_address(request, secret))


@page(permission="duty.self", methods=("POST",))
def own_feed(request: PageRequest) -> HttpResponse:
    """Make a calendar address of one's own shifts."""
    secret = make_feed(by=request.actor)
    return render(request, "duty/now.html", now_context(request, feed=_address(request, secret)))


def _address(request: PageRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("web:duty:calendar", args=[secret]))


def _done(request: PageRequest, slug: str, words: str) -> HttpResponseRedirect:
    messages.success(request, words)
    known = slug and slug.replace("-", "").replace("_", "").isalnum()
    return HttpResponseRedirect(reverse("web:duty:rota", args=[slug]) if known else reverse("web:duty:now"))
