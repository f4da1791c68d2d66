"""Whether anything has changed since the last start, asked without importing Django (that takes 2 seconds).

The answer rests on the sources that preparing reads and on the database's own list of migrations, so that a
restored or exchanged database is prepared again.
"""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

import psycopg

import selaras

PACKAGE = Path(selaras.__file__).parent
READ = ("migrations/*.py", "locale/*/LC_MESSAGES/*.po", "static/**/*")


def is_prepared(home: Path, dsn: str, *, demo: bool) -> bool:
    """True if `remember` was called for these sources and this state of the database."""
    try:
        known = json.loads((home / "prepared.json").read_text())
    except (OSError, ValueError):
        return False
    fits = known.get("sources") == _sources(home) and known.get("database") == _migrations(dsn)
    return fits and (home / "static").is_dir() and (bool(known.get("demo")) or not demo)


def remember(home: Path, dsn: str, *, demo: bool) -> None:
    """Everything is prepared now; `demo` says whether a demo was asked for."""
    known = {"sources": _sources(home), "database": _migrations(dsn), "demo": demo}
    (home / "prepared.json").write_text(json.dumps(known))


def _sources(home: Path) -> str:
    digest = hashlib.sha256(f"{home} {PACKAGE}".encode())
    for pattern in READ:
        for path in sorted(PACKAGE.rglob(pattern)):
            seen = path.stat()
            digest.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    django = find_spec("django")
    if django is not None and django.origin is not None:
        installed = Path(django.origin).parents[1].glob("*.dist-info")
        digest.update("\n".join(sorted(folder.name for folder in installed)).encode())
    return digest.hexdigest()


def _migrations(dsn: str) -> list[int]:
    with psycopg.connect(dsn) as connection:
        try:
            row = connection.execute("SELECT count(*), max(id) FROM django_migrations").fetchone()
        except psycopg.errors.UndefinedTable:
            return []
    return list(row or ())
