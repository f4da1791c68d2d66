"""Collects every sentence into src/selaras/locale, for both languages: `python -m tools.messages`.

English is written in the sources; the Indonesian catalogue keeps its translations and gains empty ones to fill.
`python -m tools.messages fill FILE.tsv` takes translations (message id TAB translation) for ids that have none.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "selaras"
LOCALE = SOURCE / "locale"
KEYWORDS = {
    "_": None,
    "say": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LANGUAGES = ("id", "en")
_PLURALS = {"id": (1, "0"), "en": (2, "(n != 1)")}
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # catalogues carry no real date: they change only when a message does


def collected() -> Catalog:
    """Every message of the sources, with the places it stands in."""
    catalog = Catalog(project="Selaras", charset="utf-8")
    for path, text in _sources():
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
        for _line, message, comments, context in found:
            where = str(path.relative_to(ROOT))
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def updated(language: str) -> Catalog:
    """The language's catalogue with exactly the messages of the sources; translations of those that stayed are kept."""
    kept = _read(language)
    fresh = Catalog(locale=language, project="Selaras", charset="utf-8", fuzzy=False, creation_date=_EPOCH)
    fresh.revision_date = _EPOCH
    vars(fresh).update(zip(("_num_plurals", "_plural_expr"), _PLURALS[language], strict=True))  # not Babel's
    for message in collected():
        if message.id:
            old = kept.get(_id(message), context=message.context)
            new = fresh.add(message.id, locations=message.locations, context=message.context, flags=message.flags)
            new.string = _translation(language, message, old)
    return fresh


def missing(language: str) -> list[str]:
    """Message ids without a translation in the catalogue as it stands on disk."""
    kept = _read(language)
    return [
        str(_id(message))
        for message in collected()
        if message.id and not _whole(kept.get(_id(message), context=message.context))
    ]


def written(catalog: Catalog) -> bytes:
    """The catalogue as a .po file, without dates and line numbers, so that it changes only when a message does."""
    out = io.BytesIO()
    write_po(
        out,
        catalog,
        width=110,
        sort_output=True,
        include_lineno=False,
        omit_header=False,
        ignore_obsolete=True,
    )
    lines = out.getvalue().decode().splitlines()
    noise = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Report-',
        '"Language-Team',
        "# ",
    )
    return ("\n".join(line for line in lines if not line.startswith(noise) and line != "#") + "\n").encode()


def fill(language: str, file: Path) -> int:
    """Take translations from a table for messages that have none; returns how many were taken."""
    catalog, taken = updated(language), 0
    table = dict(line.split("\t", 1) for line in file.read_text().splitlines() if "\t" in line)
    for message in catalog:
        key = "|".join(message.id) if isinstance(message.id, (tuple, list)) else message.id
        # Templates double the percent sign in what they look up.
        found = (
            table.get(key) or table.get(str(_id(message))) or table.get(key.replace("%%", "%"), "").replace("%", "%%")
        )
        if message.id and found and not _whole(message):
            string = found.replace("\\n", "\n")
            message.string = (string,) * _PLURALS[language][0] if isinstance(message.id, tuple) else string
            taken += 1
    path_of(language).write_bytes(written(catalog))
    return taken


def _sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text()
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            calls = templatize(path.read_text(), origin=str(path))  # calls of gettext among blanked-out text
            yield path, "\n".join(line.strip() for line in calls.splitlines())


def _read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def _id(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _whole(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(strings) and all(strings)


def _translation(language: str, message: Message, old: Message | None) -> str | tuple[str, ...]:
    plural = isinstance(message.id, (tuple, list))
    if language == "en":
        return tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id
    if old is not None and _whole(old) and isinstance(old.string, (tuple, list)) == plural:
        return tuple(old.string) if isinstance(old.string, (tuple, list)) else str(old.string)
    return ("",) * _PLURALS[language][0] if plural else ""


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "fill":
        print(f"{fill('id', Path(sys.argv[2]))} taken")
        return
    for language in LANGUAGES:
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(written(updated(language)))
    print(f"{len(missing('id'))} messages have no Indonesian yet")


if __name__ == "__main__":
    main()
