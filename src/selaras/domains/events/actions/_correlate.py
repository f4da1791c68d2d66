"""Which open cause an alert belongs to along the chain, and what is one because of it, within a pass of assessment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.correlation import Bond, Sign, Surroundings, Tie, belongs_to
from selaras.domains.events.models import Assessment, Cause, Group
from selaras.domains.events.queries.correlation import node_of, open_signs, pointing, surroundings
from selaras.domains.events.rules import named_of
from selaras.domains.incidents.actions.merge import merge
from selaras.domains.incidents.contracts import ASSIGNED, REPORTED
from selaras.domains.incidents.queries import open_state
from selaras.domains.people.contracts import system_actor
from selaras.domains.records.actions.links import link
from selaras.domains.records.contracts import LinkType, RecordRef
from selaras.domains.services.contracts import Found
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence, say

_EVENTS = system_actor("events")


class Correlating:
    """What fires under open causes, as of this pass; read when first asked for, whatever the number of alerts."""

    def __init__(self, live: Sequence[Pending], found: Sequence[Found | None], known: Mapping[int, Assessment]) -> None:
        self._live, self._found, self._known = live, found, known
        self._open: dict[int, Sign] | None = None
        self._own: dict[int, Sign] = {}
        self._around = Surroundings({}, [])

    def ties(self, change: Pending) -> tuple[list[Tie], list[int]]:
        """What an alert belongs to, best first, and the ids of the causes that are one because of it."""
        signs = self._ready()
        own = self._own.get(change.alert_id)
        if own is None:
            return [], []
        return belongs_to(replace(own, at=change.at), list(signs.values()), self._around)

    def placed(self, change: Pending, cause_id: int) -> None:
        """Remember that an alert has come under a cause."""
        own = self._own.get(change.alert_id)
        if own is not None:
            self._ready()[change.alert_id] = replace(own, at=change.at, cause=cause_id)

    def ended(self, change: Pending) -> None:
        """Forget an alert that fires no more."""
        if self._open is not None:
            self._open.pop(change.alert_id, None)

    def moved(self, old: Cause, new: Cause) -> None:
        """All alerts of one cause come under another, those of this pass too."""
        Assessment.objects.filter(cause=old).update(cause=new, record_id=new.record_id)
        Group.objects.filter(cause=old).update(cause=new)
        for one in self._known.values():
            if one.cause_id == old.pk:
                one.cause, one.record_id = new, new.record_id
        if self._open is not None:
            self._open = {k: replace(s, cause=new.pk) if s.cause == old.pk else s for k, s in self._open.items()}

    def _ready(self) -> dict[int, Sign]:
        if self._open is None:
            self._open = {sign.alert_id: sign for sign in open_signs()}
            fresh, labels = list[Sign](), list[Mapping[str, str]]()
            for change, found in zip(self._live, self._found, strict=True):
                node = node_of(found.item.id, None) if found else None
                if node is not None and change.state == FIRING:
                    fresh.append(Sign(change.alert_id, change.at, node, (), str(change.source_id)))
                    labels.append(change.labels or {})
            self._own = {sign.alert_id: sign for sign in pointing(fresh, labels)}
            self._around = surroundings([*self._open.values(), *self._own.values()])
        return self._open


def take_in(cause: Cause, others: Sequence[Cause], correlating: Correlating) -> None:
    """Make one cause of several. An incident that nobody has begun to work on is merged, which people may undo; one
    with a person's work, or of another organisation, stays and is linked."""
    for other in others:
        record, target = other.record, cause.record
        untouched = open_state(record.pk) in (REPORTED, ASSIGNED) and record.assignee_id is None
        if record.pk == target.pk or not untouched or record.organisation_id != target.organisation_id:
            if record.pk != target.pk:
                link(record.pk, target.pk, by=_EVENTS, kind=LinkType.RELATED_TO)
            continue
        merge(record.pk, by=_EVENTS, into=target.number)
        correlating.moved(other, cause)
        other.closed_at = clock.now()
        other.save(update_fields=["closed_at"])


def explained(tie: Tie) -> Sentence:
    """Why an alert came under the cause of another."""
    of = _name(tie.to.alert_id)
    match tie.bond:
        case Bond.SAME:
            return say("It is about the same thing as alert %(alert)s.", alert=of)
        case Bond.BENEATH:
            return say("Explained by alert %(alert)s: what fails here depends on it.", alert=of)
        case Bond.ABOVE:
            return say("It explains alert %(alert)s: what failed there depends on it.", alert=of)
    return say("Alert %(alert)s depends on the same thing, and most of what depends on it fails.", alert=of)


def trace_joined(trail: Trail, change: Pending, tie: Tie, record: RecordRef) -> None:
    """Write on the alert's trace where it went, and why."""
    said = say("It belongs to %(number)s. %(why)s", number=record.number, why=explained(tie))
    trail.add(change, TraceStep.INCIDENT, said, record_id=record.id)


def _name(alert_id: int) -> str:
    row = Assessment.objects.select_related("alert").filter(pk=alert_id).first()
    return named_of(row.alert.labels) if row else str(alert_id)
