"""Fill a calendar with a country's holidays, named in both languages. Indonesia's joint
leave is among them.
"""

from collections.abc import Iterable
from datetime import date

import holidays
from django.db import transaction

from selaras.domains.agreements.actions.calendars import LONGEST_NAME, add_holidays
from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

FIRST_YEAR, LAST_YEAR, MOST_YEARS = 1950, 2100, 10

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
    wanted = sorted(set(years))
    faults = {}
    if not wanted or len(wanted) > MOST_YEARS or not FIRST_YEAR <= wanted[0] <= wanted[-1] <= LAST_YEAR:
        most = {"first": FIRST_YEAR, "last": LAST_YEAR, "most": MOST_YEARS}
        faults["years"] = say("Give 1 to %(most)s years from %(first)s to %(last)s.", **most)
    if country not in holidays.list_supported_countries():
        faults["country"] = say("There is no list of holidays of this country.")
    if faults:
        raise Invalid(faults)
    found = public_holidays(wanted, country=country)
    named = {day: (id_[:LONGEST_NAME], en[:LONGEST_NAME]) for day, (id_, en) in found.items()}
    add_holidays(calendar_id, named, by=by)
    return len(found)


def _named(country: str, years: list[int], language: str | None) -> dict[date, str]:
    listed = holidays.country_holidays(
        country, years=years, categories=_CATEGORIES.get(country, ("public",)), language=language
    )
    return {day: "; ".join(listed.get_list(day)) for day in listed}
