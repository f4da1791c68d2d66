"""Which alerts of a pass are flapping; one query, none where no alert has fired often enough."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.flapping import calm, flaps_until
from selaras.domains.events.models import Assessment, Change
from selaras.kernel import clock
from selaras.kernel.sentences import say


class FlapWatch:
    """When the alerts of one pass began to fire lately, where that can make a difference."""

    def __init__(self, heard: Sequence[Heard]) -> None:
        self._starts: Mapping[int, list[datetime]] = {}
        often = [one for one in heard if one.change.state == FIRING and _may_flap(one)]
        if often:
            since = clock.now() - timedelta(minutes=max(one.verdict.flapping.minutes for one in often))
            self._starts = _starts([one.change.alert_id for one in often], since)

    def mark(self, one: Heard, assessment: Assessment) -> None:
        """Set on a firing alert until when it counts as flapping, or that it does not."""
        now, setting = clock.now(), one.verdict.flapping
        already = is_flapping(assessment)
        until = flaps_until(self._starts.get(one.change.alert_id, ()), setting, now, already=already)
        assessment.flaps_until = until if until and until > now else None

    def hold(self, one: Heard, assessment: Assessment, trail: Trail, *, responds: bool) -> bool:
        """Note on a firing alert that it flaps, if it does: nothing follows from this turn."""
        if assessment.flaps_until is None:
            return False
        assessment.held, setting = responds, one.verdict.flapping
        said = say(
            "It flaps: it began to fire %(n)s times or more within %(minutes)s minutes. No turn opens anything or calls"
            " anybody until it has calmed down to %(calm)s times.",
            n=setting.turns, minutes=setting.minutes, calm=calm(setting),
        )  # fmt: skip
        trail.add(one.change, TraceStep.HELD, said)
        return True


def is_flapping(assessment: Assessment) -> bool:
    """Whether an alert counts as flapping now."""
    return assessment.flaps_until is not None and assessment.flaps_until > clock.now()


def _may_flap(one: Heard) -> bool:
    setting = one.verdict.flapping
    return setting.turns > 0 and one.change.episode > calm(setting)


def _starts(alert_ids: Sequence[int], since: datetime) -> Mapping[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = Change.objects.filter(alert_id__in=alert_ids, state=FIRING, at__gt=since).order_by("id")
    for alert_id, at in rows.values_list("alert_id", "at"):
        found[alert_id].append(at)
    return found
