"""From a request to its answer: the routes of all wire formats, and what each failure is answered with."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from selaras.interfaces.intake import (
    alerta,
    alertmanager,
    cloudevents,
    generic,
    health,
    heartbeats,
    monitoring,
    otlp,
    pagerduty,
    webhook_alerts,
)
from selaras.interfaces.intake.commit import UNAVAILABLE, Overloaded, Unavailable, unavailable
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Refuse, Request, problem

log = logging.getLogger(__name__)

# Path → method → handler; each wire format brings its own.
ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    **alertmanager.ROUTES,
    **webhook_alerts.ROUTES,
    **pagerduty.ROUTES,
    **alerta.ROUTES,
    **cloudevents.ROUTES,
    **otlp.ROUTES,
    **monitoring.ROUTES,
    **generic.ROUTES,
    **health.ROUTES,
}


async def answer(core: Core, request: Request) -> Answer:
    """The answer to a request; never raises but for cancellation."""
    try:
        methods = ROUTES.get(request.path) or _named(request.path)
        if methods is None:
            return problem(404, f"path {request.path} was not found")
        handler = methods.get(request.method)
        if handler is None:
            return _not_allowed(request.method, ",".join(methods))
        return await handler(core, request)
    except Refuse as refusal:
        return refusal.answer
    except Overloaded:
        return later(core, "too much is waiting to be stored")
    except Unavailable as error:
        return later(core, str(error))
    except UNAVAILABLE as error:
        return later(core, str(unavailable(error)))
    except Exception:
        log.exception("intake failed on %s", request.path)
        return problem(500, "internal error")


def _named(path: str) -> Mapping[str, Callable[[Core, Request], Awaitable[Answer]]] | None:
    """The route of one thing, whose id ends the path."""
    if path.startswith(heartbeats.ABOVE):
        return heartbeats.METHODS
    above, _, name = path.rpartition("/")
    return ROUTES.get(f"{above}/{{id}}") if name else None


def _not_allowed(method: str, allowed: str) -> Answer:
    return problem(405, f"method {method} is not allowed, but [{allowed}] are", (b"allow", allowed.encode()))


def later(core: Core, words: str) -> Answer:
    """503: the sender is to come again."""
    after = str(core.settings.retry_after).encode()
    return problem(503, f"{words}; send again later", (b"retry-after", after))
