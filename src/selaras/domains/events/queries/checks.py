"""Reads of checks: how each stands, and what it gave."""

from ipaddress import ip_network

from django.conf import settings

from selaras.domains.events.contracts.checks import CheckKind, CheckResultRow, CheckRow, Probe
from selaras.domains.events.models import Check, CheckResult
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound


def list_checks(actor: Actor) -> list[CheckRow]:
    """Every check, by name; one query. Raises NotAllowed."""
    require(actor, "events.sources")
    return [_row(row) for row in Check.objects.select_related("source").order_by("name", "id")]


def get_check(actor: Actor, check_id: int) -> CheckRow:
    """One check. Raises NotAllowed, NotFound."""
    require(actor, "events.sources")
    row = Check.objects.select_related("source").filter(pk=check_id).first()
    if row is None:
        raise NotFound(str(check_id))
    return _row(row)


def list_check_results(actor: Actor, check_id: int, *, limit: int = 50) -> list[CheckResultRow]:
    """What it gave last, newest first. Raises NotAllowed."""
    require(actor, "events.sources")
    rows = CheckResult.objects.filter(check_of_id=check_id).order_by("-id")[:limit]
    return [CheckResultRow(row.at, row.ok, row.milliseconds, row.words) for row in rows]


def probe_of(row: Check) -> Probe:
    """What to ask, within the networks that the installation allows."""
    networks = tuple(ip_network(block, strict=False) for block in settings.CHECK_NETWORKS)
    return Probe(CheckKind(row.kind), row.target, row.timeout, networks=networks, **row.expects)


def _row(row: Check) -> CheckRow:
    same = (
        "name", "source_id", "interval", "retries", "severity", "item", "enabled", "ok", "failures", "last_at",
        "milliseconds", "words", "version",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in same}
    return CheckRow(id=row.pk, source_name=row.source.name, probe=probe_of(row), alerts=row.alerted is not None, **told)
