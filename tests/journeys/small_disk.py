"""A disk of its own that is small enough to be filled: a tmpfs, which only root can mount."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selaras.interfaces.cli import postgres

MB = 1 << 20
SIZE_MB = 400
_PIECE = bytes(64 * 1024)


@dataclass(frozen=True)
class SmallDisk:
    """Where it is mounted, and the file that fills it."""

    folder: Path

    @property
    def home(self) -> Path:
        """A data home on it."""
        return self.folder / "home"

    def free_mb(self) -> float:
        """What is left."""
        return shutil.disk_usage(self.folder).free / MB

    def fill(self) -> None:
        """Leave nothing."""
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for piece in (_PIECE, _PIECE[:4096]):
                try:
                    while filler.write(piece) == len(piece):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        """Take the file away."""
        (self.folder / "filler").unlink()


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Mounted, and gone at the end with the server that ran on it."""
    folder = Path(tempfile.mkdtemp(prefix="selaras-disk-"))
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=711", "selaras-test", str(folder))
    disk = SmallDisk(folder)
    try:
        yield disk
    finally:
        (folder / "filler").unlink(missing_ok=True)
        postgres.stop(disk.home)
        _run("umount", "--lazy", str(folder))
        folder.rmdir()


@cache
def may_mount() -> bool:
    """Whether this machine lets us: root in a container often may not."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "probe", folder], capture_output=True).returncode:
            return False
        _run("umount", folder)
        return True


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
