"""Notices to the committer, from every wire format but Alertmanager's own."""

from collections.abc import Sequence

from selaras.domains.events.contracts import Observation, Post
from selaras.domains.events.queries.known_alerts import read_known
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.observing import Known, keys_of, observe
from selaras.interfaces.intake.core import Core
from selaras.kernel import clock


async def take(core: Core, source_id: int, wire: str, body: bytes, notices: Sequence[Notice]) -> list[int]:
    """Commit the notices and the body; the numbers of notices of which the database refuses something.

    Raises what the committer raises. Without notices the body alone is kept.
    """
    now = clock.now().timestamp()
    keys = [keys_of(source_id, notice) for notice in notices]
    wanted = {key for of_one in keys for key in of_one.values()}
    known: dict[bytes, Known] = {}
    if wanted:
        async with core.reading() as connection:
            known = await read_known(connection, wanted)
    seen: list[Observation] = []
    owners: list[int] = []
    for number, (notice, slots) in enumerate(zip(notices, keys, strict=True)):
        made = observe(source_id, notice, slots, known, now)
        seen += made
        owners += [number] * len(made)
    failed = await core.committer.commit(Post(source_id, wire, body, seen))
    return sorted({owners[number] for number in failed})
