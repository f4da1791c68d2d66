"""Pure: the labels that a rule adds to an alert, from words of its own, from the item it is about, from its labels.

A value is filled in once and what comes of it is not looked at again, and no label that is there is replaced: so
nothing can go round in circles, whatever the rules say.
"""

import re
from collections.abc import Iterable, Mapping

from selaras.domains.events.contracts.rules import Addition
from selaras.domains.services.contracts import ItemRow
from selaras.kernel.sentences import Sentence, say

_PLACE = re.compile(r"\{([a-zA-Z_][a-zA-Z0-9_]*)(?:\.([^{}]{1,80}))?\}")
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
MOST = 20  # labels of one rule
LONGEST = 1000  # characters of a value, before and after it is filled in


def additions(adds: Iterable[Addition], labels: Mapping[str, str], item: ItemRow | None) -> dict[str, str]:
    """The labels that come of these. One that is there stays; one that asks for what is not known is left out."""
    made: dict[str, str] = {}
    for one in adds:
        if one.label not in labels and (value := _filled(one.value, labels, item)):
            made[one.label] = value
    return made


def fault_of(adds: Iterable[Addition]) -> Sentence | None:
    """What is wrong with the first of these that cannot be."""
    given = list(adds)
    if len(given) > MOST:
        return say("A rule adds up to %(n)s labels.", n=MOST)
    for one in given:
        if not _NAME.fullmatch(one.label):
            return say("“%(label)s” is no label: letters, digits and _, no digit first.", label=one.label[:80])
        if not one.value or len(one.value) > LONGEST:
            return say("Give “%(label)s” a value of up to %(n)s characters.", label=one.label, n=LONGEST)
        odd = _PLACE.sub("", one.value)
        if "{" in odd or "}" in odd:
            return say("In “%(value)s” write {item.name} or {label}, and no other braces.", value=one.value[:80])
        known = {name for name, part in _PLACE.findall(one.value) if part}
        if known - {"item"}:
            return say("Only {item.…} has parts; “%(value)s” asks for others.", value=one.value[:80])
    if len({one.label for one in given}) < len(given):
        return say("Each label can be added once.")
    return None


def _filled(value: str, labels: Mapping[str, str], item: ItemRow | None) -> str:
    if not all(_asked(place, labels, item) for place in _PLACE.finditer(value)):
        return ""
    return _PLACE.sub(lambda place: _asked(place, labels, item), value)[:LONGEST]


def _asked(place: re.Match[str], labels: Mapping[str, str], item: ItemRow | None) -> str:
    name, part = place.groups()
    if part is None:
        return labels.get(name, "")
    if item is None:
        return ""
    own = {
        "name": item.name, "slug": item.slug, "class": item.item_class.value, "environment": item.environment.value,
        "team": item.team_name,
    }  # fmt: skip
    found = own.get(part) or item.attributes.get(part)
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""
