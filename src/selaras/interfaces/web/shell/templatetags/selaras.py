"""The small parts of a page as template tags: `{% load selaras %}`. Written for lists: no template inside a row, unless
what it draws is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, gettext

from selaras.domains.agreements.contracts import METRIC_WORDS, Metric
from selaras.domains.people.queries import may as actor_may
from selaras.domains.records.contracts import RecordRow
from selaras.interfaces.web.shell import words
from selaras.interfaces.web.shell.marks import CLASS_MARKS, PRIORITY_ICONS, Mark, state_mark
from selaras.interfaces.web.shell.vocabulary import AGREEMENT_STATES, SERVICE_STATES, state_word
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence

register = template.Library()
register.filter("spoken", words.spoken)
register.filter("duration", words.duration)
register.filter("slug", slugify)

_RISK_SHARE = 0.25  # of the time given: from here on a bar says risk

# A list draws the same few parts once a row: each is made once and kept, while it is among the last that were drawn.
_kept = lru_cache(maxsize=4096)


@register.simple_tag
@_kept
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; with a `label` it speaks, otherwise it is silent."""
    href = static("vendor/icons/sprite.svg")
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', extra, label, href, name
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', extra, href, name)


@register.simple_tag
def mark(icon_name: str, word: Any, tone: str = "plain") -> SafeString:
    """Icon and word together, in the tone of harm, risk, done, busy, wait or plain."""
    return _mark(icon_name, _text(word), tone)


@_kept
def _mark(icon_name: str, word: str, tone: str) -> SafeString:
    return format_html('<span class="state state-{}">{}<span>{}</span></span>', tone, icon(icon_name), word)


@register.simple_tag
def state(name: str, word: Any) -> SafeString:
    """A record's state: its icon, and its word from the lifecycle."""
    drawn = state_mark(name)
    return mark(drawn.icon, word, drawn.tone)


@register.simple_tag
def record_state(row: Any) -> SafeString:
    """The state of a row of a list, in words of its kind."""
    return state(row.state, state_word(row.kind, row.state))


@register.simple_tag
def service_state(name: str) -> SafeString:
    """Where a service is in its life."""
    return state(name, SERVICE_STATES[name])


@register.simple_tag
def agreement_state(name: str) -> SafeString:
    """Where an agreement is in its life."""
    return state(name, AGREEMENT_STATES[name])


@register.simple_tag
def alert_class(name: str, word: Any) -> SafeString:
    """An event's class (exception, warning, informational): icon and word."""
    drawn = CLASS_MARKS.get(name, Mark("circle", "plain"))
    return mark(drawn.icon, word, drawn.tone)


@register.simple_tag
def record_lines(rows: Sequence[RecordRow]) -> SafeString:
    """The rows of a list of records, each drawn once until it reads otherwise."""
    language = get_language()
    lines = (_record_line(row, language, time_left(row.opened_at, row.due_at, row.closed_at)) for row in rows)
    return SafeString("".join(lines))


@_kept
def _record_line(row: RecordRow, language: str | None, left: SafeString) -> str:
    """`language` and `left` (in the reader's zone) are what else it is drawn by."""
    return render_to_string("records/parts/line.html", {"row": row, "left": left})


@register.simple_tag
def priority(level: int, long: bool = False) -> SafeString:
    """`P1`, spoken as "Priority 1"; long: the whole word."""
    return _priority(level, gettext("Priority %(n)s") % {"n": level}, long)


@_kept
def _priority(level: int, full: str, long: bool) -> SafeString:
    drawn = icon(PRIORITY_ICONS[level]) if level in PRIORITY_ICONS else ""
    if long:
        return format_html('<span class="prio prio-{}">{}<span>{}</span></span>', level, drawn, full)
    return format_html(
        '<span class="prio prio-{}" title="{}">{}<span aria-hidden="true">P{}</span><span class="sr">{}</span></span>',
        level,
        full,
        drawn,
        level,
        full,
    )


@register.filter
@_kept
def record_address(number: str) -> str:
    """Where a record's page is."""
    return reverse("web:records:record", args=[number])


@register.simple_tag
def when(moment: datetime | None, extra: str = "") -> SafeString:
    """A moment: relative, kept fresh by the page, exact on hover and for screen readers that ask."""
    if moment is None:
        return SafeString("–")
    return _when(moment, words.exact(moment), words.relative(moment), extra)


@_kept
def _when(moment: datetime, exact: str, relative: str, extra: str) -> SafeString:
    return format_html(
        '<time class="{}" datetime="{}" title="{}" data-when>{}</time>',
        extra,
        moment.isoformat(timespec="seconds"),
        exact,
        relative,
    )


@register.simple_tag
def at(moment: datetime | None) -> SafeString:
    """A moment in full figures (`23 Nov 2026 16.05`), for tables that are compared."""
    if moment is None:
        return SafeString("–")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        words.exact(moment),
        words.short(moment),
    )


@register.simple_tag
def time_left(opened: datetime, due: datetime | None, ended: datetime | None = None) -> SafeString:
    """Time until `due` as a small bar with its figure; without a due time, a dash with its reason."""
    if ended is not None:
        return format_html('<span class="left quiet">{}</span>', when(ended))
    if due is None:
        return format_html('<span class="left quiet" title="{}">–</span>', gettext("No time is running"))
    present = clock.now()
    whole = max((due - opened).total_seconds(), 60.0)
    rest = (due - present).total_seconds()
    if rest < 0:
        words_ = gettext("%(time)s over") % {"time": words.brief(-rest / 60)}
        return _left("over", words_, due, icon("clock-exclamation"))
    share = min(rest / whole, 1.0)
    return _left("risk" if share <= _RISK_SHARE else "fine", words.brief(rest / 60), due, bar(share))


@register.simple_tag
def bar(share: float, tone: str = "", extra: str = "left-bar") -> SafeString:
    """A bar filled to `share` (0..1), drawn so that no inline style is needed."""
    return _bar(f"{max(0.0, min(share, 1.0)) * 100:.0f}", tone, extra)


@_kept
def _bar(width: str, tone: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="{} {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6"/><rect class="fill" width="{}" height="6"/></svg>',
        extra,
        tone,
        width,
    )


def _left(tone: str, figure: str, due: datetime, picture: SafeString) -> SafeString:
    title = gettext("Due %(moment)s") % {"moment": words.exact(due)}
    return format_html(
        '<span class="left left-{}" title="{}">{}<span>{}</span></span>',
        tone,
        title,
        picture,
        figure,
    )


@register.simple_tag
def who(
    name: str | None, machine: bool = False, large: bool = False, bare: bool = False, brief: bool = False
) -> SafeString:
    """A person as initials and name; `machine`: no person; `bare`: initials only; `brief`: `Sari W.`, for columns."""
    if not name:
        return format_html('<span class="quiet">{}</span>', gettext("Nobody"))
    return _who(name, machine, large, bare, brief)


@_kept
def _who(name: str, machine: bool, large: bool, bare: bool, brief: bool) -> SafeString:
    drawn = icon("cpu") if machine else initials(name)
    face = format_html(
        '<span class="face{}{}" aria-hidden="true">{}</span>',
        " face-l" if large else "",
        " face-machine" if machine else "",
        drawn,
    )
    if bare:
        return format_html('<span title="{}">{}<span class="sr">{}</span></span>', name, face, name)
    if brief:
        return format_html(
            '<span class="who" title="{}">{}<span class="cut">{}</span></span>', name, face, brief_name(name)
        )
    return format_html('<span class="who">{}<span class="cut">{}</span></span>', face, name)


def brief_name(name: str) -> str:
    """`Sari W.`: the first word, and the letter of the last."""
    parts = name.split()
    return f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 else name


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word."""
    parts = [part for part in name.split() if part[:1].isalpha()] or [name or "?"]
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()


@register.simple_tag
def named(row: Any, prefix: str = "name") -> str:
    """`name_id` or `name_en` of a row, by the reader's language; the other where one is empty."""
    first, second = (f"{prefix}_id", f"{prefix}_en")
    if (get_language() or "id").startswith("en"):
        first, second = second, first
    return str(getattr(row, first, "") or getattr(row, second, "") or "")


@register.simple_tag(takes_context=True)
def may(context: template.Context, permission: str) -> bool:
    """Whether the person looking may do this anywhere."""
    actor = context.get("me")
    return actor is not None and actor_may(actor, permission)


@register.simple_tag
def facts(*pairs: Any) -> SafeString:
    """A definition list of label and value in turn; empty values are left out."""
    rows = [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2) if pairs[i + 1] not in (None, "")]
    return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


@register.filter
def figure(value: float) -> str:
    """A number for people: `1.234.567`. Only so: ids and attributes of a page must stay plain digits."""
    return number_format(value, force_grouping=True)


@register.filter
def minutes(value: float | timedelta | None) -> str:
    """Minutes (or a length of time) in short words."""
    return "–" if value is None else words.duration(value)


@register.filter
def seconds(value: float) -> str:
    """Seconds in short words, whichever their sign."""
    return words.duration(value / 60)


@register.filter
def metric(name: str) -> str:
    """What a clock or target measures, in words."""
    return words.spoken(METRIC_WORDS[Metric(name)])


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key) if hasattr(mapping, "get") else None


def _text(value: Any) -> str:
    return words.spoken(value) if isinstance(value, Sentence) else str(value)
