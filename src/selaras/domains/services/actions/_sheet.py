"""Reads a CSV file as people's tools write it, into rows by column; what cannot be read is refused with its line."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from selaras.domains.services.actions._draft import Draft, Place
from selaras.kernel.sentences import say

MOST_BYTES = 64 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Python's own limit of 128 KB a cell would stop a whole file; over-long cells are refused by column instead.
csv.field_size_limit(MOST_BYTES)


def rows_of(
    content: bytes, source: str, draft: Draft, *, needed: Sequence[str], known: Callable[[str], bool]
) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Each row with cells, by column in small letters. A column neither needed nor known is refused."""
    text = _decoded(content, source, draft)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not _sound_header(header, Place(source, 1), draft, needed, known):
            return
        for cells in reader:
            place = Place(source, reader.line_num)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                counts = {"found": len(cells), "columns": len(header)}
                draft.refuse(place, "", say("This row has %(found)s cells for %(columns)s columns.", **counts))
                continue
            yield place, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    except csv.Error:
        place = Place(source, reader.line_num)
        draft.refuse(place, "", say("The quotes in this row do not match; reading stopped here."))


def _decoded(content: bytes, source: str, draft: Draft) -> str | None:
    if len(content) > MOST_BYTES:
        draft.refuse(Place(source, 1), "", say("The file is larger than %(most)s MB.", most=MOST_BYTES // 1024 // 1024))
        return None
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        draft.refuse(Place(source, line), "", say("The file is not UTF-8 text from this line on."))
        return None


def _delimiter(text: str) -> str:
    header = text[: text.find("\n") if "\n" in text else len(text)]
    return max(",;\t", key=header.count)


def _sound_header(
    header: Sequence[str], place: Place, draft: Draft, needed: Sequence[str], known: Callable[[str], bool]
) -> bool:
    for name in needed:
        if name not in header:
            draft.refuse(place, name, say("The column “%(name)s” is missing.", name=name))
    for number, name in enumerate(header):
        if not known(name):
            draft.refuse(place, name[:80], say("The column “%(name)s” is not known.", name=name[:80]))
        elif name in header[:number]:
            draft.refuse(place, name[:80], say("The column “%(name)s” stands twice.", name=name[:80]))
    return not draft.refused
