"""Pure: an alert's labels, and a step's own secrets, put into the address and the body of a call. Nothing is evaluated,
and nothing that is put in can change what the request means: in an address it is percent-encoded, in a body it is the
inside of a JSON text. Labels go in when a run begins, secrets when the call is made.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

_PLACE = re.compile(r"\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}")
_SECRET = re.compile(r"\{\{\s*secret\.([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}")
# Would end a JSON text or begin a structure wherever it stood bare, so that a place outside of quotes is found out.
_PROBE = 'a"b\\'


def labels_of(*templates: str) -> list[str]:
    """The labels that these ask for, sorted."""
    return sorted({name for template in templates for name in _PLACE.findall(template)})


def secrets_of(*templates: str) -> list[str]:
    """The secrets that these ask for, one for each place, in their order."""
    return [name for template in templates for name in _SECRET.findall(template)]


def is_odd(template: str) -> bool:
    """Whether it holds braces that look like a place and are none."""
    rest = _SECRET.sub("", _PLACE.sub("", template))
    return "{{" in rest


def fill_url(template: str, labels: Mapping[str, str]) -> str:
    """The address, each value percent-encoded. KeyError for a label that is not there."""
    return _PLACE.sub(lambda place: _in_url(labels[place[1]]), template)


def fill_body(template: str, labels: Mapping[str, str]) -> str:
    """The JSON body. KeyError for a label that is not there."""
    return _PLACE.sub(lambda place: _in_text(labels[place[1]]), template)


def reveal_url(template: str, secrets: Mapping[str, str]) -> str:
    """The address with its secrets. KeyError for one that is not there."""
    return _SECRET.sub(lambda place: _in_url(secrets[place[1]]), template)


def reveal_body(template: str, secrets: Mapping[str, str]) -> str:
    """The JSON body with its secrets. KeyError for one that is not there."""
    return _SECRET.sub(lambda place: _in_text(secrets[place[1]]), template)


def written(secret: str) -> tuple[str, ...]:
    """A secret as it is, as an address holds it, and as a JSON text does, in either way of writing its letters."""
    return secret, _in_url(secret), _in_text(secret), json.dumps(secret)[1:-1]


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def is_json(template: str) -> bool:
    """Whether it is JSON, with every place inside of a text."""
    try:
        filled = fill_body(template, dict.fromkeys(labels_of(template), _PROBE))
        json.loads(reveal_body(filled, dict.fromkeys(secrets_of(filled), _PROBE)))
    except (ValueError, RecursionError):
        return False
    return True
