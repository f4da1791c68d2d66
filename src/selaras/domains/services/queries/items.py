"""Reads of configuration items, for the provider's people only."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import Environment, ItemClass, ItemRow
from selaras.domains.services.models import ConfigurationItem, ItemName
from selaras.kernel.errors import NotFound

_COLUMNS = (
    "pk", "slug", "name", "item_class", "environment", "attributes", "team_id", "team__name", "version",
)  # fmt: skip


def list_items(
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    item_class: ItemClass | None = None,
    environment: Environment | None = None,
    text: str = "",
    after: str = "",
    limit: int = 100,
) -> list[ItemRow]:
    """Items by slug, from the one after `after` (a slug) on, at most `limit`; one query. Raises NotAllowed."""
    rows = _visible(actor).order_by("slug")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if item_class is not None:
        rows = rows.filter(item_class=item_class)
    if environment is not None:
        rows = rows.filter(environment=environment)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(slug__icontains=text))
    if after:
        rows = rows.filter(slug__gt=after)
    return [item_row(values) for values in rows.values_list(*item_columns())[:limit]]


def get_item(actor: Actor, slug: str) -> ItemRow:
    """One item. Raises NotFound, and NotAllowed for customers' people."""
    values = _visible(actor).filter(slug=slug).values_list(*item_columns()).first()
    if values is None:
        raise NotFound(slug)
    return item_row(values)


def list_names(actor: Actor, item_id: int) -> list[str]:
    """The names under which monitoring knows an item."""
    require(actor, "items.view")
    return list(ItemName.objects.filter(item_id=item_id).order_by("name").values_list("name", flat=True))


def item_columns(path: str = "") -> list[str]:
    """The columns that `item_row` takes, of items at the end of this path (`item__`).

    Assessment reads hundreds at a time: whole models cost it four times as much.
    """
    return [f"{path}{column}" for column in _COLUMNS]


def item_row(values: Sequence[Any]) -> ItemRow:
    """The frozen row of an item's columns."""
    pk, slug, name, item_class, environment, attributes, team_id, team_name, version = values
    return ItemRow(
        pk, slug, name, ItemClass(item_class), Environment(environment), attributes, team_id, team_name, version
    )


def _visible(actor: Actor) -> QuerySet[ConfigurationItem]:
    require(actor, "items.view")
    return ConfigurationItem.objects.all()
