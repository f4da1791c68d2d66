"""Keep a list's filter under a name."""

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.models import SavedView
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


def save_view(*, by: Actor, name: str, query: str) -> int:
    """Keep a view; one of the same name is replaced. Returns its id."""
    require(by, "records.view")
    if not 0 < len(name.strip()) <= 80:
        raise Invalid({"name": say("A view's name has 1 to 80 characters.")})
    if len(query) > 1000:
        raise Invalid({"query": say("This filter is too long to be kept.")})
    kept, _ = SavedView.objects.update_or_create(person_id=by.own_id, name=name.strip(), defaults={"query": query})
    return kept.pk


def drop_view(view_id: int, *, by: Actor) -> None:
    """Drop one of one's own views."""
    require(by, "records.view")
    if not SavedView.objects.filter(pk=view_id, person_id=by.own_id).delete()[0]:
        raise NotFound(str(view_id))
