"""Ask for a draft to be replayed over a stretch of history, and drop one."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from selaras.domains.events.actions.rule_sets import planned_by
from selaras.domains.events.actions.rules import check
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Replay
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.events.queries.trial import placed
from selaras.domains.events.rule_set import as_stored
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

KEPT = 50
"""Replays that stay: the last."""


def replay_file(
    file: str, *, by: Actor, since: datetime, until: datetime | None = None, runbooks: Collection[str] = ()
) -> int:
    """Replay this rule file over the changes of that time (`until` None: now); its id. A worker runs it.

    `runbooks` are those it may name. Raises Invalid, NotAllowed.
    """
    return _ask(planned_by(file, by=by, runbooks=runbooks), "", by, since, until)


def replay_rule(
    draft: RuleRow, *, by: Actor, before_id: int | None = None, since: datetime, until: datetime | None = None
) -> int:
    """Replay today's rules with this draft among them, enabled: a change of the rule of its id, or a new one.

    Raises Invalid, NotAllowed.
    """
    check(draft, ())
    rules = placed(list_rules(by), replace(draft, enabled=True), before_id)
    return _ask(rules, draft.name, by, since, until)


def drop_replay(replay_id: int, *, by: Actor) -> None:
    """Forget one; if it runs, it ends. Raises NotAllowed, NotFound."""
    require(by, "events.rules")
    if not Replay.objects.filter(pk=replay_id).delete()[0]:
        raise NotFound(str(replay_id))


def _ask(rules: Sequence[RuleRow], title: str, by: Actor, since: datetime, until: datetime | None) -> int:
    require(by, "events.rules")
    now = clock.now()
    until = min(until or now, now)
    if since >= until:
        raise Invalid({"since": say("The beginning must be before the end, and in the past.")})
    made = Replay.objects.create(
        title=title,
        rules=[as_stored(rule) for rule in rules],
        since=since,
        until=until,
        by_id=by.id,
        by_name=by.name,
        made_at=now,
    )
    kept = Replay.objects.order_by("-id").values_list("pk", flat=True)[:KEPT]
    Replay.objects.exclude(pk__in=list(kept)).delete()
    return made.pk
