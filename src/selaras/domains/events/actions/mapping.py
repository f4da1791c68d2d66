"""How a source's generic webhook is read: set by whoever may keep sources."""

from collections.abc import Mapping as Pairs

from django.db import transaction

from selaras.domains.events.actions._kept import locked_source
from selaras.domains.events.models import Mapping
from selaras.domains.events.reading.mapping import EACH, FIELDS, fault_of
from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import Sentence, say

SAMPLE_LIMIT = 64 * 1024  # characters


@transaction.atomic
def set_mapping(source_id: int, *, by: Actor, paths: Pairs[str, str], seen: int, sample: str = "") -> None:
    """Replace the mapping; no path at all lets the payloads be guessed again. Intake knows within seconds.

    `seen` is the version that was read (0: there was none). Raises Invalid naming each path at fault, Stale, NotFound,
    NotAllowed.
    """
    locked_source(source_id, by)  # two who map it for the first time wait here
    row = Mapping.objects.filter(pk=source_id).first()
    if seen != (row.version if row else 0):
        raise Stale(())
    given = {name: path.strip() for name, path in paths.items() if path.strip()}
    faults = _faults(given, sample)
    if faults:
        raise Invalid(faults)
    Mapping.objects.update_or_create(
        source_id=source_id, defaults={"paths": given, "sample": sample.replace("\0", ""), "version": seen + 1}
    )


def _faults(given: Pairs[str, str], sample: str) -> dict[str, Sentence]:
    faults = {name: fault for name, path in given.items() if (fault := fault_of(path)) is not None}
    faults |= {name: say("There is no such part of an alert.") for name in given if name not in (EACH, *FIELDS)}
    if len(sample) > SAMPLE_LIMIT:
        faults["sample"] = say("A sample may have up to %(n)s characters.", n=SAMPLE_LIMIT)
    return faults
