"""Who calls a webhook. Many tools can set no Authorization header, so a source's token is also taken as an API key.

In this order: `Authorization` (bearer, basic, or `Key`, as Alerta's clients say), `X-API-Key`, `?token=` or `?api-key=`
in the address. Without any of them the address counts (`sources.py`).
"""

from urllib.parse import parse_qs

from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Request


async def caller(core: Core, request: Request) -> int:
    """The id of the source that calls. Refuses with 401."""
    given = request.headers.get(b"authorization", b"")
    scheme, _, rest = given.partition(b" ")
    if given and scheme.lower() != b"key":
        return await core.sources.identify(request.headers, request.client)
    token = rest.strip() if given else request.headers.get(b"x-api-key") or _from_address(request.query)
    return (
        await by_token(core, request, token) if token else await core.sources.identify(request.headers, request.client)
    )


async def by_token(core: Core, request: Request, token: bytes) -> int:
    """The id of the source whose token this is. Refuses with 401."""
    return await core.sources.identify({**request.headers, b"authorization": b"Bearer " + token}, request.client)


def _from_address(query: bytes) -> bytes:
    asked = parse_qs(query.decode("latin-1")) if query else {}
    found = asked.get("token") or asked.get("api-key") or [""]
    return found[-1].encode("latin-1", errors="replace")
