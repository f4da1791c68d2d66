"""Alerts: what monitoring sees now, what was made of it and what people do. Events come in through intake, not here."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.events.actions.handle_alert import (
    acknowledge,
    add_alert_note,
    assign_alert,
    shelve,
    unacknowledge,
    unshelve,
)
from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.alerts import AlertDetail, AlertFilter, AlertRow
from selaras.domains.events.contracts.tracing import Telling, TraceRow, TraceStep
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.domains.events.queries.noise import get_noise
from selaras.domains.events.queries.searching import search_terms
from selaras.interfaces.api.operation import Asked, Given, Id, Key, Limit, ZonedTime, answers, permitted
from selaras.kernel.wording import spoken

router = Router()

Note = Annotated[str, Field(max_length=2_000)]


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
    acknowledged_by: str | None
    assigned_to: str | None
    assigned_team: str | None
    shelved_until: datetime | None

    @classmethod
    def of(cls, row: AlertRow) -> "AlertOut":
        said = ("acknowledged_by", "assigned_to", "assigned_team", "shelved_until")
        own = (
            "alert_class", "reason", "item_id", "record_number", "silenced", "held", "added", "flapping",
            "inhibited_by", *said,
        )  # fmt: skip
        made = row.assessed
        done: dict[str, Any] = {name: getattr(made, name, None) for name in said}
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
            **done,
            **{name: getattr(row, name) for name in cls.model_fields if name not in own},
        )


class AlertPageOut(Schema):
    """A page of alerts; give `next` as `after` to go on. `looked_at`: the search of words stopped after so many."""

    rows: list[AlertOut]
    next: str | None
    looked_at: int | None


class AlertChangeOut(Schema):
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
    """An alert with whether anybody was told, its history and its trace, newest first, and
    the silences that hold for it now. `clock_off`: seconds its sender's clock is ahead; below 0, how long it was over
    when it came."""

    alert: AlertOut
    told: ToldOut
    changes: list[AlertChangeOut]
    trace: list[TraceOut]
    silenced_by: list[str]
    clock_off: int

    @classmethod
    def of(cls, detail: AlertDetail) -> "AlertDetailOut":
        told = detail.told
        return cls(
            alert=AlertOut.of(detail.alert),
            told=ToldOut(
                telling=told.telling, why=spoken(told.why), record_number=told.record_number, page_id=told.page_id
            ),
            changes=[
                AlertChangeOut(at=c.at, state=c.state, episode=c.episode, reason=c.reason) for c in detail.changes
            ],
            trace=[_line(row) for row in detail.trace],
            silenced_by=[silence.id for silence in detail.silences],
            clock_off=detail.clock_off,
        )


def _line(row: TraceRow) -> TraceOut:
    plain = {name: getattr(row, name) for name in TraceOut.model_fields if name != "sentence"}
    return TraceOut(sentence=spoken(row.sentence), **plain)


class NotedIn(Given):
    """What is said with it; may be left empty unless the operation says otherwise."""

    note: Note = ""


class ShelvedIn(Given):
    """Until when it may wait, and why."""

    until: ZonedTime
    note: Note


class AssignedIn(NotedIn):
    """To whom; nobody where neither is named."""

    person_id: Id | None = None
    team_id: Id | None = None


class NoiseOut(Schema):
    """From received to worked on by a person; `at`: counted then, as there are many; null: counted now."""

    at: datetime | None
    total: dict[str, Any]
    by: dict[str, list[dict[str, Any]]]


@router.get("/noise", response=answers(NoiseOut), operation_id="get_noise")
@permitted("events.view")
def noise(request: Asked, days: Annotated[int, Field(ge=1, le=31)] = 7) -> Any:
    """How much of what came in was worth a person's while, by source, rule and service."""
    found = get_noise(request.auth, days=days)
    by = {
        kind: [{**asdict(row), "name": found.names[kind].get(row.id or 0, "")} for row in rows]
        for kind, rows in found.by.items()
    }
    return NoiseOut(at=found.at, total=asdict(found.total), by=by)


@router.get("/alerts", response=answers(AlertPageOut), operation_id="list_alerts")
@permitted("events.view")
def alerts(
    request: Asked,
    state: Literal["firing", "resolved"] | None = None,
    alert_class: AlertClass | None = None,
    source_id: Id | None = None,
    item_id: Id | None = None,
    silenced: bool | None = None,
    acknowledged: bool | None = None,
    shelved: bool | None = None,
    assignee_id: Id | None = None,
    team_id: Id | None = None,
    rule_id: Id | None = None,
    service_id: Id | None = None,
    since: ZonedTime | None = None,
    q: Annotated[str, Field(max_length=400)] = "",
    after: Key | None = None,
    limit: Limit = 50,
) -> Any:
    """Alerts, last changed first. `q` as in the console: words, and `label=value` (also `!=`, `=~`, `!~`)."""
    conditions, words = search_terms(q)
    wanted = AlertFilter(
        state, alert_class, source_id, item_id, silenced, acknowledged, shelved, assignee_id, team_id,
        conditions, words, rule_id=rule_id, service_id=service_id, since=since,
    )  # fmt: skip
    page = list_alerts(request.auth, wanted, after=after, limit=limit)
    return AlertPageOut(rows=[AlertOut.of(row) for row in page.rows], next=page.next, looked_at=page.looked_at)


@router.get("/alerts/{int:alert_id}", response=answers(AlertDetailOut), operation_id="get_alert")
@permitted("events.view")
def alert(request: Asked, alert_id: Id) -> Any:
    """One alert with its history and its trace."""
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.post("/alerts/{int:alert_id}/acknowledge", response=answers(AlertDetailOut), operation_id="acknowledge_alert")
@permitted("events.respond")
def acknowledged(request: Asked, alert_id: Id, given: NotedIn) -> Any:
    """Say that one has it, until it fires anew."""
    acknowledge(alert_id, by=request.auth, note=given.note)
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.delete(
    "/alerts/{int:alert_id}/acknowledge", response=answers(AlertDetailOut), operation_id="unacknowledge_alert"
)
@permitted("events.respond")
def unacknowledged(request: Asked, alert_id: Id) -> Any:
    """Take an acknowledgement back."""
    unacknowledge(alert_id, by=request.auth)
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.post("/alerts/{int:alert_id}/notes", response=answers(AlertDetailOut), operation_id="note_on_alert")
@permitted("events.respond")
def noted(request: Asked, alert_id: Id, given: NotedIn) -> Any:
    """Note something; 422 if it is empty."""
    add_alert_note(alert_id, by=request.auth, note=given.note)
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.post("/alerts/{int:alert_id}/shelve", response=answers(AlertDetailOut), operation_id="shelve_alert")
@permitted("events.respond")
def shelved(request: Asked, alert_id: Id, given: ShelvedIn) -> Any:
    """Put it aside until a time, and say why."""
    shelve(alert_id, by=request.auth, until=given.until, note=given.note)
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.delete("/alerts/{int:alert_id}/shelve", response=answers(AlertDetailOut), operation_id="unshelve_alert")
@permitted("events.respond")
def unshelved(request: Asked, alert_id: Id) -> Any:
    """Take it back before its time."""
    unshelve(alert_id, by=request.auth)
    return AlertDetailOut.of(get_alert(request.auth, alert_id))


@router.post("/alerts/{int:alert_id}/assign", response=answers(AlertDetailOut), operation_id="assign_alert")
@permitted("events.respond")
def assigned(request: Asked, alert_id: Id, given: AssignedIn) -> Any:
    """Give it to a person, a team or both, or to nobody."""
    assign_alert(alert_id, by=request.auth, **given.model_dump())
    return AlertDetailOut.of(get_alert(request.auth, alert_id))
