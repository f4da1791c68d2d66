"""The open alerts as signs, with the graph below them; and the likely causes of an incident, as its page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import connection
from django.db.models import QuerySet

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.alerts import AlertOfRecord, LikelyCause
from selaras.domains.events.correlation import Candidate, Precedent, Sign, Surroundings, called, likely_causes
from selaras.domains.events.models import Assessment
from selaras.domains.events.rules import ALONE
from selaras.domains.events.signs import other_end
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import End, Found, NodeKind, Step, item, service
from selaras.domains.services.queries import find_items, name_ends, standing_on
from selaras.kernel.sentences import Sentence, say

MANY = 5_000  # open alerts looked at, the newest: more than people can have open incidents for
BELOW = 20_000  # nodes of the graph looked at below them
LIKE = 200  # earlier incidents looked at: the newest told of a thing that this one is, and under a name that it is
TOLD = 100  # things told of an incident that are kept: pages of later ones go over them
_OF_A_SIGN = ("alert_id", "changed_at", "item_id", "service_id", "cause_id", "alert__source_id", "alert__labels")
# In SQL: to put the same together through models takes as long as all else that is asked here.
_CONFIRMED = """
SELECT c.record_id, c.item_id, c.service_id, c.told, p.name
FROM events_precedent c JOIN people_person p ON p.id = c.by_id
WHERE c.record_id = %(record)s
    OR c.record_id IN (SELECT record_id FROM events_precedent WHERE told && %(told)s ORDER BY at DESC LIMIT %(most)s)
    OR c.record_id IN (SELECT record_id FROM events_precedent WHERE called && %(names)s ORDER BY at DESC LIMIT %(most)s)
ORDER BY c.at DESC
"""


def open_signs() -> list[Sign]:
    """What fires under an open cause, is not to stand alone and is known to be about something; two queries."""
    known = Assessment.objects.filter(state=FIRING).exclude(cause=None)
    return _signs(known.exclude(cause__key__startswith=ALONE))


def surroundings(signs: Iterable[Sign]) -> Surroundings:
    """The graph around these signs; one query."""
    known = list(signs)
    return Surroundings(standing_on({node for sign in known for node in sign.nodes}, most=BELOW), known)


def list_likely_causes(actor: Actor, record_id: int, *, most: int = 3) -> list[LikelyCause]:
    """The likeliest causes of an incident, by its alerts as they stand now; first what was confirmed as its cause.

    Empty where nothing is known of them. A fixed number of queries. Raises NotAllowed.
    """
    require(actor, "events.view")
    return _likely(actor, record_id, _of_record(record_id), {}, most)


def likely_causes_of(
    actor: Actor, record_id: int, alerts: Sequence[AlertOfRecord], *, most: int = 3
) -> list[LikelyCause]:
    """The same of an incident whose alerts, all of them, are read already. Raises NotAllowed."""
    require(actor, "events.view")
    signs, labels, items = list[Sign](), list[Mapping[str, str]](), dict[End, Step]()
    for row in alerts:
        node = node_of(row.item_id, row.service_id)
        if node is None:
            continue
        signs.append(Sign(row.id, row.changed_at, node, (), str(row.source_id), name=_called(row.labels)))
        labels.append(row.labels)
        if row.item_id is not None:
            name = row.item_name or ""
            items[item(row.item_id)] = Step(NodeKind.ITEM, row.item_id, row.item_slug or "", name, name)
    return _likely(actor, record_id, pointing(signs, labels), items, most)


def told_of(record_id: int) -> list[str]:
    """What the alerts of an incident tell (`Sign.told`), as they stand now; in a storm, what they told first."""
    signs = sorted(_of_record(record_id), key=lambda sign: (sign.at, sign.alert_id))
    return list(dict.fromkeys(sign.told for sign in signs))[:TOLD]


def _of_record(record_id: int) -> list[Sign]:
    return _signs(Assessment.objects.filter(record_id=record_id))


def _likely(
    actor: Actor, record_id: int, signs: Sequence[Sign], known: Mapping[End, Step], most: int
) -> list[LikelyCause]:
    """`known`: what some of the things are called."""
    precedents, confirmed, by = _precedents(record_id, signs)
    if not signs and confirmed is None:
        return []
    ranked = likely_causes(signs, surroundings(signs), precedents, most=MANY)
    why = {one.node: reasons(one) for one in ranked}
    nodes = list(dict.fromkeys([*([] if confirmed is None else [confirmed]), *why]))[:most]
    ends = [End.of_node(node) for node in nodes]
    asked = [end for end in ends if end not in known]
    named = {**known, **(name_ends(actor, asked) if asked else {})}
    return [
        LikelyCause(end.kind, named[end].slug, named[end].name_id, named[end].name_en, why.get(end.node, ()), who)
        for end in ends
        if end in named
        for who in [by if end.node == confirmed else ""]
    ]


def _precedents(record_id: int, signs: Sequence[Sign]) -> tuple[list[Precedent], int | None, str]:
    """Earlier incidents that were told of alike, the newest; and what was confirmed of this one, by whom; one query."""
    precedents, confirmed, by = list[Precedent](), None, ""
    told = [sign.told for sign in signs]
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRMED, {"record": record_id, "told": told, "names": [*map(called, told)], "most": LIKE})
        rows = cursor.fetchall()
    for known_id, item_id, service_id, keys, name in rows:
        node = node_of(item_id, service_id)
        if known_id == record_id:
            confirmed, by = node, name
        elif node is not None:
            precedents.append(Precedent(node, frozenset(keys)))
    return precedents, confirmed, by


def reasons(one: Candidate) -> tuple[Sentence, ...]:
    """What speaks for a candidate, in words."""
    said: list[Sentence] = []
    if one.explains_all:
        said.append(say("Everything else that fails depends on it (%(n)s).", n=one.explained))
    elif one.explained:
        said.append(say("%(n)s of %(all)s other failing things depend on it.", n=one.explained, all=one.others))
    if one.confirmed:
        said.append(_learnt(one))
    elif one.blamed:
        said.append(_likewise(one))
    if not one.alerts:
        quiet = say("It says nothing itself, but most of what depends on it fails.")
        said.append(say("No alert speaks of it.") if one.confirmed else quiet)
        return tuple(said)
    if one.beneath == 0 and one.others:
        said.append(say("Nothing that it depends on fails."))
    if one.place == 1:
        said.append(say("It was the first to be told of."))
    said.append(say("Alerts that speak of it: %(n)s.", n=one.alerts))
    return tuple(said)


def _learnt(one: Candidate) -> Sentence:
    if one.alike == 1:
        return say("It was the cause of the one earlier incident like this.")
    return say(
        "It was the cause of %(n)s of the %(all)s earlier incidents most like this.", n=one.confirmed, all=one.alike
    )


def _likewise(one: Candidate) -> Sentence:
    if one.spoken_of == 1:
        return say("In an earlier incident, what had an alert like its own was the cause.")
    return say(
        "In earlier incidents, %(n)s of %(all)s things with alerts like its own were the cause.",
        n=one.blamed,
        all=one.spoken_of,
    )


def _called(labels: Mapping[str, str]) -> str:
    return labels.get("alertname", "")


def _signs(rows: QuerySet[Assessment]) -> list[Sign]:
    found, labels = list[Sign](), list[dict[str, str]]()
    newest = rows.exclude(item=None, service=None).order_by("-changed_at", "-alert_id")
    for alert_id, at, item_id, service_id, cause_id, source_id, named in newest.values_list(*_OF_A_SIGN)[:MANY]:
        node = node_of(item_id, service_id)
        if node is not None:
            found.append(Sign(alert_id, at, node, (), str(source_id), cause_id, _called(named)))
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
