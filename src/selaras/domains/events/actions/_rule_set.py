"""What every change of the rule set shares: one at a time, told if it comes too late, and a version of it kept."""

from collections.abc import Sequence

from django.db import connection

from selaras.domains.events.actions._recheck import HELD, KEYS, look_again
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Rule, RuleSet
from selaras.domains.events.queries.rules import list_rules, rule_set_number
from selaras.domains.events.rule_set import as_stored, numbered
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import Stale
from selaras.kernel.sentences import Sentence

_LOCK = (0x53454C41, 2)


def begin(by: Actor, seen: int | None) -> list[RuleRow]:
    """The present set, which nobody else changes until the transaction ends. Raises NotAllowed, Stale."""
    require(by, "events.rules")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)
    if seen is not None and seen != rule_set_number():
        raise Stale
    return list_rules(by)


def keep(by: Actor, note: Sentence) -> None:
    """Give the rules their places, keep the set as its next version, and look again at what is held back."""
    rules = list_rules(by)
    for old, new in zip(rules, placed := numbered(rules), strict=True):
        if old.order != new.order:
            Rule.objects.filter(pk=new.id).update(order=new.order)
    _store(by, note, placed)
    look_again(KEYS, HELD)


def _store(by: Actor, note: Sentence, rules: Sequence[RuleRow]) -> None:
    RuleSet.objects.create(
        number=rule_set_number() + 1,
        at=clock.now(),
        by_id=by.id,
        by_name=by.name,
        note=note.as_json(),
        rules=[as_stored(rule) for rule in rules],
    )


def write(rule: RuleRow) -> int:
    """Make or change the row of a rule; its id."""
    row = Rule() if not rule.id else Rule.objects.select_for_update().get(pk=rule.id)
    for name, value in as_stored(rule).items():
        if name not in ("id", "used"):
            setattr(row, name, value)
    row.save()
    return row.pk
