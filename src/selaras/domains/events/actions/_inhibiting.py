"""Which alerts of a pass are held back by another that fires, in it or before it; one query, none without a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.inhibiting import Inhibition, keys_left, keys_sought
from selaras.domains.events.models import Assessment
from selaras.kernel.sentences import say

_HOLDERS = """
SELECT DISTINCT ON (mark) mark, s.alert_id, coalesce(a.labels ->> 'alertname', '#' || a.id)
FROM events_assessment s JOIN events_alert a ON a.id = s.alert_id, unnest(s.holds_back) AS held(mark)
WHERE s.state = 'firing' AND s.holds_back <> '{}' AND s.holds_back && %(keys)s::varchar[] AND mark = ANY(%(keys)s)
  AND NOT s.alert_id = ANY(%(own)s)
ORDER BY mark, s.alert_id
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """An alert that fires and holds others back."""

    alert_id: int
    name: str


class Inhibiting:
    """The look-up of one pass. An alert counts as it is at the end of the pass: the order within it does not matter."""

    def __init__(self, among: Sequence[Inhibition], heard: Sequence[Heard]) -> None:
        self._among = among
        self._left: dict[int, list[str]] = {}
        self._holders: dict[str, Holder] = {}
        if among:
            last = {one.change.alert_id: one for one in heard}
            firing = [one for one in last.values() if one.change.state == FIRING]
            self._holders = _of_others({key for one in firing for key in keys_sought(one.labels, among)}, list(last))
            for one in firing:
                self._left[one.change.alert_id] = keys_left(one.labels, among)
                for key in self._left[one.change.alert_id]:
                    self._holders.setdefault(key, Holder(one.change.alert_id, _name(one.labels, one.change.alert_id)))

    def left_by(self, one: Heard) -> list[str]:
        """The keys under which a firing alert holds others back; none if it ends within the pass."""
        return self._left.get(one.change.alert_id, [])

    def hold(self, one: Heard, assessment: Assessment, trail: Trail, *, responds: bool) -> bool:
        """Note on a firing alert that another holds it back, if one does."""
        found = next((self._holders[key] for key in keys_sought(one.labels, self._among) if key in self._holders), None)
        if found is None or found.alert_id == one.change.alert_id:
            return False
        assessment.inhibitor_id, assessment.held = found.alert_id, responds
        said = say("Held back while “%(alert)s” fires, which explains it.", alert=found.name)
        trail.add(one.change, TraceStep.HELD, said, other_id=found.alert_id)
        return True


def _of_others(keys: set[str], own: list[int]) -> dict[str, Holder]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"keys": sorted(keys), "own": own})
        return {key: Holder(alert_id, name) for key, alert_id, name in cursor.fetchall()}


def _name(labels: Mapping[str, str], alert_id: int) -> str:
    return labels.get("alertname") or f"#{alert_id}"
