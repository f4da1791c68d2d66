"""A check is asked when it is due, alerts after its retries, once, and ends its alert when all is well again."""

from datetime import timedelta
from typing import Any

import pytest

from selaras.domains.events.actions.checks import change_check, create_check, remove_check, switch_check, try_check
from selaras.domains.events.actions.forget import forget_results
from selaras.domains.events.actions.run_checks import run_due_checks
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.contracts.checks import CheckKind
from selaras.domains.events.models import Alert, Change, Check, CheckResult
from selaras.domains.events.queries.checks import get_check
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from tests.domains.events.build import NOON, make_source
from tests.domains.events.targets import closed_port, web
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def networks(settings: Any) -> None:
    settings.CHECK_NETWORKS = ["127.0.0.0/8"]


def make(target: str, **more: Any) -> int:
    given = {"name": "Shop", "kind": CheckKind.HTTP, "retries": 1, "item": "web1", **more}
    with clock.frozen(NOON):
        return create_check(by=SYSTEM, source_id=make_source("Checks"), target=target, **given)


def run(seconds: float) -> int:
    with clock.frozen(NOON + timedelta(seconds=seconds)):
        return run_due_checks()


def test_it_alerts_after_its_retries_once_and_ends() -> None:
    port = closed_port()
    pk = make(f"http://127.0.0.1:{port}/")
    assert [run(0), run(5), run(15)] == [1, 0, 1]  # a failure is looked at again soon
    alert = Alert.objects.get()
    assert alert.labels == {
        "alertname": "CheckFailed", "check": "Shop", "kind": "http", "instance": f"http://127.0.0.1:{port}/",
        "severity": "error", "ci": "web1",
    }  # fmt: skip
    assert alert.state == FIRING
    assert "refused" in alert.annotations["summary"]
    assert run(75) == 1
    with web() as well:
        with clock.frozen(NOON + timedelta(seconds=80)):
            change_check(pk, by=SYSTEM, target=f"http://127.0.0.1:{well}/")
        assert run(81) == 1
    assert list(Change.objects.order_by("id").values_list("state", flat=True)) == [FIRING, RESOLVED]
    row = get_check(SYSTEM, pk)
    assert (row.ok, row.failures, row.alerts, row.words) == (True, 0, False, "status 200")


def test_a_single_failure_does_not_alert() -> None:
    with web() as port:
        make(f"http://127.0.0.1:{port}/gone")
        run(0)
        Check.objects.update(target=f"http://127.0.0.1:{port}/")
        run(15)
    assert not Alert.objects.exists()
    assert Check.objects.get().failures == 0


def test_what_may_not_be_asked_does_not_alert(settings: Any) -> None:
    settings.CHECK_NETWORKS = []
    make("http://127.0.0.1:1/", retries=0)
    run(0)
    row = Check.objects.get()
    assert (row.ok, row.failures) == (None, 0)
    assert not Alert.objects.exists()


def test_switched_off_or_removed_it_ends_its_alert() -> None:
    pk = make(f"http://127.0.0.1:{closed_port()}/", retries=0)
    run(0)
    switch_check(pk, by=SYSTEM, enabled=False)
    assert Alert.objects.get().state == RESOLVED
    assert run(1000) == 0
    switch_check(pk, by=SYSTEM, enabled=True)
    run_due_checks()
    assert Alert.objects.get().state == FIRING
    remove_check(pk, by=SYSTEM)
    assert Alert.objects.get().state == RESOLVED


def test_of_a_disabled_source_nothing_is_asked() -> None:
    make("http://127.0.0.1:1/")
    change_source(Check.objects.get().source_id, by=SYSTEM, enabled=False)
    assert run(0) == 0


def test_tried_now_it_counts_as_asked() -> None:
    with web() as port:
        pk = make(f"http://127.0.0.1:{port}/")
        assert try_check(pk, by=SYSTEM).ok
    assert CheckResult.objects.get().words == "status 200"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": " "}),
        ("target", {"target": "ftp://example.com"}),
        ("target", {"target": "db1", "kind": CheckKind.TCP}),
        ("target", {"target": "https://example.com/ x"}),
        ("interval", {"interval": 1}),
        ("timeout", {"timeout": 300}),
        ("status_to", {"status_from": 300, "status_to": 200}),
        ("record", {"record": "ANY", "kind": CheckKind.DNS, "target": "example.com"}),
    ],
)
def test_what_is_wrong_is_named(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        make(**{"target": "https://example.com/", **given})
    assert list(refused.value.fields) == [field]


def test_old_results_are_forgotten() -> None:
    pk = make("https://example.com/")
    CheckResult.objects.bulk_create(
        CheckResult(check_of_id=pk, at=NOON, ok=True, milliseconds=1, words="") for _ in range(205)
    )
    assert forget_results() == 5
    assert forget_results() == 0
