"""A real Icinga 2 in a folder of its own, its API at a free port, driven as its own tools drive it."""

import base64
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.harness import free_port, is_open, until

USER, PASSWORD = "selaras", "s3cret, with a space"  # of a daemon that lives for a test
_CONF = """
const NodeName = "localhost"
const ZoneName = "localhost"
include <itl>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = %(port)d
}
object ApiUser "%(user)s" {
  password = "%(password)s"
  permissions = [ "events/*", "objects/query/Host", "objects/query/Service" ]
}
object ApiUser "keyhole" {
  password = "%(password)s"
  permissions = [ "status/query" ]
}
object ApiUser "root" {
  password = "%(password)s"
  permissions = [ "*" ]
}
template Host "ours" {
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 2
  enable_flapping = false
}
object Host "oven" {
  import "ours"
  address = "192.0.2.7"
}
object Service "heat" {
  host_name = "oven"
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 2
  enable_flapping = false
}
object Service "door" {
  host_name = "oven"
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 1
  enable_flapping = false
}
"""


@dataclass
class Icinga:
    """A daemon; `start` and `stop` it as often as is wanted."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Of its API."""
        return f"https://localhost:{self.port}"

    @property
    def authority(self) -> str:
        """The certificate of its own authority."""
        return (self.folder / "data/ca/ca.crt").read_text()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its certificate, as openssl writes it."""
        own = str(self.folder / "data/certs/localhost.crt")
        asked = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", own]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip().partition("=")[2]

    def start(self) -> None:
        """Until its API answers."""
        with (self.folder / "daemon.log").open("ab") as out:
            self.process = subprocess.Popen(
                ["icinga2", "daemon", *self._places(), "-c", str(self.folder / "etc/icinga2.conf")],
                env=_environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(lambda: is_open(self.port), "Icinga listens", 60)

    def stop(self) -> None:
        """As its service is stopped: it keeps its states."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def set_up(self) -> None:
        """Its certificates and configuration."""
        for name in ("etc/conf.d", "etc/features-available", "etc/features-enabled", "data", "log", "cache", "run"):
            (self.folder / name).mkdir(parents=True)
        conf = self.folder / "etc/icinga2.conf"
        conf.touch()
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, "nagios", "nagios")
        self._run("api", "setup", "--cn", "localhost")
        conf.write_text(_CONF % {"port": self.port, "user": USER, "password": PASSWORD})

    def says(self, exit_status: int, output: str, service: str = "heat") -> None:
        """A check of a service of the oven gives this."""
        told = {"exit_status": exit_status, "plugin_output": output}
        self.act("process-check-result", {**_of(service), **told})

    def act(self, action: str, given: dict[str, Any]) -> None:
        """Do something through its API, as root."""
        secret = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
        headers = {"Accept": "application/json", "Authorization": f"Basic {secret}"}
        request = urllib.request.Request(
            f"{self.address}/v1/actions/{action}", data=json.dumps(given).encode(), headers=headers, method="POST"
        )
        context = ssl.create_default_context(cadata=self.authority)
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            assert json.load(answer)["results"], action

    def acknowledge(self, comment: str, service: str = "heat") -> None:
        """Ani has it."""
        self.act("acknowledge-problem", {**_of(service), "author": "Ani", "comment": comment})

    def downtime(self, service: str = "heat") -> None:
        """From now on, for an hour."""
        now = int(time.time())
        times = {"start_time": now, "end_time": now + 3600}
        self.act("schedule-downtime", {**_of(service), "author": "Ani", "comment": "works", **times})

    def _run(self, *command: str) -> None:
        subprocess.run(["icinga2", *command, *self._places()], env=_environment(), capture_output=True, check=True)

    def _places(self) -> list[str]:
        own = {"DataDir": "data", "LogDir": "log", "CacheDir": "cache", "InitRunDir": "run", "SpoolDir": "run"}
        return [f"-D{name}={self.folder / place}" for name, place in {**own, "ConfigDir": "etc"}.items()]


def _of(service: str) -> dict[str, Any]:
    return {"type": "Service", "filter": f'service.__name=="oven!{service}"'}


def _environment() -> dict[str, str]:
    # As root it would become the user it has on this system; anybody else stays who they are.
    import grp
    import pwd

    who = ("nagios", "nagios") if os.geteuid() == 0 else (
        pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name,
    )  # fmt: skip
    return {**os.environ, "ICINGA2_USER": who[0], "ICINGA2_GROUP": who[1]}


@contextmanager
def icinga() -> Iterator[Icinga]:
    """One that runs; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="icinga-"))
    folder.chmod(0o755)
    one = Icinga(folder, free_port())
    try:
        one.set_up()
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder)
