"""A real mail server that hands over to Selaras: Postfix, with a configuration and queue of its own."""

import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.documented import snippet
from tests.journeys.harness import free_port, until

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
{own}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
relay unix - - n - - smtp
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can enter."""
    made = Path(tempfile.mkdtemp(prefix="selaras-postfix-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.real("postfix", "root")
def test_postfix_hands_over_and_repeats(transactional_db: None, folder: Path) -> None:
    token = create_source(by=SYSTEM, name="Mails").token
    to = f"alerts+{token}@events.example.com"
    text = "Subject: PROBLEM: Disk full on db1\r\nFrom: mon@example.org\r\n\r\nOnly 3 % are left.\r\n"

    def work(lmtp: int) -> None:
        port = free_port()
        own = snippet("mail", "relay_domains", {"selaras.example:2424": f"127.0.0.1:{lmtp}"})
        (folder / "data").mkdir()
        (folder / "queue").mkdir()
        (folder / "main.cf").write_text(MAIN.format(folder=folder, own=own))
        (folder / "master.cf").write_text(MASTER.format(port=port))
        shutil.chown(folder / "data", "postfix")
        postfix = ["postfix", "-c", str(folder)]
        started = subprocess.run([*postfix, "start"], capture_output=True, text=True)
        assert started.returncode == 0, started.stderr + _log(folder)
        try:
            with connection.cursor() as cursor, smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
                cursor.execute("ALTER TABLE events_alert RENAME TO events_alert_away")
                client.sendmail("mon@example.org", [to], text)
                until(lambda: "status=deferred" in _log(folder), "Selaras cannot take it, and says so")
                cursor.execute("ALTER TABLE events_alert_away RENAME TO events_alert")
            until(Alert.objects.exists, "it is handed over")
            until(lambda: "status=sent (250 2.0.0 Stored)" in _log(folder), "Postfix knows")
        finally:
            subprocess.run([*postfix, "stop"], capture_output=True)

    against(("lmtp",), work)
    assert stored() == [("Disk full on db1", "db1", "", "firing")]


def _log(folder: Path) -> str:
    log = folder / "log"
    return log.read_text() if log.exists() else ""
