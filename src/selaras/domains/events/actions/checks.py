"""Checks that Selaras makes by itself: make, change, switch, try, remove."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from selaras.domains.events.actions._kept import locked_of_source, locked_source
from selaras.domains.events.actions.run_checks import end_check_alert, keep_result
from selaras.domains.events.contracts import SEVERITIES
from selaras.domains.events.contracts.checks import DNS_RECORDS, CheckKind, ProbeResult
from selaras.domains.events.models import Check
from selaras.domains.events.probing.connecting import host_and_port
from selaras.domains.events.probing.probe import probe
from selaras.domains.events.queries.checks import probe_of
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import Sentence, say

_PLAIN = ("name", "target", "interval", "timeout", "retries", "severity", "item")
_EXPECTS = ("status_from", "status_to", "contains", "verify", "days", "record", "server")


@transaction.atomic
def create_check(*, by: Actor, source_id: int, kind: CheckKind, **fields: Any) -> int:
    """A check of a source, asked for the first time within seconds; its id.

    `fields`: name, target, interval, timeout, retries, severity, item, and those of contracts.Probe. Raises Invalid
    naming the field at fault, NotFound, NotAllowed.
    """
    source = locked_source(source_id, by)
    row = Check(source=source, kind=kind, next_at=clock.now(), interval=60, timeout=10, retries=1, severity="error")
    _fill(row, fields)
    row.save()
    return row.pk


@transaction.atomic
def change_check(check_id: int, *, by: Actor, seen: int | None = None, **fields: Any) -> None:
    """Change what is given; an alert that is open keeps its labels until it ends.

    `seen` is the version it was read at. Raises Invalid, NotAllowed, NotFound, Stale.
    """
    row = locked_of_source(Check.objects.all(), check_id, by)
    if seen is not None and seen != row.version:
        raise Stale
    _fill(row, fields)
    row.next_at, row.version = clock.now(), row.version + 1
    row.save()


@transaction.atomic
def switch_check(check_id: int, *, by: Actor, enabled: bool) -> None:
    """Ask no more and end its alert, or ask again."""
    row = locked_of_source(Check.objects.all(), check_id, by)
    row.enabled, row.failures, row.next_at = enabled, 0, clock.now()
    if not enabled:
        end_check_alert(row)
    row.version += 1
    row.save()


@transaction.atomic
def remove_check(check_id: int, *, by: Actor) -> None:
    """Ask no more, end its alert and forget what it gave."""
    row = locked_of_source(Check.objects.all(), check_id, by)
    end_check_alert(row)
    row.delete()


def try_check(check_id: int, *, by: Actor) -> ProbeResult:
    """Ask now, and keep what comes of it as at any other time. Never inside a transaction: it waits for the target."""
    with transaction.atomic():
        asked = probe_of(locked_of_source(Check.objects.all(), check_id, by))
    result = asyncio.run(probe(asked))
    keep_result(check_id, result)
    return result


def _fill(row: Check, given: dict[str, Any]) -> None:
    for name in _PLAIN:
        value = given.get(name, getattr(row, name))
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.expects = {**row.expects, **{name: given[name] for name in _EXPECTS if name in given}}
    faults = _faults(row)
    if faults:
        raise Invalid(faults)


def _faults(row: Check) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not row.name or len(row.name) > 120:
        faults["name"] = say("Give a name of up to 120 characters.")
    elif Check.objects.filter(source_id=row.source_id, name=row.name).exclude(pk=row.pk or 0).exists():
        faults["name"] = say("This source has a check with this name.")
    if len(row.target) > 500 or not _is_sound(CheckKind(row.kind), row.target):
        faults["target"] = _TARGETS[CheckKind(row.kind)]
    if row.expects.get("server") and not _is_sound(CheckKind.TLS, row.expects["server"]):
        faults["server"] = say("A host, or host:port.")
    numbers = {"interval": (10, 86_400), "timeout": (1, 60), "retries": (0, 10)}
    for name, (least, most) in numbers.items():
        if not least <= getattr(row, name) <= most:
            faults[name] = say("From %(least)s to %(most)s.", least=least, most=most)
    if row.severity not in SEVERITIES:
        faults["severity"] = say("Choose a severity.")
    if row.expects.get("record", "A") not in DNS_RECORDS:
        faults["record"] = say("Choose a kind of record.")
    if row.expects.get("status_from", 200) > row.expects.get("status_to", 299):
        faults["status_to"] = say("It is below the first.")
    return faults


_TARGETS = {
    CheckKind.HTTP: say("A whole address, such as https://example.com/health."),
    CheckKind.TCP: say("host:port, such as db1.example.com:5432."),
    CheckKind.TLS: say("A host, or host:port."),
    CheckKind.DNS: say("A name, such as example.com."),
    CheckKind.PING: say("A host name or an IP address."),
}


def _is_sound(kind: CheckKind, target: str) -> bool:
    if not target.isprintable() or " " in target:
        return False
    try:
        if kind is CheckKind.HTTP:
            where = urlsplit(target)
            return where.scheme in ("http", "https") and bool(where.hostname) and where.port != 0
        host_and_port(target, {CheckKind.TCP: None, CheckKind.TLS: 443}.get(kind, 7))
    except ValueError:
        return False
    return kind is not CheckKind.DNS or ":" not in target
