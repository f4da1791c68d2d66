"""Icinga's event stream of a source."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.streams import remove_stream, set_stream
from selaras.domains.events.contracts.streams import StreamRow
from selaras.domains.events.queries.sources import get_source_life
from selaras.domains.events.queries.streams import get_stream
from selaras.interfaces.api.operation import Asked, Given, Id, answers, permitted
from selaras.interfaces.api.sources import SourceOut
from selaras.kernel.errors import NotFound

router = Router()


class StreamOut(Schema):
    """A stream; its password is told to nobody. `connected_at` null: it is not connected, `trouble` says why."""

    address: str
    user: str
    queue: str
    authority: str
    fingerprint: str
    version: int
    connected_at: datetime | None
    heard_at: datetime | None
    tried_at: datetime | None
    trouble: str | None

    @classmethod
    def of(cls, row: StreamRow) -> "StreamOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name != "trouble"}
        return cls(trouble=str(row.trouble) if row.trouble else None, **own)


class StreamIn(Given):
    """Where Icinga is; what is left out stays as it is. `seen`: the version it was read at, 0 if there was none."""

    address: Annotated[str, Field(max_length=300)] | None = None
    user: Annotated[str, Field(max_length=100)] | None = None
    password: Annotated[str, Field(max_length=200)] = ""
    queue: Annotated[str, Field(max_length=100)] | None = None
    authority: Annotated[str, Field(max_length=100_000)] | None = None
    fingerprint: Annotated[str, Field(max_length=100)] | None = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


@router.get("/sources/{int:source_id}/stream", response=answers(StreamOut), operation_id="get_stream")
@permitted("events.sources")
def stream(request: Asked, source_id: Id) -> Any:
    """From where a source is fetched, and how that stands."""
    return _of(request, source_id)


@router.put("/sources/{int:source_id}/stream", response=answers(StreamOut), operation_id="set_stream")
@permitted("events.sources")
def put(request: Asked, source_id: Id, given: StreamIn) -> Any:
    """Fetch it from Icinga; the worker connects within seconds."""
    fields = {name: value for name, value in given.model_dump().items() if value is not None}
    set_stream(source_id, by=request.auth, **fields)
    return _of(request, source_id)


@router.delete("/sources/{int:source_id}/stream", response=answers(SourceOut), operation_id="remove_stream")
@permitted("events.sources")
def remove(request: Asked, source_id: Id) -> Any:
    """Fetch it no more; the source remains."""
    remove_stream(source_id, by=request.auth)
    return SourceOut.of(get_source_life(request.auth, source_id))


def _of(request: Asked, source_id: int) -> StreamOut:
    row = get_stream(request.auth, source_id)
    if row is None:
        raise NotFound(str(source_id))
    return StreamOut.of(row)
