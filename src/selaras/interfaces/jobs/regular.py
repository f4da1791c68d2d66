"""Running the schedule: a task that is due is claimed in its row, so that one worker runs it, wherever workers run."""

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction

from selaras.interfaces.jobs.models import LastRun
from selaras.interfaces.jobs.schedule import SCHEDULE, Regular
from selaras.kernel import clock

log = logging.getLogger(__name__)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def run_due() -> int:
    """Run what is due now; gives how many ran. A failure is logged, kept, and does not stop the others."""
    return sum(_run_if_due(regular) for regular in SCHEDULE)


def _run_if_due(regular: Regular) -> bool:
    if not _claim(regular):
        return False
    failed_with = ""
    try:
        regular.run()
    except Exception as problem:
        log.exception("The regular task “%s” failed", regular.name)
        failed_with = repr(problem)[:2000]
    LastRun.objects.filter(pk=regular.name).update(failed_with=failed_with)
    return True


@transaction.atomic
def _claim(regular: Regular) -> bool:
    """Take this run for ourselves, if it is due and nobody else is taking it at this moment."""
    LastRun.objects.bulk_create([LastRun(name=regular.name, began_at=NEVER)], ignore_conflicts=True)
    row = LastRun.objects.select_for_update(skip_locked=True).filter(pk=regular.name).first()
    now = clock.now()
    if row is None or now - row.began_at < timedelta(seconds=regular.seconds):
        return False
    row.began_at = now
    row.save(update_fields=["began_at"])
    return True
