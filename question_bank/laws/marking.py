"""The law of the marking: spellings of the answer, mistakes, and nonsense."""

import json
from collections.abc import Iterator

from question_bank.family import Variant
from question_bank.laws.sample import Sample, named
from question_bank.marking import PartKey, mark
from question_bank.text import LANGUAGES


def marking_tells_apart(sample: Sample) -> Iterator[str]:
    """Spellings of the answer are right, each misconception is wrong and named, nonsense is invalid."""
    for variant in sample.few(9):
        for language in LANGUAGES:
            yield from _marked(sample, variant, language)


def _marked(sample: Sample, variant: Variant, language: str) -> Iterator[str]:
    question, key = sample.asked(variant, language)
    rows = {part.part: part.row(1) for part in question.parts}
    key_row = json.loads(json.dumps(key.row(student_id="s", question="1")))
    for part in variant.parts:
        kind = sample.family.kind(part, variant.solved.line)
        part_key = PartKey.of(rows[part.name], key_row)
        texts = kind.fabricate(kind.decode(key_row["answers"][part.name]), language)
        cases: list[tuple[str, tuple[str, str | None]]] = [(text, ("right", None)) for text in texts.right]
        cases += [(text, ("invalid", None)) for text in texts.invalid]
        cases += [("", ("blank", None)), (" \u200f\n", ("blank", None))]
        for name, value in part_key.misconceptions.items():
            cases.append((kind.write(value, language), ("wrong", name)))
        for text, expected in cases:
            verdict = mark(part_key, text, language)
            if (verdict.verdict, verdict.misconception) != expected:
                yield f"{named(variant)} ({language}): {part.name}: {text!r} is marked {verdict}, not {expected}"
