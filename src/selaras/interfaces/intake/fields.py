"""Fields of a webhook's JSON, asked for by name and kind; what is wrong is said of the field."""

from typing import Any

from selaras.interfaces.intake.labels import kind


class WrongField(Exception):
    """A field that is missing or of the wrong kind: its name and what is wrong with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")


def an_object(value: Any, field: str) -> dict[str, Any]:
    """A JSON object. Raises WrongField."""
    if not isinstance(value, dict):
        raise WrongField(field, f"an object is expected, not {kind(value)}")
    return value


def an_object_or_none(of: dict[str, Any], field: str) -> dict[str, Any]:
    """The object under a name; an empty one if it is missing or null. Raises WrongField."""
    return {} if of.get(field) is None else an_object(of[field], field)


def a_list(value: Any, field: str) -> list[Any]:
    """A JSON list. Raises WrongField."""
    if not isinstance(value, list):
        raise WrongField(field, f"a list is expected, not {kind(value)}")
    return value


def a_text(of: dict[str, Any], field: str) -> str:
    """The text under a name, "" if it is missing or null; numbers are taken as texts. Raises WrongField."""
    value = of.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongField(field, f"a string is expected, not {kind(value)}")
    return str(value)


def needed_text(of: dict[str, Any], field: str) -> str:
    """A text that may not be empty. Raises WrongField."""
    text = a_text(of, field)
    if not text.strip():
        raise WrongField(field, "is required")
    return text
