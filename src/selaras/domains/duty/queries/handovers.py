"""Handovers, and the shift log they are drafted from."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from selaras.domains.duty.contracts.rotas import RotaRow
from selaras.domains.duty.contracts.shifts import Fact, HandoverPage, HandoverRow, LogPage, LogRow, ShiftChange
from selaras.domains.duty.lifecycle import HANDOVER
from selaras.domains.duty.models import Handover, LogEntry, Rota
from selaras.domains.duty.queries.pages import spoken_data
from selaras.domains.duty.queries.rotas import load_rotas
from selaras.domains.duty.rules import on_duty, shifts
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, may, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.lifecycle import Offer
from selaras.kernel.text import NO_PLACE, whole_number

# A handover that both have not signed so long after its time is late.
LATE = timedelta(minutes=15)
_SECOND, _BACK, _AHEAD = timedelta(seconds=1), timedelta(days=2), timedelta(days=60)
_LONGEST = timedelta(days=31)  # of a shift, as far as its notes are looked for


def list_log(
    actor: Actor,
    *,
    rota: str = "",
    team_id: int | None = None,
    verb: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> LogPage:
    """The shift log, newest first, narrowed by rota, team and time; one query."""
    require(actor, "duty.view")
    rows = LogEntry.objects.select_related("rota").order_by("-at", "-id")
    rows = rows.filter(rota__slug=rota) if rota else rows
    rows = rows.filter(rota__team=team_id) if team_id is not None else rows
    rows = rows.filter(verb=verb) if verb else rows
    rows = rows.filter(at__gte=since) if since else rows
    rows = rows.filter(at__lte=until) if until else rows
    if after:
        at, last = _key(after)
        rows = rows.filter(at__lte=at).exclude(at=at, id__gte=last)
    found = list(rows[: limit + 1])
    last_row = found[limit - 1] if len(found) > limit else None
    return LogPage(
        tuple(_log_row(row) for row in found[:limit]),
        f"{last_row.at.isoformat()}~{last_row.pk}" if last_row else None,
    )


def get_shift_change(rota_id: int, due_at: datetime) -> ShiftChange:
    """Who leaves and who comes at a hand-over time. NotFound where nobody's shift ends then."""
    rotas = load_rotas(Rota.objects.filter(pk=rota_id), due_at - _BACK)
    found = _change(rotas[0], due_at) if rotas else None
    if found is None:
        raise NotFound(due_at.isoformat())
    return found


def next_shift_change(rota: RotaRow) -> ShiftChange | None:
    """The end of the shift that runs now; None in a gap, or where one person's duty has no end in sight."""
    now = clock.now()
    for shift in shifts(rota.plan, now, now + _AHEAD):
        change = _change(rota, shift.ends_at) if shift.ends_at < now + _AHEAD else None
        if change is not None:
            return change
    return None


def list_handovers(actor: Actor, rota: str, *, after: str = "", limit: int = 20) -> HandoverPage:
    """The handovers of a rota, newest first. Raises Invalid for a key that is none."""
    require(actor, "duty.view")
    rows = _all().filter(rota__slug=rota).order_by("-due_at")
    if after:
        rows = rows.filter(due_at__lt=_moment(after))
    found = list(rows[: limit + 1])
    last = found[limit - 1].due_at.isoformat() if len(found) > limit else None
    return HandoverPage(tuple(handover_row(row) for row in found[:limit]), last)


def get_handover(actor: Actor, handover_id: int) -> HandoverRow:
    """One handover. Raises NotFound."""
    require(actor, "duty.view")
    row = _all().filter(pk=handover_id).first()
    if row is None:
        raise NotFound(str(handover_id))
    return handover_row(row)


def handover_offers(actor: Actor, row: HandoverRow) -> tuple[Offer, ...]:
    """What this person may do with a handover now."""
    signs = row.outgoing_id if row.state == HANDOVER.initial else row.incoming_id
    if actor.own_id != signs and not may(actor, "duty.edit"):
        return ()
    facts = {"by": actor.own_id, "handed_by": row.handed_by_id}
    return HANDOVER.offers(row.state, facts, lambda permission: may(actor, permission))


def _change(rota: RotaRow, due_at: datetime) -> ShiftChange | None:
    before, after = on_duty(rota.plan, due_at - _SECOND), on_duty(rota.plan, due_at)
    if before is None or before == after:
        return None
    names = get_names({one for one in (before, after) if one is not None})
    ending = shifts(rota.plan, due_at - _LONGEST, due_at)[-1]
    coming = shifts(rota.plan, due_at, due_at + _BACK)
    return ShiftChange(
        rota.id,
        rota.slug,
        ending.starts_at,
        coming[0].ends_at if coming else due_at + _BACK,
        due_at,
        before,
        names.get(before, ""),
        after,
        names.get(after or 0, ""),
    )


def _all() -> QuerySet[Handover]:
    return Handover.objects.select_related("rota", "outgoing", "incoming", "handed_by", "taken_by")


def handover_row(row: Handover) -> HandoverRow:
    """A handover with its names joined."""
    end = row.taken_at or clock.now()
    return HandoverRow(
        id=row.pk,
        rota_slug=row.rota.slug,
        rota_name=row.rota.name,
        due_at=row.due_at,
        outgoing_id=row.outgoing_id,
        outgoing_name=row.outgoing.name,
        incoming_id=row.incoming_id,
        incoming_name=row.incoming.name if row.incoming else "",
        state=row.state,
        late=end > row.due_at + LATE,
        facts=tuple(Fact.from_json(one) for one in row.facts),
        facts_at=row.facts_at,
        notes=row.notes,
        remark=row.remark,
        version=row.version,
        handed_by_id=row.handed_by_id,
        handed_by=row.handed_by.name if row.handed_by else "",
        handed_at=row.handed_at,
        taken_by=row.taken_by.name if row.taken_by else "",
        taken_at=row.taken_at,
    )


def _log_row(row: LogEntry) -> LogRow:
    return LogRow(
        row.pk,
        row.rota.slug,
        row.rota.name,
        row.at,
        row.verb,
        row.actor_name,
        row.body,
        spoken_data(row.data),
        row.page_id,
    )


def _key(after: str) -> tuple[datetime, int]:
    at, _, number = after.partition("~")
    pk = whole_number(number)
    if pk is None:
        raise Invalid({"after": NO_PLACE})
    return _moment(at), pk


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid({"after": NO_PLACE})
    return found
