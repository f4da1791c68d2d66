"""A YAML file that holds one list, as rules and maintenance windows are kept outside. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say

_LIMIT, _MOST = 1_000_000, 1000  # characters, entries
_SHOWN = 20  # faults told at once


class Wrong(Exception):
    """An entry cannot be taken as it is; the sentence begins with the field."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def written(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The file with the list `name`."""
    return str(yaml.safe_dump({name: list(entries)}, sort_keys=False, allow_unicode=True, width=120))


def entries_of(text: str, name: str) -> list[Any]:
    """The entries of the list `name`, as they are. Raises Invalid."""
    if len(text) > _LIMIT:
        raise Invalid({"file": say("The file is longer than a million characters.")})
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid({"file": say("This is not YAML: %(why)s", why=" ".join(str(error).split()))}) from None
    entries = found.get(name) if isinstance(found, dict) else None
    if not isinstance(entries, list) or not entries or len(entries) > _MOST:
        raise Invalid({"file": say("The file must hold a list “%(name)s” with one to a thousand entries.", name=name)})
    return entries


def name_of(entry: Any) -> str:
    """What an entry that is wrong calls itself."""
    return str(entry.get("name", ""))[:120] if isinstance(entry, dict) else ""


def refuse(faults: Sequence[Sentence]) -> None:
    """Raise Invalid with these, if there are any."""
    if faults:
        raise Invalid({"file": faults[0], **{f"file.{n}": fault for n, fault in enumerate(faults[1:_SHOWN], 2)}})
