"""DNS: whether a name has records of a kind, and the one that is wanted among them."""

import dns.asyncresolver
import dns.exception
import dns.resolver

from selaras.domains.events.contracts.checks import Probe
from selaras.domains.events.probing.connecting import Failed, Unable, address_of, host_and_port


async def ask_dns(asked: Probe) -> str:
    """Ask the server that is named, else this machine's own."""
    try:
        resolver = dns.asyncresolver.Resolver(configure=not asked.server)
    except dns.resolver.NoResolverConfiguration:
        raise Unable("this machine has no DNS server of its own; name one") from None
    if asked.server:
        host, port = host_and_port(asked.server, default=53)
        resolver.nameservers, resolver.port = [await address_of(asked, host, port)], port
    resolver.lifetime = resolver.timeout = asked.timeout
    try:
        answer = await resolver.resolve(asked.target, asked.record)
    except dns.resolver.NXDOMAIN:
        raise Failed(f"{asked.target} does not exist") from None
    except dns.resolver.NoAnswer:
        raise Failed(f"{asked.target} has no record {asked.record}") from None
    except dns.exception.Timeout:
        raise TimeoutError from None
    except dns.exception.DNSException as error:
        raise Failed(str(error)) from None
    found = sorted(row.to_text().rstrip(".") for row in answer)
    told = f"{asked.record} {', '.join(found)}"
    if asked.contains and not any(asked.contains.rstrip(".").lower() in one.lower() for one in found):
        raise Failed(f"{told}; expected {asked.contains}")
    return told
