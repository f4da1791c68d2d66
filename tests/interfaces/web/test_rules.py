"""Rules in the browser: ordered, tried, kept as a file and a history; and what could not be assessed."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.run_replays import run_next_replay
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.models import Alert, Rule, SetAside
from selaras.domains.events.queries.replays import get_replay
from selaras.domains.events.queries.rules import list_rules, rule_set_number
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_rule, make_source
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, name="Made Suardana"))


def form(**changed: object) -> dict[str, object]:
    given = {"name": "Quiet", "alert_class": "informational", "enabled": "on", "seen": rule_set_number(), "do": "save"}
    rows = {"label": ["env", ""], "op": ["=", "="], "value": ["test", ""]}
    return {**given, **rows, "before_id": list_rules(SYSTEM)[0].id, **changed}


def names() -> list[str]:
    return [rule.name for rule in list_rules(SYSTEM)]


def test_a_rule_is_made_where_it_is_put_changed_and_deleted(client: Client) -> None:
    assert client.post("/rules/new", form()).status_code == 302
    rule = list_rules(SYSTEM)[0]
    assert (rule.name, rule.conditions, rule.enabled) == ("Quiet", (Condition("env", "=", "test"),), True)
    page = text_of(client.get(f"/rules/{rule.id}"))
    assert 'value="env"' in page
    assert client.post(f"/rules/{rule.id}", form(name="Quieter", enabled="")).status_code == 302
    assert (list_rules(SYSTEM)[0].name, list_rules(SYSTEM)[0].enabled) == ("Quieter", False)
    assert client.post(f"/rules/{rule.id}/switch", {"enabled": "1"}).status_code == 302
    assert list_rules(SYSTEM)[0].enabled
    assert client.post(f"/rules/{rule.id}/remove").status_code == 302
    assert "Quieter" not in names()


def test_moving_gives_the_focus_back_to_the_button(client: Client) -> None:
    second = list_rules(SYSTEM)[1].id
    answer = client.post(f"/rules/{second}/move", {"way": "down", "seen": rule_set_number()}, follow=True)
    assert list_rules(SYSTEM)[2].id == second
    focused = re.findall(r"<button[^>]*data-focus[^>]*>", text_of(answer))
    assert len(focused) == 1
    assert 'value="down"' in focused[0]


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client: Client) -> None:
    answer = client.post("/rules/new", form(op=["=~", "="], value=["(", ""]))
    assert answer.status_code == 422
    assert "This pattern cannot be read (RE2)" in text_of(answer)
    answer = client.post("/rules/new", form(opens_incident="on"))
    assert answer.status_code == 422
    assert "Only an exception opens an incident." in text_of(answer)
    assert 'value="Quiet"' in text_of(answer)
    assert "Quiet" not in names()


def test_the_second_of_two_sees_what_the_first_did(client: Client) -> None:
    given = form(name="Mine")
    make_rule(by=SYSTEM, name="Theirs", conditions=[], alert_class=AlertClass.WARNING)
    answer = client.post("/rules/new", given)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert "Mine" not in names()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert client.post("/rules/new", {**given, "seen": seen[1]}).status_code == 302
    late = client.post(f"/rules/{list_rules(SYSTEM)[0].id}/move", {"way": "down", "seen": "1"}, follow=True)
    assert "Somebody else has just changed the rules" in text_of(late)


def test_a_draft_is_tried_beside_its_form(client: Client) -> None:
    fire(make_source(), clock.now(), alertname="Disk", env="test", severity="critical")
    assess_pending()
    page = text_of(client.post("/rules/new", form(do="try")))
    assert "It would decide 1 of the last 1 alerts" in page
    assert "Exception" in page
    assert "Informational" in page
    hidden = text_of(client.post("/rules/new", form(do="try", before_id="")))
    assert "1 more fits its conditions, but a rule above it decides" in hidden
    assert "Quiet" not in names()


def test_the_set_goes_out_as_a_file_and_in_after_a_review(client: Client) -> None:
    answer = client.get("/rules/export")
    assert answer["Content-Type"].startswith("application/yaml")
    file = answer.content.decode().replace("Watchdog\n", "Watchdogs\n", 1)
    upload = SimpleUploadedFile("rules.yaml", file.encode())
    page = text_of(client.post("/rules/file", {"upload": upload, "seen": rule_set_number(), "do": "review"}))
    assert "Watchdogs" in page
    assert "Watchdog" in names()
    taken = client.post("/rules/file", {"file": file, "seen": rule_set_number(), "do": "take"})
    assert taken.status_code == 302
    assert "Watchdogs" in names()
    bad = client.post("/rules/file", {"file": "rules: [5]", "seen": rule_set_number(), "do": "take"})
    assert bad.status_code == 422
    assert "Rule 1" in text_of(bad)
    late = client.post("/rules/file", {"file": file.replace("Watchdogs", "X"), "seen": "1", "do": "take"})
    assert late.status_code == 409
    assert "Watchdogs" in names()


def test_a_draft_is_replayed_over_history_before_it_is_taken(client: Client) -> None:
    source = make_source()
    with clock.frozen(clock.now() - timedelta(hours=1)):
        fire(source, clock.now(), alertname="Odd", instance="a")
    page = text_of(client.get("/rules/file?draft"))
    assert "Watchdog" in page
    draft = "rules:\n- name: Loud\n  when: []\n  class: exception\n  opens_incident: true\n"
    given = {"file": draft, "seen": rule_set_number(), "do": "replay", "days": "1"}
    address = client.post("/rules/file", given).headers["Location"]
    waits = client.get(address)
    assert waits.headers["Refresh"]
    assert "Waits for the worker" in text_of(waits)
    assert run_next_replay() == 1
    done = client.get(address)
    assert "Refresh" not in done.headers
    page = text_of(done)
    assert "The draft treats 1 alert otherwise" in page
    assert address in text_of(client.get("/rules/replays"))
    file = get_replay(SYSTEM, int(address.rsplit("/", 1)[1])).file
    review = {"file": file, "seen": rule_set_number(), "do": "review"}
    assert "Loud" in text_of(client.post("/rules/file", review))
    assert "Loud" in page
    assert re.search(r"Exception\s*(<[^>]*>\s*)*Loud", page)
    assert "Loud" not in names()


@pytest.mark.parametrize(("asked", "days"), [({"days": "7"}, 7), ({}, 7), ({"days": "31"}, 31)])
def test_a_replay_goes_as_far_back_as_is_asked(client: Client, asked: dict[str, str], days: int) -> None:
    draft = "rules:\n- name: Loud\n  when: []\n  class: exception\n  opens_incident: true\n"
    for given in ({"file": draft, "seen": rule_set_number()}, form()):
        page = "/rules/file" if "file" in given else "/rules/new"
        answer = client.post(page, {**given, "do": "replay", **asked})
        assert answer.status_code == 302, answer.content
        row = get_replay(SYSTEM, int(answer.headers["Location"].rsplit("/", 1)[1]))
        assert row.until - row.since == pytest.approx(timedelta(days=days), abs=timedelta(minutes=1))


def test_one_rule_is_replayed_from_its_form(client: Client) -> None:
    source = make_source()
    with clock.frozen(clock.now() - timedelta(hours=1)):
        fire(source, clock.now(), alertname="Odd", instance="a")
    before = names()
    address = client.post("/rules/new", form(do="replay", days="1")).headers["Location"]
    assert run_next_replay() == 1
    assert "Replay of “Quiet”" in text_of(client.get(address))
    assert names() == before
    assert client.post("/rules/new", form(do="replay", days="9")).status_code == 422
    assert client.post(f"{address}/drop").status_code == 302
    assert client.get(address).status_code == 404


def test_the_history_says_who_and_leads_back(client: Client) -> None:
    start = rule_set_number()
    client.post("/rules/new", form())
    page = text_of(client.get("/rules/history"))
    assert "“Quiet” made" in page
    assert "Made Suardana" in page
    assert "Quiet" in text_of(client.get(f"/rules/history/{start + 1}"))
    back = client.post(f"/rules/history/{start}/restore", {"seen": rule_set_number()})
    assert back.status_code == 302
    assert "Quiet" not in names()
    assert client.get("/rules/history/99999").status_code == 404


def test_what_could_not_be_assessed_is_listed_and_tried_again(client: Client) -> None:
    fire(make_source(), clock.now(), alertname="Disk")
    alert = Alert.objects.get().pk
    row = SetAside.objects.create(change_id=1, alert_id=alert, state="firing", error="KeyError('x')", at=clock.now())
    assert "1 change could not be assessed" in text_of(client.get("/rules"))
    assert "KeyError('x')" in text_of(client.get("/alerts/set-aside"))
    assert client.post(f"/alerts/set-aside/{row.pk}/retry").status_code == 302
    assert "Every change was assessed" in text_of(client.get("/alerts/set-aside"))
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.get("/alerts/set-aside").status_code == 200
    assert agent.post("/alerts/set-aside/1/retry").status_code == 403


def test_only_who_keeps_the_rules_sees_them(client: Client) -> None:
    operator = signed_in(make_person(make_provider(), Role.OPERATOR))
    for address in ("/rules", "/rules/new", "/rules/export", "/rules/file", "/rules/history", "/rules/history/1"):
        assert operator.get(address).status_code == 403, address


def test_the_list_asks_the_same_however_many_there_are(client: Client) -> None:
    asked = []
    for _ in range(2):
        client.get("/rules")
        with CaptureQueriesContext(connection) as queries:
            client.get("/rules")
        asked.append(len(queries))
        for n in range(3):
            make_rule(by=SYSTEM, name=f"R{Rule.objects.count()}{n}", conditions=[], alert_class=AlertClass.WARNING)
    assert asked[0] == asked[1]


def test_what_more_a_rule_says_is_typed_shown_again_and_refused_by_field(client: Client) -> None:
    more = {
        "goes_on": "on", "adds": "team=dba\nrack={item.rack}", "note": "Call first.", "flap_turns": "3",
        "flap_minutes": "10", "holds_back": 'severity=~"warning|\\"info\\""', "holds_equal": "site, zone",
    }  # fmt: skip
    assert client.post("/rules/new", form(**more)).status_code == 302
    rule = list_rules(SYSTEM)[0]
    assert rule.goes_on
    assert {one.label: one.value for one in rule.adds} == {"team": "dba", "rack": "{item.rack}"}
    assert rule.holds_back == (Condition("severity", "=~", 'warning|"info"'),)
    assert rule.holds_equal == ("site", "zone")
    page = text_of(client.get(f"/rules/{rule.id}"))
    assert 'severity=~"warning|\\"info\\""' in page
    assert "rack={item.rack}" in page
    assert client.post(f"/rules/{rule.id}", form(**more)).status_code == 302
    assert list_rules(SYSTEM)[0] == rule
    listed = text_of(client.get("/rules"))
    assert "the search goes on" in listed
    assert "holds back" in listed
    for wrong, said in (
        ({"adds": "1a=x"}, "is no label"),
        ({"adds": "team={"}, "no other braces"),
        ({"holds_back": "nonsense"}, "bad matcher format"),
        ({"holds_back": 'a=~"("'}, "error parsing regexp"),
        ({"holds_back": "", "holds_equal": "site"}, "Say first which alerts are held back"),
        ({"flap_turns": "1"}, "Give 2 to 100 times"),
        ({"flap_minutes": "0"}, "Give 1 to 1,440 minutes"),
        ({"group_by": "site"}, "A rule that goes on decides nothing"),
    ):
        answer = client.post(f"/rules/{rule.id}", form(**{**more, **wrong}))
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_how_alerts_are_told_together_is_typed_as_alertmanager_writes_it(client: Client) -> None:
    given = {"group_by": "site, alertname", "group_wait": "45s", "group_interval": "1h30m"}
    alone = {"stands_alone": "on", "alert_class": "exception", "opens_incident": "on"}
    assert client.post("/rules/new", form(**given, **alone)).status_code == 302
    rule = list_rules(SYSTEM)[0]
    assert (rule.group_by, rule.group_wait, rule.group_interval) == (("site", "alertname"), 45, 5400)
    assert rule.stands_alone
    shown = text_of(client.get(f"/rules/{rule.id}"))
    assert all(f'value="{value}"' in shown for value in given.values())
    assert "told together by site, alertname" in text_of(client.get("/rules"))
    assert "stands alone" in text_of(client.get("/rules"))
    for wrong, said in (
        ({"group_wait": "soon"}, "Give a time of up to 24 hours"),
        ({"group_by": "1a"}, "begins with no digit"),
        ({"stands_alone": "on"}, "can stand alone"),
        ({"group_by": ""}, "Say first by which labels alerts are grouped"),
    ):
        answer = client.post(f"/rules/{rule.id}", form(**{**given, **wrong}))
        assert answer.status_code == 422
        assert said in text_of(answer)
