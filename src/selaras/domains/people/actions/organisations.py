"""Make an organisation, rename it, move it in the tree."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from selaras.domains.people import rules
from selaras.domains.people.actions._changes import note, refuse_stale, require_keeper
from selaras.domains.people.actions._slugs import free_slug
from selaras.domains.people.contracts import Actor, OrganisationKind
from selaras.domains.people.models import Organisation
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.versions import difference

EDITABLE = frozenset({"name", "parent_id"})


@transaction.atomic
def create_organisation(
    *, by: Actor, name: str, kind: OrganisationKind | str, slug: str = "", parent_id: int | None = None
) -> int:
    """Make an organisation; returns its id. Without a slug it gets the one its name proposes. Raises Invalid."""
    require_keeper(by)
    if kind not in list(OrganisationKind):
        raise Invalid({"kind": say("Choose customer, own unit or supplier.")})
    fields = {"name": name, "kind": OrganisationKind(kind), "parent_id": parent_id}
    faults = _faults(None, OrganisationKind(kind), name, parent_id)
    if slug and (fault := rules.slug_fault(slug)):
        faults["slug"] = fault
    if faults:
        raise Invalid(faults)
    made, fresh = Organisation.objects.get_or_create(
        slug=slug or free_slug(Organisation, rules.slug_from(name, "organisation")),
        defaults={**fields, "name": name.strip()},
    )
    if not fresh:
        raise Invalid({"slug": say("Another organisation has this slug.")})
    note("organisation", "create", by=by, organisation_id=made.pk)
    return made.pk


@transaction.atomic
def change_organisation(
    organisation_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None
) -> None:
    """Change any of `EDITABLE`. `seen` is the last change that was read: Stale if there is a later one.

    Whoever belongs to an organisation sees the affairs of its branches: a move changes who sees what.
    """
    require_keeper(by)
    if unknown := changes.keys() - EDITABLE:
        raise Invalid({name: say("This cannot be changed here.") for name in unknown})
    # All are locked, always in the same order: two moves at once must not make a cycle together.
    known = {row.pk: row for row in Organisation.objects.select_for_update(no_key=True).order_by("pk")}
    row = known.get(organisation_id)
    if row is None:
        raise NotFound(str(organisation_id))
    refuse_stale(seen, EDITABLE, organisation_id=organisation_id)
    before = {"name": row.name, "parent_id": row.parent_id}
    after = {**before, **changes}
    if faults := _faults(row, OrganisationKind(row.kind), after["name"], after["parent_id"], known):
        raise Invalid(faults)
    after["name"] = after["name"].strip()
    data = difference(before, after)
    if not data:
        return
    if "parent_id" in data:
        names = {side: known[pk].name if pk else None for side, pk in data["parent_id"].items()}
        data["parent_id"].update({f"{side}_name": name for side, name in names.items()})
    Organisation.objects.filter(pk=organisation_id).update(**{name: after[name] for name in data})
    note("organisation", "change", by=by, organisation_id=organisation_id, data=data)


def _faults(
    row: Organisation | None,
    kind: OrganisationKind,
    name: Any,
    parent_id: int | None,
    known: Mapping[int, Organisation] | None = None,
) -> dict[str, Sentence]:
    faults = {"name": rules.text_fault(name)}
    if parent_id is not None:
        rows = known if known is not None else {one.pk: one for one in Organisation.objects.filter(pk=parent_id)}
        faults["parent_id"] = _parent_fault(row, kind, rows, parent_id)
    return {field: fault for field, fault in faults.items() if fault is not None}


def _parent_fault(
    row: Organisation | None, kind: OrganisationKind, known: Mapping[int, Organisation], parent_id: int
) -> Sentence | None:
    parent = known.get(parent_id)
    if parent is None:
        return say("There is no such organisation.")
    if parent.kind != kind:
        return say("An organisation belongs below one of its own kind: customer, own unit or supplier.")
    if row is not None and row.pk in rules.ancestors({one.pk: one.parent_id for one in known.values()}, parent_id):
        return say("An organisation cannot stand below itself or one of its own branches.")
    return None
