"""Let alerts speak for problems, as their rules say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from selaras.domains.events.actions.tell_alerts import tell_alerts
from selaras.domains.problems.actions.propose import PROBLEMS, propose
from selaras.domains.problems.contracts import MOST_OPEN, PROPOSED, Finding, clue_from
from selaras.domains.problems.models import Problem
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence, say

Alert = Mapping[str, Any]


def propose_for_alerts(told: Mapping[str, Any]) -> None:
    """React to `alert.problem`. Doing it twice adds no evidence twice.

    A rule has so many proposals open at most; what would be one more is told so, all at once: a storm costs little.
    """
    by_key: dict[str, list[Alert]] = defaultdict(list)
    for alert in told["alerts"]:
        by_key[alert["key"]].append(alert)
    room = MOST_OPEN - Problem.objects.filter(rule_name=told["rule"], state=PROPOSED).count()
    known = set(Problem.objects.filter(key__in=by_key).values_list("key", flat=True))
    fresh = [key for key in by_key if key not in known]
    beyond = set(fresh[max(0, room) :])
    for key in by_key.keys() - beyond:
        _propose(key, by_key[key], told["rule"])
    full = say("No problem is proposed: rule “%(rule)s” has proposed so many that wait.", rule=told["rule"])
    _tell((alert for key in beyond for alert in by_key[key]), full)


def _propose(key: str, alerts: list[Alert], rule: str) -> None:
    clues, first = tuple(clue_from(alert, clock.now()) for alert in alerts), alerts[0]
    row = propose(Finding(key, clues[0].about, clues, first["item_id"], first["service_id"], rule), by=PROBLEMS)
    if row is None:
        _tell(alerts, say("No problem is proposed: it is one already, or somebody dismissed it lately."))
    else:
        said = say("It speaks for the proposed problem %(number)s, “%(title)s”.", number=row.pk, title=row.title)
        _tell(alerts, said)


def _tell(alerts: Iterable[Alert], said: Sentence) -> None:
    tell_alerts([(one["alert_id"], one["episode"]) for one in alerts], said, by=PROBLEMS)
