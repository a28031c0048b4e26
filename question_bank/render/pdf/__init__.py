"""Sheets as PDF pages, set by Typst with the fonts that it brings: the same bytes on every machine."""

from question_bank.render.pdf.press import Press

__all__ = ["Press"]
