"""Reads of rules."""

import logging

from selaras.domains.events.contracts import AlertClass, BadMatcher, Condition, RuleRow
from selaras.domains.events.models import Rule
from selaras.domains.events.rules import CompiledRule
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import NotFound

log = logging.getLogger(__name__)


def list_rules(actor: Actor) -> list[RuleRow]:
    """Every rule, in the order in which they are asked. Raises NotAllowed."""
    require(actor, "events.view")
    return [_row(rule) for rule in Rule.objects.order_by("order", "id")]


def get_rule(actor: Actor, rule_id: int) -> RuleRow:
    """One rule. Raises NotAllowed, NotFound."""
    require(actor, "events.view")
    rule = Rule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound(str(rule_id))
    return _row(rule)


def compiled_rules() -> list[CompiledRule]:
    """The enabled rules, ready to be asked, in order. One that cannot be read decides nothing."""
    ready = []
    for rule in Rule.objects.filter(enabled=True).order_by("order", "id"):
        try:
            ready.append(CompiledRule(_row(rule)))
        except BadMatcher as error:
            log.error("rule “%s” cannot be read: %s", rule.name, error)
    return ready


def _row(rule: Rule) -> RuleRow:
    return RuleRow(
        id=rule.pk,
        order=rule.order,
        name=rule.name,
        conditions=tuple(Condition(c["label"], c["op"], c["value"]) for c in rule.conditions),
        alert_class=AlertClass(rule.alert_class),
        opens_incident=rule.opens_incident,
        impact=rule.impact,
        urgency=rule.urgency,
        team_id=rule.team_id,
        enabled=rule.enabled,
    )
