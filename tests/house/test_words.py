"""Both languages are complete, and say the same."""

import re

import pytest

from tools import messages

_PLACE = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sentence_is_there(language: str) -> None:
    assert messages.missing(language) == [], "run: python -m tools.messages, then translate what is empty"


def test_translations_have_the_same_places_to_fill() -> None:
    wrong = []
    for message in messages.updated("id"):
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        for string in strings:
            if message.id and set(_PLACE.findall(string or "")) - set(_PLACE.findall(" ".join(ids))):
                wrong.append((ids[0], string))
    assert wrong == []


def test_the_catalogues_are_collected() -> None:
    stale = [
        lang
        for lang in messages.LANGUAGES
        if messages.path_of(lang).read_bytes() != messages.written(messages.updated(lang))
    ]
    assert stale == [], "run: python -m tools.messages"
