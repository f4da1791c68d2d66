"""How an alert of an unknown tool stands: firing or over, how severe, and whether the payload said so at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from selaras.domains.events.reading import families as known
from selaras.domains.events.reading.choose import choose, ranked
from selaras.domains.events.reading.clean import said_by_name
from selaras.domains.events.reading.flat import Fact, Scalar
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import severity_labels
from selaras.domains.events.reading.words import Level, Saying, is_all_clear, level_of, pieces, saying_of
from selaras.kernel.text import whole_number

# Syslog's numbers, which count the other way: 0 emergency to 7 debug.
_SYSLOG = (*[Level.CRITICAL] * 3, Level.ERROR, Level.WARNING, *[Level.INFO] * 3)
_LADDER = 15  # the highest rung of scales on which more is worse
_STATE_WORDS = 2  # a longer state is a phrase, in which a word like "alert" tells no severity
_SHORT = 20  # characters of a severity word that is none of ours


@dataclass(frozen=True, slots=True)
class Standing:
    """`severity` as labels; `stated`: the payload names a state, so an end of it can be waited for."""

    saying: Saying
    severity: dict[str, str] = field(default_factory=dict)
    stated: bool = True


def standing_of(facts: Sequence[Fact], title: str) -> Standing:
    """How it stands. Without any state it fires."""
    severity = _severity(facts)
    stated = _stated(facts)
    by_title, level = said_by_name(title)
    saying = stated[0] if stated else None
    if saying is None and severity and is_all_clear(severity.value):
        return Standing(Saying.RESOLVED, {})
    if saying is None:
        saying = by_title
    word: object = _severity_value(severity, facts)
    if word is None and stated and saying == Saying.FIRING:
        word = level_of(stated[1]) if _is_known_phrase(stated[1]) else None
    if word is None and saying == Saying.FIRING:
        graded = choose(facts, known.GRADED, _is_known_phrase, exact=True)
        word = level_of(graded.value) if graded is not None else None
    if word is None and level is not None and saying != Saying.RESOLVED:
        word = level
    if word is None and saying is None and any(_asks(fact) for fact in facts):
        word = Level.INFO.value
    rank = severity is not None and _is_ladder(severity)
    return Standing(saying or Saying.FIRING, severity_labels(word, highest_worst=rank), stated=saying is not None)


def _stated(facts: Sequence[Fact]) -> tuple[Saying, Scalar] | None:
    # A number means something else in every tool: words count first, wherever they stand.
    for family, reads in (
        (known.STATE, _said),
        (known.STATE, _counted),
        (known.STATE_LAST, _said),
    ):
        for fact in ranked(facts, family, lambda value: not isinstance(value, bool), exact=True):
            said = reads(fact)
            if said is not None:
                return said, fact.value
    word = choose(facts, known.STATE_WORDS, lambda value: saying_of(value) is not None)
    said = saying_of(word.value) if word is not None else None
    if word is not None and said is not None:
        return said, word.value
    for family, yes, no in (
        (known.ENDED, Saying.RESOLVED, Saying.FIRING),
        (known.FIRES, Saying.FIRING, Saying.RESOLVED),
    ):
        flag = choose(facts, family, lambda value: isinstance(value, bool), exact=True)
        if flag is not None:
            return (yes if flag.value else no), flag.value
    ended = choose(facts, known.END, lambda value: moment_of(value) is not None, exact=True)
    return (Saying.RESOLVED, ended.value) if ended else None


def _said(fact: Fact) -> Saying | None:
    return saying_of(fact.value)


def _counted(fact: Fact) -> Saying | None:
    """A state that is a number: 0 is well, as exit codes are; of a heartbeat, 1 is well. Codes of HTTP are none."""
    number = whole_number(str(fact.value), digits=2)
    named = fact.words[-fact.own :] == ("event", "value")  # as Zabbix calls it; `event.value` is what was measured
    if number is None or not (named or fact.words[-1] in ("state", "status")):
        return None
    well = (number == 0) != ("heartbeat" in fact.words or "up" in fact.words)
    return Saying.RESOLVED if well else Saying.FIRING


def _severity(facts: Sequence[Fact]) -> Fact | None:
    found = choose(facts, known.SEVERITY, _is_known, exact=True) or choose(facts, known.SEVERITY, _is_known_word)
    if found is None:
        found = choose(facts, known.SEVERITY_LAST, _is_known_phrase, exact=True)
    return found or choose(facts, known.SEVERITY, _is_word, exact=True)


def _is_known(value: Scalar) -> bool:
    rung = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LADDER
    return rung or level_of(value) is not None or is_all_clear(value)


def _is_known_word(value: Scalar) -> bool:
    return isinstance(value, str) and not value.strip().isdigit() and _is_known(value)


def _is_known_phrase(value: Scalar) -> bool:
    return _is_known_word(value) and len(pieces(str(value)[:100])) <= _STATE_WORDS


def _is_word(value: Scalar) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _SHORT and bool(pieces(value))


def _severity_value(found: Fact | None, facts: Sequence[Fact]) -> Scalar | None:
    if found is None or is_all_clear(found.value):
        return None
    if found.words[-1] == "level" and str(found.value) in "01234567" and _is_syslog(facts):
        return _SYSLOG[int(str(found.value))].value
    return found.value


def _is_syslog(facts: Sequence[Fact]) -> bool:
    return any(fact.words in (("short", "message"), ("facility",)) for fact in facts)


def _asks(fact: Fact) -> bool:
    """Whether it is no alert but a question or a trial of the sender: `"Type": "SubscriptionConfirmation"`."""
    kind = fact.depth == 0 and fact.words[-1:] in (("type",), ("event",))
    return kind and isinstance(fact.value, str) and bool(known.ASKS.intersection(pieces(fact.value[:100])))


def _is_ladder(found: Fact) -> bool:
    return found.words[-1] == "level" and isinstance(found.value, int)
