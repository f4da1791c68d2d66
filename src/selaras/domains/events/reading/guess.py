"""A good guess at what an unknown payload says: families of field names instead of a format for every tool."""

import re
from typing import Any
from urllib.parse import urlsplit

from selaras.domains.events.reading import families as known
from selaras.domains.events.reading.choose import Family, Fits, choose
from selaras.domains.events.reading.clean import bare_name, essence
from selaras.domains.events.reading.flat import Fact, Scalar, facts_of
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, text_of, web_address
from selaras.domains.events.reading.split import Part, parts_of
from selaras.domains.events.reading.standing import Standing, standing_of
from selaras.domains.events.reading.words import Level, Saying, pieces

POINT, STATELESS = 300.0, 86_400.0  # seconds that something fires which names no state: information, trouble
BESIDE = 40  # how much deeper counts what stands beside a list of alerts than what stands in it
_NAMED_IN_TEXT = re.compile(
    r"^[ \t]*(?:agent[ _]?name|host[ _]?name|host|server|node|device|machine|instance)"
    r"[ \t]*[:=]?[ \t]+(\S{1,200})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED_INLINE = re.compile(r"\b(?:host|hostname|instance|server|node|device)[:=]\s?([A-Za-z0-9][\w.-]{0,200})", re.I)
# "on nas-1": what looks like a machine's name, not like that of a part of it.
_ON = re.compile(
    r"\bon (?!(?:eth|en[ops]|ge|gi|te|xe|po|port|vlan|lo|bond|br|tun|sd|nvme|disk|vol|v)\W?\d)"
    r"((?=[\w.]*[\d-])[a-z][\w.-]*\w)(?=[\s.,;:)]|$)",
    re.IGNORECASE,
)
_OPAQUE = re.compile(
    r"[0-9a-f-]{16,}|[\d.]+|https?://\S*|[{\[]\s*[\"{\[].*|/?[\w.-]+(?:/[\w.-]+){2,}", re.IGNORECASE | re.DOTALL
)
# A type of event that names a step of something: `new_item`, `issue.resolved`.
_PASSING = re.compile(
    r"(?:new|created|updated|resolved|opened|closed|reopened|fired|triggered|recovered)[._-]\w+$"
    r"|[\w.-]+[._-](?:new|created|updated|resolved|opened|closed|reopened|fired|triggered|recovered|up|down)$",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?=.*[\d.-])[a-z0-9][\w.-]{1,62}", re.IGNORECASE)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::[0-9a-f:]*", re.IGNORECASE)
_LINK = re.compile(r"^link|(?:url|uri|link|href)$", re.IGNORECASE)
_NO_LINK = re.compile(
    r"subscribe|cert|sign|ack|icon|image|logo|avatar|picture|api|callback|ping|hook|doc", re.IGNORECASE
)
# Names by which a payload is that of a check of a service on a host.
_CHECKED = frozenset((("service", "state"), ("service", "output"), ("service", "description")))
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
        or _text(near, known.PROSE, _is_prose)
        or _text([f for f in facts if f.depth <= 1], known.PROSE, _is_prose)
    )
    title = change or _title(facts, near, part.hint)
    host, service = _host(facts, title, prose), _text(facts, known.SERVICE, _is_service)
    if not title:
        title = service if any(fact.words in _CHECKED for fact in own) else _watched(facts)
    if change:
        host = host or _text(own, known.OBJECT, _is_label)
        standing = Standing(Saying.FIRING, {"severity": Level.INFO.value}, stated=False)
    else:
        standing = standing_of(facts, title or prose)
    name = bare_name(
        title
        or (prose if " " in prose else "")
        or _text(own, known.LOOSE_NAME, _is_single_name, exact=True)
        or prose
        or _text(own, known.KIND, _is_label)
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
        url=_link(facts),
    )


def _change(facts: list[Fact]) -> str:
    """ "Site Jakarta created", where a payload tells that a thing of some kind was made, changed or removed."""
    top = [fact for fact in facts if fact.depth == 0]
    for fact in top:
        verb = fact.value.lower() if isinstance(fact.value, str) else ""
        if verb in known.VERBS:
            kinds = [f for f in top if f.words[-f.own :] in known.KIND and _is_label(f.value)]
            what = _text(facts, known.OBJECT, _is_label)
            if kinds and what:
                return f"{str(kinds[0].value).capitalize()} {what} {verb}"
    return ""


def _is_near(fact: Fact) -> bool:
    return all(_is_own(name) for name in fact.parents)


def _is_own(parent: str) -> bool:
    words = pieces(parent)
    return "_".join(words) in known.NEAR or (bool(known.TOLD.intersection(words)) and "context" not in words)


def _title(facts: list[Fact], near: list[Fact], hint: str) -> str:
    found = _text(facts, known.NAME, _is_name, exact=True)
    found = found or hint or _text(near, known.LOOSE_NAME, _is_single_name, exact=True)
    return found or _text(near, known.REASON, lambda value: _is_name(value) and " " not in str(value), exact=True)


def _host(facts: list[Fact], title: str, prose: str) -> str:
    found = _text(facts, known.HOST, _is_host_name, exact=True) or _text(facts, known.HOST, _is_host_name)
    found = found or _watched(facts) or _text(facts, known.HOST, _is_host, exact=True)
    found = found or _text(facts, known.HOST_LAST, _is_host, exact=True)
    if found:
        return found
    if _MACHINE.fullmatch(title) and any(_is_machine(fact) for fact in facts):
        return title
    for text in (
        title,
        prose,
        *(str(fact.value) for fact in facts if isinstance(fact.value, str) and "\n" in fact.value),
    ):
        named = (
            ("\n" in text and _NAMED_IN_TEXT.search(text[:20_000]))
            or _NAMED_INLINE.search(text[:2000])
            or _ON.search(text[:2000])
        )
        if named:
            return named[1]
    return ""


def _watched(facts: list[Fact]) -> str:
    """The host of the website that is watched."""
    found = choose(facts, known.WATCHED, lambda value: isinstance(value, str) and "://" in value)
    address = _host_of(str(found.value)) if found else ""
    if address and any(_is_of_the_tool(fact, str(found.value), address) for fact in facts if found):
        return ""
    if found is None and any(known.WATCHES.intersection(_spoken(fact)) for fact in facts):
        found = choose(facts, known.PLAIN_URL, _is_page, exact=True)
    return _host_of(str(found.value)) if found else ""


def _is_of_the_tool(fact: Fact, watched: str, host: str) -> bool:
    """Whether a link to the alert leads to the same host: then it is no site that is watched."""
    named = bool(known.LINKED.intersection(fact.words)) and bool(web_address(fact.value))
    return named and fact.value != watched and _host_of(str(fact.value)) == host


def _spoken(fact: Fact) -> tuple[str, ...]:
    """The words of a fact's name, and of its value where that is one word: `"event": "uptime.down"`."""
    short = isinstance(fact.value, str) and len(fact.value) <= 40 and " " not in fact.value
    return (*fact.words, *(pieces(str(fact.value)) if short else ()))


def _is_machine(fact: Fact) -> bool:
    return fact.words[-1:] == ("type",) and bool(known.MACHINES.intersection(pieces(str(fact.value)[:40])))


def _host_of(address: str) -> str:
    try:
        return urlsplit(address[:2000]).hostname or ""
    except ValueError:
        return ""


def _labels(facts: list[Fact], own: list[Fact]) -> dict[str, Scalar]:
    labels: dict[str, Scalar] = {}
    for fact in own:
        if not fact.aside and known.LABELLED.intersection(fact.parents):
            labels.setdefault(fact.name, fact.value)
    for phrase in known.EXTRA:
        found = choose(facts, (phrase,), _is_label, exact=True)
        if found:
            labels.setdefault(phrase[0], found.value)
    return labels


def _identity(own: list[Fact], title: str, name: str, host: str, service: str, *, stated: bool) -> dict[str, str]:
    """What names the alert, in whatever state it is: the tool's own key, else name, host, service, and labels."""
    key = _text(own, known.KEY, lambda value: isinstance(value, str | int) and not isinstance(value, bool), exact=True)
    if key and key != host:  # a host's alias names no alert
        scope = _text(own, known.SCOPE, _is_label, exact=True)
        return {"key": key, "scope": scope} if scope else {"key": key}
    if not title and host and stated and service and service == _text(own, known.CHECK, _is_label, exact=True):
        return {"instance": host, "service": service}
    mine = {
        f"label_{fact.name}": text_of(fact.value, 500)
        for fact in own
        if not fact.aside and _names_it(fact) and not _VOLATILE.intersection(pieces(fact.name))
    }
    thing = "" if host else _text(own, known.OBJECT_ID, _is_number_or_label, exact=True)
    mine |= {"object": thing} if thing else {}
    return {"name": essence(name) or name.lower(), "instance": host, "service": service, **mine}


def _names_it(fact: Fact) -> bool:
    # Tags describe and may change while it fires; labels and dimensions say which one it is.
    return bool(known.LABELLED.intersection(fact.parents)) and "tags" not in fact.parents


def _summary(prose: str, name: str, host: str) -> str:
    return prose or (f"{name}: {host}" if host and host not in name else name)


def _long(facts: list[Fact], prose: str) -> str:
    found = choose(facts, known.LONG, lambda value: _is_prose(value) and str(value).strip() != prose)
    return str(found.value).strip() if found else ""


def _text(facts: list[Fact], family: Family, fits: Fits, *, exact: bool = False) -> str:
    found = choose(facts, family, fits, exact=exact)
    return text_of(found.value, 4096).strip() if found else ""


def _link(facts: list[Fact]) -> str:
    """Where to read on: by a known name, else by one that has a word for links in it, as `linksensor`."""
    found = _text(facts, known.URL, lambda value: bool(web_address(value)), exact=True)
    linked = (
        f
        for f in facts
        if not f.aside and (_LINK.search(f.name) or "links" in f.parents) and not _NO_LINK.search(f.name)
    )
    linked = (f for f in linked if web_address(f.value))
    return found or next((str(fact.value).strip() for fact in linked), "")


def _moment(facts: list[Fact], family: Family) -> float | None:
    found = choose(facts, family, lambda value: moment_of(value) is not None, exact=True)
    return moment_of(found.value) if found else None


def _is_prose(value: Scalar) -> bool:
    return isinstance(value, str) and len(value.strip()) > 2 and not _OPAQUE.fullmatch(value.strip())


def _is_name(value: Scalar) -> bool:
    text = value.strip() if isinstance(value, str) else ""
    return (
        0 < len(text) <= 500
        and not _OPAQUE.fullmatch(text)
        and text.lower() not in _NO_NAMES
        and not _PASSING.match(text)
    )


def _is_single_name(value: Scalar) -> bool:
    return _is_name(value) and len(str(value).split()) <= 6


def _is_label(value: Scalar) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 255 and "\n" not in value and value[0] not in "{["


def _is_number_or_label(value: Scalar) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or _is_label(value)


def _is_service(value: Scalar) -> bool:
    return _is_label(value) and "://" not in str(value)


def _is_page(value: Scalar) -> bool:
    """Whether an address may be that of a website: what leads to one alert among many is longer."""
    try:
        parts = urlsplit(web_address(value))
    except ValueError:
        return False
    return bool(parts.hostname) and parts.path.count("/") <= 1 and not parts.query and not parts.fragment


def _is_host_name(value: Scalar) -> bool:
    return _is_host(value) and not _ADDRESS.fullmatch(str(value).strip())


def _is_host(value: Scalar) -> bool:
    return (
        _is_label(value)
        and "://" not in str(value)
        and str(value).strip().count(" ") <= 2
        and str(value).lower() not in _NO_HOSTS
    )


_NO_NAMES = frozenset(
    ("true", "false", "none", "null", "notification", "default", "unknown", "n/a", "alert", "event", "warning", "error")
)
_NO_HOSTS = frozenset(("true", "false", "none", "null", "unknown", "n/a", "-", "api", "alerts", "monitoring"))
