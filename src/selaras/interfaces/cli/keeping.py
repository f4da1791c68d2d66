"""What `selaras up` keeps an eye on beside its processes: the embedded database, and room on its disk."""

import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from selaras.interfaces.cli import postgres
from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.pg_install import install_for
from selaras.interfaces.cli.supervisor import tell

# PostgreSQL writes ahead in files of 16 MB: with less than a few of them it may end at any moment.
LOW_MB = 64
AGAIN_SECONDS = 2.0


@dataclass
class Keeper:
    """Looks at the database of a home; says what changes, once. Does nothing where the database is not ours."""

    home: Path
    stopping: threading.Event
    folder: Path | None = field(init=False)
    low: bool = False
    trouble: str = ""

    def __post_init__(self) -> None:
        ours = os.environ.get("DATABASE_URL", "") == postgres.dsn(self.home)
        self.folder = install_for(self.home).folder if ours else None

    def look(self) -> None:
        """Start the database again if it has ended, and tell of a disk that fills up or has room again."""
        if self.folder is None:
            return
        self._room(self.folder)
        if postgres.is_running(self.home):
            self.trouble = ""
            return
        if not self.trouble:
            tell("The database has ended; starting it again …")
        try:
            postgres.ensure_running(self.home)
            tell("The database runs again.")
            self.trouble = ""
        except (Trouble, OSError) as trouble:
            if str(trouble) != self.trouble:
                tell(f"selaras: {trouble}", wrong=True)
            self.trouble = str(trouble)
            self.stopping.wait(AGAIN_SECONDS)

    def _room(self, folder: Path) -> None:
        left = shutil.disk_usage(folder).free >> 20
        if self.low != (left < LOW_MB):
            self.low = not self.low
            if self.low:
                tell(
                    f"selaras: the disk is full: {left} MB are left where {folder} is. What comes in is refused until "
                    "there is room again; what was accepted is kept. Free some space: it goes on by itself.",
                    wrong=True,
                )
            else:
                tell("There is room on the disk again.")
