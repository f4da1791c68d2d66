"""Which item do these labels mean? For intake, which asks in bulk, and for pages that explain the answer."""

from collections.abc import Mapping, Sequence

from selaras.domains.services import rules
from selaras.domains.services.contracts import Found
from selaras.domains.services.models import ItemName
from selaras.domains.services.queries.items import item_row


def find_item(labels: Mapping[str, str]) -> Found | None:
    """The item that these labels lead to, with the label and name that did; None if none does."""
    return find_items([labels])[0]


def find_items(many: Sequence[Mapping[str, str]]) -> list[Found | None]:
    """The same for many sets of labels, in their order; one query."""
    candidates = [list(rules.names_in(labels)) for labels in many]
    names = {name for pairs in candidates for _, name in pairs}
    known = {}
    if names:
        rows = ItemName.objects.filter(name__in=names).select_related("item__team")
        known = {row.name: item_row(row.item) for row in rows}
    return [
        next((Found(known[name], label, name) for label, name in pairs if name in known), None) for pairs in candidates
    ]
