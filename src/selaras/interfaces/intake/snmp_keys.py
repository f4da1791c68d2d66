"""The keys of users of SNMP version 3, made for each engine that signs with them; algorithms are pysnmp's."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from pyasn1.type import univ
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel

from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy

REMEMBERED = 10_000  # engines
_AUTHENTICATION = {
    SnmpAuthentication.MD5: 2,
    SnmpAuthentication.SHA: 3,
    SnmpAuthentication.SHA224: 4,
    SnmpAuthentication.SHA256: 5,
    SnmpAuthentication.SHA384: 6,
    SnmpAuthentication.SHA512: 7,
}  # snmpAuthProtocols
_PRIVACY = {SnmpPrivacy.DES: 2, SnmpPrivacy.AES: 4}  # snmpPrivProtocols
_PROTOCOLS = (1, 3, 6, 1, 6, 3, 10, 1)

Clock = tuple[int, int]  # restarts of an engine, and seconds since the last


class Unproved(Exception):
    """A message of nobody we know, or not signed by whom it says; the text says which."""


@dataclass(frozen=True, slots=True)
class User:
    """Who may send, and what proves it."""

    source_id: int
    name: str
    authentication: str
    authentication_key: str
    privacy: str  # "" if messages are signed and not encrypted
    privacy_key: str


class Keys:
    """The key ring of one receiver."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[User, bytes], tuple[Any, Any]] = OrderedDict()
        self._masters: dict[User, tuple[Any, Any]] = {}

    def check(self, user: User, engine: bytes, signature: Any, packet: bytes) -> None:
        """Raise Unproved unless the packet is signed with the user's key."""
        try:
            _signs(user).authenticate_incoming_message(self._of(user, engine)[0], signature, packet)
        except Exception:  # each algorithm fails in its own ways
            raise Unproved("it is not signed with its user's key") from None

    def sign(self, user: User, engine: bytes, packet: bytes) -> bytes:
        """The packet with its signature, for which it has `signature_size` zeros."""
        return bytes(_signs(user).authenticate_outgoing_message(self._of(user, engine)[0], packet))

    def decrypt(self, user: User, engine: bytes, at: Clock, salt: bytes, data: Any) -> bytes:
        """What was encrypted with the user's key; something else if it was another."""
        return bytes(_encrypts(user).decrypt_data(self._of(user, engine)[1], (*at, univ.OctetString(salt)), data))

    def encrypt(self, user: User, engine: bytes, at: Clock, data: bytes) -> tuple[Any, bytes]:
        """The data encrypted, and the salt that goes with it."""
        made, salt = _encrypts(user).encrypt_data(self._of(user, engine)[1], (*at, None), data)
        return made, bytes(salt)

    def _of(self, user: User, engine: bytes) -> tuple[Any, Any]:
        found = self._found.get((user, engine))
        if found is None:
            auth, priv = self._master(user)
            where, by = (
                univ.OctetString(engine),
                (*_PROTOCOLS, 1, _AUTHENTICATION[SnmpAuthentication(user.authentication)]),
            )
            encrypts = _encrypts(user).localize_key(by, priv, where) if user.privacy else None
            found = (_signs(user).localize_key(auth, where), encrypts)
        remember(self._found, (user, engine), found)
        return found

    def _master(self, user: User) -> tuple[Any, Any]:
        """A passphrase is stretched over a megabyte: some milliseconds, once a user."""
        if user not in self._masters:
            if len(self._masters) >= REMEMBERED:
                self._masters.clear()
            by = (*_PROTOCOLS, 1, _AUTHENTICATION[SnmpAuthentication(user.authentication)])
            encrypts = _encrypts(user).hash_passphrase(by, user.privacy_key) if user.privacy else None
            self._masters[user] = (_signs(user).hash_passphrase(user.authentication_key), encrypts)
        return self._masters[user]


def signature_size(user: User) -> int:
    """Bytes of a signature of this user."""
    return int(_signs(user).digest_length)


def _signs(user: User) -> Any:
    number = _AUTHENTICATION[SnmpAuthentication(user.authentication)]
    return SnmpUSMSecurityModel.AUTH_SERVICES[(*_PROTOCOLS, 1, number)]


def _encrypts(user: User) -> Any:
    return SnmpUSMSecurityModel.PRIV_SERVICES[(*_PROTOCOLS, 2, _PRIVACY[SnmpPrivacy(user.privacy)])]


def remember(of: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    """Keep a value as the newest; the oldest go."""
    of[key] = value
    of.move_to_end(key)
    while len(of) > REMEMBERED:
        of.popitem(last=False)
