"""Reads about records that others may use. Every read starts from `scope`: whose records an actor may know of."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.contracts import (
    AttachmentRow,
    EntryRow,
    Kind,
    LinkRow,
    LinkType,
    PresenceRow,
    RecordFilter,
    RecordPage,
    RecordRef,
    RecordRow,
    SavedViewRow,
    View,
)
from selaras.domains.records.models import (
    Affected,
    Attachment,
    Entry,
    Link,
    Presence,
    Record,
    SavedView,
    TallyDelta,
    Watcher,
)
from selaras.domains.records.queries import listing, search
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

_PRESENT = timedelta(seconds=30)
# Put together once: what a query asks for takes longer to work out than its answer to fetch.
_LINKS = Link.objects.order_by("pk").values_list(
    "pk", "type", *(f"{end}__{name}" for end in ("source", "target") for name in ("id", "number", "title", "state"))
)
_FILES = Attachment.objects.order_by("id").values_list("pk", "filename", "content_type", "size", "public", "at")


def scope(actor: Actor) -> Q:
    """The records this actor may know of, as a condition on Record.

    The provider's duty roles see all; a customer's decision maker sees what affects their organisation's tree; anybody
    else sees what they asked for or watch, and that too only inside their own organisation's tree.
    """
    if may(actor, "records.queue"):
        return Q()
    # One list of ids, not an OR: that would make PostgreSQL look at every record there is.
    asked = Record.objects.filter(requester_id=actor.own_id).values("pk")
    own = Q(pk__in=asked.union(Watcher.objects.filter(person_id=actor.own_id).values("record_id")))
    if actor.organisation_ids is None:
        return own
    affecting = Q(pk__in=Affected.objects.filter(organisation_id__in=actor.organisation_ids).values("record_id"))
    return affecting if may(actor, "customers.view") else own & affecting


def visible(actor: Actor) -> QuerySet[Record]:
    """All records this actor may know of."""
    return Record.objects.filter(scope(actor))


def about_visible(actor: Actor, field: str = "record") -> Q:
    """What belongs to a record this actor may know of, as a condition on a model with that foreign key to Record.

    For those who see all records it is empty, so that their queries do not ask for what is always true.
    """
    within = scope(actor)
    return Q(**{f"{field}__in": Record.objects.filter(within)}) if within else Q()


def list_records(
    actor: Actor, wanted: RecordFilter | None = None, *, after: str | None = None, limit: int = 50
) -> RecordPage:
    """A page of the records that fit the filter; `after` is a key that an earlier page gave (Invalid if it is not)."""
    wanted = wanted or RecordFilter()
    rows = listing.narrowed(visible(actor), wanted, internal=may(actor, "records.internal"))
    return listing.page(rows, wanted.sort, after=after, limit=limit)


def search_records(actor: Actor, text: str, *, limit: int = 20) -> list[RecordRow]:
    """The best matches for what a person typed; where nothing matches, for what they most likely meant."""
    seen = visible(actor)
    numbered = listing.rows(seen.filter(number=text.strip().upper()))
    found = listing.rows(search.best(seen, text, internal=may(actor, "records.internal"), limit=limit))
    return list({row.id: row for row in [*numbered, *found]}.values())[:limit]


def get_record(actor: Actor, number: str) -> RecordRow:
    """One record by its number. Raises NotFound, also where it is another customer's."""
    found = listing.rows(visible(actor).filter(number=number.upper()))
    if not found:
        raise NotFound(number)
    return found[0]


def list_rows(actor: Actor, record_ids: Collection[int]) -> list[RecordRow]:
    """Those of these records that the actor may know of, in no order; one query, none for nothing."""
    wanted = {pk for pk in record_ids if pk}
    return listing.rows(visible(actor).filter(pk__in=wanted)) if wanted else []


def get_ref(record_id: int) -> RecordRef:
    """The number of a record that the caller already holds."""
    return RecordRef(record_id, Record.objects.values_list("number", flat=True).get(pk=record_id))


def list_entries(actor: Actor, record_id: int, *, after: int = 0, limit: int = 1000) -> list[EntryRow]:
    """What happened to a record, oldest first, as far as this actor may read it."""
    rows = Entry.objects.filter(about_visible(actor), record_id=record_id, pk__gt=after)
    if not may(actor, "records.internal"):
        rows = rows.filter(public=True)
    return _entries(rows.order_by("id")[:limit])


def entries_since(record_id: int, version: int) -> list[EntryRow]:
    """What was written after the record had `version`: what a stale save is told."""
    return _entries(Entry.objects.filter(record_id=record_id, version__gt=version).order_by("id"))


def open_records(record_ids: Collection[int]) -> set[int]:
    """Those of these records that have not ended, whoever asks."""
    return set(Record.objects.filter(pk__in=record_ids, closed_at=None).values_list("pk", flat=True))


def list_links(actor: Actor, record_id: int) -> list[LinkRow]:
    """The record's links whose other end this actor may know of: first those it makes, then those made to it."""
    rows = _LINKS.filter(Q(source_id=record_id) | Q(target_id=record_id))
    made = []
    for pk, kind, *both in rows.filter(about_visible(actor, "source"), about_visible(actor, "target")):
        outward = both[0] == record_id
        other, number, title, state = both[4:] if outward else both[:4]
        made.append(LinkRow(pk, LinkType(kind), outward, RecordRef(other, number), title, state))
    return sorted(made, key=lambda row: not row.outward)


def list_attachments(actor: Actor, record_id: int) -> list[AttachmentRow]:
    """The files kept with a record that this actor may open, oldest first."""
    rows = _FILES.filter(about_visible(actor), record_id=record_id)
    if not may(actor, "records.internal"):
        rows = rows.filter(public=True)
    return [AttachmentRow(*row) for row in rows]


def get_attachment(actor: Actor, attachment_id: int) -> tuple[AttachmentRow, bytes]:
    """A file and its content. Raises NotFound."""
    rows = Attachment.objects.filter(about_visible(actor), pk=attachment_id)
    if not may(actor, "records.internal"):
        rows = rows.filter(public=True)
    row = rows.first()
    if row is None:
        raise NotFound(str(attachment_id))
    card = AttachmentRow(row.pk, row.filename, row.content_type, row.size, row.public, row.at)
    return card, bytes(row.content)


def list_presence(actor: Actor, record_id: int) -> list[PresenceRow]:
    """Who else has the record open now."""
    rows = (
        Presence.objects.filter(record_id=record_id, seen_at__gt=clock.now() - _PRESENT)
        .exclude(person_id=actor.own_id)
        .select_related("person")
    )
    return [PresenceRow(row.person_id, row.person.name, row.typing) for row in rows]


def is_watching(actor: Actor, record_id: int) -> bool:
    """Whether the actor is told what happens to this record."""
    return Watcher.objects.filter(record_id=record_id, person_id=actor.own_id).exists()


def list_saved_views(actor: Actor) -> list[SavedViewRow]:
    """The actor's own saved views, by name."""
    rows = SavedView.objects.filter(person_id=actor.own_id).order_by("name")
    return [SavedViewRow(row.pk, row.name, row.query) for row in rows]


def list_affected(record_id: int) -> frozenset[int]:
    """The organisations a record concerns."""
    return frozenset(Affected.objects.filter(record_id=record_id).values_list("organisation_id", flat=True))


def view_filter(actor: Actor, view: View) -> RecordFilter:
    """The filter behind a standing view of the queue."""
    match view:
        case View.MINE:
            return RecordFilter(assignee_id=actor.id)
        case View.TEAM:
            return RecordFilter(team_ids=tuple(sorted(actor.team_ids)) or (0,))
        case View.UNASSIGNED:
            return RecordFilter(unassigned=True)
        case View.URGENT:
            return RecordFilter(priorities=(1, 2))
        case View.OPEN:
            return RecordFilter()


def count_views(actor: Actor) -> dict[View, int]:
    """How many open records stand in each view, from the kept counters; nothing for those without a queue."""
    if not may(actor, "records.queue"):
        return {}
    sums = TallyDelta.objects.aggregate(
        **{
            View.OPEN: Sum("n", default=0),
            View.MINE: Sum("n", default=0, filter=Q(assignee_id=actor.id)),
            View.TEAM: Sum("n", default=0, filter=Q(team_id__in=actor.team_ids)),
            View.UNASSIGNED: Sum("n", default=0, filter=Q(assignee_id=None)),
            View.URGENT: Sum("n", default=0, filter=Q(priority__in=(1, 2))),
        }
    )
    return {View(name): n for name, n in sums.items()}


def count_open(kind: Kind) -> int:
    """Open records of a kind, from the kept counters."""
    return int(TallyDelta.objects.filter(kind=kind).aggregate(n=Sum("n", default=0))["n"])


def _entries(rows: QuerySet[Entry]) -> list[EntryRow]:
    columns = ("id", "at", "actor_id", "actor_name", "verb", "public", "body", "data", "version")
    return [EntryRow(*row) for row in rows.values_list(*columns)]
