"""Make and change rotas."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from selaras.domains.duty.contracts.rotas import Every
from selaras.domains.duty.contracts.rotas import Layer as LayerRow
from selaras.domains.duty.models import Layer, Participant, Rota
from selaras.domains.duty.queries.rotas import load_rotas
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, get_team_name, require
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say

_LONGEST = {Every.HOURS: 168, Every.DAYS: 60, Every.WEEKS: 26}
_MOST_LAYERS, _MOST_PEOPLE = 8, 60
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


@transaction.atomic
def save_rota(
    *,
    by: Actor,
    slug: str,
    name: str,
    timezone: str,
    layers: Sequence[LayerRow],
    team_id: int | None = None,
    rota_id: int | None = None,
    seen: int | None = None,
) -> int:
    """Make a rota, or change the one of `rota_id` as read at version `seen`; its id.

    A change holds at once, for what is past as well: give a layer an end and add another to keep what was.
    Raises Invalid naming the field, Stale, NotAllowed, NotFound.
    """
    require(by, "duty.edit")
    row = _locked(rota_id)
    versions.ask(row, seen)
    get_team_name(team_id)
    values = {"slug": slug.strip(), "name": name.strip(), "timezone": timezone, "team_id": team_id}
    faults = _faults(slug.strip(), name.strip(), timezone, layers, rota_id)
    if faults:
        raise Invalid(faults)
    before = load_rotas(Rota.objects.filter(pk=rota_id))[0].plan.layers if rota_id else ()
    after = tuple(replace(layer, name=layer.name.strip()) for layer in layers)
    if rota_id is None:
        row = Rota.objects.create(**values)
    elif not versions.write(row, values, by=by, more=_turned(before, after)):
        return row.pk
    if before != after:
        Layer.objects.filter(rota=row).delete()
        for position, layer in enumerate(after):
            _add(row, position, layer)
    announce("rota.changed", {"rota_id": row.pk, "by": by.id})
    return row.pk


def _locked(rota_id: int | None) -> Rota:
    row = Rota() if rota_id is None else Rota.objects.select_for_update().filter(pk=rota_id).first()
    if row is None:
        raise NotFound(str(rota_id))
    return row


def _turned(before: Sequence[LayerRow], after: Sequence[LayerRow]) -> dict[str, Any]:
    if before == after:
        return {}
    return {"layers": {"from": [one.as_json() for one in before], "to": [one.as_json() for one in after]}}


def _add(rota: Rota, position: int, layer: LayerRow) -> None:
    hours = layer.hours
    row = Layer.objects.create(
        rota=rota,
        position=position,
        name=layer.name,
        every=layer.every,
        length=layer.length,
        starts_on=layer.starts_on,
        handover=layer.handover,
        until=layer.until,
        days=sorted(hours.days) if hours else [],
        hours_from=hours.start if hours else None,
        hours_until=hours.end if hours else None,
    )
    Participant.objects.bulk_create(
        Participant(layer=row, position=place, person_id=person) for place, person in enumerate(layer.participants)
    )


def _faults(slug: str, name: str, timezone: str, layers: Sequence[LayerRow], own_id: int | None) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not name or len(name) > 120 or "\x00" in name:
        faults["name"] = say("Give a name of up to 120 characters.")
    if not slug or len(slug) > 80 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in slug):
        faults["slug"] = say("Use letters, digits and hyphens, up to 80.")
    elif Rota.objects.filter(slug=slug).exclude(pk=own_id or 0).exists():
        faults["slug"] = say("There is another with this short name.")
    if timezone not in available_timezones():
        faults["timezone"] = say("There is no time zone “%(zone)s”.", zone=timezone[:64])
    if not layers or len(layers) > _MOST_LAYERS:
        faults["layers"] = say("A rota has 1 to %(most)s layers.", most=_MOST_LAYERS)
    known = get_names({person for layer in layers for person in layer.participants})
    for number, layer in enumerate(layers, 1):
        problem = _layer_fault(layer, known)
        if problem:
            faults.setdefault("layers", say("Layer %(number)s: %(why)s", number=number, why=problem))
    return faults


def _layer_fault(layer: LayerRow, known: Collection[int]) -> Sentence | None:
    if not layer.participants or len(layer.participants) > _MOST_PEOPLE:
        return say("Name 1 to %(most)s people, in the order of their turns.", most=_MOST_PEOPLE)
    if any(person not in known for person in layer.participants):
        return say("One of the people does not exist or has left.")
    if not 1 <= layer.length <= _LONGEST[layer.every]:
        return say("A turn is 1 to %(most)s long.", most=_LONGEST[layer.every])
    if not _FIRST <= layer.starts_on <= _LAST or (layer.until and not layer.starts_on < layer.until <= _LAST):
        return say("It ends after it begins, within this century.")
    if layer.hours and (not layer.hours.days or not layer.hours.days <= frozenset(range(7))):
        return say("Choose the days of the week that it holds on.")
    return say("Its name is too long.") if len(layer.name) > 80 else None
