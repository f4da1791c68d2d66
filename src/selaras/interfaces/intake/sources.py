"""Who may post: a token (bearer, or the password of basic authentication), else a certificate that a trusted proxy has
looked at, else an address in a source's networks.

The list is held in memory and read again every few seconds, and at once when somebody unknown knocks, so that a source
that was just made works at once. Refused requests are counted an hour, address and reason.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic
from typing import Any

from selaras.domains.events.actions.know_source import KnownSource
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.interfaces.intake.http import Refuse, problem
from selaras.interfaces.intake.settings import IntakeSettings, Network

Address = IPv4Address | IPv6Address
Load = Callable[[], Awaitable[list[KnownSource]]]

# What nginx knows as $ssl_client_verify and $ssl_client_s_dn, under the names most give them.
_VERIFIED, _SUBJECT = b"x-ssl-client-verify", b"x-ssl-client-s-dn"
_REMEMBERED = 10_000  # credentials and addresses whose answer is remembered between two readings of the list
_COUNTED = 1000  # addresses counted apart; the rest together
_AT_ONCE = 1.0  # seconds between readings that a stranger may cause


class Sources:
    """The sources that are enabled, and what they prove themselves with."""

    def __init__(self, settings: IntakeSettings, load: Load) -> None:
        self._settings, self._load = settings, load
        self._by_id: dict[int, KnownSource] = {}
        self._by_token: dict[bytes, int] = {}
        self._networks: list[tuple[Network, int]] = []
        self._by_subject: dict[str, int] = {}
        self._answers: dict[tuple[bytes, str, str], int] = {}
        self._read_at = float("-inf")
        self.refused: Counter[tuple[str, str]] = Counter()

    async def identify(self, headers: dict[bytes, bytes], client: str) -> int:
        """The id of the source that posts. Refuses with 401; errors of the database pass through on first use."""
        if monotonic() - self._read_at > self._settings.sources_age:
            await self._read(must=self._read_at == float("-inf"))
        given = headers.get(b"authorization", b"")
        address, subject = self._address(headers, client), self._subject(headers, client)
        known = self._answers.get((given, address, subject)) or self._find(given, address, subject)
        if known is None and monotonic() - self._read_at > _AT_ONCE:
            await self._read(must=False)
            known = self._find(given, address, subject)
        if known is None:
            raise self._refusal(given or subject.encode(), address)
        if len(self._answers) >= _REMEMBERED:
            self._answers.clear()
        self._answers[given, address, subject] = known
        return known

    def is_called(self, source_id: int, name: str) -> bool:
        """Whether a source that was identified has this name or number."""
        source = self._by_id.get(source_id)
        return source is not None and (name == str(source_id) or name.casefold() == source.name.casefold())

    def mapping_of(self, source_id: int) -> Mapping[str, str]:
        """The mapping of a source's generic webhook; empty if what it sends is to be guessed."""
        source = self._by_id.get(source_id)
        return source.mapping if source is not None else {}

    def count(self, address: str, reason: RefusalReason, times: int = 1) -> None:
        """Note that something of this address was not taken."""
        counted = address if len(self.refused) < _COUNTED or (address, reason) in self.refused else "*"
        self.refused[counted[:45], reason] += times

    async def _read(self, *, must: bool) -> None:
        self._read_at = monotonic() if not must else self._read_at
        try:
            rows = await self._load()
        except Exception:
            # The database is away: go on with those known. Committing will say so to the sender.
            if must:
                raise
            return
        self._read_at = monotonic()
        self._answers.clear()
        self._by_id = {row.id: row for row in rows}
        self._by_token = {row.token_hash: row.id for row in rows if row.token_hash is not None}
        self._by_subject = {row.certificate: row.id for row in rows if row.certificate}
        networks = [(ip_network(block, strict=False), row.id) for row in rows for block in row.networks]
        self._networks = sorted(networks, key=lambda pair: (-pair[0].prefixlen, pair[1]))  # the older of two alike

    def _find(self, given: bytes, address: str, subject: str = "") -> int | None:
        if given:
            token = _token(given)
            return None if token is None else self._by_token.get(sha256(token).digest())
        if subject:
            return self._by_subject.get(subject)
        where = _parsed(address)
        if where is None:
            return None
        matching = (pair for pair in self._networks if pair[0].version == where.version and where in pair[0])
        return next((source for _, source in matching), None)

    def _address(self, headers: dict[bytes, bytes], client: str) -> str:
        forwarded = headers.get(b"x-forwarded-for")
        if forwarded is None or not self._settings.proxies:
            return client
        return _behind(forwarded.decode("latin-1"), client, self._settings.proxies)

    def _subject(self, headers: dict[bytes, bytes], client: str) -> str:
        """Whose certificate a trusted proxy has found good; "" if none: what others write there is nothing."""
        proxies = self._settings.proxies
        if not proxies or headers.get(_VERIFIED) != b"SUCCESS" or not _within(_parsed(client), proxies):
            return ""
        return headers.get(_SUBJECT, b"").decode("utf-8", errors="replace").strip()

    def _refusal(self, given: bytes, address: str) -> Refuse:
        self.count(address, RefusalReason.UNKNOWN_CREDENTIALS if given else RefusalReason.NO_CREDENTIALS)
        words = "these credentials are not known" if given else "a token is needed, or a known address"
        return Refuse(problem(401, words, (b"www-authenticate", b'Bearer realm="selaras", Basic realm="selaras"')))


def _token(given: bytes) -> bytes | None:
    scheme, _, rest = given.partition(b" ")
    rest = rest.strip()
    if scheme.lower() == b"bearer":
        return rest
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(rest, validate=True).partition(b":")[2]
    except binascii.Error:
        return None


def _parsed(address: str) -> Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _within(where: Address | None, networks: Iterable[Network]) -> bool:
    return where is not None and any(where.version == each.version and where in each for each in networks)


def _behind(forwarded: str, client: str, proxies: Iterable[Network]) -> str:
    """The nearest address that is not one of our own proxies, read from the right: the left may be invented."""
    hops: list[Any] = [client, *(hop.strip() for hop in reversed(forwarded.split(",")))]
    for hop in hops:
        where = _parsed(hop)
        if not _within(where, proxies):
            return str(hop)
    return str(hops[-1])
