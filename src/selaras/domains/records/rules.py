"""Search text: how words of two languages become the lexemes that the index holds. Pure, no I/O.

PostgreSQL's Indonesian stemmer splits families (mengirim, dikirim) and knows no stop words, so words are stemmed
here and stored under the `simple` configuration: each word as written, and its Indonesian stem where that differs.
English families are few enough for prefix matching of what is typed.
"""

import re
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*", re.UNICODE)
_LONGEST = 60  # characters; longer runs are keys and hashes that nobody types
_MOST = 4000  # lexemes of one text; a tsvector may hold no more than 1 MB


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory  # 40 ms and 3 MB: only where words are stemmed

    factory: Any = StemmerFactory()
    return factory.create_stemmer()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Indonesian root of a lower-case word; words with digits are left alone."""
    return str(_stemmer().stem(word)) if word.isalpha() and 3 < len(word) <= 30 else word


def words(text: str) -> list[str]:
    """The lower-case words of a text, in order, parts of hyphenated and dotted ones too."""
    found: list[str] = []
    for match in _WORD.finditer(text.lower()):
        whole = match.group()
        if len(whole) <= _LONGEST:
            found.append(whole)
            found.extend(part for part in re.split(r"[-.]", whole) if part != whole)
    return found


def lexemes(text: str) -> list[str]:
    """What to index for a text: its words and their stems, each once, sorted."""
    found = words(text)[:_MOST]
    return sorted({*found, *(stem(word) for word in found)})


def vector(text: str, weight: str) -> str:
    """A tsvector literal for a text. Weights: A title and number, B description, C public notes, D internal notes."""
    return " ".join(f"{_quoted(word)}:1{weight}" for word in lexemes(text))


def question(text: str, *, internal: bool) -> str:
    """A tsquery for what a person typed: every word must be there as typed, as its stem, or as a beginning.

    Without `internal`, only lexemes of the weights that are public match: internal notes cannot be found.
    """
    weights = "" if internal else "ABC"
    terms = []
    for word in words(text)[:12]:
        begins = f"{_quoted(word)}:*{weights}" if len(word) > 2 else f"{_quoted(word)}{weights and ':' + weights}"
        root = f"{_quoted(stem(word))}{weights and ':' + weights}"
        terms.append("(" + " | ".join(sorted({begins, root})) + ")")
    return " & ".join(terms)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
