"""Who is on duty, and pages: call, acknowledge, resolve."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.duty.actions import page as acting
from selaras.domains.duty.contracts.pages import DeliveryRow, PageDetail, PageRow
from selaras.domains.duty.contracts.rotas import OnDuty, Shift
from selaras.domains.duty.queries import get_page, get_policy, get_rota, list_on_duty, list_pages, shifts_of
from selaras.interfaces.api.operation import Asked, Given, Id, Key, Limit, ZonedTime, answers, permitted
from selaras.kernel import clock
from selaras.kernel.wording import spoken

router = Router()

Slug = Annotated[str, Field(max_length=80)]


class ShiftOut(Schema):
    """One person's unbroken duty."""

    person_id: int
    person_name: str
    starts_at: datetime
    ends_at: datetime
    is_cover: bool

    @classmethod
    def of(cls, shift: Shift, row: OnDuty) -> "ShiftOut":
        return cls(
            person_id=shift.person_id,
            person_name=row.rota.names.get(shift.person_id, ""),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            is_cover=shift.cover_id is not None,
        )


class OnDutyOut(Schema):
    """Who has a rota at the moment asked for (null: nobody), and who is next."""

    rota: str
    name: str
    timezone: str
    now: ShiftOut | None
    next: ShiftOut | None

    @classmethod
    def of(cls, row: OnDuty) -> "OnDutyOut":
        now, after = (ShiftOut.of(shift, row) if shift else None for shift in (row.now, row.next))
        return cls(rota=row.rota.slug, name=row.rota.name, timezone=row.rota.plan.timezone, now=now, next=after)


class PageOut(Schema):
    """A page as lists show it."""

    id: int
    state: str
    subject: str
    urgent: bool
    policy_name: str
    opened_at: datetime
    due_at: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    ended_at: datetime | None
    record_number: str | None
    held_at: datetime | None

    @classmethod
    def of(cls, row: PageRow) -> "PageOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PageListOut(Schema):
    """Pages, newest first; give `next` as `after` to go on."""

    rows: list[PageOut]
    next: str | None


class DeliveryOut(Schema):
    """One message to one person by one channel, and what the provider answered last."""

    round: int
    step: int
    person_name: str
    channel_kind: str
    state: str
    attempts: int
    answer: str
    settled_at: datetime | None

    @classmethod
    def of(cls, row: DeliveryRow) -> "DeliveryOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name != "answer"}
        return cls(**own, answer=spoken(row.answer))


class PageEntryOut(Schema):
    """One thing that happened to a page."""

    at: datetime
    verb: str
    actor_name: str


class PageDetailOut(Schema):
    """A page with its messages and its timeline."""

    page: PageOut
    cause: str
    body: str
    deliveries: list[DeliveryOut]
    entries: list[PageEntryOut]

    @classmethod
    def of(cls, detail: PageDetail) -> "PageDetailOut":
        return cls(
            page=PageOut.of(detail.page),
            cause=detail.cause,
            body=detail.body,
            deliveries=[DeliveryOut.of(row) for row in detail.deliveries],
            entries=[PageEntryOut(at=e.at, verb=e.verb, actor_name=e.actor_name) for e in detail.entries],
        )


class PageIn(Given):
    """Whom to page, for what. `cause` names it: while a page of the same cause is open, that one is answered."""

    policy: Slug
    cause: Annotated[str, Field(max_length=300)]
    subject: Annotated[str, Field(max_length=300)]
    body: Annotated[str, Field(max_length=10_000)] = ""
    url: Annotated[str, Field(max_length=500)] = ""
    urgent: bool = True


@router.get("/duty", response=answers(list[OnDutyOut]), operation_id="list_on_duty")
@permitted("duty.view")
def on_duty(request: Asked, at: ZonedTime | None = None, rota: Slug = "") -> Any:
    """Who is on duty at `at` (now), by rota."""
    return [OnDutyOut.of(row) for row in list_on_duty(request.auth, at=at, slug=rota)]


@router.get("/duty/rotas/{slug}/shifts", response=answers(list[ShiftOut]), operation_id="list_shifts")
@permitted("duty.view")
def shifts(request: Asked, slug: Slug, days: Annotated[int, Field(ge=1, le=190)] = 28) -> Any:
    """The shifts of a rota from now on."""
    now = clock.now()
    row = OnDuty(get_rota(request.auth, slug), None, None, None)
    return [ShiftOut.of(shift, row) for shift in shifts_of(row.rota, now, now + timedelta(days=days))]


@router.get("/pages", response=answers(PageListOut), operation_id="list_pages")
@permitted("duty.view")
def pages(
    request: Asked,
    state: Literal["open", "acknowledged", "resolved", "exhausted"] | None = None,
    after: Key = "",
    limit: Limit = 50,
) -> Any:
    """Pages, newest first."""
    found = list_pages(request.auth, state=state or "", after=after, limit=limit)
    return PageListOut(rows=[PageOut.of(row) for row in found.rows], next=found.next)


@router.post("/pages", response=answers(PageDetailOut), operation_id="page")
@permitted("duty.page")
def call(request: Asked, given: PageIn) -> Any:
    """Page whoever a policy names; messages leave at once, and escalate until somebody acknowledges."""
    policy = get_policy(request.auth, given.policy)
    fields = given.model_dump(exclude={"policy"})
    ref = acting.page(by=request.auth, policy_id=policy.id, **fields)
    return PageDetailOut.of(get_page(request.auth, ref.id))


@router.get("/pages/{int:page_id}", response=answers(PageDetailOut), operation_id="get_page")
@permitted("duty.view")
def one(request: Asked, page_id: Id) -> Any:
    """One page with its messages and its timeline."""
    return PageDetailOut.of(get_page(request.auth, page_id))


@router.post("/pages/{int:page_id}/{verb}", response=answers(PageDetailOut), operation_id="move_page")
@permitted("duty.acknowledge")
def move(request: Asked, page_id: Id, verb: Literal["acknowledge", "resolve"]) -> Any:
    """Take it on, or end it: nobody else is called."""
    acting.move_page(page_id, verb, by=request.auth)
    return PageDetailOut.of(get_page(request.auth, page_id))
