"""Checks that Selaras makes by itself."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.events.actions.checks import change_check, create_check, remove_check, switch_check, try_check
from selaras.domains.events.contracts.checks import CheckKind, CheckRow
from selaras.domains.events.queries.checks import get_check, list_check_results, list_checks
from selaras.interfaces.api.operation import Asked, Given, Id, answers, given_fields, permitted

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(max_length=500)]
Short = Annotated[str, Field(max_length=200)]
Status = Annotated[int, Field(ge=100, le=599)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Few = Annotated[int, Field(ge=0, le=10)]
Days = Annotated[int, Field(ge=0, le=1000)]
Severity = Literal["critical", "error", "warning", "info"]
_ASKED = ("kind", "target", "timeout", "status_from", "status_to", "contains", "verify", "days", "record", "server")


class CheckOut(Schema):
    """A check; `ok` is null if it was not asked or could not be, `interval` and `timeout` are seconds."""

    id: int
    name: str
    source_id: int
    kind: CheckKind
    target: str
    timeout: int
    status_from: int
    status_to: int
    contains: str
    verify: bool
    days: int
    record: str
    server: str
    interval: int
    retries: int
    severity: str
    item: str
    enabled: bool
    ok: bool | None
    alerts: bool
    failures: int
    last_at: datetime | None
    milliseconds: int | None
    words: str
    version: int

    @classmethod
    def of(cls, row: CheckRow) -> "CheckOut":
        """As a row has it."""
        told = {name: getattr(row.probe if name in _ASKED else row, name) for name in cls.model_fields}
        return cls(**told)


class CheckResultOut(Schema):
    """What one asking gave."""

    at: datetime
    ok: bool | None
    milliseconds: int
    words: str


class CheckPatch(Given):
    """What is to change; `seen` is the version it was read at."""

    name: Name | None = None
    target: Text | None = None
    timeout: Seconds | None = None
    status_from: Status | None = None
    status_to: Status | None = None
    contains: Text | None = None
    verify: bool | None = None
    days: Days | None = None
    record: Short | None = None
    server: Short | None = None
    interval: Seconds | None = None
    retries: Few | None = None
    severity: Severity | None = None
    item: Short | None = None
    enabled: bool | None = None
    seen: int | None = None


class CheckIn(CheckPatch):
    """A new check; what is not given is as in the browser's form."""

    source_id: Id
    kind: CheckKind
    name: Name
    target: Text


@router.get("/checks", response=answers(list[CheckOut]), operation_id="list_checks")
@permitted("events.sources")
def checks(request: Asked) -> Any:
    """All of them, by name."""
    return [CheckOut.of(row) for row in list_checks(request.auth)]


@router.post("/checks", response=answers(CheckOut), operation_id="create_check")
@permitted("events.sources")
def create(request: Asked, given: CheckIn) -> Any:
    """Make one; it is asked within seconds."""
    fields = _given(given)
    enabled = fields.pop("enabled", True)
    made = create_check(by=request.auth, **fields)
    if not enabled:
        switch_check(made, by=request.auth, enabled=False)
    return CheckOut.of(get_check(request.auth, made))


@router.get("/checks/{int:check_id}", response=answers(CheckOut), operation_id="get_check")
@permitted("events.sources")
def check(request: Asked, check_id: Id) -> Any:
    """One of them."""
    return CheckOut.of(get_check(request.auth, check_id))


@router.patch("/checks/{int:check_id}", response=answers(CheckOut), operation_id="change_check")
@permitted("events.sources")
def change(request: Asked, check_id: Id, given: CheckPatch) -> Any:
    """Change it; what is not given stays. `enabled` false ends its alert."""
    fields = _given(given)
    enabled = fields.pop("enabled", None)
    change_check(check_id, by=request.auth, seen=given.seen, **fields)
    if enabled is not None:
        switch_check(check_id, by=request.auth, enabled=enabled)
    return CheckOut.of(get_check(request.auth, check_id))


@router.post("/checks/{int:check_id}/try", response=answers(CheckResultOut), operation_id="try_check")
@permitted("events.sources")
def try_now(request: Asked, check_id: Id) -> Any:
    """Ask now; the answer comes when the target's did, or its timeout."""
    try_check(check_id, by=request.auth)
    return _results(request, check_id)[0]


@router.get("/checks/{int:check_id}/results", response=answers(list[CheckResultOut]), operation_id="list_check_results")
@permitted("events.sources")
def results(request: Asked, check_id: Id) -> Any:
    """What it gave last, newest first."""
    get_check(request.auth, check_id)
    return _results(request, check_id)


@router.delete("/checks/{int:check_id}", response=answers(list[CheckOut]), operation_id="remove_check")
@permitted("events.sources")
def remove(request: Asked, check_id: Id) -> Any:
    """Remove it with what it gave; the rest is told."""
    remove_check(check_id, by=request.auth)
    return [CheckOut.of(row) for row in list_checks(request.auth)]


def _given(given: CheckPatch) -> dict[str, Any]:
    return {name: value for name, value in given_fields(given).items() if value is not None}


def _results(request: Asked, check_id: int) -> list[CheckResultOut]:
    rows = list_check_results(request.auth, check_id)
    return [CheckResultOut(**{name: getattr(row, name) for name in CheckResultOut.model_fields}) for row in rows]
