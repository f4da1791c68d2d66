"""The faults of MicroSS as a monitoring system would tell of them: which item each alert is about, who told it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from selaras.domains.events.correlation import Sign

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "aiops_micross"
_CHINA = timedelta(hours=8)  # logs and labels are in local time
_UPWARDS = ("hosts", "instance_of", "discovers")  # the same edges told the other way round


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with its alerts; `culprit` is where it was injected. Of one `origin` are copies of one run."""

    ident: str
    origin: str
    kind: str
    culprit: str
    alerts: tuple[tuple[datetime, str, str | None, str, str], ...]  # when, thing, other end, who told, name


def depends(data: Path = FOLDER) -> list[tuple[str, str]]:
    """The dependencies (upper, lower): an instance of a service calls what its service calls."""
    edges = json.loads((data / "topology" / "MicroSS-KG.json").read_text())["edges"]
    downwards = {(e["source"], e["target"]) for e in edges if e["label"] not in _UPWARDS}
    instances = [(e["source"], e["target"]) for e in edges if e["label"] == "instance_of"]
    calls = {(e["source"], e["target"]) for e in edges if e["label"] not in ("has_instance", "hosted_on", *_UPWARDS)}
    inherited = {(one, lower) for one, service in instances for upper, lower in calls if upper == service}
    return sorted(pair for pair in downwards | inherited if pair[0] != pair[1])


def faults(data: Path = FOLDER) -> Iterator[Fault]:
    """Every fault, with the alerts it raised, earliest first."""
    told = {kind: json.loads((data / kind / f"{kind}s.json").read_text()) for kind in ("metric", "trace", "log")}
    with (data / "label.csv").open() as labels:
        for row in csv.DictReader(labels):
            ident = row["fault_id"]
            alerts = [*_metrics(told["metric"][ident]), *_traces(told["trace"][ident]), *_logs(told["log"][ident])]
            yield Fault(
                ident,
                row["orig_fault_id"],
                row["fault_type"],
                row["fault_entity"],
                tuple(sorted(alerts, key=lambda a: a[0])),
            )


def signs(fault: Fault, numbers: dict[str, int], *, start: int = 0, offset: int = 0) -> list[Sign]:
    """The alerts as production's method takes them; `offset` puts them on a copy of the system."""
    return [
        Sign(start + n, at, numbers[thing] + offset, (numbers[other] + offset,) if other else (), told, name=name)
        for n, (at, thing, other, told, name) in enumerate(fault.alerts)
    ]


def _metrics(rows: list[list[Any]]) -> Iterator[tuple[datetime, str, str | None, str, str]]:
    hosts = {f"0.0.0.{n}": f"host{n}" for n in range(1, 6)}
    for at, thing, _, name, how in rows:
        yield _ms(at), hosts.get(thing, thing), None, "metric", f"{name} {how}"


def _traces(rows: list[list[Any]]) -> Iterator[tuple[datetime, str, str | None, str, str]]:
    for at, caller, called, url, what in rows:
        yield _ms(at), caller, called if called != caller else None, "trace", f"{what} {url}"


def _logs(rows: list[list[Any]]) -> Iterator[tuple[datetime, str, str | None, str, str]]:
    for thing, template, lines, *_ in rows:
        local = datetime.fromisoformat(lines[0].split(" | ")[0].replace(",", ".")).replace(tzinfo=UTC)
        yield local - _CHINA, thing, None, "log", f"log {template}"


def _ms(stamp: str) -> datetime:
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)
