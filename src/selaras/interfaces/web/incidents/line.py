"""A line of a timeline, and how it is drawn: in Python, as a page has fifty and a template takes thrice as long."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from selaras.interfaces.web.shell.templatetags.selaras import icon, when, who


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it."""

    id: int
    at: datetime
    by: str
    person_id: int | None
    icon: str
    words: str
    public: bool
    said: bool
    machine: bool
    body: str = ""
    quotes: tuple[tuple[str, str], ...] = ()  # label and text
    effects: tuple[str, ...] = ()  # what followed from it at once: clocks that started, stopped, paused


@dataclass(frozen=True, slots=True)
class Burst:
    """Machine lines in a row; the newest one speaks for them."""

    lines: tuple[Line, ...]

    @property
    def last(self) -> Line:
        """The newest."""
        return self.lines[-1]


def draw(line: Line | Burst, *, internal: bool) -> SafeString:
    """Its HTML; `internal`: for those who are told which lines are public."""
    if isinstance(line, Burst):
        return _burst(line)
    mark, what = _said(line, internal=internal) if line.said else _done(line)
    effects = format_html_join("", '<p class="entry-effect">{}{}</p>', ((icon("clock"), one) for one in line.effects))
    return format_html(
        '<li data-entry="{}" data-by="{}" data-person="{}"><span class="entry-mark">{}</span>{}{}</li>',
        line.id,
        line.by,
        line.person_id or "",
        mark,
        what,
        effects,
    )


def _said(line: Line, *, internal: bool) -> tuple[SafeString, SafeString]:
    """What somebody wrote: their face, and a card."""
    flag = SafeString()
    if internal:
        sign, word = ("world", _("Public")) if line.public else ("lock", _("Internal"))
        flag = format_html('<span class="entry-flag push">{}{}</span>', icon(sign), word)
    card = format_html(
        '<div class="entry-said{}"><p class="entry-line"><strong>{}</strong> {} · {}{}</p>'
        '<div class="entry-body">{}</div></div>',
        "" if line.public else " entry-internal",
        line.by,
        line.words,
        when(line.at),
        flag,
        line.body,
    )
    return who(line.by, line.machine, large=True, bare=True), card


def _done(line: Line) -> tuple[SafeString, SafeString]:
    """What somebody did: an icon, a sentence, and what they gave with it."""
    said = format_html(
        '<p class="entry-line"><strong>{}</strong> <span>{}</span> · {}</p>', line.by, line.words, when(line.at)
    )
    quotes = [
        (format_html('<span class="quiet small">{}</span><br>', label) if label else "", text)
        for label, text in line.quotes
    ]
    return icon(line.icon), said + format_html_join("", '<div class="entry-quote">{}{}</div>', quotes)


def _burst(burst: Burst) -> SafeString:
    """Folded: how many, and the newest."""
    last, many = burst.last, len(burst.lines)
    rows = ((one.id, one.by, one.words, when(one.at)) for one in burst.lines)
    return format_html(
        '<li data-entry="{}" data-by="{}"><span class="entry-mark">{}</span>'
        '<details class="burst"><summary>{}, {} · {}</summary><ul>{}</ul></details></li>',
        last.id,
        last.by,
        icon("cpu"),
        ngettext("%(n)s step by machines", "%(n)s steps by machines", many) % {"n": many},
        last.words,
        when(last.at),
        format_html_join("", '<li data-entry="{}"><strong>{}</strong> {} · {}</li>', rows),
    )
