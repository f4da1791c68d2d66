"""Make a configuration item, change it, and give it the names under which monitoring knows it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services import rules
from selaras.domains.services.actions._fields import check
from selaras.domains.services.contracts import Environment, ItemClass
from selaras.domains.services.models import ConfigurationItem, ItemName
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sentences import say

EDITABLE = frozenset({"name", "item_class", "environment", "attributes", "team_id"})


@transaction.atomic
def create_item(
    *,
    by: Actor,
    slug: str,
    name: str,
    item_class: ItemClass | str,
    environment: Environment | str = Environment.PRODUCTION,
    attributes: Mapping[str, Any] | None = None,
    team_id: int | None = None,
    names: Iterable[str] = (),
) -> int:
    """Make an item; returns its id. Monitoring finds it by its slug, its name if that is free, and by `names`.

    Raises Invalid, also for a slug that is taken and for a name that leads to another item.
    """
    require(by, "items.edit")
    fields = {
        "name": name,
        "item_class": item_class,
        "environment": environment,
        "attributes": dict(attributes or {}),
        "team_id": team_id,
    }
    check({"slug": slug, **fields})
    made, fresh = ConfigurationItem.objects.get_or_create(slug=slug, defaults=fields)
    if not fresh:
        raise Invalid({"slug": say("Another item has this slug.")})
    give_names(made.pk, [slug, *names])
    if rules.is_sound_name(name.strip().lower()):
        ItemName.objects.get_or_create(name=name.strip().lower(), defaults={"item_id": made.pk})
    return made.pk


@transaction.atomic
def edit_item(item_id: int, *, by: Actor, changes: Mapping[str, Any], version: int | None = None) -> None:
    """Change any of `EDITABLE`. `version` is the one that was read: Stale if somebody changed it since."""
    require(by, "items.edit")
    check(changes, known=EDITABLE)
    item = ConfigurationItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound(str(item_id))
    if version is not None and version != item.version:
        raise Stale()
    for name, value in changes.items():
        setattr(item, name, value)
    item.version += 1
    item.save(update_fields=[*changes, "version"])


@transaction.atomic
def name_item(item_id: int, *, by: Actor, names: Iterable[str]) -> None:
    """Let monitoring find the item by these names too. Raises Invalid if one leads to another item."""
    require(by, "items.edit")
    if not ConfigurationItem.objects.filter(pk=item_id).exists():
        raise NotFound(str(item_id))
    give_names(item_id, names)


@transaction.atomic
def unname_item(item_id: int, *, by: Actor, name: str) -> None:
    """Take a name from the item; its slug stays a name."""
    require(by, "items.edit")
    found = ItemName.objects.filter(item_id=item_id, name=name.strip().lower()).select_related("item").first()
    if found is None:
        raise NotFound(name)
    if found.name == found.item.slug:
        raise Invalid({"name": say("An item always answers to its slug.")})
    found.delete()


def give_names(item_id: int, names: Iterable[str]) -> None:
    """Write the names, in lower case; raise Invalid for one that cannot be stored or leads elsewhere."""
    for name in dict.fromkeys(name.strip().lower() for name in names):
        if not rules.is_sound_name(name):
            raise Invalid({"names": say("Names have 1 to %(most)s characters.", most=rules.LONGEST_NAME)})
        known, _ = ItemName.objects.get_or_create(name=name, defaults={"item_id": item_id})
        if known.item_id != item_id:
            raise Invalid({"names": say("“%(name)s” already leads to another item.", name=name)})
