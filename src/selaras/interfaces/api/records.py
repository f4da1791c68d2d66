"""Records of every kind: the queue, search, timeline, notes."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.contracts import EntryRow, Kind, RecordFilter, RecordRow, Sort
from selaras.domains.records.queries import get_record, list_entries, list_records, search_records
from selaras.interfaces.api.operation import Asked, Given, Id, Key, Limit, Number, answers, permitted

router = Router()


class RecordOut(Schema):
    """The card in the queue."""

    id: int
    number: str
    kind: Kind
    title: str
    state: str
    priority: int
    service_id: int | None
    service_name_id: str | None
    service_name_en: str | None
    organisation_id: int
    organisation_name: str
    team_id: int | None
    team_name: str | None
    assignee_id: int | None
    assignee_name: str | None
    requester_id: int | None
    requester_name: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: RecordRow) -> "RecordOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RecordPageOut(Schema):
    """A page of a list; give `next` or `previous` as `after` to go on."""

    rows: list[RecordOut]
    next: str | None
    previous: str | None


class EntryOut(Schema):
    """One thing that happened to a record."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    public: bool
    body: str
    data: dict[str, Any]
    version: int

    @classmethod
    def of(cls, row: Any) -> "EntryOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class FilterIn(Schema):
    """What to list; every field narrows it, the default is everything open."""

    open: bool | None = True
    kind: list[Kind] = []
    state: list[Annotated[str, Field(max_length=30)]] = []
    priority: list[Annotated[int, Field(ge=1, le=5)]] = []
    team_id: list[Id] = []
    assignee_id: Id | None = None
    unassigned: bool = False
    organisation_id: Id | None = None
    service_id: Id | None = None
    requester_id: Id | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    sort: Sort = Sort.DUE
    after: Key | None = None
    limit: Limit = 50


class NoteIn(Given):
    """A note: a public one is for the requester to read, an internal one for the provider's people only."""

    body: Annotated[str, Field(max_length=100_000)]
    public: bool = True


@router.get("/records", response=answers(RecordPageOut), operation_id="list_records")
@permitted("records.view")
def records(request: Asked, wanted: Query[FilterIn]) -> Any:
    """The records this token may know of, by key."""
    page = list_records(
        request.auth,
        RecordFilter(
            open=wanted.open,
            kinds=tuple(wanted.kind),
            states=tuple(wanted.state),
            priorities=tuple(wanted.priority),
            team_ids=tuple(wanted.team_id),
            assignee_id=wanted.assignee_id,
            unassigned=wanted.unassigned,
            organisation_id=wanted.organisation_id,
            service_id=wanted.service_id,
            requester_id=wanted.requester_id,
            text=wanted.text,
            sort=wanted.sort,
        ),
        after=wanted.after,
        limit=wanted.limit,
    )
    return RecordPageOut(rows=[RecordOut.of(r) for r in page.rows], next=page.next, previous=page.previous)


@router.get("/search", response=answers(list[RecordOut]), operation_id="search_records")
@permitted("records.view")
def search(request: Asked, text: Annotated[str, Field(min_length=1, max_length=200)], limit: Limit = 20) -> Any:
    """The best matches for a text, also where it is not quite spelled so."""
    return [RecordOut.of(row) for row in search_records(request.auth, text, limit=limit)]


@router.get("/records/{number}", response=answers(RecordOut), operation_id="get_record")
@permitted("records.view")
def record(request: Asked, number: Number) -> Any:
    """One record by its number."""
    return RecordOut.of(get_record(request.auth, number))


@router.get("/records/{number}/entries", response=answers(list[EntryOut]), operation_id="list_entries")
@permitted("records.view")
def entries(
    request: Asked, number: Number, after: Annotated[int, Field(ge=0, le=2**53)] = 0, limit: Limit = 200
) -> Any:
    """What happened to a record, oldest first; `after` is the id of the last entry read."""
    row = get_record(request.auth, number)
    found: list[EntryRow] = list_entries(request.auth, row.id, after=after, limit=limit)
    return [EntryOut.of(entry) for entry in found]


@router.post("/records/{number}/notes", response=answers(RecordOut), operation_id="add_note")
@permitted("records.note")
def note(request: Asked, number: Number, given: NoteIn) -> Any:
    """Write a note."""
    row = get_record(request.auth, number)
    add_note(row.id, by=request.auth, body=given.body, public=given.public)
    return RecordOut.of(get_record(request.auth, number))
