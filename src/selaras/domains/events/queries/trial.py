"""Try a draft rule on the last alerts: what would it decide, and what is decided today?"""

from collections.abc import Sequence
from dataclasses import replace

from selaras.domains.events.contracts.rules import RuleRow, Trial, TriedRow, Verdict
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries.rules import compiled_drafts, compiled_rules
from selaras.domains.events.rules import CompiledRule, verdict
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require

LOOKED_AT = 500
"""How many alerts are looked at: those that changed last."""

_DRAFT = -1  # the id under which the draft is tried


def try_rule(actor: Actor, draft: RuleRow, *, before_id: int | None = None) -> Trial:
    """Ask the last alerts what they would be if the draft (a change of the rule of its id, or a new one) held, enabled.

    Both sides are decided now, by today's rules and by those with the draft: an alert that was assessed by older rules
    is not compared with what they made of it. Two queries. Raises BadMatcher, NotAllowed.
    """
    require(actor, "events.rules")
    today = compiled_rules()
    (tried,) = compiled_drafts([replace(draft, id=_DRAFT, enabled=True)])
    then = _with(today, tried, draft, before_id)
    newest = Assessment.objects.order_by("-changed_at", "-alert_id").values_list("alert_id", "alert__labels")
    rows = [TriedRow(pk, labels, verdict(labels, today), verdict(labels, then)) for pk, labels in newest[:LOOKED_AT]]
    return _summed(rows, tried, draft.id)


def placed(present: Sequence[RuleRow], draft: RuleRow, before_id: int | None = None) -> list[RuleRow]:
    """The set with the draft in it: in the place of the rule of its id, or a new one before another."""
    rest = [rule for rule in present if not draft.id or rule.id != draft.id]
    if draft.id:
        place = sum((rule.order, rule.id) < (draft.order, draft.id) for rule in rest)
    else:
        place = next((n for n, rule in enumerate(rest) if rule.id == before_id), len(rest))
    return [*rest[:place], draft, *rest[place:]]


def _with(
    today: Sequence[CompiledRule], tried: CompiledRule, draft: RuleRow, before_id: int | None
) -> list[CompiledRule]:
    compiled = {one.rule.id: one for one in today}
    then = placed([one.rule for one in today], draft, before_id)
    return [tried if rule is draft else compiled[rule.id] for rule in then]


def _summed(rows: Sequence[TriedRow], tried: CompiledRule, own_id: int) -> Trial:
    caught = [row for row in rows if _decides(row.after, _DRAFT)]
    touched = [row for row in rows if _decides(row.after, _DRAFT) or (own_id and _decides(row.before, own_id))]
    opens = [(_opens(row.before), _opens(row.after)) for row in touched]
    return Trial(
        looked_at=len(rows),
        caught=len(caught),
        hidden=sum(tried.holds(row.labels) for row in rows) - len(caught),
        reclassed=sum(row.before.alert_class != row.after.alert_class for row in touched),
        more_incidents=opens.count((False, True)),
        fewer_incidents=opens.count((True, False)),
        rows=tuple(touched),
    )


def _decides(decided: Verdict, rule_id: int) -> bool:
    return decided.rule is not None and decided.rule.id == rule_id


def _opens(decided: Verdict) -> bool:
    return decided.rule is not None and decided.rule.opens_incident
