"""Words a sentence in the language and zone of the one who reads it (Django's active ones)."""

from datetime import datetime

from babel.dates import format_datetime
from django.utils import timezone
from django.utils.translation import get_language, gettext

from selaras.kernel import clock
from selaras.kernel.sentences import Sentence

_TIMES = {"en": "HH:mm:ss", "id": "HH.mm.ss"}


def spoken(sentence: Sentence | str | None) -> str:
    """A sentence in the active language, with its sentences and moments; a string is worded already."""
    if sentence is None:
        return ""
    if isinstance(sentence, str):
        return sentence
    if not sentence.params:
        return gettext(sentence.text)
    parts = {name: _part(v) for name, v in sentence.params.items()}
    return gettext(sentence.text) % parts


def _part(value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    return spoken(value) if isinstance(value, Sentence) else value


def _moment(moment: datetime) -> str:
    """The time of day, with the date where that is not today."""
    at = timezone.localtime(moment)
    language = (get_language() or "id")[:2]
    known = language if language in _TIMES else "en"
    day = "" if at.date() == timezone.localtime(clock.now()).date() else "d MMM "
    return str(format_datetime(at, day + _TIMES[known], locale=known))
