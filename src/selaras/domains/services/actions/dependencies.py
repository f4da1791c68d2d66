"""Say that one thing depends on another, or that it no longer does."""

from django.db import connection, transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import End, NodeKind
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.models import ConfigurationItem, Dependency, Service
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say


@transaction.atomic
def link(upper: End, lower: End, *, by: Actor) -> bool:
    """Record that `upper` fails if `lower` fails; False if it was known. Cycles are legal.

    Raises Invalid for an item on a service, and for anything on itself. Writers of the graph take turns until they
    commit (migration 0002), so link in short transactions.
    """
    _require(by, upper)
    fault = kind_fault(upper, lower)
    if fault is not None:
        raise Invalid({"lower": fault})
    for end in (upper, lower):
        _require_end(end)
    fresh = write_edges([(upper, lower)]) == 1
    if fresh:
        _announce(upper, "linked", by)
    return fresh


@transaction.atomic
def unlink(upper: End, lower: End, *, by: Actor) -> bool:
    """Record that `upper` no longer depends on `lower`; False if it was not known to."""
    _require(by, upper)
    gone, _ = Dependency.objects.filter(upper=upper.node, lower=lower.node).delete()
    if gone:
        _announce(upper, "unlinked", by)
    return bool(gone)


def kind_fault(upper: End, lower: End) -> Sentence | None:
    """Why there can be no such dependency, if there cannot."""
    if upper == lower:
        return say("Nothing depends on itself.")
    if upper.kind is NodeKind.ITEM and lower.kind is NodeKind.SERVICE:
        return say("An item cannot depend on a service.")
    return None


def write_edges(edges: list[tuple[End, End]]) -> int:
    """Write all dependencies by one statement, as the packed graph wants it; how many were new."""
    columns: list[list[int | None]] = [[], [], [], []]
    for upper, lower in edges:
        for column, end, kind in zip(
            columns,
            (upper, upper, lower, lower),
            (NodeKind.ITEM, NodeKind.SERVICE, NodeKind.ITEM, NodeKind.SERVICE),
            strict=True,
        ):
            column.append(end.id if end.kind is kind else None)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO services_dependency (upper_item_id, upper_service_id, lower_item_id, lower_service_id)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
            ON CONFLICT DO NOTHING
            """,
            columns,
        )
        return int(cursor.rowcount)


def _require(by: Actor, upper: End) -> None:
    require(by, "services.edit" if upper.kind is NodeKind.SERVICE else "items.edit")


def _require_end(end: End) -> None:
    """The end must be there, and stay there until we commit."""
    if end.kind is NodeKind.ITEM:
        found = ConfigurationItem.objects.filter(pk=end.id).exists()
    else:
        state = Service.objects.select_for_update(no_key=True).filter(pk=end.id).values_list("state", flat=True).first()
        if state == RETIRED:
            raise Invalid({"lower": say("The service is retired.")})
        found = state is not None
    if not found:
        raise NotFound(str(end.id))


def _announce(upper: End, what: str, by: Actor) -> None:
    if upper.kind is NodeKind.SERVICE:
        announce("service.changed", {"service_id": upper.id, "what": what, "by": by.id})
