"""Make a service, change it, and move it along its life."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services import rules
from selaras.domains.services.actions._fields import check
from selaras.domains.services.lifecycle import LIFE, MOVE
from selaras.domains.services.models import Service
from selaras.domains.services.queries.services import facts_of
from selaras.kernel import lifecycle, versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

EDITABLE = frozenset({"name_id", "name_en", "description", "owner_id", "team_id"})


@transaction.atomic
def create_service(
    *,
    by: Actor,
    name_id: str,
    name_en: str,
    slug: str = "",
    description: str = "",
    owner_id: int | None = None,
    team_id: int | None = None,
) -> int:
    """Make a service, in the pipeline; returns its id. Without a slug, it is made from the English name.

    Raises Invalid, also for a slug that is taken.
    """
    require(by, "services.edit")
    slug = slug or rules.slug_of(name_en)
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
def edit_service(service_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `EDITABLE`. `seen` is the version that was read: Stale, with what came since, if it is not this."""
    require(by, "services.edit")
    check(changes, known=EDITABLE)
    service = _locked(service_id)
    versions.ask(service, seen)
    if versions.write(service, changes, by=by):
        announce("service.changed", {"service_id": service_id, "what": "edited", "by": by.id})


@transaction.atomic
def move_service(service_id: int, *, by: Actor, verb: str, reason: str = "", seen: int | None = None) -> str:
    """Move a service along its life; returns its new state. Raises MoveRefused with the reason."""
    require(by, MOVE)
    check({"reason": reason})
    service = _locked(service_id)
    versions.ask(service, seen)
    before = service.state
    made = lifecycle.move(service, verb, life=LIFE, facts={**facts_of(service_id), "reason": reason})
    told = {"state": {"from": before, "to": made.target}, "reason": reason.strip()}
    versions.write(service, {}, by=by, verb=verb, more=told)
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


def _locked(service_id: int) -> Service:
    service = Service.objects.select_for_update().filter(pk=service_id).first()
    if service is None:
        raise NotFound(str(service_id))
    return service
