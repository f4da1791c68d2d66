"""SNMP version 3, as its receivers need it: the user-based security model (RFC 3414, 3826, 7860).

Messages and algorithms are pysnmp's. Its engine is not used: it takes unauthenticated traps in the name of a user who
has a password, wants to know every sender's engine id beforehand, keeps state for every id it is sent, and answers
INFORM before anything is stored. Here a user's keys are made for whatever engine signs with them, and what is
remembered is bounded.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic, time
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import rfc1905
from pysnmp.proto.api import v2c
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from selaras.interfaces.intake.snmp_keys import Clock, Keys, Unproved, User, remember, signature_size
from selaras.interfaces.intake.snmp_packet import Trap, Unreadable, notification

_AUTH, _PRIV, _REPORTABLE = 1, 2, 4  # bits of msgFlags
_WINDOW = 150  # seconds that a message may be late (RFC 3414, 2.2.3)
_BEGAN = 1_767_225_600  # 2026-01-01
_USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_NOT_IN_WINDOW, _UNKNOWN_ENGINE = (*_USM_STATS, 2, 0), (*_USM_STATS, 4, 0)


class Usm:
    """The state of one receiver: its users, and the clocks of engines that have proved themselves."""

    def __init__(self, engine_id: bytes) -> None:
        self.users: Mapping[str, User] = {}
        self._engine_id = engine_id
        # Counts the seconds until this start, so that it grows from start to start without being kept anywhere.
        self._boots, self._started = max(1, int(time()) - _BEGAN), monotonic()
        self._clocks: OrderedDict[tuple[str, bytes], Clock] = OrderedDict()
        self._keys = Keys()

    def read(self, packet: bytes) -> tuple[Trap, User] | bytes:
        """A notification and whose it is, or what to answer at once (of an exchange before an INFORM).

        Raises Unreadable, Unproved.
        """
        try:
            message, _ = decoder.decode(packet, asn1Spec=SNMPv3Message())
            parameters, _ = decoder.decode(bytes(message[2]), asn1Spec=UsmSecurityParameters())
            return self._read(packet, message, parameters)
        except (Unreadable, Unproved):
            raise
        except Exception as error:
            raise Unreadable(f"it is no SNMP message ({type(error).__name__})") from None

    def _read(self, packet: bytes, message: Any, parameters: Any) -> tuple[Trap, User] | bytes:
        flags = bytes(message[1][2])[0]
        if int(message[1][3]) != 3:
            raise Unreadable("only the user-based security model is known")
        engine, name = bytes(parameters[0]), bytes(parameters[3]).decode("utf-8", errors="replace")
        if flags & _REPORTABLE and engine != self._engine_id:
            return self._report(message, _UNKNOWN_ENGINE, None)
        user = self.users.get(name)
        if user is None:
            raise Unproved("its user is not known")
        if not flags & _AUTH or bool(flags & _PRIV) != bool(user.privacy):
            raise Unproved("it is not signed, or not encrypted, as its user is set up")
        self._keys.check(user, engine, parameters[4], packet)
        boots, seconds = int(parameters[1]), int(parameters[2])
        if not self._is_timely(user, engine, boots, seconds):
            if engine == self._engine_id and flags & _REPORTABLE:
                return self._report(message, _NOT_IN_WINDOW, user)
            raise Unproved("it was sent before, or its clock has gone back")
        scoped = message[3].getComponent()
        if user.privacy:
            scoped = self._decrypted(user, engine, (boots, seconds), bytes(parameters[5]), scoped)
        trap = notification("3", scoped[2].getComponent())
        if scoped[2].getComponent().isSameTypeWith(rfc1905.InformRequestPDU()):
            trap.answer = self._answerer(message, scoped, user)
        return trap, user

    def _decrypted(self, user: User, engine: bytes, at: Clock, salt: bytes, data: Any) -> Any:
        try:
            scoped, _ = decoder.decode(self._keys.decrypt(user, engine, at, salt, data), asn1Spec=ScopedPDU())
        except Exception:
            raise Unproved("it is not encrypted with its user's key") from None
        return scoped

    def _is_timely(self, user: User, engine: bytes, boots: int, seconds: int) -> bool:
        if engine == self._engine_id:
            return boots == self._boots and abs(seconds - self._now()) <= _WINDOW
        known = self._clocks.get((user.name, engine), (0, 0))
        if boots < known[0] or (boots == known[0] and seconds < known[1] - _WINDOW):
            return False
        remember(self._clocks, (user.name, engine), max(known, (boots, seconds)))
        return True

    def _now(self) -> int:
        return int(monotonic() - self._started)

    def _report(self, message: Any, what: tuple[int, ...], user: User | None) -> bytes:
        """What tells the sender our engine, its restarts and its clock; signed once it knows the engine."""
        pdu = v2c.ReportPDU()
        v2c.apiPDU.set_defaults(pdu)
        v2c.apiPDU.set_varbinds(pdu, [(what, v2c.Counter32(1))])
        plain = message[3].getName() == "plaintext"
        if plain:
            v2c.apiPDU.set_request_id(pdu, v2c.apiPDU.get_request_id(message[3].getComponent()[2].getComponent()))
        return self._made(message, _scope(self._engine_id, b"", pdu), user, encrypted=False)

    def _answerer(self, message: Any, scoped: Any, user: User) -> Callable[[], bytes]:
        pdu = scoped[2].getComponent()

        def answer() -> bytes:
            response = v2c.apiPDU.get_response(pdu)
            v2c.apiPDU.set_varbinds(response, v2c.apiPDU.get_varbinds(pdu))
            made = _scope(bytes(scoped[0]), bytes(scoped[1]), response)
            return self._made(message, made, user, encrypted=bool(user.privacy))

        return answer

    def _made(self, message: Any, scoped: Any, user: User | None, *, encrypted: bool) -> bytes:
        """A whole message to the sender of `message`."""
        made, parameters, now = SNMPv3Message(), UsmSecurityParameters(), self._now()
        made[0] = 3
        for place in (0, 1, 3):
            made[1][place] = message[1][place]
        made[1][2] = bytes([(_AUTH if user else 0) | (_PRIV if encrypted else 0)])
        salt, own = b"", self._engine_id
        if user and encrypted:
            data, salt = self._keys.encrypt(user, own, (self._boots, now), encoder.encode(scoped))
            made[3]["encryptedPDU"] = data
        else:
            made[3]["plaintext"] = scoped
        name, signature = (user.name.encode(), bytes(signature_size(user))) if user else (b"", b"")
        for place, value in enumerate((own, self._boots, now, name, signature, salt)):
            parameters[place] = value
        made[2] = encoder.encode(parameters)
        whole = bytes(encoder.encode(made))
        return self._keys.sign(user, own, whole) if user else whole


def _scope(engine: bytes, name: bytes, pdu: Any) -> Any:
    scoped = ScopedPDU()
    scoped[0], scoped[1] = engine, name
    scoped[2].setComponentByType(pdu.tagSet, pdu)
    return scoped
