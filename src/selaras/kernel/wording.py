"""Words a sentence in the language of the one who reads it (Django's active language)."""

from django.utils.translation import gettext

from selaras.kernel.sentences import Sentence


def spoken(sentence: Sentence | str | None) -> str:
    """A sentence in the active language, its parameters that are sentences too; a string is worded already."""
    if sentence is None:
        return ""
    if isinstance(sentence, str):
        return sentence
    if not sentence.params:
        return gettext(sentence.text)
    parts = {name: spoken(v) if isinstance(v, Sentence) else v for name, v in sentence.params.items()}
    return gettext(sentence.text) % parts
