"""The open alerts as signs, with the graph below them; and the likely causes of an incident, as its page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.alerts import AlertOfRecord, LikelyCause
from selaras.domains.events.correlation import Candidate, Sign, Surroundings, likely_causes
from selaras.domains.events.models import Assessment
from selaras.domains.events.rules import ALONE
from selaras.domains.events.signs import other_end
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import End, Found, NodeKind, item, service
from selaras.domains.services.queries import find_items, list_items, list_services, standing_on
from selaras.kernel.sentences import Sentence, say

MANY = 5_000  # open alerts looked at, the newest: more than people can have open incidents for
BELOW = 20_000  # nodes of the graph looked at below them
_OF_A_SIGN = ("alert_id", "changed_at", "item_id", "service_id", "cause_id", "alert__source_id", "alert__labels")


def open_signs() -> list[Sign]:
    """What fires under an open cause, is not to stand alone and is known to be about something; two queries."""
    known = Assessment.objects.filter(state=FIRING).exclude(cause=None)
    return _signs(known.exclude(cause__key__startswith=ALONE))


def surroundings(signs: Iterable[Sign]) -> Surroundings:
    """The graph around these signs; one query."""
    known = list(signs)
    return Surroundings(standing_on({node for sign in known for node in sign.nodes}, most=BELOW), known)


def list_likely_causes(actor: Actor, record_id: int, *, most: int = 3) -> list[LikelyCause]:
    """The likeliest causes of an incident, by its alerts as they stand now; empty where nothing is known of them.

    A fixed number of queries. Raises NotAllowed.
    """
    require(actor, "events.view")
    return _likely(actor, _signs(Assessment.objects.filter(record_id=record_id)), {}, most)


def likely_causes_of(actor: Actor, alerts: Sequence[AlertOfRecord], *, most: int = 3) -> list[LikelyCause]:
    """The same of an incident whose alerts, all of them, are read already. Raises NotAllowed."""
    require(actor, "events.view")
    signs, labels, items = list[Sign](), list[Mapping[str, str]](), dict[int, tuple[str, str]]()
    for row in alerts:
        node = node_of(row.item_id, row.service_id)
        if node is None:
            continue
        signs.append(Sign(row.id, row.changed_at, node, (), str(row.source_id)))
        labels.append(row.labels)
        if row.item_id is not None:
            items[row.item_id] = row.item_slug or "", row.item_name or ""
    return _likely(actor, pointing(signs, labels), items, most)


def _likely(actor: Actor, signs: Sequence[Sign], items: Mapping[int, tuple[str, str]], most: int) -> list[LikelyCause]:
    """`items`: slug and name of those that are known already."""
    if not signs:
        return []
    found = likely_causes(signs, surroundings(signs), most=most)
    ends = [End.of_node(one.node) for one in found]
    asked = [end.id for end in ends if end.kind is NodeKind.ITEM and end.id not in items]
    more = {row.id: (row.slug, row.name) for row in list_items(actor, ids=asked)} if asked else {}
    named = {**items, **more}
    asked = [end.id for end in ends if end.kind is NodeKind.SERVICE]
    services = {row.id: row for row in list_services(actor, ids=asked)} if asked else {}
    made = []
    for one, end in zip(found, ends, strict=True):
        if end.kind is NodeKind.ITEM and end.id in named:
            slug, name = named[end.id]
            made.append(LikelyCause(end.kind, slug, name, name, reasons(one)))
        elif end.kind is NodeKind.SERVICE and end.id in services:
            row = services[end.id]
            made.append(LikelyCause(end.kind, row.slug, row.name_id, row.name_en, reasons(one)))
    return made


def reasons(one: Candidate) -> tuple[Sentence, ...]:
    """What speaks for a candidate, in words."""
    said: list[Sentence] = []
    if one.explains_all:
        said.append(say("Everything else that fails depends on it (%(n)s).", n=one.explained))
    elif one.explained:
        said.append(say("%(n)s of %(all)s other failing things depend on it.", n=one.explained, all=one.others))
    if not one.alerts:
        said.append(say("It says nothing itself, but most of what depends on it fails."))
        return tuple(said)
    if one.beneath == 0 and one.others:
        said.append(say("Nothing that it depends on fails."))
    if one.place == 1:
        said.append(say("It was the first to be told of."))
    said.append(say("Alerts that speak of it: %(n)s.", n=one.alerts))
    return tuple(said)


def _signs(rows: QuerySet[Assessment]) -> list[Sign]:
    found, labels = list[Sign](), list[dict[str, str]]()
    newest = rows.exclude(item=None, service=None).order_by("-changed_at", "-alert_id")
    for alert_id, at, item_id, service_id, cause_id, source_id, named in newest.values_list(*_OF_A_SIGN)[:MANY]:
        node = node_of(item_id, service_id)
        if node is not None:
            found.append(Sign(alert_id, at, node, (), str(source_id), cause_id))
            labels.append(named)
    return pointing(found, labels)


def node_of(item_id: int | None, service_id: int | None) -> int | None:
    """The node that an alert is about: its item, else its service; None if neither is known."""
    if item_id is not None:
        return item(item_id).node
    return service(service_id).node if service_id is not None else None


def pointing(signs: Sequence[Sign], labels: Sequence[Mapping[str, str]]) -> list[Sign]:
    """The same signs, with what their labels name as the other end of a call; one query if any does."""
    names = sorted({name for one in labels if (name := other_end(one))})
    found = dict(zip(names, find_items([{"instance": name} for name in names]), strict=True)) if names else {}
    return [_pointing(sign, found.get(other_end(one) or "")) for sign, one in zip(signs, labels, strict=True)]


def _pointing(sign: Sign, found: Found | None) -> Sign:
    node = item(found.item.id).node if found else sign.node
    return sign if node == sign.node else replace(sign, points_at=(node,))
