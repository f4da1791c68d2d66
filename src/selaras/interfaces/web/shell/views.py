"""Pages of the frame itself: preferences, language of strangers, the beginning."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from selaras.domains.people.actions.preferences import set_preferences
from selaras.interfaces.web.shell.page import PageRequest, open_to_all, page

_YEAR = 365 * 24 * 3600  # seconds


def back_to(request: HttpRequest, fallback: str = "/") -> HttpResponseRedirect:
    """To the address a form named in `next`, if it is ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else fallback)


@page(permission="people.self", methods=("POST",))
def preferences(request: PageRequest) -> HttpResponseBase:
    """Set one's own language, theme or zone; a script that has already shown the theme asks for no page."""
    given = {k: request.POST[k] for k in ("language", "theme", "timezone") if request.POST.get(k)}
    set_preferences(by=request.actor, **given)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    translation.activate(given.get("language", request.actor.language))
    if "timezone" in given:
        messages.success(request, _("Saved."))
    return back_to(request)


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """The language of somebody who is not signed in, kept in a cookie for a year."""
    answer = back_to(request, settings.LOGIN_URL)
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=_YEAR, samesite="Lax", httponly=True)
    return answer
