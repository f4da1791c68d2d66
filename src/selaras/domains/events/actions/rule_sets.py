"""The rule set as a whole: take it from a file, or go back to a former version. All of it or nothing."""

from collections.abc import Collection, Sequence

from django.db import transaction

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.actions._rule_set import begin, keep, write
from selaras.domains.events.actions.rules import check
from selaras.domains.events.contracts.rules import RuleChange, RuleRow
from selaras.domains.events.models import Rule
from selaras.domains.events.queries.rules import get_rule_version, list_rules, rule_changes
from selaras.domains.events.rule_file import read, written
from selaras.domains.events.rule_set import planned
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams, require
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say


def export_rules(*, by: Actor) -> str:
    """The set as a YAML file. Raises NotAllowed."""
    require(by, "events.rules")
    policies = {policy.id: policy.slug for policy in list_policy_names()}
    return written(list_rules(by), {team.id: team.slug for team in list_teams()}, policies)


def review_rules(file: str, *, by: Actor, runbooks: Collection[str] = ()) -> list[RuleChange]:
    """What taking this file would change; nothing is changed. `runbooks` are those it may name.

    Raises Invalid, NotAllowed.
    """
    return rule_changes(by, list_rules(by), planned_by(file, by=by, runbooks=runbooks))


def planned_by(file: str, *, by: Actor, runbooks: Collection[str] = ()) -> list[RuleRow]:
    """The set that taking this file would give; nothing is changed. Raises Invalid, NotAllowed."""
    present, wanted = list_rules(by), _read(file, runbooks)
    _check(wanted)
    return planned(present, wanted)[0]


@transaction.atomic
def take_rules(file: str, *, by: Actor, seen: int | None = None, runbooks: Collection[str] = ()) -> None:
    """Let the file's rules hold in place of the present ones. Raises Invalid, NotAllowed, Stale."""
    present, wanted = begin(by, seen), _read(file, runbooks)
    _check(wanted)
    _let_hold(present, wanted, by, say("Taken from a file"))


@transaction.atomic
def restore_rules(number: int, *, by: Actor, seen: int | None = None) -> None:
    """Let the rules of a former version hold again. Raises Invalid, NotAllowed, NotFound, Stale."""
    present = begin(by, seen)
    _let_hold(present, get_rule_version(by, number)[1], by, say("Back to version %(n)s", n=number))


def _read(file: str, runbooks: Collection[str]) -> list[RuleRow]:
    policies = {policy.slug: policy.id for policy in list_policy_names()}
    return read(file, {team.slug: team.id for team in list_teams()}, policies, runbooks)


def _check(wanted: Sequence[RuleRow]) -> None:
    for number, rule in enumerate(wanted, 1):
        try:
            check(rule, ())
        except Invalid as fault:
            sentence = say("Rule %(n)s (%(name)s): %(why)s", n=number, name=rule.name, why=fault.sentence)
            raise Invalid({"file": sentence}) from None


def _let_hold(present: Sequence[RuleRow], wanted: Sequence[RuleRow], by: Actor, note: Sentence) -> None:
    rules, deleted = planned(present, wanted)
    Rule.objects.filter(pk__in=deleted).delete()
    names = {rule.id: rule.name for rule in present}
    for rule in rules:
        if rule.id and names[rule.id] != rule.name:  # names may be exchanged, and each is unique at every moment
            Rule.objects.filter(pk=rule.id).update(name=f"#{rule.id}")
    for rule in rules:
        write(rule)
    keep(by, note)
