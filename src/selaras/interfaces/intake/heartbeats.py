"""Pings of heartbeats: `/heartbeat/<key>`, with `/start`, `/fail` or an exit code behind it, by GET, HEAD or POST.

As clients of healthchecks.io ping (https://healthchecks.io/docs/http_api/). The key is all the proof there is: who
pings is often a line of cron. Answered after the commit.
"""

from collections.abc import Awaitable, Callable, Mapping

from selaras.domains.events.actions.hear import SAID, hear
from selaras.domains.events.contracts.heartbeats import BeatKind
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.reading.notice import text_of
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, text
from selaras.kernel import clock
from selaras.kernel.text import whole_number

ABOVE = "/heartbeat/"
_LIMIT = 1 << 20  # bytes of a body; of those `SAID` characters are kept
_KINDS = {"": BeatKind.OK, "start": BeatKind.START, "fail": BeatKind.FAIL}


async def ping(core: Core, request: Request) -> Answer:
    """Note it: 200 once it is committed, 404 for a key that is not known."""
    key, _, said = request.path.removeprefix(ABOVE).rstrip("/").partition("/")
    kind, code = _KINDS.get(said), None
    if kind is None and (status := whole_number(said)) is not None and status <= 255:
        code = status
        kind = BeatKind.FAIL if code else BeatKind.OK
    if kind is None and said.isascii() and said.isalpha() and said.isupper() and len(said) <= 8:
        kind = BeatKind.FAIL  # a signal: what systemd has in $EXIT_STATUS for a job that was killed
    if kind is None:
        return text(404, "not found: after the key comes nothing, start, fail or an exit code\n")
    body = await request.body(_LIMIT) if request.method == "POST" else b""
    words = text_of(body.decode("utf-8", errors="replace"), SAID)
    async with core.reading() as connection:
        address = request.client
        known = await hear(connection, key, kind, clock.now(), exit_code=code, address=address, said=words)
    if not known:
        core.sources.count(address, RefusalReason.UNKNOWN_CREDENTIALS)
        return text(404, "not found: there is no heartbeat with this key\n")
    return text(200, "" if request.method == "HEAD" else "OK\n")


METHODS: Mapping[str, Callable[[Core, Request], Awaitable[Answer]]] = {"GET": ping, "HEAD": ping, "POST": ping}
