"""Fill a calendar with a country's holidays, named in both languages. Indonesia's joint
leave is among them.
"""

from collections.abc import Iterable
from datetime import date

import holidays
from django.db import transaction

from selaras.domains.agreements.actions.calendars import add_holidays
from selaras.domains.people.contracts import Actor

# In the package's words joint leave (cuti bersama) is a "government" holiday.
_CATEGORIES = {"ID": ("public", "government")}


def public_holidays(years: Iterable[int], *, country: str = "ID") -> dict[date, tuple[str, str]]:
    """The country's holidays of these years: date → (Indonesian name, English name)."""
    wanted = sorted(set(years))
    supported = holidays.country_holidays(country, years=wanted).supported_languages
    local = _named(country, wanted, "id" if "id" in supported else None)
    english = _named(country, wanted, "en_US" if "en_US" in supported else None)
    return {day: (name, english.get(day, name)) for day, name in sorted(local.items())}


@transaction.atomic
def fill_holidays(calendar_id: int, years: Iterable[int], *, by: Actor, country: str = "ID") -> int:
    """Write the holidays of these years into the calendar; returns how many there are. Repeating it changes
    nothing.
    """
    found = public_holidays(years, country=country)
    add_holidays(calendar_id, found, by=by)
    return len(found)


def _named(country: str, years: list[int], language: str | None) -> dict[date, str]:
    listed = holidays.country_holidays(
        country, years=years, categories=_CATEGORIES.get(country, ("public",)), language=language
    )
    return {day: "; ".join(listed.get_list(day)) for day in listed}
