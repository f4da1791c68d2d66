"""Ask what is due, many at a time, keep what came of it, and open or end its alert.

What is due is claimed by moving its next time on, so a worker that dies in between costs one asking. The result, the
alert and the history are one transaction under the row's lock.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from django.db import transaction

from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.contracts.checks import Probe, ProbeResult
from selaras.domains.events.models import Check, CheckResult
from selaras.domains.events.probing.probe import probe
from selaras.domains.events.queries.checks import probe_of
from selaras.domains.events.reading.moments import LATEST
from selaras.kernel import clock

ALERT, WIRE = "CheckFailed", "check"
TOGETHER = 32  # asked at a time, a loop of a worker
_RETRY = timedelta(seconds=15)  # until a failure is looked at again, if its interval is not shorter
_UNTIL_TOLD = datetime.fromtimestamp(LATEST, UTC)


def run_due_checks() -> int:
    """Ask what is due; how many. For a loop that waits a second when it gives 0; any number of them."""
    claimed = _claim()
    if claimed:
        results = asyncio.run(_ask([asked for _, asked in claimed]))
        for (check_id, _), result in zip(claimed, results, strict=True):
            keep_result(check_id, result)
    return len(claimed)


@transaction.atomic
def _claim() -> list[tuple[int, Probe]]:
    now = clock.now()
    due = Check.objects.select_for_update(of=("self",), skip_locked=True).filter(
        enabled=True, source__enabled=True, next_at__lte=now
    )
    rows = list(due.order_by("next_at")[:TOGETHER])
    for row in rows:
        row.next_at = now + timedelta(seconds=row.interval)
    Check.objects.bulk_update(rows, ["next_at"])
    return [(row.pk, probe_of(row)) for row in rows]


async def _ask(asked: list[Probe]) -> list[ProbeResult]:
    return list(await asyncio.gather(*(probe(one) for one in asked)))


@transaction.atomic
def keep_result(check_id: int, result: ProbeResult) -> None:
    """Note a result; its alert opens with the failure after the last retry, and ends with the first success.

    What could not be asked opens and ends nothing.
    """
    row = Check.objects.select_for_update().filter(pk=check_id).first()
    if row is None:
        return
    now = clock.now()
    row.ok, row.last_at, row.milliseconds, row.words = result.ok, now, result.milliseconds, result.words
    CheckResult.objects.create(check_of=row, at=now, ok=result.ok, milliseconds=result.milliseconds, words=result.words)
    if result.ok:
        row.failures = 0
        end_check_alert(row)
    elif result.ok is False and row.enabled:
        row.failures += 1
        if row.failures > row.retries and row.alerted is None:
            _open(row)
        elif row.alerted is None:
            row.next_at = min(row.next_at, now + _RETRY)
    row.save()


def end_check_alert(row: Check) -> None:
    """End the alert that it has open, if it has one; the caller holds the row and saves it."""
    if row.alerted is not None:
        now = clock.now()
        feed(row.source_id, [Told(row.alerted, _words(row), now, now)], wire=WIRE)
        row.alerted = None


def _open(row: Check) -> None:
    named = {"alertname": ALERT, "check": row.name, "kind": row.kind, "instance": row.target}
    labels = {**named, "severity": row.severity, "ci": row.item}
    row.alerted = {name: value for name, value in labels.items() if value}
    feed(row.source_id, [Told(row.alerted, _words(row), clock.now(), _UNTIL_TOLD)], wire=WIRE)


def _words(row: Check) -> dict[str, str]:
    return {
        "summary": f"{row.name}: {row.words}",
        "description": f"Selaras asked {row.target} ({row.kind}); {row.failures} failures in a row.",
    }
