"""Pages: what is open, how each was delivered, and what happened to it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Count

from selaras.domains.duty.contracts import OPEN, WAITING
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.contracts.pages import CallRow, DeliveryRow, PageDetail, PageEntryRow, PagePage, PageRow
from selaras.domains.duty.lifecycle import PAGE
from selaras.domains.duty.models import Delivery, Page, PageEntry
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.lifecycle import Move
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import id_after

# What an acknowledge link is signed for; it opens nothing else and dies with the page.
LINK = "duty.acknowledge"
LINK_SECONDS = 7 * 86400


def list_pages(actor: Actor, *, state: str = "", after: str = "", limit: int = 50) -> PagePage:
    """Pages, newest first; `state` narrows them. Raises Invalid for a key or state that is none."""
    require(actor, "duty.view")
    if state and state not in PAGE.states:
        raise Invalid({"state": say("There is no state “%(state)s”.", state=state[:40])})
    last = id_after(after)
    rows = Page.objects.select_related("policy", "acknowledged_by", "record").order_by("-id")
    rows = rows.filter(state=state) if state else rows
    found = list((rows if last is None else rows.filter(pk__lt=last))[: limit + 1])
    return PagePage(tuple(_row(row) for row in found[:limit]), str(found[limit - 1].pk) if len(found) > limit else None)


def get_page(actor: Actor, page_id: int) -> PageDetail:
    """One page. Raises NotFound."""
    require(actor, "duty.view")
    row = Page.objects.select_related("policy", "acknowledged_by", "record").filter(pk=page_id).first()
    if row is None:
        raise NotFound(str(page_id))
    sent = Delivery.objects.filter(page=row).select_related("person", "channel").order_by("round", "step", "id")
    entries = PageEntry.objects.filter(page=row).order_by("id")
    return PageDetail(
        _row(row),
        row.body,
        row.url,
        row.cause,
        row.policy.slug,
        tuple(_delivery(one) for one in sent),
        tuple(PageEntryRow(e.at, e.verb, e.actor_name, spoken_data(e.data)) for e in entries),
    )


def open_calls() -> list[CallRow]:
    """The pages that nobody has answered and that are about a record, the oldest first."""
    rows = Page.objects.filter(state=OPEN, record__isnull=False).order_by("id")
    return [
        CallRow(pk, record_id, held is not None)
        for pk, record_id, held in rows.values_list("pk", "record_id", "held_at")
    ]


def count_pages(record_ids: Collection[int], *, since: datetime) -> dict[int, int]:
    """How many pages were sent for each of these records since then; those without one are left out."""
    found = Page.objects.filter(record_id__in=record_ids, opened_at__gte=since).order_by()
    return dict(found.values_list("record_id").annotate(Count("id")))


def page_moves(actor: Actor, row: PageRow) -> list[Move]:
    """The moves a person may make now, the likely one first."""
    return [move for move in PAGE.allowed(row.state) if move.offered and may(actor, move.permission)]


def link_page(token: str) -> tuple[PageRow, int]:
    """The page that an acknowledge link is for, and the person it was sent to. Raises NotFound for any other."""
    try:
        known = signing.loads(token, salt=LINK, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise NotFound("link") from None
    sent = (
        Delivery.objects.filter(pk=known)
        .select_related("page__policy", "page__acknowledged_by", "page__record")
        .first()
    )
    if sent is None:
        raise NotFound("link")
    return _row(sent.page), sent.person_id


def _row(row: Page) -> PageRow:
    return PageRow(
        row.pk,
        row.state,
        row.subject,
        row.urgent,
        row.policy.name,
        row.opened_at,
        row.due_at if row.state == OPEN and row.held_at is None else None,
        row.acknowledged_by.name if row.acknowledged_by else None,
        row.acknowledged_at,
        row.ended_at,
        row.record.number if row.record else None,
        row.held_at if row.state == OPEN else None,
    )


def _delivery(row: Delivery) -> DeliveryRow:
    return DeliveryRow(
        row.pk,
        row.round,
        row.step,
        row.person.name,
        ChannelKind(row.channel.kind),
        row.channel.name,
        row.state,
        row.attempts,
        Sentence.from_json(row.answer) if row.answer else None,
        row.decided_at,
        row.settled_at,
        row.next_try_at if row.state == WAITING else None,
    )


def spoken_data(data: Mapping[str, Any]) -> Mapping[str, object]:
    """What an entry keeps, its sentences as sentences."""
    return {k: Sentence.from_json(v) if isinstance(v, Mapping) and "text" in v else v for k, v in data.items()}
