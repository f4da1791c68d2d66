"""What somebody types into the search of alerts: words, and labels with what they are asked."""

import re

from selaras.domains.events.contracts import BadMatcher, Condition
from selaras.domains.events.matchers import Matcher
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

_TERM = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)(=~|!~|!=|=)(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+)')


def search_terms(text: str) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """The conditions and the words of a search: `disk host=db-1 team=~"net.*"`. Raises Invalid for `q`.

    `host=` asks nothing yet, so that a list does not jump while somebody types; `host=""` asks for those without.
    """
    conditions, words = [], []
    for label, op, quoted, bare, phrase, word in (found.groups() for found in _TERM.finditer(text)):
        if label and (quoted is not None or bare):
            conditions.append(_condition(label, op, bare or quoted or ""))
        elif phrase or word:
            words.append(phrase or word)
    return tuple(conditions), tuple(words)


def _condition(label: str, op: str, value: str) -> Condition:
    try:
        Matcher(label, op, value)
    except BadMatcher as error:
        what = f"{label}{op}{value}"
        raise Invalid({"q": say("%(what)s cannot be read: %(why)s", what=what, why=str(error))}) from None
    return Condition(label, op, value)
