"""What the actions of this domain ask of their input; faults are gathered by field, so that all are told at once."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_name, get_worker_name, list_organisations
from selaras.domains.services import rules
from selaras.domains.services.contracts import Direction, Environment, ItemClass
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import is_sound_text, text_fault, too_long

LONGEST = {
    "name": 200,
    "name_id": 200,
    "name_en": 200,
    "description": 20_000,
    "business_process": 200,
    "unit": 40,
    "reason": 2_000,
}
_MAY_BE_EMPTY = frozenset({"description", "reason"})
HIGHEST_TARGET = Decimal(10) ** 14
LONGEST_ATTRIBUTES = 65_536  # characters of JSON
_CHOICES: Mapping[str, tuple[frozenset[object], Sentence]] = {
    "item_class": (frozenset(ItemClass), say("There is no such class of items.")),
    "environment": (frozenset(Environment), say("There is no such environment.")),
    "direction": (frozenset(Direction), say("Choose “at_least” or “at_most”.")),
    "criticality": (frozenset({1, 2, 3, 4}), say("Choose from 1 (vital) to 4 (low).")),
}


def check(fields: Mapping[str, Any], *, known: frozenset[str] | None = None) -> None:
    """Raise Invalid with every field at fault, also one that is not among the `known`."""
    faults = faults_of(fields)
    for name in fields.keys() - (known or fields.keys()):
        faults[name] = say("This cannot be changed here.")
    if faults:
        raise Invalid(faults)


def faults_of(fields: Mapping[str, Any]) -> dict[str, Sentence]:
    """What is wrong with each field that is."""
    return {name: fault for name, value in fields.items() if (fault := _fault(name, value)) is not None}


def _fault(name: str, value: Any) -> Sentence | None:
    if name == "slug":
        return rules.slug_fault(value)
    if name in LONGEST:
        return text_fault(value, longest=LONGEST[name], needed=name not in _MAY_BE_EMPTY)
    if name in _CHOICES:
        choices, refusal = _CHOICES[name]
        return None if value in choices else refusal
    if name == "attributes":
        return _attributes_fault(value)
    if name == "target":
        return None if _is_number(value) else say("Give a number.")
    try:
        if name == "team_id":
            get_team_name(value)
        if name == "owner_id":
            get_worker_name(value)
    except Invalid as refused:
        return refused.sentence
    return None


def _is_number(value: Any) -> bool:
    """Whether it is a number that the column holds: 14 digits before the comma, 4 after it."""
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return False
    return number.is_finite() and abs(number) < HIGHEST_TARGET and number == number.quantize(Decimal("0.0001"))


def _attributes_fault(value: Any) -> Sentence | None:
    if not isinstance(value, Mapping):
        return say("Give attributes as names with values.")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return say("This holds values that cannot be stored.")
    if "\\u0000" in text or not is_sound_text(text):
        return say("This holds characters that cannot be stored.")
    return too_long(LONGEST_ATTRIBUTES) if len(text) > LONGEST_ATTRIBUTES else None


def require_organisation(by: Actor, organisation_id: int) -> None:
    """Raise NotFound unless there is this organisation and the actor may know of it."""
    if all(row.id != organisation_id for row in list_organisations(by)):
        raise NotFound(str(organisation_id))
