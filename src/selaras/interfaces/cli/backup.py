"""`selaras backup` and `selaras restore`: everything of an installation in one file."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import click
import psycopg

from selaras.interfaces.cli.environment import environment, out_of_sight
from selaras.interfaces.cli.home import SECRETS, Trouble, home_path, put_secrets
from selaras.interfaces.cli.pg_install import packaged_bin

DUMP = "database.dump"
FILES = "files"


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Write database, files and secrets to TARGET, one file. Whoever has it has everything."""
    if target.exists():
        raise Trouble(f"{target} exists already. Name another file, or remove it first.")
    home = home_path()
    with environment() as dsn, tempfile.TemporaryDirectory() as work:
        dump = Path(work) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={dump}", dsn=dsn)
        unfinished = target.with_name(target.name + ".part")
        try:
            with tarfile.open(unfinished, "w") as archive:
                unfinished.chmod(0o600)
                archive.add(dump, DUMP)
                for name in (SECRETS, FILES):
                    if (home / name).exists():
                        archive.add(home / name, name)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    size = target.stat().st_size / 1e6
    click.echo(f"{target}: {size:.1f} MB. It holds secrets: let nobody else read it.")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what this installation holds.")
def restore(source: Path, force: bool) -> None:
    """Bring back what `selaras backup` wrote. Stop Selaras first."""
    home = home_path()
    with environment() as dsn, tempfile.TemporaryDirectory() as work:
        _unpack(source, Path(work))
        _require_room(dsn, force)
        _replace(dsn, Path(work))
        _restore_files(Path(work), home)
    click.echo("Restored. `selaras up` brings it to this version and starts it.")


def _unpack(source: Path, work: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
    except (tarfile.TarError, OSError) as problem:
        raise Trouble(f"{source} cannot be read as a backup ({problem}).") from problem
    if not (work / DUMP).exists():
        raise Trouble(f"{source} is not a backup of Selaras.")


def _restore_files(work: Path, home: Path) -> None:
    """Files, and the secrets that the data was made with; the password of this home's own cluster stays."""
    if (work / SECRETS).exists():
        brought = json.loads((work / SECRETS).read_text())
        put_secrets(home, {name: value for name, value in brought.items() if name != "postgres"})
    if (work / FILES).is_dir():
        shutil.rmtree(home / FILES, ignore_errors=True)
        shutil.copytree(work / FILES, home / FILES)


def _require_room(dsn: str, force: bool) -> None:
    with psycopg.connect(dsn) as connection:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    if others and others[0]:
        raise Trouble("Selaras, or another program, is using this database. Stop it, then restore.")
    if tables and not force:
        raise Trouble("This installation holds data. Add --force to overwrite it, or set SELARAS_HOME.")


def _replace(dsn: str, work: Path) -> None:
    """Everything out and the backup in, in one transaction: if it does not succeed, nothing has changed."""
    script = work / "restore.sql"
    _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(work / DUMP))
    empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    _run(
        "psql",
        *options,
        "--command=SET client_min_messages = warning",
        f"--command={empty}",
        f"--file={script}",
        dsn=dsn,
    )


def _run(program: str, *arguments: str, dsn: str = "") -> None:
    where, environment = out_of_sight(dsn) if dsn else ("", dict(os.environ))
    done = subprocess.run(
        [str(packaged_bin() / program), *arguments, *([f"--dbname={where}"] if where else [])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Trouble(f"{program} did not finish: {lines[0]}")
