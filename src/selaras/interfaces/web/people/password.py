"""Choose a password by a link; the one page that somebody may open who cannot sign in yet."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from selaras.domains.people.actions.passwords import choose_password, get_link_person
from selaras.interfaces.web.people.forms import PasswordForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import open_to_all
from selaras.kernel.errors import Invalid, NotFound


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, person_id: int, key: str) -> HttpResponseBase:
    """The form, and what it sends. Every look counts towards the limit, so that nobody tries keys out."""
    # allauth's limit for links by mail: so many a minute and address, counted for all processes together.
    if too_many := consume_or_429(request, action="reset_password_from_key", limit_get=True):
        return too_many
    person = get_link_person(person_id, key)
    if person is None:
        return _page(request, {"gone": True}, status=404)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            choose_password(person_id, key=key, password=form.cleaned_data["password"])
        except NotFound:
            return _page(request, {"gone": True}, status=404)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("Your password is kept. Sign in with it."))
            return HttpResponseRedirect(reverse("account_login"))
    return _page(request, {"form": form, "person": person}, status=422 if form.is_bound else 200)


@open_to_all
@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask for a link, as long as Selaras sends no mail."""
    return render(request, "people/password_forgotten.html")


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    # The address is a secret. It leaves with no request to others (settings: SECURE_REFERRER_POLICY); "no-referrer"
    # would keep it from us too, and with it the origin by which Django knows a form of ours.
    return render(request, "people/password_choose.html", context, status=status)
