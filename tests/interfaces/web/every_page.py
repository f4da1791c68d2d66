"""Every page there is, as somebody who may open it, in a world with long names and scripts in every text."""

from datetime import datetime, time, timedelta

from django.core import signing

from selaras.domains.agreements.models import Calendar, Clock, Target
from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.duty.actions.handovers import draft_handover, move_handover
from selaras.domains.duty.actions.log import write_note
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.contracts.rotas import Every, Hours
from selaras.domains.duty.contracts.shifts import Fact, FactKind
from selaras.domains.duty.models import Delivery
from selaras.domains.duty.queries import get_rota, next_shift_change
from selaras.domains.events.actions.checks import create_check
from selaras.domains.events.actions.heartbeats import create_heartbeat
from selaras.domains.events.actions.mapping import set_mapping
from selaras.domains.events.actions.replays import replay_file
from selaras.domains.events.actions.run_replays import run_next_replay
from selaras.domains.events.actions.silences import silence as make_silence
from selaras.domains.events.actions.snmp_users import add_snmp_user
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.actions.streams import set_stream
from selaras.domains.events.actions.tables import save_table
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.checks import CheckKind
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.sources import SnmpAuthentication
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.operations.actions.decide import move_step
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion
from selaras.domains.operations.queries import get_run, occasion_of
from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.passwords import make_password_link
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Organisation
from selaras.domains.problems.actions.propose import propose
from selaras.domains.problems.contracts import Clue, Finding
from selaras.domains.services.models import ConfigurationItem, Service, ServiceUse
from selaras.kernel import clock
from tests.domains.duty.build import layer, make_policy, make_rota, person, rota
from tests.domains.events.build import fire
from tests.domains.operations.build import call, make_runbook, told
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.web.world import LONG, SCRIPT, World


def pages(world: World) -> list[tuple[Actor | None, str]]:
    """Every page, as somebody who may open it."""
    customer = Organisation.objects.get(pk=world.estate.customer).slug
    service = Service.objects.get(pk=world.estate.service).slug
    item = ConfigurationItem.objects.get(pk=world.estate.database).slug
    explained = Clock.objects.order_by("pk").values_list("pk", flat=True)[0]
    calendar = Calendar.objects.order_by("pk")[0].pk
    number = {key: f"/r/{ref.number}" for key, ref in world.records.items()}
    agent = [
        "/",
        "/?state=closed",
        "/?priority=2&state=waiting",
        "/narrow",
        "/search?q=VPN",
        "/search?q=nothing",
        "/new",
    ]
    agent += [
        number["reported"],
        number["working"],
        number["waiting"],
        number["resolved"],
        f"{number['reported']}/do/assign",
        f"{number['working']}/edit",
        f"/clocks/{explained}",
    ]
    agent += ["/alerts", "/services", f"/services/{service}", "/items", f"/items/{item}", "/customers", "/profile"]
    agent += [
        f"/customers/{customer}",
        "/agreements",
        f"/agreements/{world.estate.agreement}",
        f"/calendars/{calendar}",
        "/nothing",
    ]
    major = f"/r/{world.records['major'].number}"
    agent += ["/majors", "/status", f"{number['working']}/do/put_under", f"{number['working']}/do/escalate_up"]
    agent += [f"{number['working']}/do/declare_major", major, "/?escalated=me"]
    agent += [f"/r/{world.records['reviewed'].number}/review", f"/r/{world.records['steps'].number}"]
    admin = ["/settings/models", "/settings/models/new", f"/settings/models/{world.model}", "/settings/matrix"]
    admin += ["/settings/escalation"]
    agent += ["/account/logout/", "/account/password/change/", "/account/2fa/", "/account/reauthenticate/"]
    use, target = ServiceUse.objects.order_by("pk")[0].pk, Target.objects.order_by("pk")[0].pk
    agreement = world.estate.agreement
    owner = ["/new/service", "/services", f"/services/{service}", f"/services/{service}/edit", "/new/item", "/items"]
    owner += [f"/items/{item}", f"/items/{item}/edit", f"/items/{item}/dependencies", "/import/estate", f"/uses/{use}"]
    owner += [f"/services/{service}/uses", f"/needs/{world.estate.customer}", f"/needs/{world.estate.customer}/new"]
    owner += ["/agreements", "/new/agreement", f"/agreements/{agreement}", f"/agreements/{agreement}/targets/{target}"]
    owner += ["/calendars", "/new/calendar", f"/calendars/{calendar}", f"/calendars/{calendar}/edit"]
    lead = ["/home", "/status", major, "/mine", number["working"], f"/services/{service}", "/agreements"]
    lead += ["/customers", "/search"]
    requester = ["/home", "/status", "/mine", "/new", number["resolved"], f"{number['resolved']}/do/reopen"]
    source = create_source(by=world.administrator, name="Prometheus Jakarta", networks=["10.1.0.0/16"]).id
    fire(source, clock.now(), alertname="Disk", instance=world.records["reported"].number)
    draft = SilenceDraft(
        (Condition("alertname", "=", "Disk"),), clock.now(), clock.now() + timedelta(hours=2), "Galih", "Ganti disk"
    )
    silence = make_silence(by=world.administrator, draft=draft)
    alert = Alert.objects.order_by("-pk").values_list("pk", flat=True)[0]
    events = [
        "/alerts?state=all&silenced=1",
        f"/alerts/{alert}",
        f"/alerts/{alert}/beside",
        "/alerts?group=severity",
        "/silences",
        "/silences?state=expired",
    ]
    events += ["/silences/new", f"/silences/new?alert={alert}", f"/silences/{silence}"]
    rule = list_rules(world.administrator)[0].id
    events += ["/rules", f"/rules?moved={rule}&way=down", "/rules/new", f"/rules/{rule}", "/rules/file"]
    table = save_table(by=SYSTEM, name="t" * 80, keys=["host"], rows=f"host,owner\n{LONG},{LONG}\n")
    events += ["/tables", "/tables/new", f"/tables/{table}"]
    events += ["/rules/replays", f"/rules/replays/{_replay(world)}"]
    window = _window(calendar)
    events += ["/maintenance", "/maintenance/new", f"/maintenance/{window}", "/maintenance/file"]
    events += ["/retention", "/rules/history", "/rules/history/1", "/alerts/set-aside", "/alerts/noise"]
    events += ["/sources", "/sources/new", f"/sources/{source}", f"/alerts?source={source}"]
    agent += ["/duty", "/duty/policies", "/duty/pages", "/duty/channels"]
    operator, duties, calls = make_duty(world)
    strangers = [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/signup/",
        "/nothing",
    ]
    _add_ugly_people(world)
    settings = ["/people", "/people?q=nobody", "/people/new", f"/people/{world.agent.id}", f"/people/{world.lead.id}"]
    settings += ["/teams", "/teams/new", f"/teams/{world.estate.team}"]
    settings += ["/organisations", "/organisations/new", f"/organisations/{world.estate.customer}"]
    ugly = _source()
    settings += [f"/sources/{ugly}/mapping", f"/sources/{ugly}/snmp", f"/sources/{source}/snmp"]
    settings += [f"/sources/{ugly}/icinga", f"/sources/{source}/icinga"]
    beating = create_heartbeat(by=SYSTEM, source_id=ugly, name=LONG[:120], interval=3600, grace=0, severity="error").id
    settings += ["/heartbeats", "/heartbeats/new", f"/heartbeats/{beating}"]
    asking = create_check(by=SYSTEM, source_id=ugly, kind=CheckKind.DNS, name=LONG[:120], target="selaras.example")
    settings += ["/checks", "/checks/new", "/checks/new?kind=dns", f"/checks/{asking}"]
    settings += make_problem(world)
    link = make_password_link(world.requester.own_id, by=world.administrator)
    strangers += [calls, f"/password/{link.person_id}/{link.key}", f"/password/{link.person_id}/used"]
    keeper = make_person(world.estate.provider, Role.SERVICE_OWNER, name="Maya Lestari", language=world.agent.language)
    people = [
        (world.administrator, [*settings, *admin, *events]),
        (world.agent, agent),
        (keeper, owner),
        (operator, [*duties, *make_runs(operator, alert)]),
        (world.lead, lead),
        (world.requester, requester),
        (None, strangers),
    ]
    return [(actor, address) for actor, addresses in people for address in addresses]


def _source() -> int:
    made = create_source(by=SYSTEM, name=f"{LONG} {LONG}"[:120]).id
    add_snmp_user(
        made,
        by=SYSTEM,
        name="W" * 32,
        authentication=SnmpAuthentication.SHA256,
        authentication_key="authenticate",
    )
    set_stream(made, by=SYSTEM, address=f"https://{'icinga-' * 30}example:5665", user="selaras", password="secret")
    sample = f'{{"rows": [{{"title": "{LONG}", "host": "db1", "severity": "P1"}}]}}'
    set_mapping(made, by=SYSTEM, paths={"each": "rows", "name": "title"}, seen=0, sample=sample)
    return made


def _replay(world: World) -> int:
    draft = f"rules:\n- name: {LONG[:100]}\n  when: []\n  class: exception\n  opens_incident: true\n"
    done = replay_file(draft, by=world.administrator, since=clock.now() - timedelta(days=31))
    run_next_replay()
    return done


def _window(calendar: int) -> int:
    condition = Condition("alertname", "=~", f"{LONG}|Disk")
    draft = WindowDraft(
        f"{LONG} {LONG}"[:120], calendar, kind=WindowKind.OUTSIDE, matchers=(condition,), ends=("item:toko-db-1",)
    )
    return save_window(draft, by=SYSTEM)


def _add_ugly_people(world: World) -> None:
    """Somebody with the longest of names, who has left, in the branch of a branch."""
    organisation = make_organisation("Cabang Timur Jauh", parent_id=world.estate.customer)
    deactivate_person(make_person(organisation, name=f"{LONG} {LONG}"[:200]).own_id, by=SYSTEM)


def make_duty(world: World) -> tuple[Actor, list[str], str]:
    """Duty in use: a rota with a gap, a policy, a call with all that can happen to one; an operator who edits them."""
    operator = make_person(world.estate.provider, Role.OPERATOR, name="Galih Santoso", language=world.agent.language)
    office = Hours(frozenset(range(5)), time(8), time(17))
    make_rota(layer(operator, world.agent, hours=office), layer(world.colleague, every=Every.DAYS), slug="jaga")
    rota_id = make_rota(layer(operator, hours=office), slug="kantor")
    add_channel(by=operator, kind=ChannelKind.MAIL, name="Surel", address="galih@example.com")
    policy = make_policy((5, [rota(rota_id), person(operator)]), (10, [person(world.colleague)]), repeats=1)
    ref = page(by=operator, policy_id=policy, cause="x", subject=LONG, body=SCRIPT)
    send_next()
    due_at = get_rota_change(operator)
    write_note(rota_id, SCRIPT, by=operator)
    signed = draft_handover(rota_id, due_at, by=operator, facts=[Fact(FactKind.NOTE, LONG, SCRIPT, due_at)])
    move_handover(signed, "hand_over", by=operator)
    draft = draft_handover(make_rota(layer(operator, hours=office), slug="sif"), due_at, by=operator, facts=[])
    address = f"/duty/pages/{ref.id}"
    edits = ["/duty/rotas/jaga/edit", "/duty/policies/eskalasi/edit", "/duty/pages/new", "/duty/rotas/new"]
    shown = ["/duty", "/duty/rotas/jaga", "/duty/rotas/kantor", "/duty/policies/eskalasi", "/duty/pages", address]
    shown += ["/duty/log", "/duty/rotas/kantor/handovers", f"/duty/handovers/{signed}", f"/duty/handovers/{draft}"]
    link = f"/duty/acknowledge/{signing.dumps(Delivery.objects.latest('id').pk, salt='duty.acknowledge')}"
    return operator, [*shown, *edits, "/duty/channels"], link


def make_runs(operator: Actor, alert: int) -> list[str]:
    """A runbook with every kind of step, a run that waits for approval, one that failed, one that a person works on."""
    steps = [told(LONG), call("https://a.example/{{ alertname }}", headers={"X-Key": "secret"}), told(changes=True)]
    make_runbook(*steps, slug="panjang", purpose=SCRIPT)
    occasion = occasion_of(operator, alert_id=alert)
    working = start_run("panjang", occasion, by=operator).id
    failed = start_run("panjang", occasion, by=operator).id
    move_step(get_run(operator, failed).steps[0].id, "give_up", by=operator, reason=SCRIPT)
    waiting = start_run(make_runbook(told(SCRIPT, changes=True), slug="izin"), Occasion(about=LONG), by=operator).id
    runs = [f"/operations/runs/{run}" for run in (working, failed, waiting)]
    pages = ["/operations/runbooks", "/operations/runbooks/new", "/operations/runbooks/panjang"]
    pages += ["/operations/runbooks/panjang/edit", "/operations/runs", "/operations/runs?state=expired"]
    return [*pages, *runs, f"{runs[2]}/refuse", f"/operations/runs/start?alert={alert}", "/operations/runs/start"]


def make_problem(world: World) -> list[str]:
    """A proposed problem with both kinds of evidence."""
    clues = [Clue(LONG, clock.now(), record_id=ref.id) for ref in list(world.records.values())[:3]]
    clues.append(Clue(SCRIPT, clock.now(), alert_id=Alert.objects.order_by("pk")[0].pk, episode=1))
    row = propose(Finding("item:1", LONG, tuple(clues), item_id=world.estate.database), by=SYSTEM)
    assert row is not None
    return ["/problems", "/problems?state=dismissed", f"/problems/{row.pk}", f"/problems/{row.pk}/dismiss"]


def get_rota_change(operator: Actor) -> datetime:
    """The end of the office hours to come."""
    change = next_shift_change(get_rota(operator, "kantor"))
    assert change is not None
    return change.due_at
