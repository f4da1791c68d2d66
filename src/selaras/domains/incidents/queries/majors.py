"""Major incidents: those that run, and what is still owed for those that are over."""

from django.db.models import Q, QuerySet

from selaras.domains.incidents.contracts import DECLARED, REVIEW_OWED, ImprovementRow, MajorRow
from selaras.domains.incidents.lifecycle import MAJOR
from selaras.domains.incidents.models import Improvement, MajorIncident
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries import about_visible
from selaras.kernel import clock

MAJOR_WORDS = MAJOR.states
_OWED = 100  # of each list


def get_major(actor: Actor, record_id: int) -> MajorRow | None:
    """An incident's major part with its review, for the provider's people; None where it never was one."""
    row = _majors(actor).filter(pk=record_id).first()
    if row is None:
        return None
    rows = row.improvements.select_related("owner", "major__incident__record").order_by("due", "pk")
    return _major(row, tuple(_improvement(one) for one in rows), actor)


def list_majors(actor: Actor) -> list[MajorRow]:
    """Those that run, the oldest first: what the desk looks at before all else."""
    rows = _majors(actor)
    # Nearly always none: the whole question costs a tenth of the queue's page.
    running = list(MajorIncident.objects.filter(state=DECLARED).values_list("pk", flat=True))
    return [_major(row) for row in rows.filter(pk__in=running).order_by("declared_at")] if running else []


def list_reviews_owed(actor: Actor) -> list[MajorRow]:
    """Those over whose review is not signed, the most overdue first."""
    return [_major(row) for row in _majors(actor).filter(state=REVIEW_OWED).order_by("review_due_at")[:_OWED]]


def list_improvements_owed(actor: Actor) -> list[ImprovementRow]:
    """What reviews have left to do, the most overdue first."""
    require(actor, "records.internal")
    rows = Improvement.objects.filter(about_visible(actor, "major__incident__record"), done_at=None)
    return [
        _improvement(row) for row in rows.select_related("owner", "major__incident__record").order_by("due")[:_OWED]
    ]


def list_reviewed(actor: Actor, limit: int = 20) -> list[MajorRow]:
    """Those that are over and reviewed, or were stood down, the newest first."""
    rows = _majors(actor).exclude(Q(state=DECLARED) | Q(state=REVIEW_OWED))
    return [_major(row) for row in rows.order_by("-ended_at")[:limit]]


def _majors(actor: Actor) -> QuerySet[MajorIncident]:
    require(actor, "records.internal")
    rows = MajorIncident.objects.filter(about_visible(actor, "incident__record"))
    return rows.select_related("incident__record", "manager", "technical_lead", "communications", "signed_by")


def _major(row: MajorIncident, improvements: tuple[ImprovementRow, ...] = (), actor: Actor | None = None) -> MajorRow:
    now, record = clock.now(), row.incident.record
    texts = {name: getattr(row, name) for name in ("happened", "well", "improve", "participants")}
    facts = {**texts, "is_manager": actor is not None and actor.id == row.manager_id}
    sign = next((move for move in MAJOR.allowed(row.state) if move.verb == "sign"), None)
    return MajorRow(
        record_id=record.pk,
        number=record.number,
        title=record.title,
        state=row.state,
        headline=row.headline,
        why=row.why,
        manager_id=row.manager_id,
        manager_name=row.manager.name,
        technical_lead_id=row.technical_lead_id,
        technical_lead_name=row.technical_lead.name,
        communications_id=row.communications_id,
        communications_name=row.communications.name,
        declared_at=row.declared_at,
        next_update_at=row.next_update_at,
        late=row.next_update_at is not None and row.next_update_at <= now,
        ended_at=row.ended_at,
        review_due_at=row.review_due_at,
        review_overdue=row.state == REVIEW_OWED and row.review_due_at is not None and row.review_due_at <= now,
        signed_at=row.signed_at,
        signed_by=row.signed_by.name if row.signed_by else "",
        version=row.version,
        improvements=improvements,
        sign_refused=next((n.why(facts) for n in sign.needs if not n.holds(facts)), None) if sign else None,
        **texts,
    )


def _improvement(row: Improvement) -> ImprovementRow:
    return ImprovementRow(
        id=row.pk,
        number=row.major.incident.record.number,
        text=row.text,
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        due=row.due,
        done_at=row.done_at,
        overdue=row.done_at is None and row.due < clock.now().date(),
    )
