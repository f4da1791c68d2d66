"""A source's own mapping: which JMESPath of its payload gives which part of an alert. What it leaves out is guessed.

https://jmespath.org/specification.html, without what could make much of little: no expression builds lists or objects
but as the arguments of `join`, so that a result is never larger than the payload.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from selaras.domains.events.reading import words
from selaras.domains.events.reading.guess import STATELESS, read_part
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import (
    Notice,
    annotations_from,
    labels_from,
    severity_labels,
    text_of,
    web_address,
)
from selaras.domains.events.reading.split import ALERTS, Part, TooMany, parts_of
from selaras.domains.events.reading.words import Saying
from selaras.kernel.sentences import Sentence, say

EACH = "each"
FIELDS = ("name", "host", "service", "severity", "state", "summary", "description", "start", "end", "key", "url")
LONGEST, NODES = 300, 40  # characters and parts of one expression
_FUNCTIONS = frozenset(
    ["join", "not_null", "to_string", "starts_with", "ends_with", "contains", "length", "keys", "values", "type"]
)
_MANY = frozenset(("multi_select_list", "multi_select_dict"))
_FORBIDDEN = frozenset(("multi_select_dict", "expref"))


class BadMapping(ValueError):
    """A path that does not fit the payload: which part of an alert it is for, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


def fault_of(expression: str) -> Sentence | None:
    """What is wrong with an expression; None if it may be kept."""
    if len(expression) > LONGEST:
        return say("A path may have up to %(n)s characters.", n=LONGEST)
    try:
        tree = jmespath.compile(expression).parsed
    except (JMESPathError, RecursionError, ValueError, TypeError) as error:
        return say("This is no JMESPath: %(why)s", why=str(error).split("\n")[0][:160])
    nodes = _nodes(tree)
    if len(nodes) > NODES:
        return say("A path may have up to %(n)s parts.", n=NODES)
    kinds = [node["type"] for node in nodes]
    unknown = [node["value"] for node in nodes if node["type"] == "function_expression" and _is_other(node)]
    if unknown:
        return say("The function %(name)s is not offered here.", name=str(unknown[0]))
    if _FORBIDDEN.intersection(kinds) or sum(kind in _MANY for kind in kinds) > 1:
        return say("A path may pick values, and join one list of them; it may build nothing else.")
    return None


def read_mapped(value: Any, mapping: Mapping[str, str]) -> list[Notice]:
    """A notice for each alert in a payload. Raises BadMapping, TooMany."""
    parts = [Part(each) for each in _each(value, mapping[EACH])] if mapping.get(EACH) else parts_of(value)
    if len(parts) > ALERTS:
        raise TooMany(f"more than {ALERTS} alerts in one post")
    return [_mapped(part, mapping) for part in parts]


def _each(value: Any, path: str) -> list[dict[str, Any]]:
    found = _search(path, value, EACH)
    listed = found if isinstance(found, list) else [found]
    if not listed or not all(isinstance(each, dict) for each in listed):
        raise BadMapping(EACH, f"{path} gives no list of objects in this payload")
    return listed


def _mapped(part: Part, mapping: Mapping[str, str]) -> Notice:
    """What the mapping finds, in place of what would be guessed."""
    found = {name: _search(mapping[name], part.value, name) for name in FIELDS if mapping.get(name)}
    given = {name: text for name, value in found.items() if (text := text_of(value, 16_384).strip())}
    notice = read_part(part)
    named = {"alertname": given.get("name"), "instance": given.get("host"), "service": given.get("service")}
    before, host = notice.labels["alertname"], notice.labels.get("instance", "")
    notice.labels |= labels_from(named)
    if "name" in given and notice.annotations.get("summary") in (before, f"{before}: {host}"):
        notice.annotations["summary"] = notice.labels["alertname"]  # the guess had nothing better to say
    notice.annotations |= annotations_from({n: given[n] for n in ("summary", "description") if n in given})
    if "severity" in given:
        notice.labels |= severity_labels(found["severity"])
    _set_state(notice, given)
    notice.starts = moment_of(found.get("start")) if "start" in given else notice.starts
    notice.ends = moment_of(found.get("end")) if "end" in given else notice.ends
    notice.url = web_address(given.get("url")) or notice.url
    notice.identity = _identity(notice, given)
    return notice


def _set_state(notice: Notice, given: Mapping[str, str]) -> None:
    if "state" in given:
        notice.saying = words.saying_of(given["state"]) or _flag(given["state"])
        notice.lasts = None
    elif "severity" in given and words.is_all_clear(given["severity"]):
        notice.saying, notice.lasts = Saying.RESOLVED, None
    elif notice.saying == Saying.FIRING and notice.lasts is not None:
        notice.lasts = STATELESS


def _flag(text: str) -> Saying:
    return Saying.RESOLVED if text.lower() in ("false", "0") else Saying.FIRING


def _identity(notice: Notice, given: Mapping[str, str]) -> dict[str, str]:
    if "key" in given:
        return {"key": given["key"][:500]}
    mapped = {name: given[name][:500] for name in ("name", "host", "service") if name in given}
    return {**(notice.identity or {}), **mapped}


def _search(expression: str, value: Any, field: str) -> Any:
    try:
        return _compiled(expression).search(value)
    except (JMESPathError, RecursionError, ValueError, TypeError) as error:
        raise BadMapping(field, f"{expression}: {str(error).splitlines()[0][:160]}") from None


@lru_cache(maxsize=1000)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _is_other(node: Mapping[str, Any]) -> bool:
    return node["value"] not in _FUNCTIONS


def _nodes(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [child for child in node.get("children", ()) if isinstance(child, dict)]
    return found
