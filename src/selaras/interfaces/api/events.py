"""Alerts: what monitoring sees now, and what was made of it. Events come in through intake, not here."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema

from selaras.domains.events.contracts import AlertClass, AlertFilter, AlertRow, Telling, TraceRow, TraceStep
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.interfaces.api.operation import Asked, Id, Key, Limit, answers, permitted
from selaras.kernel.wording import spoken

router = Router()


class AlertOut(Schema):
    """An alert; its class with the reason for it, null until it is assessed (a moment after it came).

    `added` are labels that rules and tables added; `held`: its effect waits for the end of what holds it back.
    """

    id: int
    fingerprint: str
    name: str
    source_name: str
    state: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    received: int
    alert_class: AlertClass | None
    reason: str | None
    item_id: int | None
    record_number: str | None
    silenced: bool
    held: bool
    added: dict[str, str]
    flapping: bool
    inhibited_by: int | None

    @classmethod
    def of(cls, row: AlertRow) -> "AlertOut":
        own = (
            "alert_class", "reason", "item_id", "record_number", "silenced", "held", "added", "flapping",
            "inhibited_by",
        )  # fmt: skip
        made = row.assessed
        return cls(
            alert_class=made.alert_class if made else None,
            reason=spoken(made.reason) if made else None,
            item_id=made.item_id if made else None,
            record_number=made.record_number if made else None,
            silenced=made is not None and made.silenced,
            held=made is not None and made.held,
            added=dict(made.added) if made else {},
            flapping=made is not None and made.flaps_until is not None,
            inhibited_by=made.inhibitor_id if made else None,
            **{name: getattr(row, name) for name in cls.model_fields if name not in own},
        )


class AlertPageOut(Schema):
    """A page of alerts; give `next` as `after` to go on."""

    rows: list[AlertOut]
    next: str | None


class ChangeOut(Schema):
    """One change of an alert's state."""

    at: datetime
    state: str
    episode: int
    reason: str


class ToldOut(Schema):
    """Was anybody told of it: `waits` for a decision, `nobody`, `queue` (an incident, nobody called), `called`; why."""

    telling: Telling
    why: str
    record_number: str | None
    page_id: int | None


class TraceOut(Schema):
    """A line of its trace."""

    at: datetime
    step: TraceStep
    episode: int | None
    sentence: str
    silence_id: str | None
    record_number: str | None
    page_id: int | None
    other_id: int | None


class AlertDetailOut(Schema):
    """An alert with whether anybody was told, its history and its trace, newest first."""

    alert: AlertOut
    told: ToldOut
    changes: list[ChangeOut]
    trace: list[TraceOut]


@router.get("/alerts", response=answers(AlertPageOut), operation_id="list_alerts")
@permitted("events.view")
def alerts(
    request: Asked,
    state: Literal["firing", "resolved"] | None = None,
    alert_class: AlertClass | None = None,
    item_id: Id | None = None,
    silenced: bool | None = None,
    after: Key | None = None,
    limit: Limit = 50,
) -> Any:
    """Alerts, those that changed last first."""
    wanted = AlertFilter(state=state, alert_class=alert_class, item_id=item_id, silenced=silenced)
    page = list_alerts(request.auth, wanted, after=after, limit=limit)
    return AlertPageOut(rows=[AlertOut.of(row) for row in page.rows], next=page.next)


@router.get("/alerts/{int:alert_id}", response=answers(AlertDetailOut), operation_id="get_alert")
@permitted("events.view")
def alert(request: Asked, alert_id: Id) -> Any:
    """One alert with its history."""
    detail = get_alert(request.auth, alert_id)
    changes = [ChangeOut(at=c.at, state=c.state, episode=c.episode, reason=c.reason) for c in detail.changes]
    told = detail.told
    return AlertDetailOut(
        alert=AlertOut.of(detail.alert),
        told=ToldOut(
            telling=told.telling, why=spoken(told.why), record_number=told.record_number, page_id=told.page_id
        ),
        changes=changes,
        trace=[_line(row) for row in detail.trace],
    )


def _line(row: TraceRow) -> TraceOut:
    plain = {name: getattr(row, name) for name in TraceOut.model_fields if name != "sentence"}
    return TraceOut(sentence=spoken(row.sentence), **plain)
