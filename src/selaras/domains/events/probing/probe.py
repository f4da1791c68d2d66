"""Ask a target once how it is, and time it. No Django, no database: asyncio alone.

A name is resolved once, judged, and the very address that was judged is connected to (kernel/reach.py). Redirects are
not followed: they would lead past that.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from time import monotonic

from selaras.domains.events.contracts.checks import CheckKind, Probe, ProbeResult
from selaras.domains.events.probing.certificates import ask_tls
from selaras.domains.events.probing.connecting import Failed, Unable, ask_tcp
from selaras.domains.events.probing.dns import ask_dns
from selaras.domains.events.probing.http import ask_http
from selaras.domains.events.probing.ping import ask_ping
from selaras.kernel.reach import Blocked

_HOW: dict[CheckKind, Callable[[Probe], Awaitable[str]]] = {
    CheckKind.HTTP: ask_http,
    CheckKind.TCP: ask_tcp,
    CheckKind.TLS: ask_tls,
    CheckKind.DNS: ask_dns,
    CheckKind.PING: ask_ping,
}


async def probe(asked: Probe) -> ProbeResult:
    """What came of it; never raises but for cancellation. `ok` None: this machine cannot ask."""
    began = monotonic()
    ok: bool | None = False
    try:
        async with asyncio.timeout(asked.timeout):
            words = await _HOW[asked.kind](asked)
        ok = True
    except TimeoutError:
        words = f"no answer within {asked.timeout} s"
    except Failed as failure:
        words = str(failure)
    except Unable as failure:
        ok, words = None, str(failure)
    except Blocked as blocked:
        ok, words = None, f"{blocked.args[0]} is not public, and in no network that SELARAS_CHECK_NETWORKS allows"
    except ssl.SSLCertVerificationError as error:
        words = f"the certificate is not valid: {error.verify_message}"
    except OSError as error:
        words = _words(error)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
    return ProbeResult(ok, round((monotonic() - began) * 1000), words[:500])


def _words(error: OSError) -> str:
    # asyncio puts its own words ("Connect call failed") in place of the system's.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__
