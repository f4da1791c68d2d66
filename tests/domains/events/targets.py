"""Real targets on this machine: a web server (plain and TLS), a DNS server, a port where nobody listens."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """200 with a word; /gone 404; /away leads elsewhere; /slow never answers."""
        if self.path == "/slow":
            threading.Event().wait(5)
        self.send_response({"/gone": 404, "/away": 302}.get(self.path, 200))
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(b"all is well")

    def log_message(self, *_: object) -> None:
        """Quietly."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever asks may go away before the answer."""


@contextmanager
def web(files: tuple[Path, Path] | None = None) -> Iterator[int]:
    """A web server; its port. With the files of a certificate and its key it speaks TLS."""
    server = _Server(("127.0.0.1", 0), _Page)
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def name_server(records: dict[tuple[str, str], str]) -> Iterator[int]:
    """A DNS server that knows these (name, kind) → value; its port."""
    ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ours.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                packet, where = ours.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(packet)
            asked = query.question[0]
            made = dns.message.make_response(query)
            made.flags |= dns.flags.RA
            name = asked.name.to_text(omit_final_dot=True)
            found = records.get((name, asked.rdtype.name))
            if found:
                made.answer.append(dns.rrset.from_text(asked.name, 60, "IN", asked.rdtype, found))
            elif not any(known == name for known, _ in records):
                made.set_rcode(dns.rcode.NXDOMAIN)
            ours.sendto(made.to_wire(), where)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield int(ours.getsockname()[1])
    finally:
        ours.close()


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        return int(ours.getsockname()[1])
