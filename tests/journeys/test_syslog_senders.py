"""Real senders of syslog: util-linux's logger and rsyslog."""

import subprocess

import pytest

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.harness import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _source(transactional_db: None) -> None:
    create_source(by=SYSTEM, name="Servers", networks=["127.0.0.0/8"], with_token=False)


@pytest.mark.real("logger")
@pytest.mark.parametrize("way", [("--udp",), ("--tcp",), ("--tcp", "--octet-count")])
@pytest.mark.parametrize("form", ["--rfc5424", "--rfc3164"])
def test_logger(way: tuple[str, ...], form: str) -> None:
    def work(port: int) -> None:
        to = ["logger", "--server", "127.0.0.1", "--port", str(port), *way, form]
        subprocess.run([*to, "--tag", "backup", "--priority", "daemon.err", "disk 97 % full"], check=True)
        subprocess.run([*to, "--tag", "backup", "--priority", "daemon.err", "disk 98 % full"], check=True)
        until(lambda: sum(Alert.objects.values_list("received", flat=True)) == 2, "both are stored")

    against(("syslog-udp" if "--udp" in way else "syslog-tcp",), work)
    [(name, _host, severity, state)] = stored()
    assert (name, severity, state) == ("backup: disk … % full", "error", "firing")
    alert = Alert.objects.get()
    assert alert.annotations["summary"] == "disk 98 % full"
    assert alert.labels["facility"] == "daemon"
