"""Which addresses an outgoing call may reach: public ones, unless the installation means its own network too (SSRF)."""

import ipaddress
import socket
from collections.abc import Sequence

Address = tuple[socket.AddressFamily, str]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Blocked(OSError):
    """An address that is not public; `args[0]` names it."""


def resolve(host: str, port: int, *, private: bool, networks: Sequence[Network] = ()) -> list[Address]:
    """The addresses of a host, resolved once: connect to these and ask nobody again.

    Raises Blocked if one of them is neither public nor in one of `networks` (unless `private`), OSError if the name is
    unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses: list[Address] = list(dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found))
    for _, address in addresses:
        if not private and not is_public(address) and not _within(address, networks):
            raise Blocked(address)
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network; what hides an IPv4 address inside is judged by that."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return ip.is_global and not ip.is_multicast


def _within(address: str, networks: Sequence[Network]) -> bool:
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    return any(ip.version == network.version and ip in network for network in networks)
