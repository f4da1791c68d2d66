"""What the actions ask of a person's fields; all faults are told at once, each at its field."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from selaras.domains.people import rules
from selaras.domains.people.contracts import OrganisationKind, Role
from selaras.domains.people.models import Organisation, Person, Team
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say

EDITABLE = frozenset({"name", "email", "organisation_id", "roles", "team_ids", "language", "timezone"})
LONGEST_ADDRESS = 254
TAKEN = say("Somebody already signs in with this address.")


def sound_person(wanted: Mapping[str, Any], *, person_id: int | None = None) -> dict[str, Any]:
    """All of `EDITABLE` as they are kept: roles and teams as sorted lists. Raises Invalid with every field at fault."""
    kept = {
        **wanted,
        "email": _address(wanted["email"]),
        "roles": sorted({str(role) for role in wanted["roles"]}),
        "team_ids": sorted(set(wanted["team_ids"])),
    }
    found = {
        "name": rules.text_fault(kept["name"]),
        "email": _address_fault(kept["email"], person_id),
        "language": language_fault(kept["language"]),
        "timezone": timezone_fault(kept["timezone"]),
        **_place_faults(kept),
    }
    faults = {field: fault for field, fault in found.items() if fault is not None}
    if faults:
        raise Invalid(faults)
    return {**kept, "name": kept["name"].strip()}


def language_fault(language: Any) -> Sentence | None:
    """What is wrong with a language."""
    return None if language in ("id", "en") else say("Selaras speaks Indonesian and English.")


def timezone_fault(timezone: Any) -> Sentence | None:
    """What is wrong with a time zone."""
    known = isinstance(timezone, str) and timezone in available_timezones()
    return None if known else say("There is no time zone “%(zone)s”.", zone=str(timezone)[:64])


def _address(email: Any) -> Any:
    return Person.objects.normalize_email(email.strip()) if isinstance(email, str) else email


def _address_fault(email: Any, person_id: int | None) -> Sentence | None:
    if not isinstance(email, str) or not email:
        return say("This cannot be empty.")
    if fault := rules.text_fault(email, LONGEST_ADDRESS):
        return fault
    try:
        validate_email(email)
    except ValidationError:
        return say("This is not an e-mail address, such as sari@example.com.")
    return TAKEN if Person.objects.filter(email__iexact=email).exclude(pk=person_id or 0).exists() else None


def _place_faults(kept: Mapping[str, Any]) -> dict[str, Sentence | None]:
    """Organisation, duties and teams, which depend on one another."""
    kind = Organisation.objects.filter(pk=kept["organisation_id"]).values_list("kind", flat=True).first()
    unknown = set(kept["roles"]) - {role.value for role in Role}
    faults: dict[str, Sentence | None] = {}
    if kind is None:
        faults["organisation_id"] = say("There is no such organisation.")
    if unknown:
        faults["roles"] = say("There is no duty “%(role)s”.", role=min(unknown)[:40])
    elif kind is not None:
        faults["roles"] = rules.duties_fault(frozenset(map(Role, kept["roles"])), OrganisationKind(kind))
    teams = kept["team_ids"]
    if Team.objects.filter(pk__in=teams).count() != len(teams):
        faults["team_ids"] = say("There is no such team.")
    elif teams and kind is not None and kind != OrganisationKind.PROVIDER_UNIT:
        faults["team_ids"] = say("Only the provider's own people belong to teams.")
    return faults
