"""What may differ between installations of intake; all of it comes from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

MB = 1 << 20
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """Limits and addresses of one intake process. Sizes in bytes, times in seconds."""

    dsn: str
    writers: int = 3  # connections that commit
    body_limit: int = 16 * MB  # of one request: 10,000 alerts fit
    value_limit: int = 64 * 1024  # of one label or annotation value
    alert_limit: int = 256 * 1024  # of all labels, or all annotations, of one alert
    second_from: int = 200  # alerts waiting before another flush starts beside those under way
    flush_alerts: int = 400  # committed together, so that the next are read meanwhile; a bigger post goes alone
    waiting_alerts: int = 100_000  # taken in and not yet committed: beyond this, 503
    waiting_bytes: int = 128 * MB
    resolve_timeout: float = 300.0
    sources_age: float = 5.0  # how old the list of sources may be
    retry_after: int = 2  # what a sender is told with a 503
    proxies: tuple[Network, ...] = ()  # from these, X-Forwarded-For is believed
    inbox_bytes: int = 32 * MB  # of each listener: received and not yet committed
    message_limit: int = 2 * MB  # of one syslog message; what is over is cut
    connections: int = 1000  # open at a time, of the HTTP server and of each listener on a stream
    partial_bytes: int = 64 * MB  # of messages that are not whole yet, of all connections of a listener
    mail_limit: int = 10 * MB  # of one mail
    mail_connections: int = 30  # open at a time: each may hold a mail
    tls_certificate: str = ""  # files in PEM: what listeners prove themselves with,
    tls_key: str = ""
    tls_clients: str = ""  # and whose certificates clients need; empty: none
    mibs: str = ""  # a folder of MIB files
    sealing_key: str = ""  # what secrets in the database are sealed with

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "IntakeSettings":
        """Settings from SELARAS_DSN (else DATABASE_URL) and SELARAS_INTAKE_*."""
        given: dict[str, object] = {"dsn": env.get("SELARAS_DSN") or env.get("DATABASE_URL") or ""}
        for name in (
            "writers",
            "second_from",
            "flush_alerts",
            "body_limit",
            "value_limit",
            "alert_limit",
            "waiting_alerts",
            "waiting_bytes",
            "inbox_bytes",
            "message_limit",
            "connections",
            "mail_limit",
            "mail_connections",
        ):
            text = env.get(f"SELARAS_INTAKE_{name.upper()}")
            if text:
                given[name] = int(text)
        for name in ("tls_certificate", "tls_key", "tls_clients"):
            given[name] = env.get(f"SELARAS_{name.upper()}", "")
        home = env.get("SELARAS_HOME")
        given["mibs"] = env.get("SELARAS_MIBS") or (f"{home}/mibs" if home else "")
        given["sealing_key"] = env.get("SELARAS_SEALING_KEY") or env.get("SELARAS_SECRET_KEY") or ""
        timeout = env.get("SELARAS_INTAKE_RESOLVE_TIMEOUT")
        if timeout:
            given["resolve_timeout"] = float(timeout)
        proxies = env.get("SELARAS_TRUSTED_PROXIES", "").split(",")
        given["proxies"] = tuple(ip_network(p.strip(), strict=False) for p in proxies if p.strip())
        return cls(**given)  # type: ignore[arg-type]  # each name above has the type its field has
