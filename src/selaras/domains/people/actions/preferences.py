"""What people set for themselves: language, theme, time zone."""

from zoneinfo import available_timezones

from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import Person
from selaras.domains.people.rules import require
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


def set_preferences(
    *, by: Actor, language: str | None = None, theme: str | None = None, timezone: str | None = None
) -> None:
    """Change one's own preferences; None leaves one as it is. Raises Invalid naming the field."""
    require(by, "people.self")
    if language not in (None, "id", "en"):
        raise Invalid({"language": say("Selaras speaks Indonesian and English.")})
    if theme not in (None, "system", "light", "dark"):
        raise Invalid({"theme": say("Choose light, dark, or the system's choice.")})
    if timezone is not None and timezone not in available_timezones():
        raise Invalid({"timezone": say("There is no time zone “%(zone)s”.", zone=timezone[:64])})
    wanted = {"language": language, "theme": theme, "timezone": timezone}
    changed = {field: value for field, value in wanted.items() if value is not None}
    if changed:
        Person.objects.filter(pk=by.own_id).update(**changed)
