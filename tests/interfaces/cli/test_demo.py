"""The demo: the same for the same moment, what it promises in number, and loaded whole through the actions."""

import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from pytest_django.plugin import DjangoDbBlocker

from selaras.domains.agreements.contracts import AgreementKind
from selaras.domains.agreements.queries.agreements import list_agreements
from selaras.domains.agreements.queries.clocks import get_clock_explanation, list_clocks_of
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.events.queries.log import get_backlog
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.contracts import Actor, Function, OrganisationKind, Role
from selaras.domains.people.queries import get_actor, list_organisations, list_people, list_teams
from selaras.domains.problems.queries import list_problems
from selaras.domains.records.contracts import RecordFilter, RecordRow
from selaras.domains.records.queries import list_entries, list_records, search_records
from selaras.domains.services.queries.finding import find_item
from selaras.domains.services.queries.items import list_items
from selaras.domains.services.queries.services import list_services
from selaras.interfaces.cli.demo import load, sign_ins, walk
from selaras.interfaces.cli.demo.estate import WALK_TARGET, edges, items
from selaras.interfaces.cli.demo.organisation import PEOPLE
from selaras.interfaces.cli.demo.plan import plan
from selaras.interfaces.cli.demo.reach import services_of
from selaras.interfaces.cli.demo.stories import THEMES
from selaras.interfaces.cli.demo.watching import HERE
from selaras.interfaces.cli.home import Trouble
from tests import database
from tests.factories import SYSTEM

MOMENTS = [
    datetime(2026, 11, 23, 2, 0, tzinfo=UTC),  # a Monday morning
    datetime(2026, 3, 22, 18, 30, tzinfo=UTC),  # a night in the feast
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
]


class TestThePlan:
    @pytest.mark.parametrize("now", MOMENTS)
    def test_is_the_same_twice_and_lies_in_the_past(self, now: datetime) -> None:
        told = plan(now)
        assert told == plan(now)
        assert told != plan(now, seed=1)
        steps = [step for story in told.stories for step in story.steps]
        steps += [step for outage in told.outages for step in outage.steps]
        ends = [outage.ends for outage in told.outages if outage.ends]
        begins = [*(story.at for story in told.stories), *(outage.at for outage in told.outages)]
        moments = [*(step.at for step in steps), *begins, *ends]
        assert now - timedelta(days=91) < min(moments)
        assert max(moments) <= now

    @pytest.mark.parametrize("now", MOMENTS)
    def test_has_the_promised_size(self, now: datetime) -> None:
        told = plan(now)
        assert 250 <= len(told.stories) + sum(outage.signal.opens for outage in told.outages) <= 300
        assert len({(story.service, story.title) for story in told.stories}) > 80
        assert {step.verb for story in told.stories for step in story.steps} >= {
            "assign", "start", "wait", "resume", "resolve", "confirm", "reopen", "cancel", "merge",
            "public", "internal",
        }  # fmt: skip

    def test_has_forty_themes_with_cause_and_solution_of_their_own(self) -> None:
        assert len(THEMES) >= 40
        for said in ("titles", "cause", "solution"):
            assert len({getattr(theme, said) for theme in THEMES}) == len(THEMES)
        assert any(theme.english for theme in THEMES)

    def test_its_estate_holds_together(self) -> None:
        known = [item.slug for item in items()]
        assert 140 <= len(known) == len(set(known)) <= 165
        assert {slug for edge in edges() for slug in edge} <= set(known)
        assert "kasir-toko" in services_of(WALK_TARGET)
        assert services_of("pg-bersama-1") == services_of("pg-bersama-2"), "the cluster's peers fail together"


@dataclass(frozen=True)
class Loaded:
    """The demo in a database of its own, and what was told while it was made."""

    home: Path
    told: list[str]

    def person(self, role: Role, domain: str = "") -> Actor:
        """The first person shown with a role."""
        found = [p for p in PEOPLE if p.shown and p.roles[-1] is role and p.email.endswith(domain)]
        rows = {row.email: row.id for row in list_people(SYSTEM, limit=500)}
        return get_actor(rows[found[0].email])


@pytest.fixture(scope="module")
def loaded(
    database_server: str,
    worker_id: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    name, home, told = f"demo_{worker_id}", tmp_path_factory.mktemp("home"), list[str]()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SELARAS_HOME", str(home))
        own = database.clone(database_server, database.template(database_server), name)
        with database.django_on(own):
            load(told.append)
            yield Loaded(home, told)
        database.drop(database_server, name)


def records(actor: Actor, wanted: RecordFilter) -> list[RecordRow]:
    found, page = list[RecordRow](), list_records(actor, wanted, limit=100)
    found.extend(page.rows)
    while page.next:
        page = list_records(actor, wanted, after=page.next, limit=100)
        found.extend(page.rows)
    return found


class TestTheLoad:
    def test_makes_what_was_promised(self, loaded: Loaded) -> None:
        customers = list_organisations(SYSTEM, OrganisationKind.CUSTOMER)
        assert len([row for row in customers if row.parent_id is None]) == 3
        assert {team.function for team in list_teams()} == set(Function)
        assert {role for person in PEOPLE for role in person.roles} == set(Role)
        assert len(list_services(SYSTEM)) == 12
        assert len(list_items(SYSTEM, limit=500)) == len(items())
        assert {row.kind for row in list_agreements(SYSTEM)} == set(AgreementKind)
        assert {row.state for row in list_agreements(SYSTEM)} == {"draft", "active", "expired"}
        assert len(loaded.told) >= 6

    def test_fills_the_queue_in_every_state(self, loaded: Loaded) -> None:
        everything = records(SYSTEM, RecordFilter(open=None))
        assert 250 <= len(everything) <= 300
        assert set(Counter(row.state for row in everything)) == {
            "reported", "assigned", "in_progress", "waiting", "resolved", "closed", "cancelled", "merged",
        }  # fmt: skip
        assert set(Counter(row.priority for row in everything)) == {1, 2, 3, 4, 5}
        now_open = records(SYSTEM, RecordFilter())
        assert 18 <= len(now_open) <= 35
        assert any(row.assignee_id is None for row in now_open)
        assert any(row.priority == 1 for row in now_open)
        assert any(row.due_at is not None and row.due_at < datetime.now(UTC) for row in now_open)

    def test_every_clock_explains_itself(self, loaded: Loaded) -> None:
        everything = records(SYSTEM, RecordFilter(open=None))
        clocks = [clock for row in list_clocks_of(SYSTEM, [r.id for r in everything]).values() for clock in row]
        assert len(clocks) > 400
        assert {clock.breached for clock in clocks} == {True, False}
        for clock in clocks[::9]:
            told = get_clock_explanation(SYSTEM, clock.id)
            assert told.segments
            assert told.sentences

    def test_alerts_came_through_intake_and_none_was_set_aside(self, loaded: Loaded) -> None:
        backlog = get_backlog(SYSTEM)
        assert (backlog.waiting, backlog.set_aside) == (0, 0)
        alerts = list_alerts(SYSTEM, AlertFilter(), limit=500).rows
        assert {alert.state for alert in alerts} == {"firing", "resolved"}
        of_incidents = {a.assessed.record_id for a in alerts if a.assessed and a.assessed.record_id}
        assert len(of_incidents) > 20
        assert all(alert.assessed is not None and alert.assessed.item_id is not None for alert in alerts)
        assert any(alert.episode > 1 for alert in alerts)

    def test_what_recurs_was_proposed_as_a_problem(self, loaded: Loaded) -> None:
        found = {(row.item_slug, row.state): row for row in list_problems(SYSTEM).rows}
        assert {("mq-toko", "detected"), ("rtr-fkp-1", "proposed")} <= found.keys()
        assert found["mq-toko", "detected"].decided_by == "Bambang Sutrisno"
        assert all(row.incidents >= 3 for row in found.values())

    def test_both_languages_are_found(self, loaded: Loaded) -> None:
        assert search_records(SYSTEM, "transfer")
        assert search_records(SYSTEM, "pencetak")

    def test_decision_makers_see_only_their_own(self, loaded: Loaded) -> None:
        bank = loaded.person(Role.DECISION_MAKER, "wanawira.example")
        shops = loaded.person(Role.DECISION_MAKER, "mapanbahari.example")
        for actor in (bank, shops):
            theirs = records(actor, RecordFilter(open=None))
            assert len(theirs) > 40
            assert all(entry.public for entry in list_entries(actor, theirs[0].id))
            assert {row.organisation_id for row in list_agreements(actor)} == {actor.organisation_id}
            for row in theirs:
                if row.organisation_id != actor.organisation_id:
                    # Not reported by another customer's people: a machine that this customer's services stand on too.
                    assert list_entries(SYSTEM, row.id)[0].data["source"] == "event"

    def test_each_role_signs_in_with_a_password_that_only_the_owner_reads(self, loaded: Loaded) -> None:
        shown = sign_ins()
        assert len(shown) == 11
        assert len({password for _role, _email, password in shown}) == 11
        assert stat.S_IMODE((loaded.home / "demo-sign-ins.json").stat().st_mode) == 0o600
        _role, email, password = shown[0]
        assert authenticate(None, username=email, password=password) is not None

    def test_this_machines_prometheus_may_post_and_meets_an_item_at_peace(self, loaded: Loaded) -> None:
        source = next(row for row in list_sources(SYSTEM) if row.networks)
        assert (source.networks, source.has_token) == (HERE, False)
        found = find_item({"instance": f"{WALK_TARGET}.tirtamaya.example:9100", "job": "kasir"})
        assert found is not None
        assert found.item.slug == WALK_TARGET
        assert not list_alerts(SYSTEM, AlertFilter(item_id=found.item.id)).rows


class TestTheWalk:
    def test_writes_what_prometheus_needs(self, tmp_path: Path) -> None:
        commands = walk.write(tmp_path / "walk", "http://127.0.0.1:8123")
        assert len(commands) == 2
        config = (tmp_path / "walk" / "prometheus.yml").read_text()
        assert '"127.0.0.1:8123"' in config
        assert f"{WALK_TARGET}.tirtamaya.example:9100" in config
        assert (tmp_path / "walk" / "target" / "metrics.txt").exists()

    @pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://x"])
    def test_refuses_what_is_no_address(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(Trouble):
            walk.write(tmp_path, url)
