"""How long events are kept, what is kept, and what would go."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.retention import set_retention
from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.retention import LONGEST, Kept
from selaras.domains.events.queries.retention import get_retention, get_stock, would_go
from selaras.interfaces.api.operation import Asked, Given, Seen, answers, permitted

router = Router()

Days = Annotated[int, Field(ge=1, le=LONGEST)]


class DaysOfClasses(Schema):
    """Days for which what belongs to an alert of each class is kept after its day is over."""

    informational: Days
    warning: Days
    exception: Days


class KeptOut(Schema):
    """Lines (changes, trace, bodies) and bytes of one class; `alert_class` null: of no class."""

    alert_class: AlertClass | None
    rows: int
    size: int
    oldest: date | None = None


class RetentionOut(Schema):
    """The times, as version `number`, and what is kept: `stray` bytes lie outside every day."""

    number: int
    at: datetime
    by_name: str
    days: DaysOfClasses
    kept: list[KeptOut]
    size: int
    stray: int


class RetentionIn(Given):
    """The times that are to hold. With `dry_run` (the default) nothing is changed: see `going`."""

    informational: Days
    warning: Days
    exception: Days
    dry_run: bool = True
    seen: Seen = None


class RetentionTaken(Schema):
    """Whether it holds now, and what goes soon because of it."""

    taken: bool
    number: int
    going: list[KeptOut]


@router.get("/retention", response=answers(RetentionOut), operation_id="get_retention")
@permitted("system.operate")
def retention(request: Asked) -> Any:
    """What holds now, and what is kept."""
    now, stock = get_retention(), get_stock(request.auth)
    return RetentionOut(
        number=now.number,
        at=now.at,
        by_name=now.by_name,
        days=DaysOfClasses(**{one.value: days for one, days in now.days.items()}),
        kept=[_kept(one, kept, stock.oldest.get(one)) for one, kept in stock.by_class.items()],
        size=stock.size,
        stray=stock.stray,
    )


@router.put("/retention", response=answers(RetentionTaken), operation_id="set_retention")
@permitted("system.operate")
def change(request: Asked, given: RetentionIn) -> Any:
    """Let other times hold, for what is kept already, too."""
    days = {one: getattr(given, one.value) for one in AlertClass}
    going = would_go(request.auth, days)
    number = get_retention().number if given.dry_run else set_retention(days, by=request.auth, seen=given.seen)
    told = [_kept(one, kept) for one, kept in going.items()]
    return RetentionTaken(taken=not given.dry_run, number=number, going=told)


def _kept(one: AlertClass | None, kept: Kept, oldest: date | None = None) -> KeptOut:
    return KeptOut(alert_class=one, rows=kept.rows, size=kept.size, oldest=oldest)
