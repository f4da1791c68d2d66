"""Agreements, read. Customers read the ones with themselves; operational and supplier agreements are the
provider's.
"""

from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from selaras.domains.agreements.contracts import (
    ACTIVE,
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
from selaras.domains.agreements.models import Agreement, AgreementService, Clock, Obligation, ObligationEvent, Target
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import Offer

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


def offers_of(actor: Actor, row: AgreementRow) -> tuple[Offer, ...]:
    """The moves out of its state that this actor may make, each with why it is refused now."""
    agreement = Agreement.objects.get(pk=row.id)
    return AGREEMENT.offers(row.state, facts_of(agreement), lambda permission: may(actor, permission))


def facts_of(agreement: Agreement) -> dict[str, bool]:
    """The facts of an agreement that its lifecycle's needs ask for."""
    services = agreement.covers.values("service")
    others = Agreement.objects.filter(
        state=ACTIVE,
        kind=agreement.kind,
        organisation=agreement.organisation_id,
        covers__service__in=services,
    ).filter(team=agreement.team_id, supplier=agreement.supplier_id)
    until = agreement.valid_until or date.max - timedelta(days=1)
    overlaps = any(
        other.valid_from <= until and (other.valid_until or date.max) >= agreement.valid_from for other in others
    )
    return {
        "services": services.exists(),
        "targets": agreement.targets.exists(),
        "overlaps": overlaps,
    }


def open_clocks_by_target(actor: Actor, agreement_id: int) -> dict[int, int]:
    """How many open clocks are held against each target of an agreement; one query."""
    require(actor, "agreements.edit")
    rows = Clock.objects.filter(target__agreement=agreement_id, stopped_at=None).values("target").order_by()
    return {row["target"]: row["many"] for row in rows.annotate(many=Count("pk"))}


def get_obligation(actor: Actor, obligation_id: int) -> tuple[ObligationRow, AgreementRow]:
    """One obligation with its agreement, without its events. Raises NotFound, also for another customer's."""
    row = Obligation.objects.filter(pk=obligation_id).first()
    agreement = _readable(actor).filter(pk=row.agreement_id).first() if row else None
    if row is None or agreement is None:
        raise NotFound(str(obligation_id))
    return ObligationRow(row.pk, Owner(row.owner), row.text_id, row.text_en), _row(agreement)


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
        team_id=agreement.team_id,
        supplier_id=agreement.supplier_id,
        version=agreement.version,
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
