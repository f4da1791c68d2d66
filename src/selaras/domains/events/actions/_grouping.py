"""The groups of the alerts of a pass: what has an effect waits in its group until people are told of it."""

from collections.abc import Sequence
from datetime import datetime

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.grouping import due, group_key, group_labels
from selaras.domains.events.models import Assessment, Group, Source
from selaras.kernel import clock
from selaras.kernel.sentences import say


class Grouping:
    """The look-up of one pass; no query where no rule groups. Every alert waits, if only for the settler's next look:
    so there is one place where a group is told. `telling`: the group of which people are told in this pass."""

    def __init__(self, heard: Sequence[Heard], telling: int | None) -> None:
        self._telling = telling
        grouped = [one for one in heard if one.change.state == FIRING and _rule(one).group_by]
        self._groups = _groups(grouped) if grouped else {}

    def mark(self, one: Heard, assessment: Assessment) -> None:
        """Set on a firing alert the group it belongs to, if any."""
        assessment.group = self._groups.get(one.change.alert_id)

    def hold(self, one: Heard, assessment: Assessment, trail: Trail, *, responds: bool) -> bool:
        """Note on a firing alert that it waits for its group, if it does."""
        group = assessment.group
        if group is None or not responds or group.pk == self._telling:
            return False
        if group.due_at is None:
            group.due_at = _due(group, _rule(one))
            group.save(update_fields=["due_at"])
        assessment.waits, assessment.held = True, True
        told = say("It waits for its group until %(at)s.", at=group.due_at)
        trail.add(one.change, TraceStep.WAITS, told)
        return True


def _rule(one: Heard) -> RuleRow:
    return one.verdict.rule or RuleRow(0, 0, "", (), one.verdict.alert_class)


def _due(group: Group, rule: RuleRow) -> datetime:
    told = Assessment.objects.filter(group=group, state=FIRING, held=False)
    return due(rule, clock.now(), group.told_at, fresh=group.told_at is None or not told.exists())


def _groups(grouped: Sequence[Heard]) -> dict[int, Group]:
    """By alert; those that are new are made."""
    whose = dict(Source.objects.values_list("pk", "organisation_id"))
    keys, rows = dict[int, str](), dict[str, Group]()
    for one in grouped:
        rule, common = _rule(one), group_labels(_rule(one), one.labels)
        key = group_key(rule, one.verdict.policy_id, whose.get(one.change.source_id or 0), common)
        keys[one.change.alert_id] = key
        rows.setdefault(key, Group(key=key, rule_id=rule.id, labels=common))
    Group.objects.bulk_create(rows.values(), ignore_conflicts=True)
    known = {group.key: group for group in Group.objects.filter(key__in=rows)}
    return {alert_id: known[key] for alert_id, key in keys.items()}
