"""Whether an alert is silenced at the moment it is assessed, and what is noted of that."""

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Assessment, Source
from selaras.domains.events.queries.silences import active_silences
from selaras.domains.events.silencing import silencers
from selaras.kernel.sentences import Sentence, say


class Silencing:
    """The silences of one pass. Asked as of now and not as of the change: a silence that has ended meanwhile is over
    for the assessment too, and nobody would come back to what it had held."""

    def __init__(self) -> None:
        self._silences = active_silences()
        self._organisations = dict(Source.objects.values_list("pk", "organisation_id")) if self._silences else {}

    def first(self, source_id: int | None, labels: dict[str, str]) -> SilenceRow | None:
        """The silence of the source's organisation that holds for these labels and lasts longest."""
        whose = self._organisations.get(source_id or 0)
        held = silencers(labels, (one for one in self._silences if one.row.organisation_id == whose))
        return max(held, key=lambda row: row.ends_at, default=None)

    def hold(self, change: Pending, assessment: Assessment, trail: Trail, *, responds: bool) -> bool:
        """Note on a firing alert that it is silenced, if it is; `responds`: something would follow, and waits."""
        found = self.first(change.source_id, dict(change.labels or {})) if self._silences else None
        if found is None:
            return False
        assessment.silence_id, assessment.held = found.id, responds
        trail.add(change, TraceStep.HELD, _held(found) if responds else silenced_by(found), silence_id=found.id)
        return True


def silenced_by(silence: SilenceRow) -> Sentence:
    """Whose silence it is, and why."""
    return say("Silenced by %(by)s: %(comment)s", by=silence.created_by, comment=silence.comment)


def _held(silence: SilenceRow) -> Sentence:
    who = silenced_by(silence)
    return say("It fires. No incident is opened or joined while the silence lasts. %(who)s", who=who)
