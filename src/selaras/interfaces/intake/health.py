"""`/-/healthy` and `/-/ready`, as Prometheus's tools and load balancers ask."""

from collections.abc import Awaitable, Callable, Mapping

from selaras.interfaces.intake.commit import FULL, Unavailable
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, text


async def healthy(core: Core, request: Request) -> Answer:
    """The process answers."""
    return text(200, "OK")


async def ready(core: Core, request: Request) -> Answer:
    """It can commit: the database answers, and its disk was not full just now. Else 503 (`dispatch.answer`)."""
    if core.committer.full:
        raise Unavailable(FULL)
    async with core.reading() as connection:
        await connection.fetchval("SELECT 1 FROM events_cursor LIMIT 1")
    return text(200, "OK")


def _silently(handler: Callable[[Core, Request], Awaitable[Answer]]) -> Callable[[Core, Request], Awaitable[Answer]]:
    async def head(core: Core, request: Request) -> Answer:
        return Answer((await handler(core, request)).status)

    return head


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/-/healthy": {"GET": healthy, "HEAD": _silently(healthy)},
    "/-/ready": {"GET": ready, "HEAD": _silently(ready)},
}
