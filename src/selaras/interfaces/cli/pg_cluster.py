"""One PostgreSQL cluster on disk: creating it, its configuration, starting and stopping its server.

Callers hold the home's lock. Durable as it comes: fsync and synchronous_commit stay on unless a test says
otherwise.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.pg_install import Install

START_SECONDS = 60.0
# After a kill -9 the old server's children may hold its shared memory for about 2 s: starting is tried again.
HELD = ("lock file", "shared memory block", "could not create any Unix-domain sockets")
# Sized for two cores beside the application; a local.conf beside it, if there is one, has the last word.
CONF: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_compression": "on",
    "wal_buffers": "8MB",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "1",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "bgwriter_lru_maxpages": "1000",  # a storm needs some 5,000 clean pages a second: else each commit makes its own
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "20s",
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_duration_statement": "2s",
}


def create(install: Install, password: str) -> None:
    """Make the cluster if there is none. A half-made one (killed or out of disk) is made again."""
    data = install.folder / "data"
    if (install.folder / "created").exists():
        _check_version(install, data)
        return
    shutil.rmtree(data, ignore_errors=True)
    pwfile = install.folder / "pw"
    with open(os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(password + "\n")
    install.give(pwfile)
    try:
        made = install.run(
            "initdb", f"--pgdata={data}", "--username=selaras", f"--pwfile={pwfile}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
    finally:
        pwfile.unlink()
    if made.returncode != 0:
        raise Trouble(plain(f"PostgreSQL could not make its data folder {data}", made.stdout))
    with (data / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude 'selaras.conf'\ninclude_if_exists 'local.conf'\n")
    (install.folder / "created").touch()


def configure(install: Install, extra: Mapping[str, str]) -> None:
    """Write our configuration; read at the next start."""
    settings = {**CONF, "unix_socket_directories": str(socket_folder(install)), **extra}
    path = install.folder / "data" / "selaras.conf"
    _replace(install, path, "".join(f"{name} = '{value}'\n" for name, value in settings.items()))


def socket_folder(install: Install) -> Path:
    """A folder for the socket, closed to others. Its path has to stay below the system's 107 bytes."""
    folder = install.folder / "run"
    if len(bytes(folder)) > 80:
        digest = hashlib.sha256(bytes(install.folder)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"selaras-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    install.give(folder)
    return folder


def start(install: Install) -> None:
    """Start the server and wait until it answers. Raises `Trouble` with the reason."""
    data, log = install.folder / "data", install.folder / "start.log"
    deadline = time.monotonic() + START_SECONDS
    while True:
        _forget_stale(install)
        log.write_text("")
        install.give(log)
        started = install.run(
            "pg_ctl", "start", "--wait", f"--timeout={START_SECONDS:.0f}", f"--pgdata={data}", f"--log={log}",
            "--silent", timeout=START_SECONDS + 10,
        )  # fmt: skip
        if started.returncode == 0:
            return
        said = log.read_text(errors="replace") + _latest_log(install) + started.stdout
        if not any(word in said for word in HELD) or time.monotonic() > deadline:
            raise Trouble(plain(f"PostgreSQL did not start; its log is in {install.folder}", said))
        time.sleep(0.3)


def stop(install: Install) -> None:
    """Stop the server (open sessions are ended, nothing committed is lost)."""
    if server_pid(install) is not None:
        data = install.folder / "data"
        install.run("pg_ctl", "stop", "--mode=fast", "--wait", "--timeout=30", f"--pgdata={data}")


def server_pid(install: Install) -> int | None:
    """The process id of this cluster's server if it really runs: an id in a stale file proves nothing."""
    pid = _pid_in_file(install.folder / "data")
    return pid if pid is not None and _is_server(pid, install.folder / "data") else None


def is_ready(install: Install) -> bool:
    """Does the server run and accept connections."""
    if server_pid(install) is None:
        return False
    lines = (install.folder / "data" / "postmaster.pid").read_text().splitlines()
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _pid_in_file(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_server(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(data) in process.cmdline()
    except psutil.Error:
        return False


def _forget_stale(install: Install) -> None:
    """Put the id of a process that has just ended into a stale postmaster.pid, and drop the old socket.

    PostgreSQL refuses to start while the id in that file belongs to any live process (or to a zombie). The
    file itself stays, since PostgreSQL finds by it whether children of the old server still hold its shared
    memory.
    """
    data = install.folder / "data"
    path, pid = data / "postmaster.pid", _pid_in_file(data)
    if pid is not None and _is_server(pid, data):
        return
    for left in socket_folder(install).glob(".s.PGSQL.*"):
        left.unlink()
    if pid is None:
        return
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    rest = path.read_text().split("\n", 1)[1]
    _replace(install, path, f"{ended.pid}\n{rest}")


def _replace(install: Install, path: Path, text: str) -> None:
    """Write a file of the server anew: whole, or, where the disk is full, not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    install.give(fresh)
    fresh.replace(path)


def _check_version(install: Install, data: Path) -> None:
    written = (data / "PG_VERSION").read_text().strip()
    ours = install.run("postgres", "--version").stdout.split()[-1].split(".")[0]
    if written != ours:
        raise Trouble(
            f"The data in {data} was written by PostgreSQL {written}, and this is PostgreSQL {ours}. "
            "Back up with the former version of Selaras, then restore with this one into a new home."
        )


def _latest_log(install: Install) -> str:
    logs = sorted((install.folder / "data" / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
    return "\n".join(logs[-1].read_text(errors="replace").splitlines()[-15:]) if logs else ""


def plain(what: str, said: str) -> str:
    """What went wrong, from what a program wrote."""
    if "No space left on device" in said:
        return f"{what}: the disk is full. Free some space, or set SELARAS_HOME to a folder on another disk."
    lines = [line for line in said.splitlines() if any(w in line for w in ("FATAL", "PANIC", "rror", "ould not"))]
    return f"{what}: {(lines or said.splitlines() or ['no reason given'])[-1].strip()}"
