"""The one place that writes an import: everything, or nothing and a report."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import IntegrityError, connection, transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.services.actions import _rows
from selaras.domains.services.actions._draft import Draft, Place, Ref
from selaras.domains.services.actions._fields import faults_of
from selaras.domains.services.actions.dependencies import kind_fault, write_edges
from selaras.domains.services.contracts import End, ImportLine, ImportReport, NodeKind
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.models import ConfigurationItem, Dependency, Service
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

MOST_REFUSED = 1_000  # told; a file of another kind would otherwise give a report as long as itself


class _Refused(Exception):
    """Rolls back."""


def carry_out(draft: Draft, *, by: Actor, dry_run: bool = False) -> ImportReport:
    """Write the draft in one transaction; with anything to refuse (or on a dry run), nothing."""
    report = ImportReport()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:  # imports take turns, so that a slug found free stays free
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('selaras.services.import'))")
            _check(draft)
            made, changed, same = _rows.write_nodes(draft, by) if not draft.refused else (0, 0, 0)
            fresh, known = _write_edges(draft) if not draft.refused else (0, 0)
            report = ImportReport(made + fresh, changed, same + known)
            if draft.refused or dry_run:
                raise _Refused
            announce("services.imported", {"created": report.created, "changed": report.changed, "by": by.id})
    except _Refused:
        pass
    except IntegrityError:  # somebody made the same item by hand meanwhile
        draft.refuse(Place("", 0), "", say("Somebody else wrote the same at the same time. Try again."))
    if draft.refused:
        return ImportReport(refused=tuple(draft.refused[:MOST_REFUSED]), notes=tuple(draft.notes))
    return replace(report, notes=tuple(draft.notes), lines=tuple(draft.lines))


def _check(draft: Draft) -> None:
    """Refuse slugs that stand twice, and fields at fault. Teams and owners were looked up by the reader."""
    first: dict[tuple[NodeKind, str], int] = {}
    for node in draft.nodes:
        fields = {name: value for name, value in node.fields.items() if name not in ("team_id", "owner_id")}
        for name, fault in faults_of({"slug": node.slug, **fields}).items():
            draft.refuse(node.place, name, fault)
        line = first.setdefault((node.kind, node.slug), node.place.line)
        if line != node.place.line:
            twice = say("“%(slug)s” stood here before, at %(line)s.", slug=node.slug, line=line)
            draft.refuse(node.place, "slug", twice)


def _write_edges(draft: Draft) -> tuple[int, int]:
    """Write the dependencies between what is there now; how many are new, and how many were known."""
    ends = _ends({slug for _, *refs in draft.edges for ref in refs for slug in (ref.slug, *ref.others)})
    edges: dict[tuple[End, End], None] = {}
    for place, upper_ref, lower_ref in draft.edges:
        upper = _resolved(draft, place, "upper", upper_ref, ends)
        lower = _resolved(draft, place, "lower", lower_ref, ends)
        if upper is None or lower is None:
            continue
        fault = kind_fault(upper, lower)
        if fault is not None:
            draft.refuse(place, "lower", fault)
        edges[(upper, lower)] = None
    if draft.refused or not edges:
        return 0, 0
    _tell_new(draft, edges, ends)
    fresh = write_edges(list(edges))
    return fresh, len(edges) - fresh


def _tell_new(draft: Draft, edges: Iterable[tuple[End, End]], ends: Mapping[tuple[NodeKind, str], End]) -> None:
    slugs = {end: slug for (_, slug), end in ends.items()}
    uppers = {upper.node for upper, _ in edges}
    known = set(Dependency.objects.filter(upper__in=uppers).values_list("upper", "lower"))
    for upper, lower in edges:
        if (upper.node, lower.node) not in known:
            draft.tell(ImportLine("created", None, f"{slugs[upper]} → {slugs[lower]}"))


def _ends(slugs: Iterable[str]) -> dict[tuple[NodeKind, str], End]:
    """What these slugs lead to now; a service that is retired leads nowhere."""
    wanted = [slug for slug in slugs if "\x00" not in slug]
    items = ConfigurationItem.objects.filter(slug__in=wanted).values_list("slug", "pk")
    services = Service.objects.filter(slug__in=wanted).exclude(state=RETIRED).values_list("slug", "pk")
    found = {(NodeKind.ITEM, slug): End(NodeKind.ITEM, pk) for slug, pk in items}
    return found | {(NodeKind.SERVICE, slug): End(NodeKind.SERVICE, pk) for slug, pk in services}


def _resolved(draft: Draft, place: Place, name: str, ref: Ref, ends: Mapping[tuple[NodeKind, str], End]) -> End | None:
    kinds = (ref.kind,) if ref.kind else tuple(NodeKind)
    for slug in (ref.slug, *ref.others):
        found = [ends[(kind, slug)] for kind in kinds if (kind, slug) in ends]
        if len(found) > 1:
            draft.refuse(place, name, say("“%(slug)s” is an item and a service: say which.", slug=_short(slug)))
            return None
        if found:
            return found[0]
    draft.refuse(place, name, say("There is no “%(slug)s” here or in the file.", slug=_short(ref.slug)))
    return None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
