"""The ways people are reached."""

from django.db.models import Q

from selaras.domains.duty.contracts.channels import ChannelKind, ChannelRow
from selaras.domains.duty.models import Channel
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require

# What its owner has not removed: also one that its provider says is gone, so that they learn of it.
IN_USE = Q(enabled=True) | Q(gone_at__isnull=False)


def list_channels(actor: Actor) -> list[ChannelRow]:
    """One's own channels in their order; none of their secrets."""
    require(actor, "duty.self")
    rows = Channel.objects.filter(IN_USE, person=actor.own_id).order_by("position", "id")
    return [
        ChannelRow(row.pk, ChannelKind(row.kind), row.name, row.hint, row.quiet_from, row.quiet_until, row.enabled)
        for row in rows
    ]
