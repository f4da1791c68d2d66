"""What a line of text may be: not over-long, nothing that the database cannot hold; and the number that one is."""

from collections.abc import Iterable

from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say


def is_sound_text(text: str) -> bool:
    """Whether PostgreSQL can store it: no NUL and no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def text_fault(text: object, *, longest: int, needed: bool = True) -> Sentence | None:
    """What is wrong with a line of text, if anything; `longest` in characters."""
    if not isinstance(text, str) or (needed and not text.strip()):
        return say("This may not be empty.")
    if len(text) > longest:
        return too_long(longest)
    if not is_sound_text(text):
        return say("This holds characters that cannot be stored.")
    return None


def too_long(longest: int) -> Sentence:
    """The refusal of a text over `longest` characters."""
    return say("Use at most %(most)s characters.", most=longest)


def whole_number(text: str | None, *, digits: int = 18) -> int | None:
    """The number that up to so many plain digits write; None for all else. Eighteen fit what the database counts with.

    Python takes more for a digit than can be read as a number: "²" is one.
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are one, each once, in order."""
    return [found for text in dict.fromkeys(texts) if (found := whole_number(text)) is not None]


def id_after(place: str) -> int | None:
    """The id behind which a page of a list goes on; None for its beginning. Raises Invalid for what is no place."""
    found = whole_number(place)
    if place and found is None:
        raise Invalid({"after": NO_PLACE})
    return found


NO_PLACE = say("This is not a place in the list.")
