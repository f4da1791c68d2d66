"""Nagios and Icinga, through the script that we ship."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from selaras.domains.events.models import Alert
from tests.interfaces.intake.sending import send, stored
from tests.interfaces.intake.serving import intake_port

PATH = "/webhooks/monitoring"
SCRIPT = Path(__file__).resolve().parents[3] / "contrib" / "selaras-notify"
NAGIOS = {
    "NAGIOS_HOSTNAME": "web1",
    "NAGIOS_SERVICEDESC": "HTTP",
    "NAGIOS_SERVICESTATE": "CRITICAL",
    "NAGIOS_NOTIFICATIONTYPE": "PROBLEM",
    "NAGIOS_SERVICEOUTPUT": "500 Internal Server Error",
    "NAGIOS_LONGSERVICEOUTPUT": "$LONGSERVICEOUTPUT$",
}


def notify(address: str, env: dict[str, str], *flags: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPT), "--selaras", address, "--tries", "1", *flags]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def run(dsn: str, *calls: tuple[dict[str, str], tuple[str, ...]]) -> list[int]:
    async def all_of_them() -> list[int]:
        async with intake_port(dsn) as port:
            done = [await asyncio.to_thread(notify, f"http://127.0.0.1:{port}", env, *flags) for env, flags in calls]
        return [each.returncode for each in done]

    return asyncio.run(all_of_them())


def test_a_service_of_nagios_from_problem_to_recovery(dsn: str) -> None:
    acknowledged = {**NAGIOS, "NAGIOS_NOTIFICATIONTYPE": "ACKNOWLEDGEMENT", "NAGIOS_NOTIFICATIONAUTHOR": "sari"}
    assert run(dsn, (NAGIOS, ()), (acknowledged, ())) == [0, 0]
    alert = Alert.objects.get()
    assert (alert.annotations["summary"], alert.annotations["acknowledged_by"]) == ("500 Internal Server Error", "sari")
    assert (alert.labels["tool"], "description" in alert.annotations) == ("nagios", False)
    assert stored() == [("HTTP", "web1", "critical", "firing")]
    assert run(dsn, ({**NAGIOS, "NAGIOS_NOTIFICATIONTYPE": "RECOVERY", "NAGIOS_SERVICESTATE": "OK"}, ())) == [0]
    assert stored() == [("HTTP", "web1", "critical", "resolved")]


def test_a_host_of_icinga_by_flags(dsn: str) -> None:
    flags = ("--host", "db1", "--state", "DOWN", "--type", "PROBLEM", "--output", "no ping", "--tool", "icinga")
    assert run(dsn, ({}, flags)) == [0]
    assert stored() == [("Host check", "db1", "critical", "firing")]


def test_the_script_says_what_became_of_it(dsn: str) -> None:
    assert run(dsn, ({}, ("--host", "a", "--type", "NONSENSE")), ({}, ())) == [2, 3]
    assert notify("http://127.0.0.1:9", NAGIOS).returncode == 1


def test_states_conditions_and_what_is_wrong(dsn: str) -> None:
    base: dict[str, Any] = {"host": "h", "service": "s", "output": "x"}
    send(
        dsn,
        (PATH, {**base, "type": "PROBLEM", "state": "WARNING"}),
        (PATH, {**base, "type": "FLAPPINGSTART", "state": "WARNING"}),
        (PATH, {**base, "type": "DOWNTIMESTART", "state": "WARNING"}),
        (PATH, {**base, "type": "DOWNTIMEEND", "state": "OK"}),
        (PATH, {"host": "r", "state": "UNREACHABLE"}),
    )
    assert stored() == [
        ("s", "h", "warning", "firing"),
        ("s flapping", "h", "info", "firing"),
        ("s in downtime", "h", "info", "resolved"),
        ("Host check", "r", "error", "firing"),
    ]
    answers = send(dsn, (PATH, {}), (PATH, {"host": "h"}), (PATH, {"host": []}), (PATH, b"["))
    assert [answer.status_code for answer in answers] == [400] * 4
    assert "host: is required" in answers[0].text
    assert "state: is required" in answers[1].text
