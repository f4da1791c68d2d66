"""What is found out about the alerts of a pass before anything follows: their item, the labels added, the verdict."""

from collections.abc import Sequence

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts.rules import Verdict
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.rules import CompiledRule, verdict
from selaras.domains.services.queries.finding import find_items
from selaras.kernel.sentences import say


def prepare(changes: Sequence[Pending], rules: Sequence[CompiledRule], trail: Trail) -> list[Heard]:
    """For each change, in order; a query for all. Added labels are for us alone: an alert stays which it is."""
    sent = [dict(change.labels or {}) for change in changes]
    found = find_items(sent)
    made = []
    for change, labels, item in zip(changes, sent, found, strict=True):
        decided = verdict(labels, rules, item.item if item else None)
        annotations = _with_notes(dict(change.annotations or {}), decided)
        made.append(Heard(change, {**labels, **decided.added}, annotations, item, decided, trail))
    return made


def trace_decision(one: Heard) -> None:
    """The lines of what was found out."""
    if one.verdict.added:
        added = ", ".join(f'{name}="{value}"' for name, value in sorted(one.verdict.added.items()))
        one.trail.add(one.change, TraceStep.ENRICHED, say("%(labels)s, by rules.", labels=added))
    one.trail.add(one.change, TraceStep.CLASSED, one.verdict.reason)


def _with_notes(annotations: dict[str, str], decided: Verdict) -> dict[str, str]:
    """What the rules want to be known stands below the description, in the incident and in the message."""
    if decided.notes:
        annotations["description"] = "\n\n".join(filter(None, (annotations.get("description"), *decided.notes)))
    return annotations
