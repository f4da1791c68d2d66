"""Rotas, and who is on duty by them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from selaras.domains.duty.contracts import ASKED
from selaras.domains.duty.contracts.rotas import Cover as CoverRow
from selaras.domains.duty.contracts.rotas import Doubled, Every, Hours, OnDuty, Plan, RotaRow, Shift, SwapRow
from selaras.domains.duty.contracts.rotas import Layer as LayerRow
from selaras.domains.duty.models import Cover, Layer, Participant, Rota, Swap
from selaras.domains.duty.rules import doubled, gaps, shifts
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

# Looked ahead for who is next; further if turns are longer than that.
_AHEAD, _FAR = timedelta(days=60), timedelta(days=400)


def list_rotas(actor: Actor, *, since: datetime | None = None) -> list[RotaRow]:
    """All rotas by name, with covers that end after `since` (else: after now)."""
    require(actor, "duty.view")
    return load_rotas(Rota.objects.order_by("name"), since)


def get_rota(actor: Actor, slug: str, *, since: datetime | None = None) -> RotaRow:
    """One rota. Raises NotFound."""
    require(actor, "duty.view")
    found = load_rotas(Rota.objects.filter(slug=slug), since)
    if not found:
        raise NotFound(slug)
    return found[0]


def list_on_duty(actor: Actor, *, at: datetime | None = None, slug: str = "") -> list[OnDuty]:
    """Who has each rota at `at`, and who is next. Raises NotFound for a slug that is none."""
    moment = at or clock.now()
    rotas = [get_rota(actor, slug, since=moment)] if slug else list_rotas(actor, since=moment)
    return [_on_duty(rota, moment) for rota in rotas]


def shifts_of(rota: RotaRow, begin: datetime, end: datetime) -> list[Shift]:
    """The shifts of a rota that was read with covers since `begin`."""
    return shifts(rota.plan, begin, end)


def shifts_of_person(rotas: Iterable[RotaRow], person_id: int, begin: datetime, end: datetime) -> list[Shift]:
    """One person's shifts in these rotas, in order."""
    found = [s for rota in rotas for s in shifts(rota.plan, begin, end) if s.person_id == person_id]
    return sorted(found, key=lambda shift: shift.starts_at)


def find_doubled(rotas: Iterable[RotaRow], begin: datetime, end: datetime) -> list[Doubled]:
    """Where somebody has two of these rotas at the same time."""
    return doubled({rota.id: shifts(rota.plan, begin, end) for rota in rotas})


def list_swaps(actor: Actor, *, rota_id: int | None = None) -> list[SwapRow]:
    """Swaps that wait for an answer: of a rota, or those this person asked or is asked."""
    require(actor, "duty.view")
    rows = Swap.objects.filter(state=ASKED).select_related("rota", "asker", "other").order_by("asker_starts")
    mine = Q(asker=actor.own_id) | Q(other=actor.own_id)
    return [swap_row(row) for row in (rows.filter(rota=rota_id) if rota_id else rows.filter(mine))]


def get_swap(actor: Actor, swap_id: int) -> SwapRow:
    """One swap. Raises NotFound."""
    require(actor, "duty.view")
    row = Swap.objects.select_related("rota", "asker", "other").filter(pk=swap_id).first()
    if row is None:
        raise NotFound(str(swap_id))
    return swap_row(row)


def load_rotas(rows: QuerySet[Rota], since: datetime | None = None) -> list[RotaRow]:
    """Rotas with all that decides who is on duty from `since` on, in four queries."""
    in_force = Cover.objects.filter(cancelled_at=None, ends_at__gt=since or clock.now())
    found = rows.select_related("team").prefetch_related(
        Prefetch("layers", Layer.objects.order_by("position")),
        Prefetch("layers__participants", Participant.objects.select_related("person").order_by("position")),
        Prefetch("covers", in_force.select_related("person", "instead_of").order_by("id")),
    )
    return [_row(rota) for rota in found]


def swap_row(row: Swap) -> SwapRow:
    """A swap with its names joined."""
    return SwapRow(
        row.pk,
        row.rota_id,
        row.rota.name,
        row.asker_id,
        row.asker.name,
        row.other_id,
        row.other.name,
        row.asker_starts,
        row.asker_ends,
        row.other_starts,
        row.other_ends,
        row.state,
    )


def _on_duty(rota: RotaRow, at: datetime) -> OnDuty:
    ahead = shifts(rota.plan, at, at + _AHEAD)
    if len(ahead) < 2:
        ahead = shifts(rota.plan, at, at + _FAR)
    gap = next(iter(gaps(ahead, at, at + _AHEAD)), None)
    if not ahead or ahead[0].starts_at > at:
        return OnDuty(rota, None, ahead[0] if ahead else None, gap)
    now, coming = ahead[0], ahead[1:]
    while coming and (coming[0].person_id, coming[0].starts_at) == (now.person_id, now.ends_at):
        now, coming = replace(now, ends_at=coming[0].ends_at), coming[1:]
    if coming:
        return OnDuty(rota, now, coming[0], gap)
    # Nobody else in sight: one person's turns follow each other.
    return OnDuty(rota, ahead[0], ahead[1] if len(ahead) > 1 else None, gap)


def _row(rota: Rota) -> RotaRow:
    layers, covers = rota.layers.all(), rota.covers.all()
    names = {p.person_id: p.person.name for layer in layers for p in layer.participants.all()}
    for cover in covers:
        names.update({p.pk: p.name for p in (cover.person, cover.instead_of) if p})
    plan = Plan(rota.timezone, tuple(_layer(layer) for layer in layers), tuple(_covers(covers)))
    team = rota.team.name if rota.team else None
    return RotaRow(rota.pk, rota.slug, rota.name, rota.team_id, team, rota.version, plan, names)


def _layer(row: Layer) -> LayerRow:
    hours = None
    if row.hours_from is not None and row.hours_until is not None:
        hours = Hours(frozenset(row.days), row.hours_from, row.hours_until)
    people = tuple(p.person_id for p in row.participants.all())
    return LayerRow(people, Every(row.every), row.length, row.starts_on, row.handover, row.until, hours, row.name)


def _covers(rows: Sequence[Cover] | QuerySet[Cover]) -> Iterable[CoverRow]:
    for row in rows:
        yield CoverRow(
            row.starts_at,
            row.ends_at,
            row.person_id,
            row.instead_of_id,
            row.pk,
            row.reason,
            row.person.name if row.person else "",
            row.instead_of.name if row.instead_of else "",
        )
