"""Laws of the lists of choices: neither place, nor rank, nor likeness tells the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, log
from typing import Any

from question_bank.answers import Expression, Kind
from question_bank.choices import OWN_CHOICES
from question_bank.errors import UsageError
from question_bank.family import Part, Variant
from question_bank.keyed import Draws
from question_bank.laws.sample import Sample, named
from question_bank.question import LETTERS, ask

CHOICES = 4
# chi square with 3 degrees of freedom: a fair draw exceeds this once in a million
TOO_UNEVEN = 30.7
# a guess is right in 0.25, and 0.5 is what remains where all slips leave the answer the largest multiple
TOO_TELLING = 0.5
_RATIOS = frozenset(ratio for top in range(1, 5) for low in range(1, 5) for ratio in (top / low, (top / low) ** 0.5))


@dataclass(frozen=True, slots=True)
class _List:
    """The choices of one part of a variant, and which of them is the answer."""

    variant: Variant
    kind: Kind
    options: tuple[Any, ...]
    answer: int


def choices_are_fair(sample: Sample) -> Iterator[str]:
    """The answer stands at each place equally often; a number has each rank equally often."""
    for part in sample.family.parts:
        places = [0] * CHOICES
        ranks: dict[int, list[int]] = {}  # by how many of the choices are numbers: None has no rank
        for offered in _lists(sample, part):
            kind, options = offered.kind, offered.options
            if any(kind.alike(a, b) for place, a in enumerate(options) for b in options[:place]):
                yield f"{named(offered.variant)}: two choices of {part.name} are the same: {options}"
            if not kind.equal(kind.decode(kind.encode(_answer(offered.variant, part))), options[offered.answer]):
                yield f"{named(offered.variant)}: the letter of {part.name} is not the answer's"
            places[offered.answer] += 1
            ordered = sorted(option for option in options if option is not None) if kind.ordered else []
            if options[offered.answer] in ordered:
                counts = ranks.setdefault(len(ordered), [0] * len(ordered))
                counts[ordered.index(options[offered.answer])] += 1
        for what, counts in (("place", places), *(("rank", counts) for counts in ranks.values())):
            if sum(counts) and _unevenness(counts) > TOO_UNEVEN:
                yield f"{part.name}: the {what} of the answer among {CHOICES} choices is uneven: {counts}"


def choices_do_not_tell(sample: Sample) -> Iterator[str]:
    """Whoever takes the choice that has most in common with the others is seldom right."""
    for part in sample.family.parts:
        found, lists = Fraction(0), 0
        for offered in _lists(sample, part):
            if offered.kind.name == "expression":
                break
            scores = [
                sum(_likeness(option, other) for other in offered.options if other is not option)
                for option in offered.options
            ]
            best = [place for place, score in enumerate(scores) if score == max(scores)]
            found += Fraction(offered.answer in best, len(best))
            lists += 1
        if lists and found > TOO_TELLING * lists:
            share = f"{float(found / lists):.0%}"
            yield f"{part.name}: of {CHOICES} choices the one most like the others is right in {share} of the lists"


def _likeness(value: Any, other: Any) -> float:
    """What two choices visibly share: entries, factors, a simple ratio."""
    if isinstance(value, list) and isinstance(other, list):
        return sum(_likeness(one, two) if isinstance(one, list) else one == two for one, two in zip(value, other))  # noqa: B905
    if type(value) is int and type(other) is int:
        return log(max(gcd(value, other), 1))
    if value is None or other is None or not value or not other:
        return 0
    ratio = float(value / other)
    return any(abs(ratio / simple - 1) < 1e-9 for simple in _RATIOS)


def _lists(sample: Sample, part: Part) -> Iterator[_List]:
    """The choices of a part in 400 variants, repeated if there are fewer; in few where each is slow to compare."""
    asking = [variant for variant in sample.variants if part in variant.parts]
    wanted = 40 if isinstance(part.kind, Expression) else 400
    for number in range(wanted if asking else 0):
        variant = asking[number % len(asking)]
        kind = sample.family.kind(part, variant.solved.line)
        if kind.name in OWN_CHOICES:
            return
        try:
            _, key = ask(sample.family, variant, "en", choices=CHOICES, draws=Draws(b"%d" % number))
        except UsageError:
            return
        options = tuple(kind.decode(value) for value in key.options[part.name].values())
        yield _List(variant, kind, options, LETTERS.index(key.letters[part.name]))


def _answer(variant: Variant, part: Part) -> Any:
    return variant.solved.answers[part.name]


def _unevenness(counts: Sequence[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)
