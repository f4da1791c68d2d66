"""Each kind of check against a real target: what is well, what is not, and what may not be reached."""

import asyncio
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from selaras.domains.events.contracts.checks import CheckKind, Probe, ProbeResult
from selaras.domains.events.probing.probe import probe
from tests.domains.events.targets import closed_port, name_server, web
from tests.journeys.certificates import certificate

HERE = (ip_network("127.0.0.0/8"),)


def ask(kind: CheckKind, target: str, **more: Any) -> ProbeResult:
    return asyncio.run(probe(Probe(kind, target, **{"networks": HERE, "timeout": 3, **more})))


def test_http() -> None:
    with web() as port:
        at = f"http://127.0.0.1:{port}"
        well = ask(CheckKind.HTTP, f"{at}/?q=1", contains="well")
        assert (well.ok, well.words) == (True, "status 200")
        assert well.milliseconds < 3000
        assert ask(CheckKind.HTTP, f"{at}/gone").words == "status 404, expected 200 to 299"
        assert ask(CheckKind.HTTP, f"{at}/gone", status_from=404, status_to=404).ok
        missing = ask(CheckKind.HTTP, at, contains="on fire")
        assert (missing.ok, missing.words) == (False, "status 200, but the answer does not contain “on fire”")
        assert ask(CheckKind.HTTP, f"{at}/away").words == "status 302, expected 200 to 299"  # and goes nowhere
        assert ask(CheckKind.HTTP, f"{at}/slow", timeout=1).words == "no answer within 1 s"
    assert ask(CheckKind.HTTP, at).ok is False


def test_tls_and_its_days(tmp_path: Path) -> None:
    with web(certificate(tmp_path)) as port:
        strange = ask(CheckKind.HTTP, f"https://localhost:{port}/")
        assert strange.ok is False
        assert strange.words.startswith("the certificate is not valid: self")
        assert ask(CheckKind.HTTP, f"https://localhost:{port}/", verify=False).ok
        left = ask(CheckKind.TLS, f"localhost:{port}", verify=False)
        assert left.ok
        assert "in 29 days" in left.words
        late = ask(CheckKind.TLS, f"localhost:{port}", verify=False, days=31)
        assert late.ok is False
        assert late.words.endswith("expected at least 31")


def test_tcp() -> None:
    with web() as port:
        assert ask(CheckKind.TCP, f"127.0.0.1:{port}").ok
    assert ask(CheckKind.TCP, f"127.0.0.1:{closed_port()}").ok is False


def test_dns() -> None:
    known = {("db1.example", "A"): "192.0.2.7", ("db1.example", "MX"): "10 mail.example."}
    with name_server(known) as port:
        server = f"127.0.0.1:{port}"
        assert ask(CheckKind.DNS, "db1.example", server=server).words == "A 192.0.2.7"
        assert ask(CheckKind.DNS, "db1.example", server=server, record="MX", contains="mail.example.").ok
        other = ask(CheckKind.DNS, "db1.example", server=server, contains="192.0.2.8")
        assert (other.ok, other.words) == (False, "A 192.0.2.7; expected 192.0.2.8")
        assert ask(CheckKind.DNS, "nobody.example", server=server).words == "nobody.example does not exist"
        assert ask(CheckKind.DNS, "db1.example", server=server, record="TXT").ok is False


def test_ping_answers_or_says_that_it_cannot() -> None:
    told = ask(CheckKind.PING, "127.0.0.1")
    assert (told.ok, told.words) == (True, "127.0.0.1 answers") or (
        told.ok is None and "lets us send no ping" in told.words
    )


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (CheckKind.HTTP, "http://127.0.0.1:1/"),
        (CheckKind.HTTP, "http://localhost:1/"),
        (CheckKind.HTTP, "http://[::ffff:169.254.169.254]/"),
        (CheckKind.TCP, "169.254.169.254:80"),
        (CheckKind.TLS, "10.0.0.1"),
        (CheckKind.PING, "192.168.1.1"),
    ],
)
def test_what_is_not_public_is_not_asked(kind: CheckKind, target: str) -> None:
    told = ask(kind, target, networks=())
    assert told.ok is None
    assert "SELARAS_CHECK_NETWORKS" in told.words


def test_a_dns_server_is_judged_too() -> None:
    assert ask(CheckKind.DNS, "example.com", server="127.0.0.1", networks=()).ok is None
