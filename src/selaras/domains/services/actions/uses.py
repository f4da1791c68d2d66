"""Record what a customer needs to reach, and which services they use for it."""

from decimal import Decimal, InvalidOperation

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.actions._fields import check, require_organisation
from selaras.domains.services.contracts import Direction
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.models import Outcome, Service, ServiceUse
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

HIGHEST_TARGET = Decimal(10) ** 14


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
    """Record what an organisation needs to reach, or change it (known by its English name); returns its id."""
    require(by, "services.edit", organisation_id)
    require_organisation(by, organisation_id)
    check({"name_id": name_id, "name_en": name_en, "unit": unit, "direction": direction})
    row, _ = Outcome.objects.update_or_create(
        organisation_id=organisation_id,
        name_en=name_en,
        defaults={"name_id": name_id, "unit": unit, "target": _number(target), "direction": direction},
    )
    return row.pk


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
    """Record that a customer uses a service for a business process, or change how; returns its id.

    Raises Invalid for a retired service and for an outcome of another organisation.
    """
    require(by, "services.edit", organisation_id)
    require_organisation(by, organisation_id)
    check({"business_process": business_process, "criticality": criticality})
    service = Service.objects.select_for_update(no_key=True).filter(pk=service_id).first()
    if service is None:
        raise NotFound(str(service_id))
    if service.state == RETIRED:
        raise Invalid({"service_id": say("The service is retired.")})
    if outcome_id is not None and not Outcome.objects.filter(pk=outcome_id, organisation_id=organisation_id).exists():
        raise Invalid({"outcome_id": say("This customer has no such outcome.")})
    row, _ = ServiceUse.objects.update_or_create(
        service_id=service_id,
        organisation_id=organisation_id,
        business_process=business_process,
        defaults={"criticality": criticality, "outcome_id": outcome_id},
    )
    _announce(service_id, organisation_id, "used", by)
    return row.pk


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


def _number(value: Decimal | int | str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= HIGHEST_TARGET:
        raise Invalid({"target": say("Give a number.")})
    return number
