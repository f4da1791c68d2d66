"""The record page: what happened, what to do, who is hit. Every verb comes back to it, also when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.contracts.clocks import ClockRow
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.events.contracts.alerts import LikelyCause
from selaras.domains.events.queries.correlation import likely_causes_of, list_likely_causes
from selaras.domains.incidents.contracts import (
    LEVEL_WORDS,
    MOMENT_WORDS,
    WAITING_WORDS,
    WORKED,
    IncidentDetail,
    StepOutcome,
)
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.escalations import list_escalations, list_passages
from selaras.domains.incidents.queries.majors import MAJOR_WORDS, get_major
from selaras.domains.incidents.queries.models import list_steps
from selaras.domains.operations.queries import RUN_WORDS, list_runs_of_record
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.contracts import EntryRow, RecordRow
from selaras.domains.records.queries import (
    is_watching,
    list_attachments,
    list_entries,
    list_links,
)
from selaras.interfaces.web.incidents.forms import MoveForm, Note
from selaras.interfaces.web.incidents.hit import Chain, who_is_hit
from selaras.interfaces.web.incidents.line import Line
from selaras.interfaces.web.incidents.timeline import drawn, line_of
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Stale
from selaras.kernel.lifecycle import Offer
from selaras.kernel.plans import planned_once

_ENDED = frozenset({"closed", "cancelled", "merged"})


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of the lifecycle. The form of what it asks for is fetched when it is opened, but for a refused one."""

    offer: Offer
    refused: MoveForm | None
    first: bool


@dataclass(frozen=True, slots=True)
class Late:
    """A save that came too late: what came between, and whose form it was."""

    changes: tuple[Line, ...]


@page(permission="records.view")
def record(request: PageRequest, number: str) -> HttpResponse:
    """The page as it is now."""
    with planned_once():  # all that it reads is about this one record
        return answer(request, get_incident(request.actor, number))


def answer(
    request: PageRequest,
    detail: IncidentDetail,
    *,
    note: Note | None = None,
    verb: tuple[str, MoveForm] | None = None,
    edit: BaseForm | None = None,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; a form that was refused comes along with what was typed in it."""
    actor, card = request.actor, detail.card
    internal = may(actor, "records.internal")
    hit = who_is_hit(actor, detail) if may(actor, "agreements.view") else None
    steps = list_steps(actor, card.number) if internal and detail.model_id else []
    passages = list_passages(actor, card.id) if internal else []
    context: dict[str, Any] = {
        "area": "queue",
        "record": detail,
        "card": card,
        "address": reverse("web:records:record", args=[card.number]),
        "timeline": drawn(list_entries(actor, card.id), internal=internal),
        "verbs": _verbs(detail, verb),
        "has_acts": any(not offer.moves for offer in detail.offers),
        "steps": steps,
        "settled": sum(step.outcome != StepOutcome.OPEN for step in steps),
        "may_settle": may(actor, "incidents.work") and card.state in WORKED,
        "passages": passages,
        "bounced": any(one.bounced for one in passages),
        "escalations": list_escalations(actor, card.id) if internal and detail.escalated else [],
        "moments": MOMENT_WORDS,
        "majors_words": MAJOR_WORDS,
        "may_major": may(actor, "incidents.major"),
        "major": get_major(actor, card.id) if internal and detail.major else None,
        "note": note or Note(initial={"kind": "public"}, auto_id="note_%s"),
        "edit": edit,
        "open_children": [child for child in detail.children if child.state in WORKED] if internal else [],
        "may_edit": may(actor, "records.edit") and card.state not in _ENDED,
        "internal": internal,
        "clocks": _last_rounds(list_clocks(actor, card.id)),
        "hit": hit,
        "runs": list_runs_of_record(actor, card.id) if may(actor, "operations.view") else [],
        "run_words": RUN_WORDS,
        "begin": _begin(actor, card),
        "causes": _causes(actor, card, hit) if may(actor, "events.view") and may(actor, "items.view") else [],
        "may_confirm": may(actor, "incidents.work"),
        "links": list_links(actor, card.id),
        "files": list_attachments(actor, card.id),
        "watching": is_watching(actor, card.id),
        "levels": LEVEL_WORDS,
        "waiting_word": WAITING_WORDS[detail.waiting_for] if detail.waiting_for else None,
        "late": Late(_changes(stale.changes)) if stale else None,
        "presence": may(actor, "records.queue"),
    }
    return render(request, "incidents/record.html", context, status=status)


def _begin(actor: Actor, card: RecordRow) -> str:
    """Where a run for it is begun; nowhere by those who may not, or once it has ended."""
    able = may(actor, "operations.run") and card.state not in _ENDED
    return f"{reverse('web:operations:start')}?record={card.number}" if able else ""


def _causes(actor: Actor, card: RecordRow, hit: Chain | None) -> list[LikelyCause]:
    """The likeliest causes; the chain has read the alerts already, if they are few."""
    if hit is None or hit.more_alerts:
        return list_likely_causes(actor, card.id)
    return likely_causes_of(actor, card.id, hit.alerts)


def _last_rounds(clocks: Sequence[ClockRow]) -> list[ClockRow]:
    """Of promised updates, which have a clock each, only the last one of each customer."""
    last = {(one.organisation_id, one.metric): one.round for one in sorted(clocks, key=lambda one: one.round)}
    return [one for one in clocks if one.round == last[one.organisation_id, one.metric]]


def _changes(changes: Sequence[object]) -> tuple[Line, ...]:
    return tuple(line_of(entry) for entry in changes if isinstance(entry, EntryRow))


def _verbs(detail: IncidentDetail, refused: tuple[str, MoveForm] | None) -> list[Verb]:
    """The moves on offer; the first that is possible is the likely one."""
    likely = next((offer.verb for offer in detail.offers if offer.refused is None and offer.moves), None)
    return [
        Verb(offer, refused[1] if refused and refused[0] == offer.verb else None, first=offer.verb == likely)
        for offer in detail.offers
    ]
