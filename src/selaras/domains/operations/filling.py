"""Pure: an alert's labels put into the address and the body of a call. Nothing is evaluated, and nothing that a label
holds can change what the request means: in an address it is percent-encoded, in a body it is the inside of a JSON text.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

_PLACE = re.compile(r"\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}")
# Would end a JSON text or begin a structure wherever it stood bare, so that a place outside of quotes is found out.
_PROBE = 'a"b\\'


def labels_of(*templates: str) -> list[str]:
    """The labels that these ask for, sorted."""
    return sorted({name for template in templates for name in _PLACE.findall(template)})


def is_odd(template: str) -> bool:
    """Whether it holds braces that look like a place and are none."""
    rest = _PLACE.sub("", template)
    return "{{" in rest


def fill_url(template: str, labels: Mapping[str, str]) -> str:
    """The address, each value percent-encoded. KeyError for a label that is not there."""
    return _PLACE.sub(lambda place: quote(labels[place[1]], safe=""), template)


def fill_body(template: str, labels: Mapping[str, str]) -> str:
    """The JSON body. KeyError for a label that is not there."""
    return _PLACE.sub(lambda place: json.dumps(labels[place[1]], ensure_ascii=False)[1:-1], template)


def is_json(template: str) -> bool:
    """Whether it is JSON, with every place inside of a text."""
    try:
        json.loads(fill_body(template, dict.fromkeys(labels_of(template), _PROBE)))
    except (ValueError, RecursionError):
        return False
    return True
