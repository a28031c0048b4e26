"""A reader of PDFs that shares nothing with what writes them: text, spoken formulas, codes."""

from pathlib import Path

import pypdf
import pypdfium2
import zxingcpp


def words(path: Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def seen(path: Path) -> list[str]:
    """The lines of all pages from left to right as the eye meets them, without spaces."""
    lines = []
    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage()
        rows: dict[int, list[tuple[float, str]]] = {}
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                left, bottom, *_ = text.get_charbox(index, loose=True)
                rows.setdefault(round(bottom), []).append((left, character))
        lines += ["".join(character for _, character in sorted(row)) for _, row in sorted(rows.items(), reverse=True)]
    return lines


def pictures(path: Path) -> list[bytes]:
    """What each page looks like."""
    return [page.render(scale=0.7).to_pil().tobytes() for page in pypdfium2.PdfDocument(path)]


def codes(path: Path) -> list[list[str]]:
    """What the codes of each page say, read from its picture."""
    document = pypdfium2.PdfDocument(path)
    return [[found.text for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())] for page in document]


def spoken(path: Path, what: str = "/Formula") -> list[str]:
    """The words that stand for formulas, or for another sort of what is no text, in the order of the page."""
    catalogue = pypdf.PdfReader(path).trailer["/Root"]
    return [str(node["/Alt"]) for node in _nodes(catalogue["/StructTreeRoot"]) if node.get("/S") == what]


def _nodes(node):  # type: ignore[no-untyped-def]  # pypdf's objects are whatever the file says
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for inner in node:
            yield from _nodes(inner)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        yield node
        if "/K" in node:
            yield from _nodes(node["/K"])
