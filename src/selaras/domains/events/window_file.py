"""Maintenance windows as a YAML file: written for people to keep, read with an error for each that is wrong."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from selaras.domains.events import list_file
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.rules import FieldChange, RuleChange
from selaras.domains.events.contracts.windows import WINDOW_WORDS, WindowDraft, WindowKind
from selaras.domains.events.list_file import Wrong, entries_of, name_of, refuse
from selaras.kernel.sentences import Sentence, say

_WALL = "%Y-%m-%dT%H:%M"


class _When(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    op: str
    value: str


class _Entry(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    calendar: str
    open: WindowKind = WindowKind.RECURRING
    starts: str = msgspec.field(default="", name="from")
    minutes: int = 60
    repeats: str = ""
    when: list[_When] = []
    ends: list[str] = msgspec.field(default=[], name="for")
    dependents: bool = True
    enabled: bool = True


def written(drafts: Sequence[WindowDraft], calendars: Mapping[int, str]) -> str:
    """The file of these windows; `calendars` gives the slug of each id."""
    entries = [msgspec.to_builtins(_entry(draft, calendars)) for draft in drafts]
    return list_file.written("windows", entries)


def read(text: str, calendars: Mapping[str, int]) -> list[WindowDraft]:
    """The windows of a file; `calendars` gives the id of each slug. Raises Invalid, naming window and field."""
    drafts, faults = list[WindowDraft](), list[Sentence]()
    for number, given in enumerate(entries_of(text, "windows"), 1):
        try:
            draft = _draft(msgspec.convert(given, _Entry), calendars)
            if draft.name in {other.name for other in drafts}:
                raise Wrong(say("name: another window of the file has it"))
            drafts.append(draft)
        except (msgspec.ValidationError, Wrong) as error:
            why = error.sentence if isinstance(error, Wrong) else str(error)
            faults.append(say("Window %(n)s (%(name)s), %(why)s.", n=number, name=name_of(given), why=why))
    refuse(faults)
    return drafts


def differences(
    before: Sequence[WindowDraft], after: Sequence[WindowDraft], calendars: Mapping[int, str]
) -> list[RuleChange]:
    """What a file makes of the windows there are, in its order; one that it does not name is disabled."""
    old, names = {draft.name: draft for draft in before}, {draft.name for draft in after}
    found = [_change(old.get(draft.name), draft, calendars) for draft in after]
    gone = [
        RuleChange(say("Disabled: it is not in the file"), draft.name)
        for draft in before
        if draft.enabled and draft.name not in names
    ]
    return [change for change in found if change is not None] + gone


def _draft(entry: _Entry, calendars: Mapping[str, int]) -> WindowDraft:
    if entry.calendar not in calendars:
        raise Wrong(say("calendar: there is no “%(name)s”", name=entry.calendar[:80]))
    recurring = entry.open == WindowKind.RECURRING
    starts = _wall(entry.starts) if entry.starts and recurring else None
    return WindowDraft(
        name=entry.name.strip(),
        calendar_id=calendars[entry.calendar],
        kind=entry.open,
        starts=starts,
        minutes=entry.minutes,
        rrule=entry.repeats.strip().upper() if recurring else "",
        matchers=tuple(Condition(one.label, one.op, one.value) for one in entry.when),
        ends=tuple(sorted(entry.ends)),
        dependents=entry.dependents,
        enabled=entry.enabled,
    )


def _wall(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        said = say("from: a time by the clock of the calendar's zone is expected, such as 2026-11-29T01:00")
        raise Wrong(said) from None
    return found


def _entry(draft: WindowDraft, calendars: Mapping[int, str]) -> _Entry:
    return _Entry(
        name=draft.name,
        calendar=calendars[draft.calendar_id],
        open=draft.kind,
        starts=draft.starts.strftime(_WALL) if draft.starts else "",
        minutes=draft.minutes,
        repeats=draft.rrule,
        when=[_When(one.label, one.op, one.value) for one in draft.matchers],
        ends=list(draft.ends),
        dependents=draft.dependents,
        enabled=draft.enabled,
    )


def _change(old: WindowDraft | None, new: WindowDraft, calendars: Mapping[int, str]) -> RuleChange | None:
    now = _told(new, calendars)
    then = _told(old, calendars) if old else {}
    fields = tuple(
        FieldChange(_WORDS[name], then.get(name, ""), told) for name, told in now.items() if then.get(name) != told
    )
    return RuleChange(say("Changed") if old else say("New"), new.name, fields) if fields else None


_WORDS: dict[str, Sentence] = {
    "calendar": say("Calendar"),
    "open": say("Open"),
    "from": say("First from"),
    "minutes": say("For minutes"),
    "repeats": say("Repeats"),
    "when": say("Conditions"),
    "for": say("What is maintained"),
    "dependents": say("With what depends on it"),
    "enabled": say("Enabled"),
}


def _told(draft: WindowDraft, calendars: Mapping[int, str]) -> dict[str, Sentence | str]:
    timed = draft.kind == WindowKind.RECURRING
    return {
        "calendar": calendars.get(draft.calendar_id, ""),
        "open": WINDOW_WORDS[draft.kind],
        "from": draft.starts.strftime("%Y-%m-%d %H:%M") if draft.starts else "–",
        "minutes": str(draft.minutes) if timed else "–",
        "repeats": draft.rrule or say("Once") if timed else "–",
        "when": ", ".join(f'{c.label}{c.op}"{c.value}"' for c in draft.matchers) or say("every alert"),
        "for": ", ".join(sorted(draft.ends)) or say("none"),
        "dependents": say("yes") if draft.dependents else say("no"),
        "enabled": say("yes") if draft.enabled else say("no"),
    }
