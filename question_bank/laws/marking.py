"""Laws of the marking: spellings, nonsense, and lists of choices."""

import json
from collections.abc import Iterator

from question_bank.answers import Expression
from question_bank.choices import OWN_CHOICES
from question_bank.errors import UsageError
from question_bank.family import Part, Variant
from question_bank.keyed import Draws
from question_bank.laws.sample import Sample, named
from question_bank.marking import PartKey, mark
from question_bank.question import ask
from question_bank.text import LANGUAGES

CHOICES = 4
# chi square with 3 degrees of freedom: a fair draw exceeds this once in a million
TOO_UNEVEN = 30.7


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


def choices_are_fair(sample: Sample) -> Iterator[str]:
    """The answer stands at each place equally often; a number has each rank equally often."""
    family = sample.family
    for part in family.parts:
        places, ranks = [0] * CHOICES, [0] * CHOICES
        ordered = True
        for number, variant in enumerate(_often(sample, part)):
            kind = family.kind(part, variant.solved.line)
            if kind.name in OWN_CHOICES:
                break
            ordered = kind.ordered
            try:
                _, key = ask(family, variant, "en", choices=CHOICES, draws=Draws(b"%d" % number))
            except UsageError:
                break
            options = [kind.decode(value) for value in key.options[part.name].values()]
            if any(kind.alike(a, b) for place, a in enumerate(options) for b in options[:place]):
                yield f"{named(variant)}: two choices of {part.name} are the same: {options}"
            answer = options["ABCDEFGH".index(key.letters[part.name])]
            if not kind.equal(kind.decode(key.answers[part.name]), answer):
                yield f"{named(variant)}: the letter of {part.name} is not the answer's"
            places["ABCDEFGH".index(key.letters[part.name])] += 1
            if ordered:
                ranks[sorted(options).index(answer)] += 1
        for what, counts in (("place", places), ("rank", ranks if ordered else [])):
            if sum(counts) and _unevenness(counts) > TOO_UNEVEN:
                yield f"{part.name}: the {what} of the answer among {CHOICES} choices is uneven: {counts}"


def _often(sample: Sample, part: Part) -> Iterator[Variant]:
    """400 variants that ask a part, repeated if there are fewer; few where each is slow to compare."""
    asking = [variant for variant in sample.variants if part in variant.parts]
    wanted = 40 if isinstance(part.kind, Expression) else 400
    for number in range(wanted if asking else 0):
        yield asking[number % len(asking)]


def _unevenness(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)
