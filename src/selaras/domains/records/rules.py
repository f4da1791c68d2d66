"""Search text: how words of two languages become the lexemes that the index holds. Pure, no I/O.

PostgreSQL's Indonesian stemmer splits families (mengirim, dikirim) and knows no stop words, so words are stemmed
here and stored under the `simple` configuration: each word as written, and its Indonesian stem where that differs.
English families are few enough for prefix matching of what is typed.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from selaras.domains.records.contracts import PREFIX

_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*", re.UNICODE)
_NUMBER = re.compile("(" + "|".join(PREFIX.values()).lower() + r")(\d{1,7})")
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


@dataclass(frozen=True, slots=True)
class Question:
    """What a person typed, as tsqueries: `indexed` is for the search index, `checked` for the rows that it gives."""

    indexed: str
    checked: str = ""


def question(text: str, *, internal: bool, common: Collection[str] = ()) -> Question:
    """Every word must be there as typed, as its stem, or as a beginning.

    Without `internal`, only lexemes of the weights that are public match: internal notes cannot be found.

    `common` are lexemes that very many records hold. The index answers a beginning by listing every record under it,
    which for the beginning of a common word takes longer than all the rest: such words are checked on the rows that
    the other words gave; where there are no others, they are asked for by the common words that begin so.
    """
    typed = words_typed(text)[:12]
    heavy = {word: begun for word in typed if (begun := [one for one in common if one.startswith(word)])}
    light = [word for word in typed if word not in heavy]
    if not light:
        return Question(" & ".join(_exactly([word, *heavy[word]], internal) for word in typed))
    return Question(
        " & ".join(_beginning(word, internal) for word in light),
        " & ".join(_beginning(word, internal) for word in heavy),
    )


def words_typed(text: str) -> list[str]:
    """The words of what a person typed: whole ones, since a hyphenated one that is there has its parts there too."""
    found = (match.group() for match in _WORD.finditer(text.lower()))
    return [_padded(word) for word in found if len(word) <= _LONGEST]


def may_be_mended(text: str) -> bool:
    """Whether a text holds a word in which a slip can be told: four letters or more, and no digit."""
    return any(_may_be_mended(word) for word in words_typed(text)[:12])


def mended(text: str, known: Collection[str]) -> str:
    """The text with each word that nobody wrote replaced by the known one nearest to it; empty if nothing changes."""
    typed = words_typed(text)[:12]
    better = [word if word in known else _nearest(word, known) for word in typed]
    return " ".join(better) if better != typed else ""


def _nearest(word: str, known: Collection[str]) -> str:
    """The most similar known word; one slip in four letters is forgiven, and a digit is never taken for another."""
    if not _may_be_mended(word):
        return word
    alike = [one for one in known if abs(len(one) - len(word)) <= 2 and one[0] == word[0]]
    return next(iter(get_close_matches(word, alike, 1, 0.75)), word)


def _may_be_mended(word: str) -> bool:
    return len(word) >= 4 and word.isalpha()


def _padded(word: str) -> str:
    """A number of ours as it is written: "inc12" is INC0000012, and no beginning of a million others."""
    number = _NUMBER.fullmatch(word)
    return f"{number[1]}{number[2]:>07}" if number else word


def _beginning(word: str, internal: bool) -> str:
    weights = "" if internal else "ABC"
    if len(word) <= 2 or word.upper() in PREFIX.values() or _NUMBER.fullmatch(word):
        return _exactly([word], internal)
    begun, root = f"{_quoted(word)}:*{weights}", stem(word)
    return f"({begun})" if root.startswith(word) else f"({begun} | {_weighed(root, weights)})"


def _exactly(these: list[str], internal: bool) -> str:
    weights = "" if internal else "ABC"
    return "(" + " | ".join(_weighed(word, weights) for word in sorted({*these, stem(these[0])})) + ")"


def _weighed(word: str, weights: str) -> str:
    return _quoted(word) + (f":{weights}" if weights else "")


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
