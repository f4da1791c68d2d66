"""A table in a file: .csv, or .zip that holds one. Read as a stream, as often as asked."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from selaras.domains.incidents.importing.contracts import Line
from selaras.interfaces.cli.home import Trouble

_DELIMITERS = ",;\t|"
_LONGEST = 1024 * 1024  # characters of one field: more is a quote that was never closed


class CsvTable:
    """A CSV file with a heading. Commas, semicolons, tabs and bars are told apart by `expected`, its known columns."""

    def __init__(self, path: Path, *, encoding: str, expected: Sequence[str]) -> None:
        self._path, self._encoding = path, encoding
        csv.field_size_limit(_LONGEST)
        with self._text() as text:
            heading = text.readline(_LONGEST)
        if not heading.strip():
            raise Trouble(f"{path} is empty: there is no line with the names of the columns.")
        ways = [(d, [name.strip() for name in next(csv.reader([heading], delimiter=d))]) for d in _DELIMITERS]
        self._delimiter, self.columns = max(ways, key=lambda way: len(set(way[1]) & set(expected)))
        twice = sorted({name for name in self.columns if name in expected and self.columns.count(name) > 1})
        if twice:
            raise Trouble(f"{path} has the column {', '.join(twice)} more than once.")

    def lines(self) -> Iterator[Line]:
        """The lines below the heading; blank ones are passed over."""
        with self._text() as text:
            reader = csv.reader(text, delimiter=self._delimiter, strict=True)
            try:
                next(reader)
                for values in reader:
                    if values:
                        yield Line(reader.line_num, values)
            except csv.Error as problem:
                raise Trouble(
                    f"{self._path}, line {reader.line_num}: {problem}. Is a quote not closed there?"
                ) from problem

    @contextmanager
    def _text(self) -> Iterator[IO[str]]:
        try:
            with self._bytes() as raw, io.TextIOWrapper(raw, self._encoding, newline="") as text:
                yield text
        except UnicodeDecodeError as problem:
            raise Trouble(
                f"{self._path} is not {self._encoding}: {problem.reason}. Name what it is with --encoding."
            ) from problem
        except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise Trouble(f"{self._path} is damaged: {problem}.") from problem

    @contextmanager
    def _bytes(self) -> Iterator[IO[bytes]]:
        if not zipfile.is_zipfile(self._path):
            if self._path.suffix.lower() == ".zip":
                raise Trouble(f"{self._path} is damaged: it is no zip file.")
            with self._path.open("rb") as plain:
                yield plain
            return
        with zipfile.ZipFile(self._path) as packed:
            inside = [name for name in packed.namelist() if name.lower().endswith(".csv")]
            if len(inside) != 1:
                raise Trouble(f"{self._path} holds {len(inside)} .csv files; one is needed.")
            with packed.open(inside[0]) as member:
                yield member
