"""Draft rule files that are replayed over history, next to today's rules."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.replays import drop_replay, replay_file
from selaras.domains.events.contracts.replaying import Compared, Replayed, ReplayRow
from selaras.domains.events.queries.replays import get_replay, list_replays
from selaras.domains.operations.queries import known_runbooks
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, ZonedTime, answers, permitted
from selaras.kernel import clock
from selaras.kernel.wording import spoken

router = Router()


class ReplayIn(Given):
    """A rule file and the stretch of history: the last `days`, or `since` until `until` (now)."""

    file: Annotated[str, Field(max_length=1_000_000)]
    days: Annotated[int, Field(ge=1, le=3660)] = 7
    since: ZonedTime | None = None
    until: ZonedTime | None = None


class ResultOut(Schema):
    """Figures under today's rules and under the draft, and the alerts that differ (the first 200)."""

    differ: int
    totals: dict[str, Any]
    classes: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    alerts: list[dict[str, Any]]

    @classmethod
    def of(cls, made: Replayed) -> "ResultOut":
        alerts = [
            {"id": row.alert_id, "labels": dict(row.labels), "today": asdict(row.before), "draft": asdict(row.after)}
            for row in made.rows
        ]
        return cls(
            differ=made.differ,
            totals=_figures(made.totals),
            classes=[_figures(one) for one in made.classes],
            rules=[_figures(one) for one in made.rules],
            alerts=alerts,
        )


class ReplayOut(Schema):
    """A replay: `percent` of its time is done; `ended_at` null: it waits or runs, `result` comes with its end."""

    id: int
    title: str
    by_name: str
    made_at: datetime
    since: datetime
    until: datetime
    looked_at: int
    percent: int
    ended_at: datetime | None
    trouble: str | None
    result: ResultOut | None = None

    @classmethod
    def of(cls, row: ReplayRow) -> "ReplayOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name not in ("trouble", "result")}
        result = ResultOut.of(row.result) if row.result else None
        return cls(trouble=spoken(row.trouble) if row.trouble else None, result=result, **own)


@router.get("/rules/replays", response=answers(list[ReplayOut]), operation_id="list_replays")
@permitted("events.rules")
def replays(request: Asked, limit: Limit = 20) -> Any:
    """The last that were asked for, newest first, without their results."""
    return [ReplayOut.of(row) for row in list_replays(request.auth, limit=limit)]


@router.post("/rules/replays", response=answers(ReplayOut), operation_id="replay_rules")
@permitted("events.rules")
def ask(request: Asked, given: ReplayIn) -> Any:
    """Ask for it; a worker runs it, and nothing is changed."""
    since = given.since or clock.now() - timedelta(days=given.days)
    known = known_runbooks()
    made = replay_file(given.file, by=request.auth, since=since, until=given.until, runbooks=known)
    return ReplayOut.of(get_replay(request.auth, made))


@router.get("/rules/replays/{int:replay_id}", response=answers(ReplayOut), operation_id="get_replay")
@permitted("events.rules")
def replay(request: Asked, replay_id: Id) -> Any:
    """How far it is, and what came of it."""
    return ReplayOut.of(get_replay(request.auth, replay_id))


@router.delete("/rules/replays/{int:replay_id}", response=answers(list[ReplayOut]), operation_id="drop_replay")
@permitted("events.rules")
def drop(request: Asked, replay_id: Id) -> Any:
    """Forget it; if it runs, it ends. The others are told."""
    drop_replay(replay_id, by=request.auth)
    return [ReplayOut.of(row) for row in list_replays(request.auth)]


def _figures(one: Compared) -> dict[str, Any]:
    both = {"alerts": one.alerts, "incidents": one.incidents, "pages": one.pages}
    return {"name": spoken(one.name), **{name: {"today": old, "draft": new} for name, (old, new) in both.items()}}
