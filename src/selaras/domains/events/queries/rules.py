"""Reads of rules."""

import logging
from collections.abc import Sequence
from dataclasses import fields

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.contracts.rules import RuleChange, RuleRow, RuleVersion
from selaras.domains.events.models import Rule, RuleSet
from selaras.domains.events.queries.tables import loaded_tables
from selaras.domains.events.rule_set import differences, from_stored
from selaras.domains.events.rules import CompiledRule
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams, require
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import Sentence, say

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
    rows = [_row(rule) for rule in Rule.objects.filter(enabled=True).order_by("order", "id")]
    tables = loaded_tables(row.looks_up for row in rows)
    ready = []
    for row in rows:
        try:
            ready.append(CompiledRule(row, tables.get(row.looks_up)))
        except BadMatcher as error:
            log.error("rule “%s” cannot be read: %s", row.name, error)
    return ready


def compiled_drafts(drafts: Sequence[RuleRow]) -> list[CompiledRule]:
    """The same of rules that are no more than tried. Raises BadMatcher."""
    tables = loaded_tables(row.looks_up for row in drafts)
    return [CompiledRule(row, tables.get(row.looks_up)) for row in drafts]


def rule_names() -> dict[int, str]:
    """The name of every rule, by id: whoever sees alerts may know them."""
    return dict(Rule.objects.values_list("pk", "name"))


def rule_set_number() -> int:
    """The number of the version that holds now."""
    return RuleSet.objects.order_by("-number").values_list("number", flat=True)[0]


def list_rule_versions(actor: Actor, *, limit: int = 50) -> list[RuleVersion]:
    """The last versions of the set, newest first. Raises NotAllowed."""
    require(actor, "events.rules")
    return [_version(row) for row in RuleSet.objects.order_by("-number").defer("rules")[:limit]]


def get_rule_version(actor: Actor, number: int) -> tuple[RuleVersion, list[RuleRow]]:
    """One version and the rules it held, in order. Raises NotAllowed, NotFound."""
    require(actor, "events.rules")
    row = RuleSet.objects.filter(pk=number).first() if 0 < number < 2**31 else None
    if row is None:
        raise NotFound(str(number))
    return _version(row), [from_stored(stored) for stored in row.rules]


def rule_changes(actor: Actor, before: Sequence[RuleRow], after: Sequence[RuleRow]) -> list[RuleChange]:
    """What is different between two sets, in words."""
    require(actor, "events.rules")
    policies = {policy.id: policy.name for policy in list_policy_names()}
    return differences(before, after, {team.id: team.name for team in list_teams()}, policies)


def changes_since(actor: Actor, number: int) -> list[RuleChange]:
    """What others have changed since a version, in words."""
    try:
        before = get_rule_version(actor, number)[1]
    except NotFound:
        return []
    return rule_changes(actor, before, list_rules(actor))


# The note of the first version, which migration 0006 writes.
_FIRST = say("The rules a house begins with")


def _version(row: RuleSet) -> RuleVersion:
    return RuleVersion(row.number, row.at, row.by_name, Sentence.from_json(row.note))


def _row(rule: Rule) -> RuleRow:
    return from_stored({field.name: getattr(rule, field.name) for field in fields(RuleRow)})
