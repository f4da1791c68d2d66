"""How a source's generic webhook is read, and what it makes of a sample."""

import json
from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from typing import Any

from selaras.domains.events.models import Mapping, Source
from selaras.domains.events.reading.guess import guess
from selaras.domains.events.reading.mapping import BadMapping, read_mapped
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.split import TooMany
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

_SHOWN = 20  # alerts of a sample


@dataclass(frozen=True, slots=True)
class MappingDetail:
    """A source's mapping; `version` 0: it has none, and is guessed."""

    source_id: int
    source_name: str
    paths: Pairs[str, str]
    sample: str
    version: int


def get_mapping(actor: Actor, source_id: int) -> MappingDetail:
    """The mapping of a source. Raises NotFound, NotAllowed."""
    require(actor, "events.sources")
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotFound(str(source_id))
    require(actor, "events.sources", source.organisation_id)
    row = Mapping.objects.filter(pk=source_id).first()
    if row is None:
        return MappingDetail(source.pk, source.name, {}, "", 0)
    return MappingDetail(source.pk, source.name, row.paths, row.sample, row.version)


def try_mapping(sample: str, paths: Pairs[str, str]) -> list[Notice]:
    """What is read of a sample: its first alerts. Raises Invalid naming the sample, or the path that does not fit."""
    try:
        value: Any = json.loads(sample)
    except (ValueError, RecursionError) as error:
        raise Invalid({"sample": say("This is no JSON: %(why)s", why=str(error)[:160])}) from None
    if not isinstance(value, dict | list):
        raise Invalid({"sample": say("An object or a list of objects is expected.")})
    given = {name: path for name, path in paths.items() if path}
    try:
        found = read_mapped(value, given) if given else guess(value)
    except BadMapping as error:
        raise Invalid({error.field: say("It does not fit the sample: %(why)s", why=str(error))}) from None
    except TooMany as error:
        raise Invalid({"sample": say("It does not fit: %(why)s", why=str(error))}) from None
    return found[:_SHOWN]
