"""Draft an agreement, and change it while it is a draft."""

from collections.abc import Collection, Mapping
from dataclasses import astuple
from datetime import date
from typing import Any

from django.db import connection, transaction

from selaras.domains.agreements.actions import _promises
from selaras.domains.agreements.contracts import DRAFT, AgreementKind, NewObligation, NewTarget
from selaras.domains.agreements.models import Agreement, AgreementService, Obligation, Target
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say

TERMS = (
    "name",
    "kind",
    "organisation_id",
    "calendar_id",
    "valid_from",
    "valid_until",
    "team_id",
    "supplier_id",
)
SETS = ("service_ids", "targets", "obligations")


@transaction.atomic
def draft_agreement(
    *,
    by: Actor,
    name: str,
    kind: AgreementKind,
    calendar_id: int,
    valid_from: date,
    organisation_id: int | None = None,
    valid_until: date | None = None,
    team_id: int | None = None,
    supplier_id: int | None = None,
    service_ids: Collection[int] = (),
    targets: Collection[NewTarget] = (),
    obligations: Collection[NewObligation] = (),
) -> int:
    """Write a draft with all that it promises; returns its id. Nothing of it counts until it is put in force.

    Without an organisation, an OLA or an underpinning contract is for the provider itself.
    """
    require(by, "agreements.edit", organisation_id)
    given = {
        "name": name,
        "kind": kind,
        "organisation_id": organisation_id,
        "calendar_id": calendar_id,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "team_id": team_id,
        "supplier_id": supplier_id,
    }
    agreement = Agreement.objects.create(number=_next_number(), **_promises.check_terms(by, given))
    _cover(agreement, by, service_ids)
    _promise(agreement, targets)
    _owe(agreement, obligations)
    return agreement.pk


@transaction.atomic
def edit_agreement(agreement_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `TERMS` and `SETS` of a draft; a set is given whole. `seen` is the version that was read.

    Raises Stale with what came since, and MoveRefused where it is no draft any more.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    require(by, "agreements.edit", agreement.organisation_id if agreement else None)
    if agreement is None:
        raise NotFound(str(agreement_id))
    if agreement.state != DRAFT:
        raise MoveRefused(say("Only a draft is changed as a whole. Of an agreement in force, set a target anew."))
    unknown = changes.keys() - {*TERMS, *SETS}
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), say("This cannot be changed here.")))
    versions.ask(agreement, seen)
    given = {name: changes.get(name, getattr(agreement, name)) for name in TERMS}
    terms = _promises.check_terms(by, given)
    require(by, "agreements.edit", terms["organisation_id"])
    more: dict[str, Any] = {}
    if "service_ids" in changes:
        more |= _cover(agreement, by, changes["service_ids"])
    if "targets" in changes:
        more |= _promise(agreement, changes["targets"])
    if "obligations" in changes:
        more |= _owe(agreement, changes["obligations"])
    versions.write(agreement, terms, by=by, more=more)


def _cover(agreement: Agreement, by: Actor, service_ids: Collection[int]) -> dict[str, Any]:
    wanted = _promises.check_services(by, service_ids)
    had = sorted(agreement.covers.values_list("service_id", flat=True))
    agreement.covers.exclude(service__in=wanted).delete()
    AgreementService.objects.bulk_create(
        AgreementService(agreement=agreement, service_id=service) for service in wanted if service not in had
    )
    return _said("service_ids", had, wanted)


def _promise(agreement: Agreement, targets: Collection[NewTarget]) -> dict[str, Any]:
    """Targets of a draft have no clocks: they are simply written anew."""
    _promises.check_targets(targets)
    had = agreement.targets.values_list("metric", "priority", "minutes", "calendar_id", "warn_percent")
    before = sorted(map(list, had), key=str)
    agreement.targets.all().delete()
    Target.objects.bulk_create(target_row(agreement.pk, target) for target in targets)
    return _said("targets", before, sorted((list(astuple(target)) for target in targets), key=str))


def _owe(agreement: Agreement, obligations: Collection[NewObligation]) -> dict[str, Any]:
    """What stays the same stays itself, since events may hang on it."""
    _promises.check_obligations(obligations)
    wanted = [(str(one.owner), one.text_id.strip(), one.text_en.strip()) for one in obligations]
    rows = {(row.owner, row.text_id, row.text_en): row for row in agreement.obligations.all()}
    gone = [row.pk for words, row in rows.items() if words not in wanted]
    if agreement.obligations.filter(pk__in=gone, events__isnull=False).exists():
        raise Invalid({"obligations": say("It is recorded how one of these went: that one has to stay.")})
    agreement.obligations.filter(pk__in=gone).delete()
    Obligation.objects.bulk_create(
        Obligation(agreement=agreement, owner=owner, text_id=text_id, text_en=text_en)
        for owner, text_id, text_en in dict.fromkeys(wanted)
        if (owner, text_id, text_en) not in rows
    )
    return _said("obligations", sorted(map(list, rows)), sorted(map(list, dict.fromkeys(wanted))))


def _said(name: str, before: list[Any], after: list[Any]) -> dict[str, Any]:
    return {} if before == after else {name: {"from": before, "to": after}}


def target_row(agreement_id: int, target: NewTarget) -> Target:
    """A target as it is written."""
    return Target(
        agreement_id=agreement_id,
        metric=target.metric,
        priority=target.priority,
        minutes=target.minutes,
        warn_percent=target.warn_percent,
        calendar_id=target.calendar_id,
    )


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('agreements_agreement_number')")
        return f"AGR{cursor.fetchone()[0]:05d}"
