"""Wording at the edge: sentences of pure code, durations and moments in the reader's language and zone."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext, ngettext

from selaras.kernel import clock
from selaras.kernel.wording import spoken as spoken

_LONG = {"en": "EEEE, d MMMM y HH:mm:ss", "id": "EEEE, d MMMM y HH.mm.ss"}
_SHORT = {"en": "d MMM y HH:mm", "id": "d MMM y HH.mm"}
_DAY = "d MMM y"
_DAY_OF_YEAR = "d MMM"


@lru_cache(maxsize=4)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _babel() -> tuple[str, Locale]:
    language = (get_language() or "id")[:2]
    known = language if language in _LONG else "en"
    return known, _locale(known)


def exact(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """`Senin, 23 November 2026 16.05.09 WIB`: to the second, zone named."""
    return _exact(moment, zone or get_current_timezone(), _babel()[0])


@lru_cache(maxsize=8192)  # a timeline names the same moments each time it is read
def _exact(moment: datetime, zone: tzinfo, language: str) -> str:
    local = moment.astimezone(zone)
    return f"{format_datetime(local, _LONG[language], locale=_locale(language))} {local.tzname()}"


def short(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """`23 Nov 2026 16.05` in the reader's zone."""
    language, locale = _babel()
    return str(format_datetime(moment.astimezone(zone or get_current_timezone()), _SHORT[language], locale=locale))


def relative(moment: datetime, *, now: datetime | None = None) -> str:
    """`3 menit lalu`, `dalam 2 jam`; the day itself from a week on."""
    present = now or clock.now()
    seconds = round((present - moment).total_seconds())
    if abs(seconds) < 45:
        return gettext("just now")
    if abs(seconds) >= 7 * 86400:
        _, locale = _babel()
        local = moment.astimezone(get_current_timezone())
        pattern = _DAY_OF_YEAR if local.year == present.astimezone(get_current_timezone()).year else _DAY
        return str(format_datetime(local, pattern, locale=locale))
    amount = _one_unit(abs(seconds))
    return gettext("%(time)s ago") % {"time": amount} if seconds > 0 else gettext("in %(time)s") % {"time": amount}


def _one_unit(seconds: int) -> str:
    if seconds < 3570:
        n = max(1, round(seconds / 60))
        return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}
    if seconds < 22.5 * 3600:
        n = max(1, round(seconds / 3600))
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    n = max(1, round(seconds / 86400))
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def duration(length: timedelta | float) -> str:
    """`2 j 14 m`, at most two units; a number is minutes. For bars and tables, where space is short."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length) * 60
    minutes = int(abs(seconds) // 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days >= 10 or (days and not hours):
        return gettext("%(d)s d") % {"d": days}
    if days:
        return gettext("%(d)s d %(h)s h") % {"d": days, "h": hours}
    if hours and not left:
        return gettext("%(h)s h") % {"h": hours}
    if hours:
        return gettext("%(h)s h %(m)s m") % {"h": hours, "m": left}
    return gettext("%(m)s min") % {"m": left}


def brief(minutes: float) -> str:
    """One unit, two only below ten hours: `28 hr`, `17 j`, `2 j 14 m`. For columns."""
    whole = int(abs(minutes))
    if whole >= 2 * 1440:
        return gettext("%(d)s d") % {"d": whole // 1440}
    if whole >= 600:
        return gettext("%(h)s h") % {"h": whole // 60}
    return duration(whole)
