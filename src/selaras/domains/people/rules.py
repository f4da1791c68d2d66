"""What each duty role may do. This is the one table of permissions; every action and page asks here.

And what of people, teams and organisations is sound: names, slugs, who may hold which duty.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from selaras.domains.people.contracts import Actor, OrganisationKind, Role
from selaras.kernel.errors import NotAllowed, NotFound
from selaras.kernel.sentences import Sentence, say

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
    "operations.view",
    "problems.view",
}
_WORKS_INCIDENTS = _PROVIDER | {
    "records.edit",
    "records.assign",
    "incidents.work",
    "incidents.resolve",
    "incidents.close",
    "duty.page",
    "operations.run",
}
_KEEPS_RUNBOOKS = frozenset({"operations.edit", "operations.approve"})

_TABLE: dict[Role, frozenset[str]] = {
    Role.REQUESTER: _EVERYONE,
    Role.DECISION_MAKER: _CUSTOMER_LEAD,
    Role.AGENT: _WORKS_INCIDENTS | {"incidents.merge", "incidents.major", "records.for_others"},
    Role.OPERATOR: _WORKS_INCIDENTS | _KEEPS_RUNBOOKS | {"events.respond", "duty.edit"},
    Role.SPECIALIST: _WORKS_INCIDENTS,
    Role.PROBLEM_MANAGER: _WORKS_INCIDENTS | {"incidents.major", "duty.edit", "problems.decide"},
    Role.ACCESS_MANAGER: _PROVIDER,
    Role.RELATIONSHIP_MANAGER: _PROVIDER | {"agreements.edit", "services.edit"},
    Role.SERVICE_OWNER: _PROVIDER
    | _KEEPS_RUNBOOKS
    | {"services.edit", "services.move", "items.edit", "agreements.edit", "events.rules", "duty.edit"},
    Role.ADMINISTRATOR: _WORKS_INCIDENTS
    | _KEEPS_RUNBOOKS
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
        "problems.decide",
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


# Duties are trust in the provider's own work; others ask for help, and a customer's decision makers look on.
_DUTIES: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.PROVIDER_UNIT: frozenset(Role),
    OrganisationKind.CUSTOMER: frozenset({Role.REQUESTER, Role.DECISION_MAKER}),
    OrganisationKind.SUPPLIER: frozenset({Role.REQUESTER}),
}
LONGEST_NAME = 200
LONGEST_SLUG = 80
_SLUG = re.compile(r"[a-z0-9_]+(?:-+[a-z0-9_]+)*")


def duties_fault(roles: frozenset[Role], kind: OrganisationKind) -> Sentence | None:
    """Why people of this kind of organisation cannot hold these duties; None if they can."""
    if not roles:
        return say("Choose at least one duty; without one a person can do nothing here.")
    if roles <= _DUTIES[kind]:
        return None
    if kind is OrganisationKind.CUSTOMER:
        return say("A customer's person can be a requester or a decision maker; other duties are the provider's.")
    return say("A supplier's person can be a requester; other duties are the provider's.")


def text_fault(value: Any, longest: int = LONGEST_NAME) -> Sentence | None:
    """What is wrong with a name."""
    if not isinstance(value, str) or not value.strip():
        return say("This cannot be empty.")
    if len(value) > longest:
        return say("This has %(length)s characters; at most %(most)s fit.", length=len(value), most=longest)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in value):
        return say("This holds characters that cannot be kept, such as line breaks or NUL.")
    return None


def slug_fault(value: Any) -> Sentence | None:
    """What is wrong with a slug."""
    if isinstance(value, str) and len(value) <= LONGEST_SLUG and _SLUG.fullmatch(value):
        return None
    return say("A slug has 1 to %(most)s small letters, digits and single dashes.", most=LONGEST_SLUG)


def slug_from(name: str, otherwise: str) -> str:
    """The slug a name proposes: `PT Bank Wanawira (Persero)` → `pt-bank-wanawira-persero`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-") or otherwise  # room for a number


def ancestors(parents: Mapping[int, int | None], start: int) -> set[int]:
    """`start` and everything above it; `parents` maps each id to the one above it. Ends also where there is a cycle."""
    found: set[int] = set()
    above: int | None = start
    while above is not None and above not in found:
        found.add(above)
        above = parents.get(above)
    return found
