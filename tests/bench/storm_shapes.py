"""The posts of bench-storm: alerts of known hosts, each one new, made while they are sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

HOSTS = 2000  # that the estate of storm_estate knows
_ALERT = (
    '{"labels":{"alertname":"%s","cluster":"jkt-%d","env":"production","instance":"app-%08d.jkt.example.net:9100",'
    '"job":"node","severity":"%s","number":"%d"%s},"annotations":{"summary":"%s on app-%08d (%d)",'
    '"description":"It has been over its limit for more than 5 minutes (value %d.25)"},'
    '"startsAt":"%s","endsAt":"%s","generatorURL":"http://prometheus.example.net:9090/graph?g0.expr=node_load1"}'
)
_PROBE = ',"probe":"yes"'
_NAMES = ("HostHighCpuLoad", "HostOutOfDiskSpace", "HttpLatencyHigh", "QueueGrowing", "CertificateEnds")
PAGES = "PagingProbe"  # alerts whose name begins so open an incident of their own each, and page


def alert(number: int, starts: str, ends: str, *, pages: bool = False) -> str:
    """One alert, unlike every other number's. One that pages is of no known host: each is a cause of its own."""
    name = f"{PAGES}{number}" if pages else _NAMES[number % len(_NAMES)]
    host = 10_000_000 + number if pages else number % HOSTS
    severity = "critical" if pages else ("warning", "warning", "info")[number % 3]
    probe = _PROBE if pages else ""
    return _ALERT % (
        name, number % 3 + 1, host, severity, number, probe, name, host, number, number % 97, starts, ends
    )  # fmt: skip


def bodies(first: int, alerts: int, batch: int, *, paging_every: int = 0) -> Iterator[bytes]:
    """Request bodies of `batch` alerts, until so many are made; one alert in `paging_every` pages."""
    starts, ends = period()
    for place in range(first, first + alerts, batch):
        numbers = range(place, min(place + batch, first + alerts))
        told = (alert(n, starts, ends, pages=bool(paging_every) and n % paging_every == 0) for n in numbers)
        yield ("[" + ",".join(told) + "]").encode()


def period() -> tuple[str, str]:
    """Now and in an hour, as Prometheus writes them."""
    now = datetime.now(UTC)
    starts, ends = (
        at.isoformat(timespec="milliseconds").replace("+00:00", "Z") for at in (now, now + timedelta(hours=1))
    )
    return starts, ends
