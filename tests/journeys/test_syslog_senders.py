"""Real senders of syslog: util-linux's logger and rsyslog."""

import shlex
import subprocess
from functools import partial
from pathlib import Path

import pytest

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.certificates import certificate
from tests.journeys.documented import snippet
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
        for number, text in enumerate(("disk 97 % full", "disk 98 % full"), start=1):
            subprocess.run([*to, "--tag", "backup", "--priority", "daemon.err", text], check=True)
            until(partial(_received, number), "it is stored")

    against(("syslog-udp" if "--udp" in way else "syslog-tcp",), work)
    [(name, _host, severity, state)] = stored()
    assert (name, severity, state) == ("backup: disk … % full", "error", "firing")
    alert = Alert.objects.get()
    assert alert.annotations["summary"] == "disk 98 % full"
    assert alert.labels["facility"] == "daemon"


@pytest.mark.real("logger")
def test_the_command_of_the_documentation() -> None:
    def work(port: int) -> None:
        line = snippet("syslog", "logger", {"selaras.example": "127.0.0.1", "5514": str(port)})
        subprocess.run(shlex.split(line), check=True)
        until(Alert.objects.exists, "it is stored")

    against(("syslog-tcp",), work)
    assert forwarded()


def received() -> int:
    return sum(Alert.objects.values_list("received", flat=True))


@pytest.mark.real("logger", "rsyslogd")
def test_rsyslog_over_tcp(tmp_path: Path) -> None:
    def work(port: int) -> None:
        forward(tmp_path, snippet("syslog", 'port="5514"', {"selaras.example": "127.0.0.1", "5514": str(port)}))

    against(("syslog-tcp",), work)
    assert forwarded()


@pytest.mark.real("logger", "rsyslogd")
def test_rsyslog_over_tls(tmp_path: Path) -> None:
    own, key = certificate(tmp_path)

    def work(port: int) -> None:
        here = {
            'target="selaras.example"': 'target="127.0.0.1"',
            "6514": str(port),
            "/etc/ssl/certs/ca-certificates.crt": str(own),
        }
        forward(tmp_path, snippet("syslog", "gtls", here))

    against(("syslog-tls",), work, tls_certificate=str(own), tls_key=str(key))
    assert forwarded()


def forward(folder: Path, action: str) -> None:
    """Run rsyslog with a socket of its own and this action, and log through it."""
    log, config = folder / "log", folder / "rsyslog.conf"
    config.write_text(
        f'global(workDirectory="{folder}")\n'
        'module(load="imuxsock" SysSock.Use="off")\n'
        f'input(type="imuxsock" Socket="{log}" CreatePath="on")\n{action}'
    )
    command = ["rsyslogd", "-n", "-f", str(config), "-i", str(folder / "pid")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until(log.exists, "rsyslog listens")
            to = ["logger", "--socket", str(log), "--tag", "backup"]
            subprocess.run([*to, "--priority", "daemon.info", "all is well"], check=True)
            subprocess.run([*to, "--priority", "daemon.err", "disk 97 % full"], check=True)
            until(Alert.objects.exists, "it is stored")
        finally:
            process.terminate()
            process.wait(10)


def forwarded() -> bool:
    """What is worse than a warning has come, as it was logged."""
    alert = Alert.objects.get()
    labels = {"alertname": "backup: disk … % full", "severity": "error", "facility": "daemon"}
    return bool(labels.items() <= alert.labels.items() and alert.annotations["summary"] == "disk 97 % full")


def _received(number: int) -> bool:
    return received() == number
