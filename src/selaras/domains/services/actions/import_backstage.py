"""Import Backstage's `catalog-info.yaml` (several documents): everything or nothing, repeatable.

Component, API and Resource become items; System and Domain become services in the pipeline, for their owner to charter.
What stands for people and for Backstage itself (Group, User, Location, Template) is left out with a note.
Format: the Backstage software catalogue's descriptor, apiVersion backstage.io/v1alpha1 and v1beta1.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services import rules
from selaras.domains.services.actions._carry_out import carry_out
from selaras.domains.services.actions._draft import Draft, NodeDraft, Place, Ref
from selaras.domains.services.actions._lookup import Lookup
from selaras.domains.services.contracts import ImportReport, ItemClass, NodeKind
from selaras.kernel.sentences import say

MOST_BYTES = 8 * 1024 * 1024
DEEPEST = 100  # lists and mappings in one another
# kind → what it becomes here, and how its slug begins, so that a component and its API may share a name
_KINDS: Mapping[str, tuple[NodeKind, str]] = {
    "component": (NodeKind.ITEM, ""),
    "api": (NodeKind.ITEM, "api-"),
    "resource": (NodeKind.ITEM, "resource-"),
    "system": (NodeKind.SERVICE, ""),
    "domain": (NodeKind.SERVICE, "domain-"),
}
_RESOURCES: Mapping[str, ItemClass] = {
    "database": ItemClass.DATABASE,
    "s3-bucket": ItemClass.STORAGE,
    "bucket": ItemClass.STORAGE,
    "storage": ItemClass.STORAGE,
    "kubernetes-cluster": ItemClass.CLUSTER,
    "cluster": ItemClass.CLUSTER,
    "queue": ItemClass.MIDDLEWARE,
    "cache": ItemClass.MIDDLEWARE,
    "host": ItemClass.HOST,
    "virtual-machine": ItemClass.VIRTUAL_MACHINE,
}
# field → the kind a bare name means, and whether the entity is the upper one
_RELATIONS: Mapping[str, tuple[str, bool]] = {
    "dependsOn": ("component", True),
    "dependencyOf": ("component", False),
    "providesApis": ("api", False),  # the API fails if the component does
    "consumesApis": ("api", True),
    "subcomponentOf": ("component", False),
    "system": ("system", False),
    "domain": ("domain", False),
    "partOf": ("system", False),
}


def import_backstage(
    content: bytes, *, by: Actor, source: str = "catalog-info.yaml", dry_run: bool = False
) -> ImportReport:
    """Import the entities of a file. The report counts documents from 1; while it refuses any, nothing is written."""
    for permission in ("services.edit", "items.edit"):
        require(by, permission)
    draft, lookup = Draft(), Lookup(by)
    for place, entity in _documents(content, source, draft):
        _take(draft, lookup, place, entity)
    return carry_out(draft, by=by, dry_run=dry_run)


def _documents(content: bytes, source: str, draft: Draft) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    number = 0
    if len(content) > MOST_BYTES:
        draft.refuse(Place(source, 1), "", say("The file is larger than %(most)s MB.", most=MOST_BYTES // 1024 // 1024))
        return
    try:
        _check_depth(content)
        for entity in yaml.load_all(content, Loader=_LOADER):
            number += 1
            if isinstance(entity, dict):
                yield Place(source, number), entity
            elif entity is not None:
                draft.refuse(Place(source, number), "", say("This document is not an entity."))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        place = Place(source, error.args[0] if isinstance(error, _TooDeep) else number + 1)
        draft.refuse(place, "", say("This document is not YAML that can be read."))


class _TooDeep(ValueError):
    """Holds the number of the document."""


def _check_depth(content: bytes) -> None:
    """Raise before anything is built of brackets in brackets: the loader in C overruns its stack on a few thousand."""
    depth = number = 0
    try:
        for event in yaml.parse(content, Loader=_LOADER):
            number += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _TooDeep(number)
    except (yaml.YAMLError, UnicodeDecodeError):
        return  # told with its place when it is loaded


# The safe loader, in C where there is one.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _take(draft: Draft, lookup: Lookup, place: Place, entity: Mapping[str, Any]) -> None:
    kind = _text(entity.get("kind")).lower()
    if kind not in _KINDS:
        draft.note(place, "kind", say("“%(kind)s” is left out.", kind=_text(entity.get("kind"))[:80]))
        return
    metadata, spec = _mapping(entity.get("metadata")), _mapping(entity.get("spec"))
    name = _text(metadata.get("name"))
    slug = _slug(kind, _text(metadata.get("namespace")), name)
    if not rules.slug_of(name):
        draft.refuse(place, "metadata.name", say("This may not be empty."))
        return
    node_kind, _ = _KINDS[kind]
    fields = _service(metadata, name) if node_kind is NodeKind.SERVICE else _item(kind, metadata, spec, name)
    owner = _text(spec.get("owner")).rpartition("/")[2].rpartition(":")[2]
    if owner:
        fields["team_id"] = lookup.team(owner)
        if fields["team_id"] is None:
            draft.note(place, "spec.owner", say("There is no team “%(team)s”; left open.", team=owner[:80]))
    draft.nodes.append(NodeDraft(place, node_kind, slug, fields))
    for field, (default, upper) in _RELATIONS.items():
        for reference in _list(spec.get(field)):
            own, other = Ref(slug, node_kind), _ref(reference, default)
            draft.edges.append((place, own, other) if upper else (place, other, own))


def _item(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any], name: str) -> dict[str, Any]:
    classes = {"component": ItemClass.APPLICATION, "api": ItemClass.ENDPOINT}
    variety = _text(spec.get("type")).lower()
    return {
        "name": _text(metadata.get("title")) or name,
        "item_class": classes.get(kind) or _RESOURCES.get(variety, ItemClass.EXTERNAL),
        "attributes": {"backstage": kind, "type": variety, "lifecycle": _text(spec.get("lifecycle"))},
    }


def _service(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    title = _text(metadata.get("title")) or name
    return {"name_id": title, "name_en": title, "description": _text(metadata.get("description"))}


def _slug(kind: str, namespace: str, name: str) -> str:
    prefix = "" if namespace in ("", "default") else f"{namespace}-"
    return rules.slug_of(f"{_KINDS[kind][1]}{prefix}{name}")


def _ref(reference: str, default: str) -> Ref:
    """An entity reference, `[kind:][namespace/]name`; what is here under the plain name will do too."""
    kind, _, rest = reference.rpartition(":")
    namespace, _, name = rest.rpartition("/")
    known = kind.lower() if kind.lower() in _KINDS else default
    if kind and kind.lower() not in _KINDS:
        return Ref(reference)  # of a kind that is left out: refused by its name
    return Ref(_slug(known, namespace, name), _KINDS[known][0], others=(rules.slug_of(name),))


def _text(value: Any) -> str:
    """A scalar as text; a list or mapping (which YAML may nest without end) as nothing."""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_text, values) if text]
