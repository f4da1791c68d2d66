"""Reads of configuration items, for the provider's people only."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import Environment, ItemClass, ItemRow
from selaras.domains.services.models import ConfigurationItem, ItemName
from selaras.kernel.errors import NotFound


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
    return [item_row(item) for item in rows[:limit]]


def get_item(actor: Actor, slug: str) -> ItemRow:
    """One item. Raises NotFound, and NotAllowed for customers' people."""
    item = _visible(actor).filter(slug=slug).first()
    if item is None:
        raise NotFound(slug)
    return item_row(item)


def list_names(actor: Actor, item_id: int) -> list[str]:
    """The names under which monitoring knows an item."""
    require(actor, "items.view")
    return list(ItemName.objects.filter(item_id=item_id).order_by("name").values_list("name", flat=True))


def item_row(item: ConfigurationItem) -> ItemRow:
    """The frozen row of an item read with its team."""
    return ItemRow(
        id=item.pk,
        slug=item.slug,
        name=item.name,
        item_class=ItemClass(item.item_class),
        environment=Environment(item.environment),
        attributes=item.attributes,
        team_id=item.team_id,
        team_name=item.team.name if item.team else None,
        version=item.version,
    )


def _visible(actor: Actor) -> QuerySet[ConfigurationItem]:
    require(actor, "items.view")
    return ConfigurationItem.objects.select_related("team")
