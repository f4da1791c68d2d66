"""One's own channels: the ways by which a page reaches the person whose token it is."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.duty.actions.channels import add_channel, put_first, remove_channel, set_quiet, try_channel
from selaras.domains.duty.contracts.channels import ChannelKind, ChannelRow
from selaras.domains.duty.queries import list_channels
from selaras.interfaces.api.operation import Asked, Given, Id, WallTime, answers, permitted
from selaras.kernel.wording import spoken

router = Router()


class ChannelOut(Schema):
    """A channel; where it leads is never told again, `hint` says enough to know it by."""

    id: int
    kind: ChannelKind
    name: str
    hint: str
    quiet_from: WallTime | None
    quiet_until: WallTime | None

    @classmethod
    def of(cls, row: ChannelRow) -> "ChannelOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ChannelIn(Given):
    """A new channel, tried after those there are."""

    kind: ChannelKind
    name: Annotated[str, Field(max_length=80)]
    address: Annotated[str, Field(max_length=2000)]


class NewChannelOut(Schema):
    """Its id; a webhook's signing secret is told this once."""

    id: int
    secret: str


class QuietIn(Given):
    """When the channel rests for what is not urgent, by one's own clock; both or neither."""

    quiet_from: WallTime | None
    quiet_until: WallTime | None


class TriedOut(Schema):
    """Whether the provider took the test, and its words."""

    taken: bool
    answer: str


@router.get("/duty/channels", response=answers(list[ChannelOut]), operation_id="list_channels")
@permitted("duty.self")
def channels(request: Asked) -> Any:
    """One's own, in the order in which they are tried."""
    return _all(request)


@router.post("/duty/channels", response=answers(NewChannelOut), operation_id="add_channel")
@permitted("duty.self")
def add(request: Asked, given: ChannelIn) -> Any:
    """Add one."""
    made = add_channel(by=request.auth, **given.model_dump())
    return NewChannelOut(id=made.id, secret=made.secret)


@router.put("/duty/channels/{int:channel_id}/quiet", response=answers(list[ChannelOut]), operation_id="set_quiet")
@permitted("duty.self")
def quiet(request: Asked, channel_id: Id, given: QuietIn) -> Any:
    """Set its quiet hours."""
    start, end = (x.replace(tzinfo=None) if x else None for x in (given.quiet_from, given.quiet_until))
    set_quiet(channel_id, by=request.auth, start=start, end=end)
    return _all(request)


@router.post("/duty/channels/{int:channel_id}/first", response=answers(list[ChannelOut]), operation_id="put_first")
@permitted("duty.self")
def first(request: Asked, channel_id: Id) -> Any:
    """Try it before the others."""
    put_first(channel_id, by=request.auth)
    return _all(request)


@router.post("/duty/channels/{int:channel_id}/test", response=answers(TriedOut), operation_id="try_channel")
@permitted("duty.self")
def test(request: Asked, channel_id: Id) -> Any:
    """Send oneself a test at once."""
    answer = try_channel(channel_id, by=request.auth)
    return TriedOut(taken=answer.taken, answer=spoken(answer.words))


@router.delete("/duty/channels/{int:channel_id}", response=answers(list[ChannelOut]), operation_id="remove_channel")
@permitted("duty.self")
def remove(request: Asked, channel_id: Id) -> Any:
    """Use it no more, and forget where it led."""
    remove_channel(channel_id, by=request.auth)
    return _all(request)


def _all(request: Asked) -> list[ChannelOut]:
    return [ChannelOut.of(row) for row in list_channels(request.auth)]
