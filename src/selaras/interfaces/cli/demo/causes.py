"""What is done about incidents that recur: a problem is proposed for each, and one of them was accepted."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from selaras.domains.people.contracts import Actor
from selaras.domains.problems.actions.decide import move_problem
from selaras.domains.problems.actions.propose import propose_recurring
from selaras.domains.problems.contracts import PROPOSED
from selaras.domains.problems.queries import list_problems
from selaras.interfaces.cli.demo.pace import DAYS

_ACCEPTED_DAYS_AGO, _ITEM = 44.4, "mq-toko"
_REASON = "Konsumen antrean berhenti tiga kali dalam tiga minggu; penyebab di balik mulai ulang belum dicari."


def causes(manager: Actor, now: datetime) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Steps with their times: what the schedule does, once a day, and what the problem manager decided."""
    for days in range(DAYS):
        yield now - timedelta(days=days), propose_recurring

    def accept() -> None:
        row = next(row for row in list_problems(manager, state=PROPOSED).rows if row.item_slug == _ITEM)
        move_problem(row.id, "accept", by=manager, reason=_REASON)

    yield now - timedelta(days=_ACCEPTED_DAYS_AGO), accept
