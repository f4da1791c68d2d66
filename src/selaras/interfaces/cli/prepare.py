"""What has to be ready before pages are served: the schema, compiled translations, collected static files.

Each step asks first whether there is anything to do: on existing data all of it takes about a second.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import click

import selaras
from selaras.interfaces.cli.admin import load_demo_once
from selaras.interfaces.cli.database import migrate_now
from selaras.interfaces.cli.environment import environment, set_up_django
from selaras.interfaces.cli.home import Trouble, home_path, locked, make_home

PACKAGE = Path(selaras.__file__).parent


@click.command(hidden=True)
@click.option("--only-static", is_flag=True, help="Leave the database alone.")
@click.option("--demo", is_flag=True, help="Load the demo organisation if there is nobody yet.")
def prepare(only_static: bool, demo: bool) -> None:
    """Migrate, compile translations, collect static files, load the demo: whatever is needed."""
    compile_translations()
    with environment():
        set_up_django()
        if not only_static:
            migrate_now()
        collect_static()
        if demo:
            load_demo_once()


def compile_translations() -> None:
    """Compile each .po that is newer than its .mo."""
    for source in sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source, compiled)


def collect_static() -> None:
    """Collect, hash and compress static files if any has changed. Django must be set up."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    root = make_home(home_path()) / "static"
    with locked(home_path() / ".static.lock"):
        files = (
            Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list(["CVS", ".*", "*~"])
        )
        mark, wanted = root / ".collected", _fingerprint(files)
        if mark.exists() and mark.read_text() == wanted:
            return
        click.echo("Collecting static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(wanted)


def _compile(source: Path, compiled: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as lines:
        catalogue = read_po(lines)
    fresh = compiled.with_suffix(".mo.new")
    try:
        with fresh.open("wb") as out:
            write_mo(out, catalogue)
        fresh.replace(compiled)
    except OSError as problem:
        raise Trouble(f"Cannot write {compiled} ({problem.strerror}). Run once as a user who may.") from problem


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(str(home_path()).encode())
    for path in sorted(files):
        seen = path.stat()
        digest.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()
