"""Streams: sources whose events we fetch, over a connection that stays open."""

from dataclasses import dataclass
from datetime import datetime

from selaras.kernel.reach import Network
from selaras.kernel.sentences import Sentence

ICINGA_PORT = 5665


@dataclass(frozen=True, slots=True)
class Target:
    """Where a stream is fetched from: an https address, and how it proves to be itself.

    `fingerprint` (SHA-256 of its certificate, 64 hex digits) counts before `authority` (PEM); without both, the
    authorities that the system trusts. `networks` may be reached although they are not public.
    """

    address: str
    user: str
    password: str
    queue: str
    authority: str = ""
    fingerprint: str = ""
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """A stream to be followed; `version` changes with its target."""

    source_id: int
    version: int
    target: Target


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream as people see it; its password is shown to nobody.

    `connected_at`: since when it is connected (None: it is not), `trouble` why not; `followed_at`: when a worker last
    held it, connected or trying.
    """

    source_id: int
    address: str
    user: str
    queue: str
    authority: str
    fingerprint: str
    version: int
    connected_at: datetime | None
    heard_at: datetime | None
    trouble: Sentence | None
    tried_at: datetime | None
