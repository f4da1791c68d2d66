"""Agreements, read. Customers read the ones with themselves; operational and supplier agreements are the
provider's.
"""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from selaras.domains.agreements.contracts import (
    AgreementDetail,
    AgreementKind,
    AgreementRow,
    CoveredService,
    Metric,
    ObligationEventRow,
    ObligationOutcome,
    ObligationRow,
    Owner,
    TargetRow,
)
from selaras.domains.agreements.lifecycle import AGREEMENT
from selaras.domains.agreements.models import Agreement, AgreementService, Obligation, ObligationEvent, Target
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound

STATE_WORDS = AGREEMENT.states
_EVENTS = 20  # newest events shown of one obligation


def list_agreements(
    actor: Actor,
    organisation_id: int | None = None,
    *,
    service_id: int | None = None,
    state: str | None = None,
    on: date | None = None,
    limit: int = 200,
) -> list[AgreementRow]:
    """The agreements this actor may read, newest first: all, of an organisation, covering a service, valid on
    a day.
    """
    rows = _readable(actor)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if service_id is not None:
        rows = rows.filter(covers__service_id=service_id)
    if state is not None:
        rows = rows.filter(state=state)
    if on is not None:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)
    return [_row(agreement) for agreement in rows.order_by("-valid_from", "-pk")[:limit]]


def get_agreement(actor: Actor, agreement_id: int) -> AgreementDetail:
    """One agreement with its services, targets and obligations. Raises NotFound, also for
    another customer's.
    """
    rows = _readable(actor).prefetch_related(
        Prefetch("covers", AgreementService.objects.select_related("service").order_by("service__slug")),
        Prefetch("targets", Target.objects.filter(replaced_at=None).select_related("calendar")),
        Prefetch("obligations", Obligation.objects.order_by("pk")),
    )
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(str(agreement_id))
    services = (cover.service for cover in agreement.covers.all())
    targets = sorted(agreement.targets.all(), key=lambda t: (list(Metric).index(Metric(t.metric)), t.priority or 9))
    return AgreementDetail(
        row=_row(agreement),
        services=tuple(CoveredService(s.pk, s.slug, s.name_id, s.name_en) for s in services),
        targets=tuple(_target(target, agreement) for target in targets),
        obligations=_obligations(agreement),
    )


def _readable(actor: Actor) -> QuerySet[Agreement]:
    require(actor, "agreements.view")
    rows = Agreement.objects.select_related("organisation", "team", "supplier", "calendar")
    if actor.organisation_ids is not None:
        rows = rows.filter(kind=AgreementKind.SLA, organisation__in=actor.organisation_ids).exclude(state="draft")
    return rows


def _row(agreement: Agreement) -> AgreementRow:
    return AgreementRow(
        id=agreement.pk,
        number=agreement.number,
        name=agreement.name,
        kind=AgreementKind(agreement.kind),
        state=agreement.state,
        organisation_id=agreement.organisation_id,
        organisation_name=agreement.organisation.name,
        team_name=agreement.team.name if agreement.team else None,
        supplier_name=agreement.supplier.name if agreement.supplier else None,
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        calendar_id=agreement.calendar_id,
        calendar_name=agreement.calendar.name,
        timezone=agreement.calendar.timezone,
    )


def _target(target: Target, agreement: Agreement) -> TargetRow:
    calendar = target.calendar or agreement.calendar
    return TargetRow(
        target.pk,
        Metric(target.metric),
        target.priority,
        target.minutes,
        target.warn_percent,
        calendar.pk,
        calendar.name,
    )


def _obligations(agreement: Agreement) -> tuple[ObligationRow, ...]:
    obligations = list(agreement.obligations.all())
    events: dict[int, list[ObligationEventRow]] = {o.pk: [] for o in obligations}
    rows = ObligationEvent.objects.filter(obligation__in=obligations).select_related("record")
    for row in rows.order_by("-at")[: _EVENTS * max(1, len(obligations))]:
        number = row.record.number if row.record else None
        outcome = ObligationOutcome(row.outcome)
        events[row.obligation_id].append(
            ObligationEventRow(row.pk, row.at, outcome, row.minutes_excused, row.note, number)
        )
    return tuple(
        ObligationRow(o.pk, Owner(o.owner), o.text_id, o.text_en, tuple(events[o.pk][:_EVENTS])) for o in obligations
    )
