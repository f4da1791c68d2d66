"""Reads of services. The provider's people see all; a customer's see what their organisations use and may order."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.domains.services.contracts import End, NodeKind, ServiceRow
from selaras.domains.services.lifecycle import CATALOGUE, LIFE, RETIRING
from selaras.domains.services.models import Dependency, Service, ServiceUse
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import Offer

STATE_WORDS = LIFE.states


def visible(actor: Actor) -> QuerySet[Service]:
    """The services this actor may know of."""
    require(actor, "services.view")
    rows = Service.objects.all()
    if actor.organisation_ids is not None:
        used = ServiceUse.objects.filter(organisation_id__in=actor.organisation_ids).values("service_id")
        rows = rows.filter(pk__in=used, state__in=(CATALOGUE, RETIRING))
    return rows


def list_services(
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    states: Collection[str] = (),
    text: str = "",
    after: str = "",
    limit: int = 500,
) -> list[ServiceRow]:
    """Services by slug, from the one after `after` (a slug) on, at most `limit`; one query."""
    rows = visible(actor).select_related("owner", "team").order_by("slug")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if states:
        rows = rows.filter(state__in=states)
    if text:
        rows = rows.filter(Q(name_id__icontains=text) | Q(name_en__icontains=text) | Q(slug__icontains=text))
    if after:
        rows = rows.filter(slug__gt=after)
    return [_row(service, actor) for service in rows[:limit]]


def get_service(actor: Actor, slug: str) -> ServiceRow:
    """One service. Raises NotFound, also where the actor's organisations do not use it."""
    service = visible(actor).select_related("owner", "team").filter(slug=slug).first()
    if service is None:
        raise NotFound(slug)
    return _row(service, actor)


def service_ids(slugs: Collection[str]) -> dict[str, int]:
    """The ids of services, by their slugs; for machines, so whoever may see them."""
    return dict(Service.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def service_names(ids: Collection[int]) -> dict[int, str]:
    """The slugs of services, by id."""
    return dict(Service.objects.filter(pk__in=ids).values_list("pk", "slug"))


def get_service_team(service_id: int | None) -> int | None:
    """The team that supports a service, if there is a service and it has one."""
    if service_id is None:
        return None
    return Service.objects.filter(pk=service_id).values_list("team_id", flat=True).first()


def is_used_by(service_id: int, organisation_ids: Collection[int] | None) -> bool:
    """Whether one of these organisations uses the service; None stands for the provider, who knows them all."""
    if organisation_ids is None:
        return Service.objects.filter(pk=service_id).exists()
    return ServiceUse.objects.filter(service_id=service_id, organisation_id__in=organisation_ids).exists()


def offers_of(actor: Actor, service: ServiceRow) -> tuple[Offer, ...]:
    """The moves out of its state that this actor may make, the likely one first, each with why it is refused now."""
    return LIFE.offers(service.state, facts_of(service.id), lambda permission: may(actor, permission))


def facts_of(service_id: int) -> dict[str, bool]:
    """The facts of a service that its lifecycle's needs ask for; two queries."""
    return {
        "used": ServiceUse.objects.filter(service_id=service_id).exists(),
        "needed": Dependency.objects.filter(lower=End(NodeKind.SERVICE, service_id).node).exists(),
    }


def _row(service: Service, actor: Actor) -> ServiceRow:
    row = ServiceRow(
        id=service.pk,
        slug=service.slug,
        name_id=service.name_id,
        name_en=service.name_en,
        description=service.description,
        state=service.state,
        owner_id=service.owner_id,
        owner_name=service.owner.name if service.owner else None,
        team_id=service.team_id,
        team_name=service.team.name if service.team else None,
        version=service.version,
    )
    if actor.organisation_ids is None:
        return row
    return replace(row, owner_id=None, owner_name=None, team_id=None, team_name=None)
