"""Pure: which alerts hold back which others while they fire, as Alertmanager's inhibition rules say it.

An alert under the conditions of a rule that holds back others leaves a key: the rule, and the values that must be
equal. An alert that may be held back looks for the same key. Both sides are one look-up, however many alerts fire.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.matchers import Matcher
from selaras.domains.events.rules import CompiledRule


class Inhibition:
    """A rule that holds others back, with both sides ready to be asked. Raises BadMatcher."""

    __slots__ = ("rule", "source", "target")

    def __init__(self, source: CompiledRule) -> None:
        self.rule, self.source = source.rule, source
        self.target = tuple(Matcher(c.label, c.op, c.value) for c in source.rule.holds_back)

    def held(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels may be held back by it."""
        return all(matcher.holds(labels) for matcher in self.target)


def inhibitions(rules: Sequence[CompiledRule]) -> list[Inhibition]:
    """Those of the rules that hold others back. One that cannot be read holds nothing."""
    ready = []
    for compiled in rules:
        if compiled.rule.holds_back:
            try:
                ready.append(Inhibition(compiled))
            except BadMatcher:
                continue
    return ready


def keys_left(labels: Mapping[str, str], among: Sequence[Inhibition]) -> list[str]:
    """The keys under which an alert with these labels holds others back.

    As in Alertmanager, one that is on both sides of a rule holds back none that is so too: it leaves another key.
    """
    return [_key(one.rule, labels, one.held(labels)) for one in among if one.source.holds(labels)]


def keys_sought(labels: Mapping[str, str], among: Sequence[Inhibition]) -> list[str]:
    """The keys under which an alert with these labels is held back."""
    sought = []
    for one in among:
        if one.held(labels):
            sought.append(_key(one.rule, labels, both=False))
            if not one.source.holds(labels):
                sought.append(_key(one.rule, labels, both=True))
    return sought


def _key(rule: RuleRow, labels: Mapping[str, str], both: bool) -> str:
    values = json.dumps([[name, labels.get(name, "")] for name in rule.holds_equal])
    return f"{rule.id}:{'b' if both else 's'}:{blake2b(values.encode(), digest_size=12).hexdigest()}"
