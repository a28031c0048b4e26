"""Families and misconceptions by names that people read; by their ids where the family is not installed."""

import re
from collections.abc import Mapping
from typing import Any

from question_bank import registry
from question_bank.errors import ConvmarkError
from question_bank.exam.scored import FILLER, KEY
from question_bank.render.maths.plain import plain_text
from question_bank.render.sheet import Say

LANGUAGES = {"en": "English", "he": "Hebrew", "ru": "Russian", "da": "Danish"}

_EMPHASIS = re.compile(r"\*(?=\S)([^*]+)(?<=\S)\*")


def family(family_id: str) -> str:
    """The English title of a family.

    >>> family("convolution/output_size"), family("not/here")
    ('Output size of a convolution', 'not/here')
    """
    try:
        return str(registry.texts(family_id).raw("title")["en"])
    except ConvmarkError:
        return family_id


def misconception(family_id: str, name: str) -> str:
    """What is said to somebody who made a mistake, in English and in plain characters.

    >>> misconception("convolution/output_size", "padding_forgotten")
    'the padding was left out: the padded input is longer by 2P.'
    """
    try:
        texts = registry.texts(family_id)
        return _EMPHASIS.sub(r"\1", plain_text(texts.template(f"misconception.{name}", "en").fill(str)))
    except ConvmarkError:
        return name


def said(family_id: str, name: str, language: str) -> str:
    """What is said to somebody who made a mistake, in Markdown; "" where the family has no words for it here.

    >>> said("convolution/output_size", "padding_forgotten", "da")
    'padding er udeladt: med padding er inputtet $2P$ længere.'
    """
    try:
        texts = registry.texts(family_id)
        return texts.template(f"misconception.{name}", language).fill(str) if f"misconception.{name}" in texts else ""
    except ConvmarkError:
        return ""


def saying(question: Mapping[str, Any]) -> Say:
    """What is said to each misconception of a question, a row of questions.jsonl, in its language."""
    return lambda name: said(question["family"], name, question["language"])


def choice(family_id: str, what: str) -> str:
    """What lay behind a letter: the right answer, a misconception, or a filler."""
    known = {KEY: "the right answer", FILLER: "a filler (no known mistake)"}
    return known.get(what) or misconception(family_id, what)
