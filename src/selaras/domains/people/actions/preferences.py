"""What people set for themselves: language, theme, time zone."""

from django.db import transaction

from selaras.domains.people.actions._changes import note
from selaras.domains.people.actions._sound import language_fault, timezone_fault
from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import Person
from selaras.domains.people.rules import require
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say
from selaras.kernel.versions import difference


@transaction.atomic
def set_preferences(
    *, by: Actor, language: str | None = None, theme: str | None = None, timezone: str | None = None
) -> None:
    """Change one's own preferences; None leaves one as it is. Raises Invalid naming the field."""
    require(by, "people.self")
    if language is not None and (fault := language_fault(language)):
        raise Invalid({"language": fault})
    if theme not in (None, "system", "light", "dark"):
        raise Invalid({"theme": say("Choose light, dark, or the system's choice.")})
    if timezone is not None and (fault := timezone_fault(timezone)):
        raise Invalid({"timezone": fault})
    wanted = {"language": language, "theme": theme, "timezone": timezone}
    changed = {field: value for field, value in wanted.items() if value is not None}
    person = Person.objects.select_for_update(no_key=True).filter(pk=by.own_id).first()
    if person is None or not changed:
        return
    data = difference({field: getattr(person, field) for field in changed}, changed)
    Person.objects.filter(pk=person.pk).update(**changed)
    if data.keys() - {"theme"}:  # light or dark is nobody else's business
        note("person", "change", by=by, person_id=person.pk, data=data)
