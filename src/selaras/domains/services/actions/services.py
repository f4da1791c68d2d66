"""Make a service, change it, and move it along its life."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.actions._fields import check
from selaras.domains.services.contracts import End, NodeKind
from selaras.domains.services.lifecycle import LIFE, MOVE
from selaras.domains.services.models import Dependency, Service, ServiceUse
from selaras.kernel import lifecycle
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

EDITABLE = frozenset({"name_id", "name_en", "description", "owner_id", "team_id"})


@transaction.atomic
def create_service(
    *,
    by: Actor,
    slug: str,
    name_id: str,
    name_en: str,
    description: str = "",
    owner_id: int | None = None,
    team_id: int | None = None,
) -> int:
    """Make a service, in the pipeline; returns its id. Raises Invalid, also for a slug that is taken."""
    require(by, "services.edit")
    fields = {
        "name_id": name_id,
        "name_en": name_en,
        "description": description,
        "owner_id": owner_id,
        "team_id": team_id,
    }
    check({"slug": slug, **fields})
    made, fresh = Service.objects.get_or_create(slug=slug, defaults=fields)
    if not fresh:
        raise Invalid({"slug": say("Another service has this slug.")})
    announce("service.changed", {"service_id": made.pk, "what": "created", "by": by.id})
    return made.pk


@transaction.atomic
def edit_service(service_id: int, *, by: Actor, changes: Mapping[str, Any], version: int | None = None) -> None:
    """Change any of `EDITABLE`. `version` is the one that was read: Stale if somebody changed it since."""
    require(by, "services.edit")
    check(changes, known=EDITABLE)
    service = _locked(service_id)
    if version is not None and version != service.version:
        raise Stale()
    for name, value in changes.items():
        setattr(service, name, value)
    service.version += 1
    service.save(update_fields=[*changes, "version"])
    announce("service.changed", {"service_id": service_id, "what": "edited", "by": by.id})


@transaction.atomic
def move_service(service_id: int, *, by: Actor, verb: str, reason: str = "") -> str:
    """Move a service along its life; returns its new state. Raises MoveRefused with the reason."""
    require(by, MOVE)
    service = _locked(service_id)
    before = service.state
    made = lifecycle.move(service, verb, life=LIFE, facts=_facts(service, reason))
    announce(
        "service.changed",
        {
            "service_id": service_id,
            "what": "moved",
            "from": before,
            "to": made.target,
            "reason": reason.strip(),
            "by": by.id,
        },
    )
    return made.target


def _facts(service: Service, reason: str) -> Mapping[str, Any]:
    return {
        "reason": reason,
        "used": ServiceUse.objects.filter(service=service).exists(),
        "needed": Dependency.objects.filter(lower=End(NodeKind.SERVICE, service.pk).node).exists(),
    }


def _locked(service_id: int) -> Service:
    service = Service.objects.select_for_update().filter(pk=service_id).first()
    if service is None:
        raise NotFound(str(service_id))
    return service
