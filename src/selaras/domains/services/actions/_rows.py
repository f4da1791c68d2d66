"""Writes an import's items and services in bulk: made where the slug is new, changed where a field differs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from selaras.domains.people.contracts import Actor
from selaras.domains.services import rules
from selaras.domains.services.actions._draft import Draft, NodeDraft, Place
from selaras.domains.services.contracts import ImportLine, NodeKind
from selaras.domains.services.lifecycle import CATALOGUE, CHARTERED, LIFE, PIPELINE
from selaras.domains.services.models import Change, ConfigurationItem, ItemName, Service
from selaras.kernel import clock, lifecycle, versions
from selaras.kernel.sentences import Sentence, say

Refuse = Callable[[Place, str, Sentence], None]
BATCH = 5_000
NEEDED = {NodeKind.ITEM: ("name", "item_class"), NodeKind.SERVICE: ("name_id", "name_en")}
_VERBS: Mapping[str, tuple[str, ...]] = {PIPELINE: (), CHARTERED: ("charter",), CATALOGUE: ("charter", "publish")}


def write_nodes(draft: Draft, by: Actor) -> tuple[int, int, int]:
    """Write items, their names, and services; how many were made, changed and left as they were."""
    items = [node for node in draft.nodes if node.kind is NodeKind.ITEM]
    services = [node for node in draft.nodes if node.kind is NodeKind.SERVICE]
    counts = _write(ConfigurationItem, items, draft, by), _write(Service, services, draft, by)
    if draft.refused:
        return 0, 0, 0
    _write_names(items, draft.refuse)
    _write_states(services, draft.refuse)
    made, changed, same = (sum(column) for column in zip(*counts, strict=True))
    return made, changed, same


def _write(model: Any, nodes: Sequence[NodeDraft], draft: Draft, by: Actor) -> tuple[int, int, int]:
    known = {row.slug: row for row in model.objects.select_for_update().filter(slug__in=[n.slug for n in nodes])}
    fresh, changed, touched = [], [], set()
    for node in nodes:
        row = known.get(node.slug)
        if row is None:
            for name in set(NEEDED[node.kind]) - node.fields.keys():
                draft.refuse(node.place, name, say("This may not be empty."))
            fresh.append(model(slug=node.slug, **node.fields))
            draft.tell(ImportLine("created", node.kind, node.slug))
            continue
        data = versions.differing(row, node.fields)
        if data:
            for name in data:
                setattr(row, name, node.fields[name])
            row.version += 1
            changed.append((row, data))
            touched |= {*data, "version"}
            draft.tell(ImportLine("changed", node.kind, node.slug, tuple(data)))
    if draft.refused:
        return 0, 0, 0
    model.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        model.objects.bulk_update([row for row, _ in changed], sorted(touched), batch_size=BATCH)
        _keep_history(model, changed, by)
    return len(fresh), len(changed), len(nodes) - len(fresh) - len(changed)


def _keep_history(model: Any, changed: Sequence[tuple[Any, Mapping[str, Any]]], by: Actor) -> None:
    thing = "service" if model is Service else "item"
    now = clock.now()
    Change.objects.bulk_create(
        (
            Change(
                **{thing: row},
                version=row.version,
                at=now,
                actor_id=by.id,
                actor_name=by.name,
                verb="imported",
                data=data,
            )
            for row, data in changed
        ),
        batch_size=BATCH,
    )


def _write_names(nodes: Sequence[NodeDraft], refuse: Refuse) -> None:
    """The slug and the names given must lead to the item; its own name does where it is free."""
    ids = dict(ConfigurationItem.objects.filter(slug__in=[n.slug for n in nodes]).values_list("slug", "pk"))
    wanted = {node.slug: [node.slug, *(name.strip().lower() for name in node.names)] for node in nodes}
    extra = {n.slug: str(n.fields.get("name", "")).strip().lower() for n in nodes}
    asked = {name for names in wanted.values() for name in names} | set(extra.values())
    known = dict(
        ItemName.objects.filter(name__in=[n for n in asked if rules.is_sound_name(n)]).values_list("name", "item_id")
    )
    fresh: dict[str, int] = {}
    for node in nodes:
        for name in wanted[node.slug]:
            if not rules.is_sound_name(name):
                refuse(node.place, "names", say("Names have 1 to %(most)s characters.", most=rules.LONGEST_NAME))
            elif known.get(name, fresh.get(name, ids[node.slug])) != ids[node.slug]:
                refuse(node.place, "names", say("“%(name)s” already leads to another item.", name=name))
            elif name not in known:
                fresh[name] = ids[node.slug]
    for slug, name in extra.items():
        if rules.is_sound_name(name) and name not in known:
            fresh.setdefault(name, ids[slug])
    ItemName.objects.bulk_create((ItemName(name=n, item_id=i) for n, i in fresh.items()), batch_size=BATCH)


def _write_states(nodes: Sequence[NodeDraft], refuse: Refuse) -> None:
    """Services made by the import walk to the state it names; those that were there stay where they are."""
    asked = [node for node in nodes if node.state]
    rows = {row.slug: row for row in Service.objects.filter(slug__in=[node.slug for node in asked])}
    for node in asked:
        row = rows[node.slug]
        if node.state not in _VERBS:
            refuse(node.place, "state", say("A service can be imported as pipeline, chartered or catalogue."))
        elif row.state == node.state:
            continue
        elif row.version > 1 or row.state != LIFE.initial:
            refuse(node.place, "state", say("It is there already: move it along its life instead."))
        else:
            for verb in _VERBS[str(node.state)]:
                lifecycle.move(row, verb, life=LIFE)
