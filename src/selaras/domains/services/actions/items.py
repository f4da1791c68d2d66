"""Make a configuration item, and change it: what it is, and the names under which monitoring knows it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services import rules
from selaras.domains.services.actions._fields import check, faults_of
from selaras.domains.services.contracts import Environment, ItemClass
from selaras.domains.services.models import ConfigurationItem, ItemName
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say

EDITABLE = frozenset({"name", "item_class", "environment", "attributes", "team_id", "names"})
_MOST_NAMES = 200


@transaction.atomic
def create_item(
    *,
    by: Actor,
    name: str,
    item_class: ItemClass | str,
    slug: str = "",
    environment: Environment | str = Environment.PRODUCTION,
    attributes: Mapping[str, Any] | None = None,
    team_id: int | None = None,
    names: Iterable[str] = (),
) -> int:
    """Make an item; returns its id. Monitoring finds it by its slug, its name if that is free, and by `names`.

    Without a slug, it is made from the name. Raises Invalid, also for a slug that is taken and for a name that leads
    to another item.
    """
    require(by, "items.edit")
    slug = slug or rules.slug_of(name)
    fields = {
        "name": name,
        "item_class": item_class,
        "environment": environment,
        "attributes": dict(attributes or {}),
        "team_id": team_id,
    }
    wanted = _names([slug, *names])
    _refuse({**faults_of({"slug": slug, **fields}), **_name_faults(wanted[1:], None)})
    made, fresh = ConfigurationItem.objects.get_or_create(slug=slug, defaults=fields)
    if not fresh:
        raise Invalid({"slug": say("Another item has this slug.")})
    _give(made.pk, wanted)
    if rules.is_sound_name(name.strip().lower()):
        ItemName.objects.get_or_create(name=name.strip().lower(), defaults={"item_id": made.pk})
    return made.pk


@transaction.atomic
def edit_item(item_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `EDITABLE`; `names` are all names it is to have (its slug always stays one).

    `seen` is the version that was read: Stale, with what came since, if it is not this. Raises Invalid for a name that
    leads to another item.
    """
    require(by, "items.edit")
    fields = {name: value for name, value in changes.items() if name != "names"}
    item = ConfigurationItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound(str(item_id))
    wanted = _names([item.slug, *changes["names"]]) if "names" in changes else None
    check(fields, known=EDITABLE)
    _refuse(_name_faults(wanted or [], item_id))
    versions.ask(item, seen)
    more = {} if wanted is None else _rename(item_id, wanted)
    versions.write(item, fields, by=by, more=more)


def _names(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for name in given if (text := name.strip().lower())))


def _rename(item_id: int, wanted: list[str]) -> dict[str, Any]:
    had = sorted(ItemName.objects.filter(item_id=item_id).values_list("name", flat=True))
    if had == sorted(wanted):
        return {}
    ItemName.objects.filter(item_id=item_id).exclude(name__in=wanted).delete()
    _give(item_id, wanted)
    return {"names": {"from": had, "to": sorted(wanted)}}


def _name_faults(names: list[str], item_id: int | None) -> dict[str, Sentence]:
    if len(names) > _MOST_NAMES:
        return {"names": say("Give at most %(most)s names.", most=_MOST_NAMES)}
    if not all(rules.is_sound_name(name) for name in names):
        return {"names": say("Names have 1 to %(most)s characters.", most=rules.LONGEST_NAME)}
    taken = ItemName.objects.filter(name__in=names).exclude(item_id=item_id or 0).order_by("name").first()
    return {} if taken is None else {"names": say("“%(name)s” already leads to another item.", name=taken.name)}


def _give(item_id: int, names: Iterable[str]) -> None:
    """Write the names, in lower case; raise Invalid for one that leads elsewhere (or does meanwhile)."""
    for name in names:
        known, _ = ItemName.objects.get_or_create(name=name, defaults={"item_id": item_id})
        if known.item_id != item_id:
            raise Invalid({"names": say("“%(name)s” already leads to another item.", name=name)})


def _refuse(faults: Mapping[str, Sentence]) -> None:
    if faults:
        raise Invalid(faults)
