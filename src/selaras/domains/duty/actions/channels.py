"""A person's own channels: add, order, quiet hours, remove, try."""

from datetime import time

from django.db import transaction
from django.utils.translation import override

from selaras.domains.duty.actions.push_keys import push_keys
from selaras.domains.duty.contracts.channels import Answer, ChannelKind, Message, NewChannel
from selaras.domains.duty.models import Channel
from selaras.domains.duty.queries.channels import IN_USE
from selaras.domains.duty.senders import sealed_config, send
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_email, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say
from selaras.kernel.wording import spoken

_MOST = 10


@transaction.atomic
def add_channel(*, by: Actor, kind: ChannelKind, name: str, address: str) -> NewChannel:
    """Add a channel behind those there are. What a webhook signs with is told here once. Raises Invalid."""
    require(by, "duty.self")
    if not name.strip() or len(name) > 80 or "\x00" in name + address:
        raise Invalid({"name": say("Give a name of up to 80 characters.")})
    if len(address) > 2000:
        raise Invalid({"address": say("This is too long.")})
    mine = Channel.objects.filter(person=by.own_id, enabled=True)
    if mine.count() >= _MOST:
        raise Invalid({"name": say("At most %(most)s channels each.", most=_MOST)})
    keys = push_keys() if kind == ChannelKind.PUSH else None
    sealed, hint, secret = sealed_config(kind, address, keys)
    row = Channel.objects.create(
        person_id=by.own_id, position=_next(by.own_id), kind=kind, name=name.strip(), hint=hint, sealed=sealed
    )
    return NewChannel(row.pk, secret)


@transaction.atomic
def set_quiet(channel_id: int, *, by: Actor, start: time | None, end: time | None) -> None:
    """Let a channel rest from `start` until `end` each day, by one's own clock; urgent pages come all the same."""
    row = _own(channel_id, by)
    if (start is None) != (end is None) or (start is not None and start == end):
        raise Invalid({"quiet_from": say("Give both ends, or neither.")})
    row.quiet_from, row.quiet_until = start, end
    row.save(update_fields=["quiet_from", "quiet_until"])


@transaction.atomic
def put_first(channel_id: int, *, by: Actor) -> None:
    """Try this one before the others."""
    row = _own(channel_id, by)
    first = Channel.objects.filter(person=by.own_id).order_by("position").values_list("position", flat=True)[0]
    row.position = first - 1
    row.save(update_fields=["position"])


@transaction.atomic
def remove_channel(channel_id: int, *, by: Actor) -> None:
    """Use it no more and forget where it led; what was sent by it stays told."""
    row = _own(channel_id, by)
    row.enabled, row.sealed, row.gone_at = False, b"", None
    row.save(update_fields=["enabled", "sealed", "gone_at"])


def try_channel(channel_id: int, *, by: Actor) -> Answer:
    """Send oneself a test at once; what the provider answered."""
    row = _own(channel_id, by, lock=False)
    with override(by.language):
        subject = spoken(say("A test from Selaras"))
        body = spoken(say("If you read this, this channel reaches you. There is nothing to do."))
    if not row.enabled:
        raise MoveRefused(say("This browser takes no more messages. Add it again there."))
    key = f"test-{row.pk}-{int(clock.now().timestamp())}"
    answer = send(ChannelKind(row.kind), row.sealed, Message(key, subject, body, urgent=False))
    if answer.gone:
        switch_off(row)
    return answer


def switch_off(row: Channel) -> None:
    """Use a channel no more that its provider says is gone; it is shown as such until its owner removes it."""
    Channel.objects.filter(pk=row.pk).update(enabled=False, sealed=b"", gone_at=clock.now())


def own_channels(person_id: int) -> list[Channel]:
    """A person's channels in order. Who has none is reached by mail at their own address: that one is made here."""
    rows = list(Channel.objects.filter(person=person_id, enabled=True).order_by("position", "id"))
    if rows:
        return rows
    sealed, hint, _ = sealed_config(ChannelKind.MAIL, get_email(person_id))
    row = Channel(person_id=person_id, position=_next(person_id), kind=ChannelKind.MAIL, name=hint[:80], hint=hint)
    row.sealed = sealed
    row.save()
    return [row]


def _next(person_id: int) -> int:
    last = Channel.objects.filter(person=person_id).order_by("-position").values_list("position", flat=True).first()
    return 1 if last is None else last + 1


def _own(channel_id: int, by: Actor, *, lock: bool = True) -> Channel:
    require(by, "duty.self")
    rows = Channel.objects.select_for_update() if lock else Channel.objects.all()
    row = rows.filter(IN_USE, pk=channel_id, person=by.own_id).first()
    if row is None:
        raise NotFound(str(channel_id))
    return row
