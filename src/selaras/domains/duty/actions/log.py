"""The shift log: people's own entries, and what happened, written in the transaction in which it happened."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from selaras.domains.duty.contracts.policies import TargetKind
from selaras.domains.duty.contracts.rotas import RotaRow, Shift
from selaras.domains.duty.models import Handover, LogEntry, Rota, Target
from selaras.domains.duty.queries.handovers import LATE
from selaras.domains.duty.queries.rotas import load_rotas
from selaras.domains.duty.rules import shifts
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import get_names, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

SELARAS = system_actor("Selaras")
_MOST = 4000
_FIRST = timedelta(hours=1)  # the log of a rota begins so far back
_BACK = timedelta(days=2)  # after a stop, hand-over times are told this far back


@transaction.atomic
def write_note(rota_id: int, body: str, *, by: Actor) -> int:
    """Write into a rota's log in one's own words; its id. Nobody changes it afterwards. Raises Invalid, NotFound."""
    require(by, "duty.self")
    if not body.strip() or len(body) > _MOST or "\x00" in body:
        raise Invalid({"body": say("Write 1 to %(most)s characters.", most=_MOST)})
    if not Rota.objects.filter(pk=rota_id).exists():
        raise NotFound(str(rota_id))
    row = LogEntry.objects.create(rota_id=rota_id, verb="note", body=body.strip(), **_signed(by))
    tell_pages()
    return row.pk


def log(rota_ids: Iterable[int], verb: str, *, by: Actor = SELARAS, page_id: int | None = None, **data: Any) -> None:
    """Write what happened into the logs of these rotas, in the caller's transaction."""
    signed = _signed(by)
    rows = [LogEntry(rota_id=one, verb=verb, page_id=page_id, data=data, **signed) for one in rota_ids]
    if rows:
        LogEntry.objects.bulk_create(rows)
        tell_pages()


def log_page(page: Any, verb: str, *, by: Actor, data: Mapping[str, Any]) -> None:
    """What happened to a page belongs to the log of every rota that its policy tells."""
    told = Target.objects.filter(step__policy=page.policy_id, kind=TargetKind.ROTA)
    rotas = told.values_list("rota_id", flat=True).distinct()
    log(rotas, verb, by=by, page_id=page.pk, **{**data, "subject": page.subject})


def note_hand_overs(*, now: datetime | None = None) -> int:
    """Write each hand-over time that has passed, and each handover that is late; how many. For the schedule.

    Any number of processes may do it: an index lets each in once.
    """
    moment = now or clock.now()
    count = 0
    for rota in load_rotas(Rota.objects.all(), moment - _BACK):
        begin = _told_until(rota.id) or moment - _FIRST
        changes = list(_changes(rota, max(begin, moment - _BACK), moment))
        count += sum(_once(rota.id, "shift", at, data) for at, data in changes)
        count += _late(rota, moment)
    if count:
        tell_pages()
    return count


def tell_pages() -> None:
    """Let open pages read again, after commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('selaras_live', %s)", [json.dumps({"kind": "duty"})])


def _told_until(rota_id: int) -> datetime | None:
    rows = LogEntry.objects.filter(rota=rota_id, verb="shift").order_by("-at")
    return rows.values_list("at", flat=True).first()


def _changes(rota: RotaRow, begin: datetime, end: datetime) -> Iterable[tuple[datetime, dict[str, str]]]:
    found = shifts(rota.plan, begin - timedelta(seconds=1), end + timedelta(seconds=1))
    names = get_names({one.person_id for one in found})
    for before, after in pairwise([None, *found, None]):
        at = after.starts_at if after else before.ends_at if before else end
        if not begin < at <= end or (before and after and _same(before, after)):
            continue
        touches = before is not None and (after is None or before.ends_at == after.starts_at)
        who = names.get(before.person_id, "") if touches and before else ""
        yield at, {"outgoing": who, "incoming": names.get(after.person_id, "") if after else ""}


def _same(before: Shift, after: Shift) -> bool:
    return (before.person_id, before.ends_at) == (after.person_id, after.starts_at)


def _late(rota: RotaRow, now: datetime) -> int:
    """Of rotas that hand over in writing: a hand-over time that passed without both signatures."""
    if not Handover.objects.filter(rota=rota.id).exists():
        return 0
    due = LogEntry.objects.filter(rota=rota.id, verb="shift", at__gt=now - _BACK, at__lte=now - LATE)
    signed = Handover.objects.filter(rota=rota.id, state="taken").values("due_at")
    told = LogEntry.objects.filter(rota=rota.id, verb="late").values("at")
    missing = due.exclude(at__in=signed).exclude(at__in=told).exclude(data__outgoing="")
    return sum(_once(rota.id, "late", one.at, one.data) for one in missing)


def _once(rota_id: int, verb: str, at: datetime, data: Mapping[str, Any]) -> int:
    row = LogEntry(rota_id=rota_id, verb=verb, at=at, actor_name=SELARAS.name, data=dict(data))
    before = LogEntry.objects.filter(rota=rota_id, verb=verb, at=at).exists()
    LogEntry.objects.bulk_create([row], ignore_conflicts=True)
    return 0 if before else 1


def _signed(by: Actor) -> dict[str, Any]:
    return {"at": clock.now(), "actor_id": by.id, "actor_name": by.name[:200]}
