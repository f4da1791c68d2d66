"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

from selaras.domains.people.queries import may
from selaras.interfaces.web.shell.navigation import customer_links, home_of, rail_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The person, their theme and their rail; for a stranger, only a theme."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"theme": "system"}
    desk = may(actor, "records.queue")
    return {
        "me": actor,
        "theme": actor.theme,
        "is_desk": desk,
        "rail": rail_for(actor) if desk else [],
        "links": [] if desk else customer_links(actor),
        "home": home_of(actor),
    }
