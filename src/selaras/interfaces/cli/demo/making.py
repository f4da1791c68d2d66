"""Makes who and what there is, through the actions that administrators and owners use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.organisations import create_organisation
from selaras.domains.people.actions.people import create_person
from selaras.domains.people.actions.teams import create_team, set_team_lead
from selaras.domains.people.queries import get_actor
from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.actions.services import create_service, move_service
from selaras.domains.services.actions.uses import record_outcome, record_use
from selaras.domains.services.contracts import service as service_end
from selaras.interfaces.cli.demo import catalogue
from selaras.interfaces.cli.demo import organisation as who
from selaras.interfaces.cli.demo.agreeing import make_agreements
from selaras.interfaces.cli.demo.importing import import_estate
from selaras.interfaces.cli.demo.made import DEMO, Made, Tell
from selaras.interfaces.cli.demo.pace import DAYS
from selaras.interfaces.cli.demo.signing import SignIn
from selaras.kernel import clock


def make(now: datetime, sign_ins: Mapping[str, SignIn], tell: Tell) -> Made:
    """Everything that stands before the history begins, as of a time before it. In the caller's transaction."""
    made = Made()
    with clock.frozen(now - timedelta(days=DAYS + 10)):
        _people(made, sign_ins, tell)
        _services(made, tell)
        import_estate(made, tell)
        make_agreements(made, now, tell)
    return made


def _people(made: Made, sign_ins: Mapping[str, SignIn], tell: Tell) -> None:
    counts = {
        "organisations": len(who.ORGANISATIONS),
        "teams": len(who.TEAMS),
        "people": len(who.PEOPLE) + len(who.OTHERS),
    }
    tell(_("Making %(organisations)s organisations, %(teams)s teams and %(people)s people …") % counts)
    for one in who.ORGANISATIONS:
        made.organisations[one.slug] = create_organisation(
            by=DEMO,
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            parent_id=made.organisations[one.below] if one.below else None,
        )
    for team in who.TEAMS:
        made.teams[team.slug] = create_team(by=DEMO, slug=team.slug, name=team.name, function=team.function)
    for person in (*who.PEOPLE, *who.OTHERS):
        shown = sign_ins.get(person.email)
        person_id = create_person(
            by=DEMO,
            email=person.email,
            name=person.name,
            organisation_id=made.organisations[person.organisation],
            roles=person.roles,
            team_ids=[made.teams[team] for team in person.teams],
            password=shown.password if shown else None,
            language=person.language,
            timezone=person.timezone,
        )
        made.people[person.name] = get_actor(person_id)
        if person.left:
            deactivate_person(person_id, by=DEMO)
    for team in who.TEAMS:
        first = next(person.name for person in who.PEOPLE if team.slug in person.teams)
        set_team_lead(made.teams[team.slug], by=DEMO, person_id=made.people[first].id)


def _services(made: Made, tell: Tell) -> None:
    tell(_("Making %(count)s services …") % {"count": len(catalogue.SERVICES)})
    for one in catalogue.SERVICES:
        owner = made.people[one.owner]
        made.services[one.slug] = create_service(
            by=owner,
            slug=one.slug,
            name_id=one.name_id,
            name_en=one.name_en,
            description=one.description,
            owner_id=owner.id,
            team_id=made.teams[one.team],
        )
        for verb in ("charter", "publish"):
            move_service(made.services[one.slug], by=owner, verb=verb)
        for lower in one.needs:
            link(service_end(made.services[one.slug]), service_end(made.services[lower]), by=owner)
    outcomes = {
        one.key: record_outcome(
            by=DEMO,
            organisation_id=made.organisations[one.organisation],
            name_id=one.name_id,
            name_en=one.name_en,
            unit=one.unit,
            target=Decimal(one.target),
            direction=one.direction,
        )
        for one in catalogue.OUTCOMES
    }
    for use in catalogue.USES:
        record_use(
            by=DEMO,
            service_id=made.services[use.service],
            organisation_id=made.organisations[use.organisation],
            business_process=use.process,
            criticality=use.criticality,
            outcome_id=outcomes.get(use.outcome),
        )
