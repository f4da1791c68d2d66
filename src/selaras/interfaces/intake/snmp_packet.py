"""SNMP notifications, from bytes to what they say: versions 1 and 2c here, 3 through `snmp_usm`. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import rfc1157, rfc1902, rfc1905
from pysnmp.proto.api import v1, v2c, verdec

Oid = tuple[int, ...]

_GENERIC: Oid = (1, 3, 6, 1, 6, 3, 1, 1, 5)  # snmpTraps; the generic trap n of version 1 is n + 1 in it
_TRAP_OID: Oid = (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)
_UPTIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_ADDRESS: Oid = (1, 3, 6, 1, 6, 3, 18, 1, 3, 0)  # snmpTrapAddress, of a proxy
_COUNTED = 1000  # variables of one notification


class Unreadable(Exception):
    """Not a notification that can be read; the text says why."""


@dataclass(slots=True)
class Trap:
    """What a notification says. `value` of a variable is bytes, a number, an OID or a text (an address)."""

    version: str
    oid: Oid
    variables: list[tuple[Oid, Any]]
    agent: str = ""  # the address of whom it is about, if not of whom it came from
    uptime: int | None = None  # hundredths of a second since the agent started
    answer: Callable[[], bytes] | None = None  # makes the response, if one is asked for (INFORM)


def read_packet(packet: bytes) -> Trap:
    """A notification of version 1 or 2c. Raises Unreadable."""
    try:
        version = int(verdec.decode_message_version(packet))
        if version not in (0, 1):
            raise Unreadable(f"version {version} of SNMP is not known")
        message, rest = decoder.decode(packet, asn1Spec=(v1 if version == 0 else v2c).Message())
        if rest:
            raise Unreadable("there is more behind its end")
        return _first(message) if version == 0 else _second(message)
    except Unreadable:
        raise
    except Exception as error:  # pyasn1 fails in many ways on what is no BER
        raise Unreadable(f"it is no SNMP message ({type(error).__name__})") from None


def version_of(packet: bytes) -> int | None:
    """The version a packet says it has: 0, 1 or 3; None if it is no SNMP at all."""
    try:
        return int(verdec.decode_message_version(packet))
    except Exception:
        return None


def _first(message: Any) -> Trap:
    pdu = v1.apiMessage.get_pdu(message)
    if not pdu.isSameTypeWith(rfc1157.TrapPDU()):
        raise Unreadable("it is a request and no trap")
    enterprise = tuple(v1.apiTrapPDU.get_enterprise(pdu))
    generic, specific = int(v1.apiTrapPDU.get_generic_trap(pdu)), int(v1.apiTrapPDU.get_specific_trap(pdu))
    oid = (*_GENERIC, generic + 1) if generic < 6 else (*enterprise, 0, specific)
    address = str(v1.apiTrapPDU.get_agent_address(pdu).prettyPrint())
    variables = [(tuple(name), plain(value)) for name, value in v1.apiTrapPDU.get_varbinds(pdu)[:_COUNTED]]
    uptime = int(v1.apiTrapPDU.get_timestamp(pdu))
    return Trap("1", oid, variables, "" if address == "0.0.0.0" else address, uptime)  # noqa: S104  # means none


def _second(message: Any) -> Trap:
    pdu = v2c.apiMessage.get_pdu(message)
    trap = notification("2c", pdu)
    if pdu.isSameTypeWith(rfc1905.InformRequestPDU()):

        def answer() -> bytes:
            response = v2c.apiMessage.get_response(message)
            v2c.apiPDU.set_varbinds(v2c.apiMessage.get_pdu(response), v2c.apiPDU.get_varbinds(pdu))
            return bytes(encoder.encode(response))

        trap.answer = answer
    return trap


def notification(version: str, pdu: Any) -> Trap:
    """What a PDU of version 2 says. Raises Unreadable if it is no notification."""
    if not (pdu.isSameTypeWith(rfc1905.SNMPv2TrapPDU()) or pdu.isSameTypeWith(rfc1905.InformRequestPDU())):
        raise Unreadable("it is a request and no notification")
    found: dict[Oid, Any] = {}
    variables = []
    for name, value in v2c.apiPDU.get_varbinds(pdu)[:_COUNTED]:
        oid = tuple(name)
        if oid in (_TRAP_OID, _UPTIME, _ADDRESS):
            found[oid] = plain(value)
        else:
            variables.append((oid, plain(value)))
    kind = found.get(_TRAP_OID)
    if not isinstance(kind, tuple):
        raise Unreadable("it does not say which notification it is (snmpTrapOID.0)")
    return Trap(version, kind, variables, str(found.get(_ADDRESS, "")), found.get(_UPTIME))


def plain(value: Any) -> Any:
    """A value as Python has it."""
    if isinstance(value, rfc1902.ObjectIdentifier) or value.__class__.__name__ == "ObjectIdentifier":
        return tuple(value)
    if isinstance(value, rfc1902.IpAddress) or value.__class__.__name__ in ("IpAddress", "NetworkAddress"):
        return str(value.prettyPrint())
    if hasattr(value, "asOctets"):
        return bytes(value.asOctets())
    try:
        return int(value)
    except (TypeError, ValueError):
        return str(value.prettyPrint())
