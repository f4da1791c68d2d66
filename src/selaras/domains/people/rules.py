"""What each duty role may do. This is the one table of permissions; every action and page asks here."""

from selaras.domains.people.contracts import Actor, Role
from selaras.kernel.errors import NotAllowed, NotFound

_EVERYONE = frozenset(
    {"records.view", "records.note", "incidents.report", "incidents.confirm", "services.view", "people.self"}
)
_CUSTOMER_LEAD = _EVERYONE | {"agreements.view", "customers.view"}
_PROVIDER = _EVERYONE | {
    "records.internal",
    "records.queue",
    "events.view",
    "agreements.view",
    "customers.view",
    "items.view",
    "people.view",
    "duty.view",
    "duty.self",
    "duty.acknowledge",
}
_WORKS_INCIDENTS = _PROVIDER | {
    "records.edit",
    "records.assign",
    "incidents.work",
    "incidents.resolve",
    "incidents.close",
    "duty.page",
}

_TABLE: dict[Role, frozenset[str]] = {
    Role.REQUESTER: _EVERYONE,
    Role.DECISION_MAKER: _CUSTOMER_LEAD,
    Role.AGENT: _WORKS_INCIDENTS | {"incidents.merge", "incidents.major", "records.for_others"},
    Role.OPERATOR: _WORKS_INCIDENTS | {"events.respond", "duty.edit"},
    Role.SPECIALIST: _WORKS_INCIDENTS,
    Role.PROBLEM_MANAGER: _WORKS_INCIDENTS | {"incidents.major", "duty.edit"},
    Role.ACCESS_MANAGER: _PROVIDER,
    Role.RELATIONSHIP_MANAGER: _PROVIDER | {"agreements.edit", "services.edit"},
    Role.SERVICE_OWNER: _PROVIDER
    | {"services.edit", "services.move", "items.edit", "agreements.edit", "events.rules", "duty.edit"},
    Role.ADMINISTRATOR: _WORKS_INCIDENTS
    | {
        "incidents.merge",
        "incidents.major",
        "incidents.import",
        "incidents.models",
        "records.for_others",
        "events.respond",
        "events.rules",
        "events.sources",
        "services.edit",
        "services.move",
        "items.edit",
        "agreements.edit",
        "people.edit",
        "duty.edit",
        "system.operate",
    },
}

PERMISSIONS: frozenset[str] = frozenset().union(*_TABLE.values())


def may(actor: Actor, permission: str, organisation_id: int | None = None) -> bool:
    """Whether `actor` holds `permission`, and, if an organisation is named, may know of its affairs.

    Raises KeyError for a permission that is not in the table: a misspelt one must not pass for a refusal.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    if actor.is_system:
        return True
    if not any(permission in _TABLE[role] for role in actor.roles):
        return False
    return organisation_id is None or actor.organisation_ids is None or organisation_id in actor.organisation_ids


def require(actor: Actor, permission: str, organisation_id: int | None = None) -> None:
    """Raise NotAllowed without the permission, NotFound where even the existence is another customer's."""
    if not may(actor, permission):
        raise NotAllowed(permission)
    if not may(actor, permission, organisation_id):
        raise NotFound()
