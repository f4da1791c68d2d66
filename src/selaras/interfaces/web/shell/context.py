"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from selaras.domains.people.queries import may
from selaras.interfaces.web.shell.navigation import customer_links, home_of, rail_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The person, their theme and their rail; for a stranger, only a theme. The rail is alike where `drawn_for` is."""
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
        "drawn_for": f"{get_language()} {' '.join(sorted(actor.roles))}",
    }
