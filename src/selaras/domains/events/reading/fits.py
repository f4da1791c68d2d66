"""What a value must look like to be a name, a host, a text: pure tests, and the choice by them."""

import re
from urllib.parse import urlsplit

from selaras.domains.events.reading.choose import Family, Fits, choose
from selaras.domains.events.reading.flat import Fact, Scalar
from selaras.domains.events.reading.notice import text_of, web_address

_OPAQUE = re.compile(
    r"[0-9a-f-]{16,}|[\d.]+|https?://\S*|[{\[]\s*[\"{\[].*|/?[\w.-]+(?:/[\w.-]+){2,}", re.IGNORECASE | re.DOTALL
)
# A type of event that names a step of something: `new_item`, `issue.resolved`.
_PASSING = re.compile(
    r"(?:new|created|updated|resolved|opened|closed|reopened|fired|triggered|recovered)[._-]\w+$"
    r"|[\w.-]+[._-](?:new|created|updated|resolved|opened|closed|reopened|fired|triggered|recovered|up|down)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::[0-9a-f:]*", re.IGNORECASE)
_NO_NAMES = frozenset(
    (
        "true", "false", "none", "null", "notification", "default", "unknown", "n/a", "alert", "event", "critical",
        "error", "warning", "info", "high", "low", "ok", "firing", "resolved", "recovery", "acknowledged",
    )
)  # fmt: skip
_NO_HOSTS = frozenset(("true", "false", "none", "null", "unknown", "n/a", "-", "api", "alerts", "monitoring"))


def first_text(facts: list[Fact], family: Family, fits: Fits, *, exact: bool = False) -> str:
    """The best value of a family that fits, as a text; "" if none does."""
    found = choose(facts, family, fits, exact=exact)
    return text_of(found.value, 4096).strip() if found else ""


def is_prose(value: Scalar) -> bool:
    """Whether it says something to a person."""
    return isinstance(value, str) and len(value.strip()) > 2 and not _OPAQUE.fullmatch(value.strip())


def is_name(value: Scalar) -> bool:
    """Whether an alert may be called so."""
    text = value.strip() if isinstance(value, str) else ""
    return (
        0 < len(text) <= 500
        and not _OPAQUE.fullmatch(text)
        and text.lower() not in _NO_NAMES
        and not _PASSING.match(text)
    )


def is_single_name(value: Scalar) -> bool:
    """Whether it is a name of few words."""
    return is_name(value) and len(str(value).split()) <= 6


def is_label(value: Scalar) -> bool:
    """Whether it is one short line."""
    return isinstance(value, str) and 0 < len(value.strip()) <= 255 and "\n" not in value and value[0] not in "{["


def is_number_or_label(value: Scalar) -> bool:
    """Whether it may be an id."""
    return (isinstance(value, int) and not isinstance(value, bool)) or is_label(value)


def is_service(value: Scalar) -> bool:
    """Whether a service may be called so."""
    return is_label(value) and "://" not in str(value)


def is_page(value: Scalar) -> bool:
    """Whether an address may be that of a website: what leads to one alert among many is longer."""
    try:
        parts = urlsplit(web_address(value))
    except ValueError:
        return False
    return bool(parts.hostname) and parts.path.count("/") <= 1 and not parts.query and not parts.fragment


def is_host_name(value: Scalar) -> bool:
    """Whether it is a host by name, not by address."""
    return is_host(value) and not _ADDRESS.fullmatch(str(value).strip())


def is_host(value: Scalar) -> bool:
    """Whether a host may be called so: a sentence is none."""
    return (
        is_label(value)
        and "://" not in str(value)
        and str(value).strip().count(" ") <= 2
        and str(value).lower() not in _NO_HOSTS
    )
