"""Messengers and SMS gateways, by Apprise in a process of its own: bounded in time, kept from our network."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from selaras.domains.duty.contracts.channels import Answer, Message
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

SECONDS = 30
_CHILD = (sys.executable, "-m", "selaras.domains.duty.senders.apprise_child")


def send(config: Mapping[str, str], message: Message, *, private: bool) -> Answer:
    """Send through the service that the address names."""
    lines = [message.body, message.acknowledge_url, message.url]
    told = _ask(
        {
            "url": config["url"],
            "title": message.subject,
            "body": "\n\n".join(x for x in lines if x),
            "private": private,
        }
    )
    if told.get("sent"):
        return Answer(True, say("%(service)s took it.", service=told.get("service", "")))
    why = say("It was not taken: %(why)s", why=str(told.get("why", ""))[:300])
    return Answer(False, why, again=bool(told.get("again", True)), unknown=bool(told.get("unknown")))


def service_of(url: str) -> str:
    """The name of the service that an Apprise address is of. Invalid if it is none."""
    told = _ask({"url": url})
    if not told.get("service"):
        raise Invalid({"address": say("This is not an address that Apprise knows: %(why)s", why=told.get("why", ""))})
    return str(told["service"])


def _ask(question: dict[str, Any]) -> dict[str, Any]:
    """Ask the child; its address goes in by a pipe, where no list of processes shows it."""
    try:
        done = subprocess.run(_CHILD, input=json.dumps(question).encode(), capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return {"why": f"{SECONDS} s", "again": True, "unknown": True}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        killed = done.returncode < 0
        return {"why": done.stderr.decode(errors="replace")[-200:], "again": True, "unknown": killed}
    return answer
