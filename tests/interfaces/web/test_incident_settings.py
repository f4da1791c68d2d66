"""The settings of incidents in the browser: models, the priority matrix, rules of escalation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.incidents.actions.classify import set_matrix
from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.contracts import ModelDraft, NewStep
from selaras.domains.incidents.queries import get_matrix
from selaras.domains.incidents.queries.models import list_models, list_steps
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Organisation
from selaras.domains.records.queries import get_record
from tests.factories import make_person
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
MODEL = {
    "name_id": "Lupa sandi", "name_en": "Forgotten password", "words": "sandi, login", "title": "Lupa sandi",
    "impact": "3", "urgency": "2", "service_id": "", "team_id": "", "active": "on",
    "step-TOTAL_FORMS": "3", "step-INITIAL_FORMS": "0",
    "step-0-position": "2", "step-0-text_id": "Setel ulang", "step-0-text_en": "Reset", "step-0-required": "on",
    "step-1-position": "1", "step-1-text_id": "Periksa", "step-1-text_en": "Check", "step-1-required": "on",
    "step-2-position": "", "step-2-text_id": "", "step-2-text_en": "",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin(world: World) -> Actor:
    return make_person(world.estate.provider, Role.ADMINISTRATOR)


def test_a_model_is_written_changed_and_never_by_the_second_of_two_unseen(world: World, admin: Actor) -> None:
    client = signed_in(admin)
    assert client.post("/settings/models/new", MODEL).status_code == 302
    row = list_models(admin)[0]
    assert [step.text_en for step in row.draft.steps] == ["Check", "Reset"]
    assert "Forgotten password" in client.get("/settings/models").content.decode()
    form = {**MODEL, "seen": str(row.version), "name_en": "Lost password"}
    assert client.post(f"/settings/models/{row.id}", form).status_code == 302
    late = client.post(f"/settings/models/{row.id}", {**form, "name_en": "Mine"})
    assert late.status_code == 409
    assert 'value="Mine"' in late.content.decode()
    assert list_models(admin)[0].name_en == "Lost password"
    missing = client.post("/settings/models/new", {**MODEL, "name_en": "", "step-0-text_en": ""})
    assert missing.status_code == 422
    assert signed_in(world.agent).get("/settings/models").status_code == 403


def test_the_desk_is_offered_a_model_and_settles_its_steps(world: World, admin: Actor) -> None:
    steps = (NewStep("Periksa", "Check"), NewStep("Setel ulang", "Reset"))
    model = keep_model(ModelDraft("Lupa sandi", "Forgotten password", "sandi", "Sandi", 3, 3, steps=steps), by=admin)
    client = signed_in(world.agent)
    likely = client.get("/new/models?title=Sandi saya salah").content.decode()
    assert f"/new?model_id={model}&amp;title=Sandi" in likely
    form = client.get(f"/new?model_id={model}&title=Sandi saya salah").content.decode()
    assert f'<option value="{model}" selected>' in form
    given = {"title": "Sandi saya salah", "impact": "3", "urgency": "3", "model_id": str(model)}
    number = client.post("/new", {**given, "description": ""}).headers["Location"].rsplit("/", 1)[1]
    page = client.get(f"/r/{number}").content.decode()
    assert "Check" in page
    assert "0 of 2 settled" in page
    assert "These steps are still open: Check; Reset." in page
    first, second = list_steps(world.agent, number)
    client.post(f"/r/{number}/steps/{first.id}", {"outcome": "done"})
    refused = client.post(f"/r/{number}/steps/{second.id}", {"outcome": "not_needed", "note": ""}, follow=True)
    assert "Say why it is not needed." in refused.content.decode()
    client.post(f"/r/{number}/steps/{second.id}", {"outcome": "not_needed", "note": "Sudah ingat"})
    solved = client.post(f"/r/{number}/do/resolve", {"cause": "Lupa", "solution": "Ingat"})
    assert solved.status_code == 302
    assert get_record(world.agent, number).state == "resolved"


def test_the_matrix_shows_what_was_changed_and_tells_the_second_of_two(world: World, admin: Actor) -> None:
    client, customer = signed_in(admin), world.estate.customer
    slug = Organisation.objects.get(pk=customer).slug
    address = f"/settings/matrix?organisation={slug}"
    assert "as usual" in client.get(address).content.decode()
    cells = {f"cell-{i}-{u}": str(level) for (i, u), level in get_matrix(customer).items()}
    seen = {name.replace("cell", "seen"): level for name, level in cells.items()}
    sent = {"organisation": slug, **cells, **seen, "cell-3-3": "2"}
    assert client.post("/settings/matrix", sent).status_code == 302
    assert get_matrix(customer)[3, 3] == 2
    assert "changed; else P5" in client.get(address).content.decode()
    late = client.post("/settings/matrix", {**sent, "cell-3-3": "1"})
    assert late.status_code == 409
    assert get_matrix(customer)[3, 3] == 2
    set_matrix(customer, by=admin, cells={})
    assert client.post("/settings/matrix", {**sent, "cell-1-1": "9"}).status_code == 422
    assert client.get("/settings/matrix?organisation=nobody").status_code == 404


def test_the_list_of_models_asks_the_same_however_many(world: World, admin: Actor) -> None:
    client = signed_in(admin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get("/settings/models").status_code == 200
        return len(told)

    keep_model(ModelDraft("A", "A", steps=(NewStep("a", "a"),)), by=admin)
    one = queries()
    for name in "BC":
        keep_model(ModelDraft(name, name, steps=(NewStep("a", "a"),)), by=admin)
    assert queries() == one


def test_a_rule_is_added_and_taken_away(world: World, admin: Actor) -> None:
    client = signed_in(admin)
    form = {"priority": "1", "metric": "resolve", "moment": "breached", "to_id": str(world.agent.id)}
    assert client.post("/settings/escalation", form).status_code == 302
    page = client.get("/settings/escalation").content.decode()
    assert "Sari Wulandari" in page
    assert client.post("/settings/escalation", {**form, "metric": "nonsense"}).status_code == 422
    address = page.split('action="/settings/escalation/')[1].split('"')[0]
    assert client.post(f"/settings/escalation/{address}").status_code == 302
    assert "No rule yet" in client.get("/settings/escalation").content.decode()
    assert signed_in(world.agent).get("/settings/escalation").status_code == 403
