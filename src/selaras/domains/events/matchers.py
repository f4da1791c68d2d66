"""Label matchers as Prometheus and Alertmanager write them: `name="value"`, `!=`, `=~`, `!~`; anchored RE2 patterns.

RE2 runs in time linear to its input, so a pattern that a user writes cannot hold anything up.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import re2

from selaras.domains.events.contracts import BadMatcher, Condition
from selaras.kernel.sentences import Sentence, say

# Alertmanager's own grammar (pkg/labels/parse.go), where values may hold line breaks.
_MATCHER = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANING = {"n": "\n", '"': '"', "\\": "\\"}
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
OPERATORS = ("=", "!=", "=~", "!~")
_MAX_PATTERN = 1000  # characters
_MEMORY = 1 << 20  # bytes a compiled pattern may take


class Matcher:
    """One condition on a label; a label that is not there equals the empty string."""

    __slots__ = ("_pattern", "name", "op", "value")

    def __init__(self, name: str, op: str, value: str) -> None:
        if op not in OPERATORS:
            raise BadMatcher(f"unknown operator {op}")
        self.name, self.op, self.value = name, op, value
        self._pattern = _compiled(value) if op in ("=~", "!~") else None

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether a set of labels satisfies it."""
        value = labels.get(self.name, "")
        same = value == self.value if self._pattern is None else self._pattern.fullmatch(value) is not None
        return same if self.op in ("=", "=~") else not same

    def __str__(self) -> str:
        return f'{self.name}{self.op}"{self.value}"'


def faults_of(conditions: Sequence[Condition]) -> dict[int, Sentence]:
    """What is wrong with each of these that cannot be read, by its place (0 the first)."""
    faults: dict[int, Sentence] = {}
    for index, condition in enumerate(conditions):
        if not _NAME.fullmatch(condition.label):
            faults[index] = say("A label is letters, digits and _, and begins with no digit.")
        elif condition.op not in OPERATORS:
            faults[index] = say("There is no such operator; choose =, !=, =~ or !~.")
        else:
            try:
                Matcher(condition.label, condition.op, condition.value)
            except BadMatcher as error:
                faults[index] = say("This pattern cannot be read (RE2): %(why)s", why=str(error))
    return faults


def parse(text: str) -> Matcher:
    """Read one matcher. Raises BadMatcher, in Alertmanager's words."""
    found = _MATCHER.fullmatch(text)
    if found is None:
        raise BadMatcher(f"bad matcher format: {text}")
    name, op, raw = found.groups()
    return Matcher(name, op, _unquoted(raw, text))


def _unquoted(raw: str, text: str) -> str:
    quoted = raw.startswith('"')
    inner = raw[1:] if quoted else raw
    ended = False
    if inner.endswith('"') and (len(inner) - len(inner[:-1].rstrip("\\")) - 1) % 2 == 0:
        inner, ended = inner[:-1], True
    if quoted != ended or re.search(r'(?<!\\)(?:\\\\)*"', inner):
        raise BadMatcher(f"matcher value contains unescaped double quote: {text}")
    return _ESCAPED.sub(lambda m: _MEANING.get(m.group(1), m.group(0)), inner)


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> "re2._Regexp":
    if len(pattern) > _MAX_PATTERN:
        raise BadMatcher(f"pattern is longer than {_MAX_PATTERN} characters")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(f"(?:{pattern})", options)
    except re2.error as error:
        said = error.args[0]
        raise BadMatcher(f"error parsing regexp: {said.decode() if isinstance(said, bytes) else said}") from None
