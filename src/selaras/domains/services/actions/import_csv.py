"""Import services, items or dependencies from CSV: by slug, repeatable, everything or nothing.

Commas, semicolons or tabs; UTF-8 (with or without a mark) or UTF-16 with one. A column left out is left unchanged.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.actions._carry_out import carry_out
from selaras.domains.services.actions._draft import Draft, NodeDraft, Place, Ref
from selaras.domains.services.actions._lookup import Lookup
from selaras.domains.services.actions._sheet import rows_of
from selaras.domains.services.contracts import Environment, ImportReport, NodeKind
from selaras.kernel.sentences import say

Row = Mapping[str, str]


class Sheet(StrEnum):
    """What a CSV file holds."""

    SERVICES = "services"
    ITEMS = "items"
    DEPENDENCIES = "dependencies"


COLUMNS = {
    Sheet.SERVICES: ("slug", "name_id", "name_en", "description", "owner", "team", "state"),
    Sheet.ITEMS: ("slug", "name", "class", "environment", "team", "names", "attributes"),
    Sheet.DEPENDENCIES: ("upper", "lower"),
}
_ATTRIBUTE = "attributes."


def import_csv(
    content: bytes, *, by: Actor, sheet: Sheet, source: str = "file.csv", dry_run: bool = False
) -> ImportReport:
    """Import one sheet. The report names every row refused; while it names any, nothing is written.

    services: slug, name_id, name_en (one may stand for both), description, owner (e-mail), team (slug), state.
    items: slug, name, class, environment, team (slug), names (apart by “|”), attributes (JSON), attributes.… .
    dependencies: upper, lower: slugs, as `service:slug` or `item:slug` where both exist.
    """
    for permission in ("services.edit", "items.edit"):
        require(by, permission)
    draft, lookup = Draft(), Lookup(by)
    needed = COLUMNS[sheet] if sheet is Sheet.DEPENDENCIES else ("slug",)
    rows = rows_of(content, source, draft, needed=needed, known=lambda name: _is_known(sheet, name))
    for place, row in rows:
        if sheet is Sheet.SERVICES:
            draft.nodes.append(_service(draft, lookup, place, row))
        elif sheet is Sheet.ITEMS:
            draft.nodes.append(_item(draft, lookup, place, row))
        else:
            draft.edges.append((place, _ref(row["upper"]), _ref(row["lower"])))
    return carry_out(draft, by=by, dry_run=dry_run)


def _is_known(sheet: Sheet, name: str) -> bool:
    return name in COLUMNS[sheet] or (sheet is Sheet.ITEMS and name.startswith(_ATTRIBUTE))


def _service(draft: Draft, lookup: Lookup, place: Place, row: Row) -> NodeDraft:
    fields: dict[str, Any] = {name: row[name] for name in ("name_id", "name_en", "description") if name in row}
    given = fields.get("name_id") or fields.get("name_en")
    for name in ("name_id", "name_en"):
        if given and not fields.get(name):
            fields[name] = given
    _team(draft, lookup, place, row, fields)
    if "owner" in row:
        fields["owner_id"] = lookup.owner(row["owner"]) if row["owner"] else None
        if row["owner"] and fields["owner_id"] is None:
            draft.refuse(place, "owner", say("There is no such person among the provider's people."))
    return NodeDraft(place, NodeKind.SERVICE, row["slug"].lower(), fields, state=row.get("state", "").lower() or None)


def _item(draft: Draft, lookup: Lookup, place: Place, row: Row) -> NodeDraft:
    fields: dict[str, Any] = {"name": row["name"]} if "name" in row else {}
    if "class" in row:
        fields["item_class"] = row["class"].lower()
    if "environment" in row:
        fields["environment"] = row["environment"].lower() or Environment.PRODUCTION.value
    _team(draft, lookup, place, row, fields)
    attributes = _attributes(draft, place, row)
    if attributes is not None:
        fields["attributes"] = attributes
    names = tuple(name for name in row.get("names", "").split("|") if name.strip())
    return NodeDraft(place, NodeKind.ITEM, row["slug"].lower(), fields, names)


def _team(draft: Draft, lookup: Lookup, place: Place, row: Row, fields: dict[str, Any]) -> None:
    if "team" in row:
        fields["team_id"] = lookup.team(row["team"]) if row["team"] else None
        if row["team"] and fields["team_id"] is None:
            draft.refuse(place, "team", say("There is no such team."))


def _attributes(draft: Draft, place: Place, row: Row) -> dict[str, Any] | None:
    single = {name.removeprefix(_ATTRIBUTE): cell for name, cell in row.items() if name.startswith(_ATTRIBUTE)}
    if "attributes" not in row and not single:
        return None
    whole: Any = {}
    try:
        whole = json.loads(row.get("attributes") or "{}")
    except (ValueError, RecursionError):
        draft.refuse(place, "attributes", say("This is not JSON."))
    if not isinstance(whole, dict):
        draft.refuse(place, "attributes", say("Give attributes as names with values."))
        return None
    return whole | {name: cell for name, cell in single.items() if cell}


def _ref(cell: str) -> Ref:
    kind, colon, slug = cell.lower().partition(":")
    if colon and kind in set(NodeKind):
        return Ref(slug.strip(), NodeKind(kind))
    return Ref(cell.lower())
