"""What a browser would send: the form of a page as it stands."""

import re
from html import unescape
from typing import Any

from django.test import Client


def filled(client: Client, address: str) -> dict[str, Any]:
    """The page's own form: hidden fields, inputs, text areas and chosen options; several of a name as a list."""
    page = client.get(address).content.decode()
    start = page.index('<form method="post" class="card card-pad stack-l"')
    form = page[start : page.index("</form>", start)]
    given: dict[str, Any] = {}
    for match in re.finditer(
        r"<input(?P<input>[^>]*)>|<textarea(?P<area>[^>]*)>\s*(?P<text>[^<]*)</textarea>|"
        r"<select(?P<select>[^>]*)>(?P<inside>.*?)</select>",
        form,
        re.DOTALL,
    ):
        inside = match["inside"] or ""
        tag = match["input"] or match["area"] or match["select"]
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        if match["select"] is not None:
            chosen = re.search(r'<option value="([^"]*)"[^>]* selected', inside) or re.search(
                r'value="([^"]*)"', inside
            )
            value = chosen.group(1) if chosen else ""
        elif match["area"] is not None:
            value = match["text"]
        else:
            found = re.search(r'value="([^"]*)"', tag)
            value = found.group(1) if found else ""
        given.setdefault(name.group(1), []).append(unescape(value))
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def text_of(answer: Any) -> str:
    """What a page says, without the ways in which HTML writes it. Takes what a test client answers."""
    return unescape(answer.content.decode())
