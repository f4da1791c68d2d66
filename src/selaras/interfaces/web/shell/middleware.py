"""Who is asking: the actor, and their language and time zone for the whole request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from selaras.domains.people.queries import get_actor
from selaras.kernel.errors import NotFound


class PersonMiddleware:
    """Sets `request.actor`, and the language and zone the person chose; others get the browser's and the house's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/static/", "/api/")) and request.user.is_authenticated:
            self._recognise(request)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def _recognise(self, request: HttpRequest) -> None:
        try:
            actor = get_actor(request.user.pk or 0)
        except NotFound:
            logout(request)
            return
        request.actor = actor  # type: ignore[attr-defined]  # PageRequest declares it
        translation.activate(actor.language)
        request.LANGUAGE_CODE = actor.language
        timezone.activate(ZoneInfo(actor.timezone))
