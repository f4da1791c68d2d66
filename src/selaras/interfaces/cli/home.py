"""The data home of one installation: where its database, secrets and files live.

`SELARAS_HOME`, else `var/` beside a checkout, else the user's data folder. Nothing here imports Django: the
command line answers `--help` at once, and settings may ask before Django is set up.
"""

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import selaras

SECRETS = "secrets.json"


class Trouble(Exception):
    """What is wrong and what to do next, in one or two sentences for the person at the terminal."""


def home_path() -> Path:
    """The data home; may not exist yet."""
    named = os.environ.get("SELARAS_HOME")
    if named:
        return Path(named).expanduser().absolute()
    checkout = checkout_path()
    if checkout is not None:
        return checkout / "var"
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser().absolute() / "selaras"


def checkout_path() -> Path | None:
    """The folder of the source tree that this package runs from, if it does."""
    root = Path(selaras.__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() and (root / "src" / "selaras").is_dir() else None


def make_home(home: Path) -> Path:
    """Create the home, readable by its owner alone. Raises `Trouble` if it cannot be written."""
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        probe = home / f".writable-{os.getpid()}"
        probe.write_bytes(b"." * 4096)
        probe.unlink()
    except OSError as problem:
        what = "the disk is full" if problem.errno == errno.ENOSPC else problem.strerror
        raise Trouble(
            f"Cannot write to the data home {home}: {what}. "
            "Free some space or rights there, or set SELARAS_HOME to another folder."
        ) from problem
    return home


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; the system releases it when the process dies."""
    with path.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def secret(home: Path, name: str) -> str:
    """A secret of this installation, generated once; the file is readable by its owner alone (mode 600)."""
    if known := _secrets(home).get(name):
        return known  # also while nothing can be written
    make_home(home)
    with locked(home / ".secrets.lock"):
        all_ = _secrets(home)
        if name not in all_:
            all_[name] = secrets.token_urlsafe(48)
            _write(home, all_)
        return all_[name]


def put_secrets(home: Path, brought: Mapping[str, str]) -> None:
    """Take over secrets, those of a backup, in place of ours of the same names."""
    with locked(home / ".secrets.lock"):
        _write(home, {**_secrets(home), **brought})


def _secrets(home: Path) -> dict[str, str]:
    path = home / SECRETS
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return known


def _write(home: Path, known: Mapping[str, str]) -> None:
    fresh = home / (SECRETS + ".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(dict(known), out, indent=1)
    fresh.replace(home / SECRETS)
