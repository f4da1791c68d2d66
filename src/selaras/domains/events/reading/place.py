"""Where an alert is: the host that it tells of, and the link that leads back to it."""

import re
from urllib.parse import urlsplit

from selaras.domains.events.reading import families as known
from selaras.domains.events.reading.choose import choose
from selaras.domains.events.reading.fits import first_text, is_host, is_host_name, is_page
from selaras.domains.events.reading.flat import Fact
from selaras.domains.events.reading.notice import web_address
from selaras.domains.events.reading.words import pieces

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
_MACHINE = re.compile(r"(?=.*[\d.-])[a-z0-9][\w.-]{1,62}", re.IGNORECASE)
_LINK = re.compile(r"^link|(?:url|uri|link|href)$", re.IGNORECASE)
_NO_LINK = re.compile(
    r"subscribe|cert|sign|ack|icon|image|logo|avatar|picture|api|callback|ping|hook|doc", re.IGNORECASE
)


def host_of(facts: list[Fact], title: str, prose: str) -> str:
    """The host that it is about: by a name of a field, the website watched, or a text that names it; "" if none."""
    found = first_text(facts, known.HOST, is_host_name, exact=True) or first_text(facts, known.HOST, is_host_name)
    found = found or watched_host(facts) or first_text(facts, known.HOST, is_host, exact=True)
    found = found or first_text(facts, known.HOST_LAST, is_host, exact=True)
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


def watched_host(facts: list[Fact]) -> str:
    """The host of the website that is watched."""
    found = choose(facts, known.WATCHED, lambda value: isinstance(value, str) and "://" in value)
    address = _host_of(str(found.value)) if found else ""
    if address and any(_is_of_the_tool(fact, str(found.value), address) for fact in facts if found):
        return ""
    if found is None and any(known.WATCHES.intersection(_spoken(fact)) for fact in facts):
        found = choose(facts, known.PLAIN_URL, is_page, exact=True)
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


def link_of(facts: list[Fact]) -> str:
    """Where to read on: by a known name, else by one that has a word for links in it, as `linksensor`."""
    found = first_text(facts, known.URL, lambda value: bool(web_address(value)), exact=True)
    linked = (
        f
        for f in facts
        if not f.aside and (_LINK.search(f.name) or "links" in f.parents) and not _NO_LINK.search(f.name)
    )
    linked = (f for f in linked if web_address(f.value))
    return found or next((str(fact.value).strip() for fact in linked), "")
