from selaras.domains.people.models.change import Change
from selaras.domains.people.models.duty_role import DutyRole
from selaras.domains.people.models.organisation import Organisation
from selaras.domains.people.models.person import Person
from selaras.domains.people.models.team import Membership, Team
from selaras.domains.people.models.token import ApiToken

__all__ = ["ApiToken", "Change", "DutyRole", "Membership", "Organisation", "Person", "Team"]
