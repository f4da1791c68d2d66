"""Record what a customer needs to reach, and which services they use for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.actions._fields import check, require_organisation
from selaras.domains.services.contracts import Direction
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.models import Outcome, Service, ServiceUse
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

OUTCOME_EDITABLE = frozenset({"name_id", "name_en", "unit", "target", "direction"})
USE_EDITABLE = frozenset({"business_process", "criticality", "outcome_id"})
_KNOWN_USE = say("This customer already uses the service for this process.")
_KNOWN_OUTCOME = say("This customer already has an outcome of this name.")


@transaction.atomic
def record_outcome(
    *,
    by: Actor,
    organisation_id: int,
    name_id: str,
    name_en: str,
    unit: str,
    target: Decimal | int | str,
    direction: Direction | str = Direction.AT_LEAST,
) -> int:
    """Record what an organisation needs to reach; returns its id. Raises Invalid for one known by that name."""
    require(by, "services.edit", organisation_id)
    require_organisation(by, organisation_id)
    fields = {"name_id": name_id, "name_en": name_en, "unit": unit, "direction": direction, "target": target}
    check(fields)
    row, fresh = Outcome.objects.get_or_create(
        organisation_id=organisation_id, name_en=name_en, defaults=fields | {"target": Decimal(target)}
    )
    if not fresh:
        raise Invalid({"name_en": _KNOWN_OUTCOME})
    return row.pk


@transaction.atomic
def edit_outcome(outcome_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `OUTCOME_EDITABLE`; `seen` as in `edit_service`."""
    row = Outcome.objects.select_for_update().filter(pk=outcome_id).first()
    require(by, "services.edit", row.organisation_id if row else None)
    if row is None:
        raise NotFound(str(outcome_id))
    check(changes, known=OUTCOME_EDITABLE)
    versions.ask(row, seen)
    others = Outcome.objects.filter(organisation=row.organisation_id).exclude(pk=outcome_id)
    if others.filter(name_en=changes.get("name_en")).exists():
        raise Invalid({"name_en": _KNOWN_OUTCOME})
    number = {"target": Decimal(changes["target"])} if "target" in changes else {}
    versions.write(row, {**changes, **number}, by=by)


@transaction.atomic
def record_use(
    *,
    by: Actor,
    service_id: int,
    organisation_id: int,
    business_process: str,
    criticality: int,
    outcome_id: int | None = None,
) -> int:
    """Record that a customer uses a service for a business process; returns its id.

    Raises Invalid for a retired service, for an outcome of another organisation, and for a use that is known.
    """
    require(by, "services.edit", organisation_id)
    require_organisation(by, organisation_id)
    fields = {"business_process": business_process.strip(), "criticality": criticality}
    check(fields)
    service = Service.objects.select_for_update(no_key=True).filter(pk=service_id).first()
    if service is None:
        raise NotFound(str(service_id))
    if service.state == RETIRED:
        raise Invalid({"service_id": say("The service is retired.")})
    _require_outcome(outcome_id, organisation_id)
    row, fresh = ServiceUse.objects.get_or_create(
        service_id=service_id,
        organisation_id=organisation_id,
        business_process=fields["business_process"],
        defaults={"criticality": criticality, "outcome_id": outcome_id},
    )
    if not fresh:
        raise Invalid({"business_process": _KNOWN_USE})
    _announce(service_id, organisation_id, "used", by)
    return row.pk


@transaction.atomic
def edit_use(use_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `USE_EDITABLE`: for which process, towards which outcome, how critical; `seen` as in
    `edit_service`.
    """
    row = ServiceUse.objects.select_for_update().filter(pk=use_id).first()
    require(by, "services.edit", row.organisation_id if row else None)
    if row is None:
        raise NotFound(str(use_id))
    check(changes, known=USE_EDITABLE)
    versions.ask(row, seen)
    _require_outcome(changes.get("outcome_id"), row.organisation_id)
    others = ServiceUse.objects.filter(service=row.service_id, organisation=row.organisation_id).exclude(pk=use_id)
    if others.filter(business_process=changes.get("business_process")).exists():
        raise Invalid({"business_process": _KNOWN_USE})
    if versions.write(row, changes, by=by):
        _announce(row.service_id, row.organisation_id, "use changed", by)


@transaction.atomic
def end_use(use_id: int, *, by: Actor) -> None:
    """Record that a customer no longer uses a service for this."""
    use = ServiceUse.objects.select_for_update().filter(pk=use_id).first()
    require(by, "services.edit", use.organisation_id if use else None)
    if use is None:
        raise NotFound(str(use_id))
    use.delete()
    _announce(use.service_id, use.organisation_id, "use ended", by)


def _announce(service_id: int, organisation_id: int, what: str, by: Actor) -> None:
    payload = {"service_id": service_id, "organisation_id": organisation_id, "what": what, "by": by.id}
    announce("service.changed", payload)


def _require_outcome(outcome_id: int | None, organisation_id: int) -> None:
    if outcome_id is not None and not Outcome.objects.filter(pk=outcome_id, organisation_id=organisation_id).exists():
        raise Invalid({"outcome_id": say("This customer has no such outcome.")})
