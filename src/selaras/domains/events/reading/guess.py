"""A good guess at what an unknown payload says: families of field names instead of a format for every tool."""

from typing import Any

from selaras.domains.events.reading import families as known
from selaras.domains.events.reading.choose import Family, choose
from selaras.domains.events.reading.clean import bare_name, essence
from selaras.domains.events.reading.fits import (
    first_text,
    is_label,
    is_name,
    is_number_or_label,
    is_prose,
    is_service,
    is_single_name,
)
from selaras.domains.events.reading.flat import Fact, Scalar, facts_of
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, text_of
from selaras.domains.events.reading.place import host_of, link_of, watched_host
from selaras.domains.events.reading.split import Part, parts_of
from selaras.domains.events.reading.standing import Standing, standing_of
from selaras.domains.events.reading.words import Level, Saying, pieces

POINT, STATELESS = 300.0, 86_400.0  # seconds that something fires which names no state: information, trouble
BESIDE = 40  # how much deeper counts what stands beside a list of alerts than what stands in it
# Names by which a payload is that of a check of a service on a host.
_CHECKED = frozenset((("service", "state"), ("service", "output"), ("service", "description"), ("output",)))
_VOLATILE = frozenset(("severity", "level", "priority", "status", "state", "value", "time", "timestamp", "date", "url"))


def guess(value: Any) -> list[Notice]:
    """A notice for each alert in a payload. Raises split.TooMany."""
    return [read_part(part) for part in parts_of(value)]


def read_part(part: Part) -> Notice:
    """What one alert says."""
    own = facts_of(part.value, under=part.under)
    facts = own + facts_of(part.around, depth=BESIDE)
    change = _change(own)
    near = [fact for fact in facts if _is_near(fact)]
    prose = (
        change
        or first_text(near, known.PROSE, is_prose)
        or first_text([f for f in facts if f.depth <= 1], known.PROSE, is_prose)
    )
    title = change or _title(facts, near, part.hint)
    host, service = host_of(facts, title, prose), first_text(facts, known.SERVICE, is_service)
    if not title and any(fact.words in _CHECKED for fact in own):
        title = first_text(own, known.CHECK, is_service, exact=True)
    title = title or watched_host(facts)
    if change:
        host = host or first_text(own, known.OBJECT, is_label)
        standing = Standing(Saying.FIRING, {"severity": Level.INFO.value}, stated=False)
    else:
        standing = standing_of(facts, title or prose)
    name = bare_name(
        title
        or (prose if " " in prose else "")
        or first_text(own, known.LOOSE_NAME, is_single_name, exact=True)
        or prose
        or first_text(own, known.KIND, is_label)
        or service
        or host
        or "Event"
    )
    labels = _labels(facts, own)
    ours = labels_from({"alertname": name, "instance": host, "service": service, **standing.severity})
    return Notice(
        standing.saying,
        {**labels_from(labels), **ours},
        annotations_from({"summary": _summary(prose, name, host), "description": _long(facts, prose)}),
        identity=_identity(own, title, name, host, service, stated=standing.stated),
        at=_moment(facts, known.SAID),
        starts=_moment(facts, known.START),
        ends=_moment(facts, known.END) if standing.saying == Saying.RESOLVED else None,
        lasts=None if standing.stated else (POINT if ours.get("severity") == Level.INFO else STATELESS),
        url=link_of(facts),
    )


def _change(facts: list[Fact]) -> str:
    """ "Site Jakarta created", where a payload tells that a thing of some kind was made, changed or removed."""
    top = [fact for fact in facts if fact.depth == 0]
    for fact in top:
        verb = fact.value.lower() if isinstance(fact.value, str) else ""
        if verb in known.VERBS and fact.words[-1:] and fact.words[-1] in known.CHANGES:
            kinds = [f for f in top if f.words[-f.own :] in known.KIND and is_label(f.value)]
            what = first_text(facts, known.OBJECT, is_label)
            if kinds and what:
                return f"{str(kinds[0].value).capitalize()} {what} {verb}"
    return ""


def _is_near(fact: Fact) -> bool:
    return all(_is_own(name) for name in fact.parents)


def _is_own(parent: str) -> bool:
    words = pieces(parent)
    return "_".join(words) in known.NEAR or (bool(known.TOLD.intersection(words)) and "context" not in words)


def _title(facts: list[Fact], near: list[Fact], hint: str) -> str:
    found = first_text(facts, known.NAME, is_name, exact=True)
    found = found or hint or first_text(near, known.LOOSE_NAME, is_single_name, exact=True)
    return found or first_text(near, known.REASON, lambda value: is_name(value) and " " not in str(value), exact=True)


def _labels(facts: list[Fact], own: list[Fact]) -> dict[str, Scalar]:
    labels: dict[str, Scalar] = {}
    for fact in own:
        if not fact.aside and known.LABELLED.intersection(fact.parents):
            labels.setdefault(fact.name, fact.value)
    for phrase in known.EXTRA:
        found = choose(facts, (phrase,), is_label, exact=True)
        if found:
            labels.setdefault(phrase[0], found.value)
    return labels


def _identity(own: list[Fact], title: str, name: str, host: str, service: str, *, stated: bool) -> dict[str, str]:
    """What names the alert, in whatever state it is: the tool's own key, else name, host, service, and labels."""
    key = first_text(
        own, known.KEY, lambda value: isinstance(value, str | int) and not isinstance(value, bool), exact=True
    )
    if key and key != host:  # a host's alias names no alert
        scope = first_text(own, known.SCOPE, is_label, exact=True)
        return {"key": key, "scope": scope} if scope else {"key": key}
    if not title and host and stated and service and service == first_text(own, known.CHECK, is_label, exact=True):
        return {"instance": host, "service": service}
    mine = {
        f"label_{fact.name}": text_of(fact.value, 500)
        for fact in own
        if not fact.aside and _names_it(fact) and not _VOLATILE.intersection(pieces(fact.name))
    }
    thing = "" if host else first_text(own, known.OBJECT_ID, is_number_or_label, exact=True)
    mine |= {"object": thing} if thing else {}
    return {"name": essence(name) or name.lower(), "instance": host, "service": service, **mine}


def _names_it(fact: Fact) -> bool:
    # Tags describe and may change while it fires; labels and dimensions say which one it is.
    return bool(known.LABELLED.intersection(fact.parents)) and "tags" not in fact.parents


def _summary(prose: str, name: str, host: str) -> str:
    return prose or (f"{name}: {host}" if host and host not in name else name)


def _long(facts: list[Fact], prose: str) -> str:
    found = choose(facts, known.LONG, lambda value: is_prose(value) and str(value).strip() != prose)
    return str(found.value).strip() if found else ""


def _moment(facts: list[Fact], family: Family) -> float | None:
    found = choose(facts, family, lambda value: moment_of(value) is not None, exact=True)
    return moment_of(found.value) if found else None
