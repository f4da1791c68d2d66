"""The shift log and handovers as a machine uses them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.duty.actions.handovers import draft_handover, edit_handover, move_handover
from selaras.domains.duty.actions.log import write_note
from selaras.domains.duty.contracts.shifts import FactKind, HandoverRow, LogRow
from selaras.domains.duty.queries import get_handover, get_rota, get_shift_change, list_handovers, list_log
from selaras.domains.events.queries.handover import facts_for
from selaras.domains.people.contracts import Actor
from selaras.interfaces.api.operation import Asked, Given, Id, Key, Limit, Seen, Slug, ZonedTime, answers, permitted

router = Router()

Text = Annotated[str, Field(max_length=10_000)]


class LogOut(Schema):
    """A line of a shift log: `note` is somebody's own words in `body`, other verbs are what happened."""

    id: int
    rota_slug: str
    at: datetime
    verb: str
    actor_name: str
    body: str
    page_id: int | None

    @classmethod
    def of(cls, row: LogRow) -> "LogOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class LogListOut(Schema):
    """The log, newest first; give `next` as `after` to go on."""

    rows: list[LogOut]
    next: str | None


class ShiftNoteIn(Given):
    """An entry in one's own words; nobody changes it afterwards."""

    body: Annotated[str, Field(max_length=4000)]


class NoteOut(Schema):
    """The entry that was written."""

    id: int


class FactOut(Schema):
    """One thing the next shift should know; `path` leads to it within Selaras."""

    kind: FactKind
    title: str
    detail: str
    at: datetime | None
    path: str


class HandoverOut(Schema):
    """What one shift tells the next, and who signed when; late: not by both 15 minutes after its time."""

    id: int
    rota_slug: str
    due_at: datetime
    outgoing_id: int
    outgoing_name: str
    incoming_id: int | None
    incoming_name: str
    state: str
    late: bool
    facts: list[FactOut]
    facts_at: datetime
    notes: str
    remark: str
    version: int
    handed_by: str
    handed_at: datetime | None
    taken_by: str
    taken_at: datetime | None

    @classmethod
    def of(cls, row: HandoverRow) -> "HandoverOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name != "facts"}
        facts = [FactOut(**{name: getattr(one, name) for name in FactOut.model_fields}) for one in row.facts]
        return cls(**own, facts=facts)


class HandoverListOut(Schema):
    """Handovers, newest first; give `next` as `after` to go on."""

    rows: list[HandoverOut]
    next: str | None


class DraftIn(Given):
    """The end of the shift that is handed over."""

    due_at: ZonedTime


class NotesIn(Given):
    """What who leaves adds."""

    notes: Text
    seen: Seen = None


class HandoverSignIn(Given):
    """A signature; `remark` is of who takes over."""

    remark: Text = ""
    seen: Seen = None


@router.get("/duty/log", response=answers(LogListOut), operation_id="list_shift_log")
@permitted("duty.view")
def log(
    request: Asked,
    rota: Slug = "",
    team_id: Id | None = None,
    since: ZonedTime | None = None,
    until: ZonedTime | None = None,
    after: Key = "",
    limit: Limit = 50,
) -> Any:
    """The shift log, newest first, by rota, team and time."""
    found = list_log(request.auth, rota=rota, team_id=team_id, since=since, until=until, after=after, limit=limit)
    return LogListOut(rows=[LogOut.of(row) for row in found.rows], next=found.next)


@router.post("/duty/rotas/{slug}/log", response=answers(NoteOut), operation_id="write_shift_log")
@permitted("duty.self")
def write(request: Asked, slug: Slug, given: ShiftNoteIn) -> Any:
    """Write into a rota's log."""
    return NoteOut(id=write_note(get_rota(request.auth, slug).id, given.body, by=request.auth))


@router.get("/duty/rotas/{slug}/handovers", response=answers(HandoverListOut), operation_id="list_handovers")
@permitted("duty.view")
def handovers(request: Asked, slug: Slug, after: Key = "", limit: Limit = 50) -> Any:
    """The handovers of a rota, newest first."""
    found = list_handovers(request.auth, get_rota(request.auth, slug).slug, after=after, limit=limit)
    return HandoverListOut(rows=[HandoverOut.of(row) for row in found.rows], next=found.next)


@router.post("/duty/rotas/{slug}/handovers", response=answers(HandoverOut), operation_id="draft_handover")
@permitted("duty.self")
def draft(request: Asked, slug: Slug, given: DraftIn) -> Any:
    """Draft it from what holds now; again, to take what holds by then into a draft that is not yet signed."""
    rota = get_rota(request.auth, slug)
    facts = facts_for(request.auth, get_shift_change(rota.id, given.due_at))
    return _one(request.auth, draft_handover(rota.id, given.due_at, by=request.auth, facts=facts))


@router.get("/duty/handovers/{int:handover_id}", response=answers(HandoverOut), operation_id="get_handover")
@permitted("duty.view")
def handover(request: Asked, handover_id: Id) -> Any:
    """One handover."""
    return _one(request.auth, handover_id)


@router.patch("/duty/handovers/{int:handover_id}", response=answers(HandoverOut), operation_id="edit_handover")
@permitted("duty.self")
def edit(request: Asked, handover_id: Id, given: NotesIn) -> Any:
    """Write what the next shift should know besides."""
    edit_handover(handover_id, by=request.auth, notes=given.notes, seen=given.seen)
    return _one(request.auth, handover_id)


@router.post("/duty/handovers/{int:handover_id}/{verb}", response=answers(HandoverOut), operation_id="sign_handover")
@permitted("duty.self")
def sign(request: Asked, handover_id: Id, verb: Literal["hand_over", "take_over"], given: HandoverSignIn) -> Any:
    """Sign as who leaves, or as who comes."""
    move_handover(handover_id, verb, by=request.auth, remark=given.remark, seen=given.seen)
    return _one(request.auth, handover_id)


def _one(actor: Actor, handover_id: int) -> HandoverOut:
    return HandoverOut.of(get_handover(actor, handover_id))
