"""Who holds a stream, and what they may be told."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie

from selaras.domains.people.contracts import Actor
from selaras.interfaces.live.wire import Change

# Asked once a stream and every ten minutes after; two threads are plenty.
_threads = ThreadPoolExecutor(2, thread_name_prefix="live-who")


@dataclass(frozen=True, slots=True)
class Viewer:
    """What decides which changes a page is told of."""

    person_id: int
    queue: bool  # works the queue: told of every record
    events: bool  # told of alerts
    customer_lead: bool  # told which record of their organisation changed
    organisation_ids: frozenset[int] | None

    def sees(self, change: Change) -> Change | None:
        """The change as this person may know it; None if they may not.

        A requester may see some records of their organisation and not others. They are told only that something
        changed, without an id; their page then reads what it may.
        """
        if change.kind in ("reload", "resume"):
            return change
        if change.kind == "alert":
            return change if self.events else None
        if self.queue:
            return change
        if change.kind != "record" or change.data.get("public") is False or not self._concerns(change):
            return None
        if self.customer_lead:
            return replace(change, data={k: v for k, v in change.data.items() if k in ("id", "number", "version")})
        return replace(change, data={})

    def _concerns(self, change: Change) -> bool:
        return self.organisation_ids is None or bool(self.organisation_ids & change.organisation_ids)


async def authenticate(cookie_header: str) -> Viewer | None:
    """The person behind Django's session cookie, or None."""
    from django.conf import settings

    try:
        cookies = SimpleCookie(cookie_header)
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None or not morsel.value:
        return None
    return await asyncio.get_running_loop().run_in_executor(_threads, _person, morsel.value)


def _person(session_key: str) -> Viewer | None:
    """Blocking: the session, its user (with Django's own check of the session's hash), and what they may."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import get_user
    from django.db import close_old_connections
    from django.http import HttpRequest

    from selaras.domains.people.queries import get_actor
    from selaras.kernel.errors import NotFound

    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        user = get_user(request)
        return _viewer(get_actor(int(user.pk))) if user.is_authenticated else None
    except NotFound:
        return None
    finally:
        close_old_connections()


def _viewer(actor: Actor) -> Viewer:
    from selaras.domains.people.queries import may

    return Viewer(
        person_id=actor.id or 0,
        queue=may(actor, "records.queue"),
        events=may(actor, "events.view"),
        customer_lead=may(actor, "customers.view"),
        organisation_ids=actor.organisation_ids,
    )
