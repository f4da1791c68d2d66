"""Pure: which alerts people are told of together, and when. The words and usual times are those of Alertmanager."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.matchers import faults_of
from selaras.kernel.sentences import Sentence, say

ALL = "..."
"""In `group_by`: each label counts, so that only an alert with equal labels from another source is told with it."""
WAIT, INTERVAL = 30, 300  # seconds, unless a rule says otherwise
LONGEST = 24 * 3600
_MOST = 20  # labels

_UNITS = {"h": 3600, "m": 60, "s": 1}
_SPAN = re.compile(r"(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")
_packed = msgspec.msgpack.Encoder(order="sorted").encode


def group_labels(rule: RuleRow, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels that an alert has in common with all others of its group; one that it lacks is left out."""
    return dict(labels) if ALL in rule.group_by else {name: labels[name] for name in rule.group_by if labels.get(name)}


def group_key(rule: RuleRow, policy_id: int | None, organisation_id: int | None, common: Mapping[str, str]) -> str:
    """The name of a group: nobody is told together of what another rule decided, who else is called for, or who else
    owns. Stored while the group is used."""
    whose = _packed([rule.id, policy_id, organisation_id, dict(common)])
    return blake2b(whose, digest_size=16).hexdigest()


def due(rule: RuleRow, now: datetime, told_at: datetime | None, *, fresh: bool) -> datetime:
    """When a group that has news is told of: a `fresh` one, of which nothing fires that was told, waits for others;
    and never twice within its interval."""
    at = now + timedelta(seconds=WAIT if rule.group_wait is None else rule.group_wait) if fresh else now
    interval = timedelta(seconds=INTERVAL if rule.group_interval is None else rule.group_interval)
    return at if told_at is None else max(at, told_at + interval)


def faults_in(rule: RuleRow) -> dict[str, Sentence]:
    """What is wrong with what a rule says of groups, by field."""
    faults: dict[str, Sentence] = {}
    names = [name for name in rule.group_by if name != ALL]
    if faults_of([Condition(name, "=", "") for name in names]):
        faults["group_by"] = say("A label is letters, digits and _, and begins with no digit; or ... for all labels.")
    elif len(set(rule.group_by)) < len(rule.group_by) or (ALL in rule.group_by and names) or len(names) > _MOST:
        faults["group_by"] = say("Name each label once, up to %(n)s of them; or ... alone for all labels.", n=_MOST)
    elif rule.group_by and rule.goes_on:
        faults["group_by"] = say("A rule that goes on decides nothing: let the rule that decides group.")
    for name, least in (("group_wait", 0), ("group_interval", 1)):
        given = getattr(rule, name)
        if given is not None and not least <= given <= LONGEST:
            faults[name] = say("Give a time of up to 24 hours, for example 30s or 5m.")
        elif given is not None and not rule.group_by:
            faults[name] = say("Say first by which labels alerts are grouped.")
    return faults


def as_span(seconds: int | None) -> str:
    """A time as people and Alertmanager write it: 90 is `1m30s`; nothing for None."""
    if seconds is None:
        return ""
    parts, rest = [], seconds
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def read_span(text: str) -> int | None:
    """The seconds of `1h30m`, `30s`, or of a bare number; None for nothing. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    found = _SPAN.fullmatch(f"{text}s" if text.isdecimal() else text)
    if found is None:
        raise ValueError(text)
    return sum(int(count or 0) * size for count, size in zip(found.groups(), _UNITS.values(), strict=True))
