"""`selaras import incidents` as a person meets it: files of every make, and a list of what was refused."""

import csv
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.importing import parsed
from selaras.interfaces.cli.table import CsvTable
from tests import database
from tests.journeys.harness import Installation

EXCERPT = Path(__file__).parents[2] / "domains" / "incidents" / "uci_incident_event_log.csv"
EXPECTED = ("number", "state", "at")


def table(path: Path, content: bytes, encoding: str = "utf-8-sig") -> CsvTable:
    path.write_bytes(content)
    return CsvTable(path, encoding=encoding, expected=EXPECTED)


class TestTables:
    @pytest.mark.parametrize(
        "content",
        [
            b"number,state,at\nA,New,1\n",
            b"\xef\xbb\xbfnumber,state,at\r\nA,New,1\r\n",
            b"number;state;at\nA;New;1\n",
            b"number\tstate\tat\n\nA\tNew\t1",
            b'"number"|"state"|"at"\n"A"|"New"|1\n',
        ],
    )
    def test_commas_semicolons_tabs_bars_and_a_byte_order_mark(self, tmp_path: Path, content: bytes) -> None:
        made = table(tmp_path / "a.csv", content)
        assert made.columns == ["number", "state", "at"]
        assert (
            [list(line.values) for line in made.lines()]
            == [["A", "New", "1"]]
            == [list(line.values) for line in made.lines()]
        )

    def test_a_field_may_hold_lines(self, tmp_path: Path) -> None:
        made = table(tmp_path / "a.csv", b'number,state,at\nA,"New\nand",1\nB,New,2\n')
        assert [(line.number, line.values[0]) for line in made.lines()] == [(3, "A"), (4, "B")]

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "is empty"),
            (b"number,state,at,number\n", "more than once"),
            (b'number,state,at\nA,"New,1\nB,New,2\n', "quote not closed"),
            (b"number,state,at\nA,N\xe9w,1\n", "--encoding"),
        ],
    )
    def test_what_is_no_table_is_told(self, tmp_path: Path, content: bytes, why: str) -> None:
        with pytest.raises(Trouble, match=why):
            list(table(tmp_path / "a.csv", content).lines())

    def test_another_encoding_may_be_named(self, tmp_path: Path) -> None:
        made = table(tmp_path / "a.csv", b"number,state,at\nA,N\xe9w,1\n", "latin-1")
        assert next(made.lines()).values[1] == "Néw"

    def test_a_zip_holds_one(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("log.csv", "number,state,at\nA,New,1\n")
        assert len(list(CsvTable(path, encoding="utf-8-sig", expected=EXPECTED).lines())) == 1
        with zipfile.ZipFile(path, "a") as packed:
            packed.writestr("log2.csv", "")
        with pytest.raises(Trouble, match=r"holds 2 \.csv files"):
            CsvTable(path, encoding="utf-8-sig", expected=EXPECTED)
        path.write_bytes(path.read_bytes()[:40])
        with pytest.raises(Trouble, match="damaged"):
            CsvTable(path, encoding="utf-8-sig", expected=EXPECTED)


class TestMappings:
    def test_by_name_and_by_path_in_either_format(self, tmp_path: Path) -> None:
        assert parsed("servicenow-uci")["source"] == "servicenow-uci"
        path = tmp_path / "ours.yaml"
        path.write_text("source: ours\ncolumns: {number: n}\n")
        assert parsed(str(path)) == {"source": "ours", "columns": {"number": "n"}}

    @pytest.mark.parametrize(
        ("name", "content"), [("a.toml", "= x"), ("a.yaml", "a: [b"), ("a.yaml", "- a"), ("b", "")]
    )
    def test_what_is_none_is_told(self, tmp_path: Path, name: str, content: str) -> None:
        (tmp_path / name).write_text(content)
        with pytest.raises(Trouble, match="cannot be read"):
            parsed(str(tmp_path / name))
        with pytest.raises(Trouble, match="Shipped: servicenow-uci"):
            parsed("nowhere")


@pytest.fixture
def installation(tmp_path: Path, database_server: str) -> Iterator[Installation]:
    """A migrated database of its own with the organisation `pelanggan`."""
    name = f"test_{os.getpid()}_import"
    dsn = database.clone(database_server, database.template(database_server), name)
    with psycopg.connect(dsn) as admin:
        admin.execute("INSERT INTO people_organisation (slug, name, kind) VALUES ('pelanggan', 'P', 'customer')")
    yield Installation(tmp_path / "home", database_url=dsn)
    database.drop(database_server, name)


def test_a_file_with_bad_lines_from_end_to_end(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    good = EXCERPT.read_text().splitlines(keepends=True)
    last = good[-1].split(",", 1)[0]
    file.write_text("".join([*good[:-1], good[-1][:50]]))
    arguments = ("import", "incidents", str(file), "--mapping", "servicenow-uci", "--organisation", "pelanggan")
    said = installation.run(*arguments)
    assert "38 incidents imported" in said
    assert "columns" in said
    with (tmp_path / "log.refused.csv").open() as text:
        refused = list(csv.DictReader(text))
    assert {row["number"] for row in refused} == {last}
    assert all(row["line"].isdigit() and row["reason"] for row in refused)
    file.write_text("".join(good))
    said = installation.run(*arguments)
    assert "\n1 incidents imported" in said
    assert "38 incidents were there already" in said
    assert "Traceback" not in said


def test_what_is_wrong_is_told_in_plain_words(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("a,b\n1,2\n")
    named = ("--mapping", "servicenow-uci", "--organisation")
    said = installation.run("import", "incidents", str(file), *named, "pelanggan", expect=1)
    assert "The file has no column “number”." in said
    said = installation.run("import", "incidents", str(file), *named, "nobody", expect=1)
    assert "There is no organisation nobody" in said
    assert "Traceback" not in said
