"""The ways people are reached."""

from selaras.domains.duty.contracts import ChannelKind, ChannelRow
from selaras.domains.duty.models import Channel
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require


def list_channels(actor: Actor) -> list[ChannelRow]:
    """One's own channels in their order; none of their secrets."""
    require(actor, "duty.self")
    rows = Channel.objects.filter(person=actor.own_id, enabled=True).order_by("position", "id")
    return [
        ChannelRow(row.pk, ChannelKind(row.kind), row.name, row.hint, row.quiet_from, row.quiet_until, row.enabled)
        for row in rows
    ]
