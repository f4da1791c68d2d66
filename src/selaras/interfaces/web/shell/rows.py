"""A table that is edited as a whole: one field of a form, a row of cells each entry. Rows left empty are no entries.

Cells of one column share a name, so that rows need no numbers; a script adds and takes rows, without it some are empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_EMPTY = 2  # empty rows to write in
_MOST = 200
Row = dict[str, Any]


class Rows(forms.Widget):
    """Draws the table; each column's cell is drawn by its field's own widget."""

    def __init__(self, columns: Mapping[str, forms.Field]) -> None:
        super().__init__()
        self.columns = columns

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        cells = {column: data.getlist(f"{name}.{column}") for column in self.columns}
        height = max(map(len, cells.values()), default=0)
        rows = [
            {column: values[n] if n < len(values) else "" for column, values in cells.items()} for n in range(height)
        ]
        return [row for row in rows if self._is_entry(row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}.{column}" in data for column in self.columns)

    def _is_entry(self, row: Row) -> bool:
        """Whether somebody wrote into it: a choice alone, or what stood there from the beginning, is no entry."""
        written = {c: field for c, field in self.columns.items() if not isinstance(field, forms.ChoiceField)}
        return any(str(row[c]).strip() not in ("", str(field.initial)) for c, field in written.items())

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        entries: Sequence[Row] = value or []
        rows = [*entries, *({} for _ in range(_EMPTY))]
        drawn = [[self._cell(name, column, row) for column in self.columns] for row in rows]
        labels = [field.label for field in self.columns.values()]
        context = {"rows": drawn, "labels": labels, "id": (attrs or {}).get("id", name)}
        return SafeString(render_to_string("shell/parts/rows.html", context))

    def _cell(self, name: str, column: str, row: Row) -> SafeString:
        field = self.columns[column]
        value = field.prepare_value(row.get(column, field.initial))
        attrs = {"aria-label": str(field.label), **field.widget_attrs(field.widget)}
        return SafeString(field.widget.render(f"{name}.{column}", value, attrs))


class RowsField(forms.Field):
    """Cleans every cell by its column's field; a fault names the row and the column."""

    def __init__(self, columns: Mapping[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(widget=Rows(columns), required=False, **kwargs)
        self.columns = columns

    def clean(self, value: Sequence[Mapping[str, Any]]) -> list[Row]:
        faults: list[str] = []
        rows = [self._row(number, row, faults) for number, row in enumerate(value or [], start=1)]
        if len(rows) > _MOST:
            faults = [_("At most %(most)s rows.") % {"most": _MOST}]
        if faults:
            raise ValidationError(faults[:10])
        return rows

    def _row(self, number: int, row: Mapping[str, Any], faults: list[str]) -> Row:
        cleaned = {}
        for column, field in self.columns.items():
            try:
                cleaned[column] = field.clean(row[column])
            except ValidationError as error:
                where = {"row": number, "column": field.label, "what": " ".join(error.messages)}
                faults.append(_("Row %(row)s, %(column)s: %(what)s") % where)
        return cleaned
