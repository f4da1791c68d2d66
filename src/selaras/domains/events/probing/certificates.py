"""TLS: whether the certificate is trusted, and how many days it has left."""

import ssl
from datetime import UTC

from cryptography import x509

from selaras.domains.events.contracts.checks import Probe
from selaras.domains.events.probing.connecting import Failed, connect, hang_up, host_and_port
from selaras.kernel import clock


async def ask_tls(asked: Probe) -> str:
    """Shake hands; the certificate must be valid and have the days left that are wanted."""
    host, port = host_and_port(asked.target, default=443)
    _, writer = await connect(asked, host, port, secure=True)
    talk: ssl.SSLObject = writer.get_extra_info("ssl_object")
    given = talk.getpeercert(binary_form=True)
    await hang_up(writer)
    if given is None:
        raise Failed("it gave no certificate")
    ends = x509.load_der_x509_certificate(given).not_valid_after_utc.astimezone(UTC)
    left = (ends - clock.now()).days
    told = f"the certificate ends on {ends:%Y-%m-%d}, in {left} days"
    if left < asked.days:
        raise Failed(f"{told}; expected at least {asked.days}")
    return told
