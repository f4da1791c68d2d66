"""Which item do these labels mean (for intake, which asks in bulk)? And what does somebody mean by what they type?"""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services import rules
from selaras.domains.services.contracts import End, Found, NodeKind, Step
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.models import ConfigurationItem, ItemName, Service
from selaras.domains.services.queries.items import item_columns, item_row
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


def find_item(labels: Mapping[str, str]) -> Found | None:
    """The item that these labels lead to, with the label and name that did; None if none does."""
    return find_items([labels])[0]


def find_items(many: Sequence[Mapping[str, str]]) -> list[Found | None]:
    """The same for many sets of labels, in their order; one query."""
    candidates = [list(rules.names_in(labels)) for labels in many]
    names = {name for pairs in candidates for _, name in pairs}
    known = {}
    if names:
        rows = ItemName.objects.filter(name__in=names).values_list("name", *item_columns("item__"))
        known = {name: item_row(values) for name, *values in rows}
    return [
        next((Found(known[name], label, name) for label, name in pairs if name in known), None) for pairs in candidates
    ]


def find_ends(actor: Actor, text: str, *, kinds: Collection[NodeKind] = tuple(NodeKind), limit: int = 10) -> list[Step]:
    """Items and services whose slug or name holds the text, by slug; a query a kind."""
    require(actor, "items.view")
    found: list[Step] = []
    if text and NodeKind.ITEM in kinds:
        items = ConfigurationItem.objects.filter(Q(name__icontains=text) | Q(slug__icontains=text)).order_by("slug")
        found += [Step(NodeKind.ITEM, row.pk, row.slug, row.name, row.name) for row in items[:limit]]
    if text and NodeKind.SERVICE in kinds:
        named = Q(name_id__icontains=text) | Q(name_en__icontains=text) | Q(slug__icontains=text)
        services = Service.objects.filter(named).exclude(state=RETIRED).order_by("slug")
        found += [Step(NodeKind.SERVICE, row.pk, row.slug, row.name_id, row.name_en) for row in services[:limit]]
    return sorted(found, key=lambda step: step.slug)[:limit]


def find_end(actor: Actor, text: str) -> End:
    """What is meant by `item:slug`, `service:slug`, a slug, a name in monitoring or a whole name.

    Raises Invalid where nothing or more than one thing is meant.
    """
    require(actor, "items.view")
    wanted = text.strip().lower()
    if not rules.is_sound_name(wanted):
        raise Invalid({"lower": say("Type a part of a name, and choose.")})
    kind, colon, slug = wanted.partition(":")
    known = NodeKind(kind) if colon and kind in set(NodeKind) else None
    ends = _meant(slug if known else wanted, known)
    if not ends:
        raise Invalid({"lower": say("There is no item and no service “%(text)s”.", text=text.strip()[:80])})
    if len(ends) > 1:
        raise Invalid({"lower": say("“%(text)s” could be several: choose one.", text=text.strip()[:80])})
    return ends.pop()


def _meant(text: str, kind: NodeKind | None) -> set[End]:
    """By slug; where that is nobody's, by a whole name."""
    found: set[End] = set()
    for by_item, by_service in (
        (Q(slug=text), Q(slug=text)),
        (Q(name__iexact=text) | Q(names__name=text), Q(name_id__iexact=text) | Q(name_en__iexact=text)),
    ):
        if kind is not NodeKind.SERVICE:
            items = ConfigurationItem.objects.filter(by_item).values_list("pk", flat=True)
            found |= {End(NodeKind.ITEM, pk) for pk in items}
        if kind is not NodeKind.ITEM:
            services = Service.objects.filter(by_service).exclude(state=RETIRED).values_list("pk", flat=True)
            found |= {End(NodeKind.SERVICE, pk) for pk in services}
        if found:
            return found
    return found
