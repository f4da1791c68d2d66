"""What bench-storm watches while it sends: the memory of each process, and how long the queue page takes somebody."""

import http.client
import statistics
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

_EVERY = 1.0  # seconds between looks at memory
_NAMES = {"front": "web with intake", "intake": "intake", "worker": "worker", "listen": "listeners"}


@dataclass(eq=False)
class Memory(threading.Thread):
    """The most memory of each kind of process: proportional set size, where shared pages are divided."""

    roots: list[int]
    peaks: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()

    def run(self) -> None:
        """Until `over`."""
        while not self.over.wait(_EVERY):
            sizes: dict[str, float] = {}
            for root in self.roots:
                with suppress(psutil.Error):
                    for process in (psutil.Process(root), *psutil.Process(root).children(recursive=True)):
                        with suppress(psutil.Error):
                            kind = _kind(process)
                            sizes[kind] = sizes.get(kind, 0.0) + process.memory_full_info().pss / (1 << 20)
            for kind, size in sizes.items():
                self.peaks[kind] = max(size, self.peaks.get(kind, 0.0))

    def told(self) -> str:
        """All of it in a line."""
        return ", ".join(f"{kind} {size:.0f} MB" for kind, size in sorted(self.peaks.items()))


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    if any("postgres" in word for word in words[:1]):
        return "PostgreSQL"
    return next((name for word, name in _NAMES.items() if word in words[:5]), "the rest")


class Reader(threading.Thread):
    """Somebody signed in who reads a page again and again, a tenth of a second between."""

    def __init__(self, port: int, session: str, path: str = "/") -> None:
        super().__init__(daemon=True)
        self.port, self.path = port, path
        self.headers = {"Cookie": f"sessionid={session}", "Accept-Language": "en"}
        self.took: list[float] = []
        self.failed = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Until `over`."""
        while not self.over.wait(0.1):
            began = time.perf_counter()
            if self._read() == 200:
                self.took.append((time.perf_counter() - began) * 1000)
            else:
                self.failed += 1

    def warm_up(self) -> None:
        """Read once, uncounted: the first page loads what all pages need."""
        self._read()

    def read_for(self, seconds: float) -> None:
        """Read so long, in a thread of its own."""
        self.start()
        self.over.wait(seconds)
        self.over.set()
        self.join()

    def p95(self) -> float:
        """Milliseconds; 0 if there is too little to say."""
        return statistics.quantiles(self.took, n=20)[18] if len(self.took) > 1 else 0.0

    def told(self) -> str:
        """All of it in words."""
        p50 = statistics.median(self.took) if self.took else 0.0
        return f"p50 {p50:.0f} ms, p95 {self.p95():.0f} ms of {len(self.took)} readings, {self.failed} failed"

    def _read(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", self.path, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
