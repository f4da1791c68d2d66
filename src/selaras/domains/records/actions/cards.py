"""Open a record, change its card, move it along its life. The kinds' own actions call these in their transaction."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Cast

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records import rules
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.contracts import PREFIX, Card, Kind, NewRecord, RecordRef
from selaras.domains.records.models import Affected, Record
from selaras.domains.records.queries import entries_since, visible
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.lifecycle import Facts, Lifecycle, Move, move
from selaras.kernel.sentences import say

TITLE_LENGTH = 300  # characters


@transaction.atomic
def open_card(new: NewRecord, *, by: Actor) -> RecordRef:
    """Write a new record's card and its first entry. The caller has asked the permission and holds the rules."""
    title = new.title.strip()
    check_title(title)
    number = next_number(new.kind)
    record = Record.objects.create(
        number=number,
        kind=new.kind,
        title=title,
        state=new.state,
        priority=new.priority,
        service_id=new.service_id,
        requester_id=new.requester_id,
        organisation_id=new.organisation_id,
        team_id=new.team_id,
        assignee_id=new.assignee_id,
        opened_at=clock.now(),
        version=0,
        search_vector=tsvector(f"{number} {title}", "A"),
    )
    Affected.objects.bulk_create(
        Affected(record=record, organisation_id=organisation)
        for organisation in sorted({new.organisation_id, *new.affected_ids})
    )
    write_entry(record, by=by, verb="opened", public=True, body=new.description, data=new.data, weight="B")
    return RecordRef(record.pk, number)


def lock(record_id: int, *, by: Actor, permission: str, seen: int | None = None) -> Card:
    """The record, locked until the transaction ends, once permission and scope are asked.

    `seen` is the version the person had before them: if it is no longer the newest, Stale tells what came since.
    """
    require(by, permission)
    record = visible(by).select_for_update(of=("self",)).filter(pk=record_id).first()
    if record is None:
        raise NotFound(str(record_id))
    if seen is not None and seen != record.version:
        raise Stale(entries_since(record.pk, seen))
    return record


def move_card(
    record: Card,
    verb: str,
    *,
    life: Lifecycle,
    by: Actor,
    facts: Facts,
    public: bool = True,
    body: str = "",
    data: Mapping[str, Any] | None = None,
) -> Move:
    """Move a locked record along its life and say so in its timeline. Raises MoveRefused, NotAllowed."""
    before = record.state
    made = life.find(verb, before)
    require(by, made.permission)
    move(record, verb, life=life, facts=facts)
    ended, was_ended = made.target in life.final, before in life.final
    if ended != was_ended:
        Record.objects.filter(pk=record.pk).update(closed_at=clock.now() if ended else None)
    write_entry(
        record,
        by=by,
        verb=verb,
        public=public,
        body=body,
        data={"from": before, "to": made.target, **(data or {})},
    )
    return made


def change_card(
    record: Card, *, by: Actor, public: bool = True, data: Mapping[str, Any] | None = None, **changes: Any
) -> bool:
    """Change fields of a locked record's card; one entry holds each old and new value. False if nothing changed.

    `data` goes into the entry too: changes of the kind's own part, and names for what `changes` holds ids of.
    """
    changed = {f: v for f, v in changes.items() if getattr(record, f) != v}
    if not changed and not data:
        return False
    if "title" in changed:
        check_title(changed["title"])
    before = {field: getattr(record, field) for field in changed}
    for field, value in changed.items():
        setattr(record, field, value)
    if changed:
        Record.objects.filter(pk=record.pk).update(**changed)
    if "title" in changed:
        add_lexemes(record, changed["title"], "A")
    told = {field: {"from": before[field], "to": value} for field, value in changed.items()}
    write_entry(record, by=by, verb="changed", public=public, data={**told, **(data or {})})
    return True


def hand_over(card: Card, *, team_id: int | None, assignee_id: int | None) -> None:
    """Set who has a locked record, as part of a move whose own entry tells it."""
    card.team_id, card.assignee_id = team_id, assignee_id
    Record.objects.filter(pk=card.pk).update(team_id=team_id, assignee_id=assignee_id)


def set_due(record_id: int, due_at: Any) -> None:
    """Keep the next due time on the card, where lists sort by it; the clocks are the truth, so no entry is written."""
    Record.objects.filter(pk=record_id).exclude(due_at=due_at).update(due_at=due_at)


def affect(record: Card, organisation_ids: frozenset[int]) -> None:
    """Add customers whom the record concerns; those already there stay."""
    Affected.objects.bulk_create(
        (Affected(record_id=record.pk, organisation_id=o) for o in sorted(organisation_ids)),
        ignore_conflicts=True,
    )


def check_title(title: str) -> None:
    """Raise Invalid unless this can be a title."""
    if not title.strip():
        raise Invalid({"title": say("Say in a few words what it is about.")})
    if len(title) > TITLE_LENGTH:
        raise Invalid(
            {
                "title": say(
                    "A title has %(most)s characters at most; this one has %(length)s.",
                    most=TITLE_LENGTH,
                    length=len(title),
                )
            }
        )
    if "\x00" in title:
        raise Invalid({"title": say("This holds a character that cannot be kept (NUL).")})


def next_number(kind: Kind) -> str:
    """The next number of a kind. Gaps are possible: a number is never given twice, even to a transaction that fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"records_{kind}_number"])
        return f"{PREFIX[kind]}{cursor.fetchone()[0]:07d}"


def tsvector(text: str, weight: str) -> Cast:
    """An expression for the lexemes of a text at a weight (see rules.vector)."""
    return Cast(Value(rules.vector(text, weight)), SearchVectorField())


def add_lexemes(record: Card, text: str, weight: str) -> None:
    """Make a record findable by a further text. A vector near PostgreSQL's limit of 1 MB is left as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_record SET search_vector = COALESCE(search_vector, '') || %s::tsvector"
            " WHERE id = %s AND length(COALESCE(search_vector, '')) < 20000",
            [rules.vector(text, weight), record.pk],
        )
