"""What a line of text may be: not over-long, and nothing that the database cannot hold."""

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
