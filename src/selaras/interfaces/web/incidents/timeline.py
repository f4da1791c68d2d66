"""What happened, in words: entries become lines, and what machines said in a row is folded into one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from selaras.domains.records.contracts import EntryRow
from selaras.interfaces.web.incidents.line import Burst, Line, draw
from selaras.interfaces.web.incidents.phrases import worded
from selaras.interfaces.web.shell import words

_SAID = frozenset({"opened", "noted", "major.updated"})  # what somebody wrote, shown as a card of its own
_BURST = 3  # machine lines in a row from which they are folded
_AT_ONCE = timedelta(seconds=2)  # between a move and what it does to the clocks
_SHORT = 4_000  # characters of a line that is kept once drawn


@dataclass(slots=True)
class _Folding:
    done: list[Line | Burst] = field(default_factory=list)
    held: list[Line] = field(default_factory=list)

    def release(self) -> None:
        self.done.extend([Burst(tuple(self.held))] if len(self.held) >= _BURST else self.held)
        self.held = []


def drawn(entries: Sequence[EntryRow], *, internal: bool) -> SafeString:
    """The timeline as HTML, oldest first; `internal`: for those who are told which lines are public.

    What happened never changes, and its page is drawn anew at each step: a line is kept until it reads otherwise.
    """
    made, reader = [], (internal, get_language(), timezone.get_current_timezone_name())
    for line in _folded(entries):
        lines = line.lines if isinstance(line, Burst) else (line,)
        keeping = _kept if sum(map(_length, lines)) <= _SHORT else _draw
        made.append(keeping(line, reader, tuple(words.relative(one.at) for one in lines)))
    return SafeString("".join(made))


def _length(line: Line) -> int:
    return len(line.body) + sum(len(text) for _label, text in line.quotes)


def _draw(line: Line | Burst, reader: tuple[bool, str | None, str], ago: tuple[str, ...]) -> str:
    """`reader`: whether who reads it is told what is internal, their language and zone; `ago`: its moments in words."""
    return draw(line, internal=reader[0])


_kept = lru_cache(maxsize=4096)(_draw)


def _folded(entries: Sequence[EntryRow]) -> list[Line | Burst]:
    """The timeline, oldest first."""
    folding = _Folding()
    for line in _with_effects(entries):
        if line.machine and not line.said and not line.quotes:
            folding.held.append(line)
            continue
        folding.release()
        folding.done.append(line)
    folding.release()
    return folding.done


def _with_effects(entries: Sequence[EntryRow]) -> list[Line]:
    """Lines, with what a move did to the clocks told under the move itself."""
    lines: list[Line] = []
    for entry in entries:
        line = line_of(entry)
        before = lines[-1] if lines else None
        if before and entry.verb.startswith("clocks.") and line.by == before.by and line.at - before.at < _AT_ONCE:
            lines[-1] = replace(before, effects=(*before.effects, line.words))
        else:
            lines.append(line)
    return lines


def _machine(part: str) -> str:
    """What a part of the house is called where it acts by itself."""
    return _("Monitoring") if part == "events" else "Selaras"


def line_of(entry: EntryRow) -> Line:
    """One entry in words."""
    icon, words = worded(entry)
    said = entry.verb in _SAID and bool(entry.body)
    return Line(
        id=entry.id,
        at=entry.at,
        by=entry.actor_name if entry.actor_id is not None else _machine(entry.actor_name),
        person_id=entry.actor_id,
        icon=icon,
        words=words,
        public=entry.public,
        said=said,
        machine=entry.actor_id is None,
        body=entry.body if said else "",
        quotes=() if said else _quotes(entry),
    )


def _quotes(entry: EntryRow) -> tuple[tuple[str, str], ...]:
    given = [(_("Cause"), str(entry.data.get("cause", "")))] if entry.verb == "resolve" else []
    label = _("Solution") if entry.verb == "resolve" else ""
    wanted = [(_("Decision wanted"), str(entry.data.get("decision", "")))] if entry.verb == "escalated_up" else []
    return tuple((name, text) for name, text in [*given, (label, entry.body), *wanted] if text)
