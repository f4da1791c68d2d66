"""Real programs that journeys need, and what to do about those that are not there.

A journey says `@pytest.mark.real("chromium", "prometheus")`. On a person's machine a journey whose programs
cannot be had is left out and named at the end; with SELARAS_ALL_PARTS=1 (CI) that is an error.
"""

import os
import shutil
from typing import Any

import pytest

from tests.journeys.small_disk import may_mount

PACKAGES = {
    "chromium": "chromium",
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "logger": "bsdutils",
    "rsyslogd": "rsyslog rsyslog-gnutls",
    "snmptrap": "snmp",
    "snmpd": "snmpd",
    "postfix": "postfix",
    "icinga2": "icinga2 icinga2-bin",
}
ROOT = "root"  # no program: what only root may do,
MOUNT = "mount"  # and that only where the machine lets it
_HOW = {ROOT: "be root", MOUNT: "be root, where a file system may be mounted (in a container: --cap-add SYS_ADMIN)"}
_left_out: dict[str, list[str]] = {}


def missing_of(item: pytest.Item) -> list[str]:
    """The programs this test needs and this machine lacks."""
    wanted = [name for mark in item.iter_markers("real") for name in mark.args]
    return [name for name in wanted if not _is_here(name)]


def _is_here(name: str) -> bool:
    if name == MOUNT:
        return may_mount()
    return os.geteuid() == 0 if name == ROOT else shutil.which(name) is not None


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take journeys without their programs from the run, and remember them."""
    if os.environ.get("SELARAS_ALL_PARTS") == "1":
        return
    kept: list[pytest.Item] = []
    for item in items:
        missing = missing_of(item)
        if not missing:
            kept.append(item)
        for name in missing:
            _left_out.setdefault(name, []).append(item.nodeid)
    items[:] = kept
    if output := getattr(config, "workeroutput", None):
        output["left_out"] = dict(_left_out)


def require(item: pytest.Item) -> None:
    """Fail a journey whose programs are missing: it got here because none may be left out."""
    missing = missing_of(item)
    if missing:
        pytest.fail(f"needs {', '.join(missing)}, and here no journey may be left out", pytrace=False)


def take_over(node: Any) -> None:
    """In the controller of a parallel run: what a worker left out (all workers leave out the same)."""
    _left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def tell(reporter: Any) -> None:
    """Name at the end what was left out and how to get it."""
    for name, journeys in _left_out.items():
        reporter.write_line(f"\nLeft out, because there is no {name} here:", yellow=True)
        for journey in journeys:
            reporter.write_line(f"  {journey}")
        how = _HOW.get(name) or f"apt-get install {PACKAGES.get(name, name)}"
        reporter.write_line(f"To run them: {how}, then make test again.")
