"""Who acts: the frozen rows about people that cross domains."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from selaras.kernel.sentences import Sentence, say


class Role(StrEnum):
    """A duty role: what a person is trusted with."""

    REQUESTER = "requester"
    DECISION_MAKER = "customer_decision_maker"
    AGENT = "agent"
    OPERATOR = "operator"
    SPECIALIST = "specialist"
    PROBLEM_MANAGER = "problem_manager"
    ACCESS_MANAGER = "access_manager"
    RELATIONSHIP_MANAGER = "relationship_manager"
    SERVICE_OWNER = "service_owner"
    ADMINISTRATOR = "administrator"


ROLE_WORDS: dict[Role, Sentence] = {
    Role.REQUESTER: say("Requester"),
    Role.DECISION_MAKER: say("Customer's decision maker"),
    Role.AGENT: say("Service desk agent"),
    Role.OPERATOR: say("Operator"),
    Role.SPECIALIST: say("Specialist"),
    Role.PROBLEM_MANAGER: say("Problem manager"),
    Role.ACCESS_MANAGER: say("Access manager"),
    Role.RELATIONSHIP_MANAGER: say("Relationship manager"),
    Role.SERVICE_OWNER: say("Service owner"),
    Role.ADMINISTRATOR: say("Administrator"),
}


class Function(StrEnum):
    """The four functions of service operation; every team belongs to one."""

    SERVICE_DESK = "service_desk"
    TECHNICAL_MANAGEMENT = "technical_management"
    APPLICATION_MANAGEMENT = "application_management"
    IT_OPERATIONS = "it_operations"


FUNCTION_WORDS: dict[Function, Sentence] = {
    Function.SERVICE_DESK: say("Service desk"),
    Function.TECHNICAL_MANAGEMENT: say("Technical management"),
    Function.APPLICATION_MANAGEMENT: say("Application management"),
    Function.IT_OPERATIONS: say("IT operations management"),
}


class OrganisationKind(StrEnum):
    """Provider's own unit, customer, or supplier."""

    PROVIDER_UNIT = "provider_unit"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"


KIND_WORDS: dict[OrganisationKind, Sentence] = {
    OrganisationKind.CUSTOMER: say("Customers"),
    OrganisationKind.PROVIDER_UNIT: say("Own units"),
    OrganisationKind.SUPPLIER: say("Suppliers"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, with all that decides what they may see and do.

    `organisation_ids` is None for the provider's own people (every customer), else the tree of the one customer they
    belong to. A system actor has no id and may do everything; its name is what the timeline shows.
    """

    id: int | None
    name: str
    language: str
    timezone: str
    roles: frozenset[Role]
    organisation_id: int | None
    organisation_ids: frozenset[int] | None
    team_ids: frozenset[int]
    theme: str = "system"
    is_system: bool = False
    token_id: int | None = None

    @property
    def own_id(self) -> int:
        """The person's id; 0, which is nobody's, for the system."""
        return self.id or 0

    @property
    def is_provider(self) -> bool:
        """Whether they work for the provider, not for a customer."""
        return self.organisation_ids is None

    def limited_to(self, roles: Iterable[Role], *, token_id: int) -> "Actor":
        """The same person acting through an API token, which carries some of their roles and never more."""
        return replace(self, roles=self.roles & frozenset(roles), token_id=token_id)


def system_actor(name: str) -> Actor:
    """The actor for what Selaras does by itself; `name` is the part of the house that acts."""
    return Actor(
        id=None,
        name=name,
        language="en",
        timezone="UTC",
        roles=frozenset(),
        organisation_id=None,
        organisation_ids=None,
        team_ids=frozenset(),
        is_system=True,
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists and pickers show them."""

    id: int
    name: str
    email: str
    organisation_id: int
    organisation_name: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team, the function it belongs to, and whom it escalates to."""

    id: int
    slug: str
    name: str
    function: Function
    lead_id: int | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A customer, unit of the provider, or supplier."""

    id: int
    slug: str
    name: str
    kind: OrganisationKind
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token as its owner sees it; the secret itself is shown once, when it is made."""

    id: int
    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganisationNode:
    """An organisation in its place in the tree; `people` counts those who are active, without its branches'."""

    id: int
    slug: str
    name: str
    kind: OrganisationKind
    parent_id: int | None
    depth: int
    people: int


@dataclass(frozen=True, slots=True)
class TeamDetail:
    """A team as administrators keep it: who leads it and who belongs to it, by name."""

    row: TeamRow
    lead_name: str | None
    members: tuple["PersonDetail", ...]
    version: int  # id of its last change


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team in the list of all."""

    row: TeamRow
    lead_name: str | None
    members: int


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person as administrators keep them. `has_password`: whether they can sign in by one."""

    id: int
    name: str
    email: str
    organisation_id: int
    organisation_name: str
    organisation_kind: OrganisationKind
    roles: tuple[Role, ...]
    team_ids: tuple[int, ...]
    team_names: tuple[str, ...]
    language: str
    timezone: str
    active: bool
    has_password: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom to list; each field narrows. `active` None: those who were deactivated too."""

    text: str = ""
    organisation_id: int | None = None
    role: Role | None = None
    active: bool | None = True
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people by name; `next` is the id to go on after, None at the end."""

    rows: tuple[PersonDetail, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line of the trail: who did what when; `data` has each changed field as {"from": …, "to": …}."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    person_name: str | None
    team_name: str | None
    data: Mapping[str, Any]

    @property
    def version(self) -> int:
        """The version that people, teams and organisations count by: the trail's own numbers."""
        return self.id


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """What lets a person choose a password once, until `valid_until`; the key is a secret and kept nowhere."""

    person_id: int
    key: str
    valid_until: datetime
