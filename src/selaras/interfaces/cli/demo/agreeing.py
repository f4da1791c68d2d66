"""Makes calendars and agreements, and puts them in force."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from selaras.domains.agreements.actions.activate_agreement import activate_agreement, expire_agreement
from selaras.domains.agreements.actions.calendars import add_holidays, create_calendar
from selaras.domains.agreements.actions.draft_agreement import draft_agreement
from selaras.domains.agreements.actions.fill_holidays import fill_holidays, public_holidays
from selaras.domains.agreements.contracts import AgreementKind, Metric, NewObligation, NewTarget
from selaras.domains.agreements.queries.agreements import get_agreement
from selaras.interfaces.cli.demo import promises
from selaras.interfaces.cli.demo.made import DEMO, Made, Tell
from selaras.interfaces.cli.demo.pace import DAYS


def make_agreements(made: Made, now: datetime, tell: Tell) -> None:
    """Every calendar with its holidays and every agreement, as it stands when the history begins."""
    counts = {"calendars": len(promises.CALENDARS), "agreements": len(promises.AGREEMENTS)}
    tell(_("Making %(calendars)s calendars and %(agreements)s agreements …") % counts)
    began = (now - timedelta(days=DAYS + 10)).year
    calendars = {one.slug: _calendar(one, range(began, now.year + 2)) for one in promises.CALENDARS}
    for one in promises.AGREEMENTS:
        agreement_id = _agreement(one, made, calendars, began)
        detail = get_agreement(DEMO, agreement_id)
        made.obligations[one.key] = tuple(obligation.id for obligation in detail.obligations)


def _calendar(one: promises.Calendar, years: range) -> int:
    calendar_id = create_calendar(by=DEMO, slug=one.slug, name=one.name, timezone=one.timezone, week=one.week)
    if one.holidays == "all":
        fill_holidays(calendar_id, years, by=DEMO)
    elif one.holidays == "great":
        # A shop closes for the feast itself and the new year, not for joint leave.
        great = {
            day: names
            for day, names in public_holidays(years).items()
            if (day.month, day.day) == (1, 1) or ("Idul Fitri" in names[0] and "Cuti" not in names[0])
        }
        add_holidays(calendar_id, great, by=DEMO)
    return calendar_id


def _agreement(one: promises.Agreement, made: Made, calendars: Mapping[str, int], began: int) -> int:
    old = one.state == "expired"
    metrics = (Metric.RESPOND, Metric.RESOLVE)
    agreement_id = draft_agreement(
        by=DEMO,
        name=one.name,
        kind=one.kind,
        organisation_id=made.organisations[one.organisation],
        calendar_id=calendars[one.calendar],
        valid_from=date(began - (2 if old else 1), 1, 1),
        valid_until=date(began - 2, 12, 31) if old else date(began + 2, 12, 31),
        team_id=made.teams[one.with_] if one.kind is AgreementKind.OLA else None,
        supplier_id=made.organisations[one.with_] if one.kind is AgreementKind.UNDERPINNING else None,
        service_ids=[made.services[slug] for slug in one.services],
        targets=[
            NewTarget(metric, priority, minutes)
            for priority, pair in one.minutes.items()
            for metric, minutes in zip(metrics, pair, strict=True)
        ]
        + [NewTarget(Metric.UPDATE, 1, 60)] * (promises.UPDATE in one.owed),
        obligations=[NewObligation(owed.owner, owed.text_id, owed.text_en) for owed in one.owed],
    )
    if one.state != "draft":
        activate_agreement(agreement_id, by=DEMO)
    if old:
        expire_agreement(agreement_id, by=DEMO)
    return agreement_id
