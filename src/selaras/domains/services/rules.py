"""Pure decisions of the services domain: which names labels may mean, and what a sound field is."""

import re
from collections.abc import Iterator, Mapping

from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import is_sound_text, too_long

# In this order: what names an item outright, then where it runs, then what runs. `job` is last, as it names a group.
LABELS = (
    "ci",
    "item",
    "configuration_item",
    "instance",
    "host",
    "hostname",
    "node",
    "nodename",
    "server",
    "device",
    "pod",
    "container",
    "database",
    "datname",
    "service",
    "app",
    "application",
    "job",
)
_MACHINES = frozenset({"instance", "host", "hostname", "node", "nodename", "server", "device"})
_PORT = re.compile(r":\d{1,5}$")
_ADDRESS = re.compile(r"[\d.]+|[^.]*:.*")
_SLUG = re.compile(r"[a-z0-9_]+(?:-+[a-z0-9_]+)*")
LONGEST_NAME = 255
LONGEST_SLUG = 80


def names_in(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The (label, name) pairs that may lead to an item, the surest first; names in lower case.

    Label keys are compared without regard to case. A machine's label is read whole, then without scheme, path and
    port, then without its domain.
    """
    by_key = {key.lower(): value for key, value in sorted(labels.items(), reverse=True)}
    for label in LABELS:
        value = by_key.get(label)
        if isinstance(value, str):
            for name in _readings(value.strip().lower(), machine=label in _MACHINES):
                if is_sound_name(name):
                    yield label, name


def _readings(value: str, *, machine: bool) -> Iterator[str]:
    yield value
    if not machine:
        return
    host = value.partition("://")[2].partition("/")[0] if "://" in value else value
    bare = _PORT.sub("", host) if host.count(":") == 1 or "]:" in host else host
    unbracketed = bare.strip("[]")
    for name in (host, bare, unbracketed):
        if name != value:
            yield name
    if not _ADDRESS.fullmatch(unbracketed) and "." in unbracketed:
        yield unbracketed.partition(".")[0]


def is_sound_name(name: str) -> bool:
    """Whether the database can hold this as a name: not empty, not over-long, no NUL, valid Unicode."""
    return 0 < len(name) <= LONGEST_NAME and is_sound_text(name)


def slug_of(text: str) -> str:
    """A slug for a name from elsewhere (`Orders API/v2` → `orders-api-v2`); empty if nothing of it can stay."""
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")[:LONGEST_SLUG].strip("-")


def slug_fault(slug: str) -> Sentence | None:
    """What is wrong with a slug, if anything."""
    if not slug:
        return say("This may not be empty.")
    if len(slug) > LONGEST_SLUG:
        return too_long(LONGEST_SLUG)
    if not _SLUG.fullmatch(slug):
        return say("Use small letters, digits, “-” and “_”, beginning with a letter or digit.")
    return None
