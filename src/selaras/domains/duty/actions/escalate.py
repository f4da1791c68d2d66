"""Go on to the next step where nobody has acknowledged in time."""

from django.db import transaction
from django.db.models import Q

from selaras.domains.duty.actions._page import advance
from selaras.domains.duty.contracts import OPEN
from selaras.domains.duty.models import Page
from selaras.kernel import clock


def escalate_due(*, limit: int = 500) -> int:
    """Escalate every open page whose step has run out, each in a transaction of its own; how many.

    For the schedule. One index range finds them; any number of processes may do it.
    """
    due = Page.objects.filter(_due()).order_by("due_at").values_list("pk", flat=True)
    return sum(_escalate(page_id) for page_id in list(due[:limit]))


def _due() -> Q:
    return Q(state=OPEN, held_at=None, due_at__lte=clock.now())


@transaction.atomic
def _escalate(page_id: int) -> bool:
    rows = Page.objects.select_for_update(skip_locked=True)
    row = rows.filter(_due(), pk=page_id).first()
    if row is None:
        return False
    advance(row)
    return True
