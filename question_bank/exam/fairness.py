"""Fairness: whether other numbers, another family of a pool, or another language made it harder.

Every student has other numbers, so a class never answers quite the same question. These are
comparisons of groups of students who were not drawn alike; what a group scored is therefore held
against what the same students scored on the rest of the paper.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from question_bank.exam.scored import Item, Result, Results, number
from question_bank.exam.statistics import CLEAR, Residual, halves, partial_correlation, residuals, standard_errors

FEWEST = 5
"""Below five students in a group nothing is flagged: a standard error of so few says little."""


@dataclass(frozen=True, slots=True)
class VariantRow:
    """Whether those whose numbers take more effort scored less, in one question of one family.

    `less` and `more` are the mean scores of the half with less and with more effort; equal efforts
    stay together, so the halves may be uneven. `difference` is `more` minus `less`, `error` its
    standard error. `partial` is the correlation of effort and score while the rest score is held
    constant. `flag` is "unequal" where the difference is over two standard errors and the partial
    correlation, by Fisher's transformation, lies over two standard errors on the same side: either
    alone is moved by a few students, or by who happened to get which numbers.
    """

    question: str
    label: str
    family: str
    n: int
    effort_least: int | None
    effort_median: float | None
    effort_most: int | None
    less_n: int | None
    less: float | None
    more_n: int | None
    more: float | None
    difference: float | None
    error: float | None
    partial: float | None
    flag: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One family of a pool: its mean score, and how far above what the rest score lets one expect.

    A student who got several questions of the slot counts once for each.
    """

    slot: int
    questions: str
    family: str
    n: int
    mean: float
    residual: float
    error: float | None
    flag: str


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language of a question: its mean score, and how far above what the rest score lets one expect."""

    question: str
    label: str
    family: str
    language: str
    n: int
    mean: float
    residual: float
    error: float | None
    flag: str


def variants(questions: Results, names: Mapping[Item, str]) -> list[VariantRow]:
    """Compare the variants of each question by the effort that their numbers take.

    Exams that do not keep the effort have rows without figures.
    """
    return [_variant(item, names[item], results) for item, results in questions.items()]


def _variant(item: Item, name: str, results: Sequence[Result]) -> VariantRow:
    rests = any(result.rest is not None for result in results)
    known = [
        (result.first.effort, result.score, rest)
        for result, rest in _held(results, rests=rests)
        if result.first.effort is not None
    ]
    efforts = [effort for effort, _, _ in known]
    scores = [score for _, score, _ in known]
    two = halves(efforts, scores)
    partial = partial_correlation(efforts, scores, [rest for _, _, rest in known])
    flag = ""
    if two and two.error is not None and partial is not None and min(two.smaller_n, two.larger_n) >= FEWEST:
        same_side = partial * two.difference > 0
        clear = abs(standard_errors(partial, len(known), held=1)) > CLEAR
        flag = "unequal" if same_side and clear and abs(two.difference) > CLEAR * two.error else ""
    return VariantRow(
        question=item.question,
        label=name,
        family=item.family,
        n=len(known),
        effort_least=min(efforts, default=None),
        effort_median=float(median(efforts)) if efforts else None,
        effort_most=max(efforts, default=None),
        less_n=two.smaller_n if two else None,
        less=two.smaller if two else None,
        more_n=two.larger_n if two else None,
        more=two.larger if two else None,
        difference=two.difference if two else None,
        error=two.error if two else None,
        partial=partial,
        flag=flag,
    )


def pools(questions: Results) -> list[PoolRow]:
    """Compare the families of each slot of which students got different ones."""
    slots: dict[int, dict[str, list[Result]]] = {}
    several: dict[str, set[str]] = {}
    asked: dict[int, set[str]] = {}
    for item, results in questions.items():
        several.setdefault(item.question, set()).add(item.family)
        for result in results:
            slot = result.first.slot
            slots.setdefault(slot, {}).setdefault(item.family, []).append(result)
            asked.setdefault(slot, set()).add(item.question)
    rows = []
    for slot, families in sorted(slots.items()):
        if any(len(several[question]) > 1 for question in asked[slot]):
            where = ", ".join(sorted(asked[slot], key=number))
            for family, one, flag in _compared(families):
                rows.append(PoolRow(slot, where, family, one.n, one.mean, one.residual, one.error, flag))
    return rows


def languages(questions: Results, names: Mapping[Item, str]) -> list[LanguageRow]:
    """Compare the languages of each question: a translation may be harder than the others."""
    rows = []
    for item, results in questions.items():
        groups = _grouped(results, lambda result: result.first.language)
        if len(groups) > 1:
            for language, one, flag in _compared(groups):
                place = (item.question, names[item], item.family)
                rows.append(LanguageRow(*place, language, one.n, one.mean, one.residual, one.error, flag))
    return rows


def _held(results: Iterable[Result], *, rests: bool) -> list[tuple[Result, float]]:
    """Results with their rest score; 0 for all where the paper has no rest, nobody without one where it has."""
    if not rests:
        return [(result, 0.0) for result in results]
    return [(result, result.rest) for result in results if result.rest is not None]


def _grouped(results: Iterable[Result], by: Callable[[Result], str]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(by(result), []).append(result)
    return found


def _compared(groups: Mapping[str, Sequence[Result]]) -> list[tuple[str, Residual, str]]:
    """How each group did, by name, with the flag "harder" or "easier"."""
    rests = any(result.rest is not None for own in groups.values() for result in own)
    known = {name: [(rest, one.score) for one, rest in _held(own, rests=rests)] for name, own in groups.items()}
    everybody = sum(map(len, known.values()))
    rows = []
    for name, found in sorted(residuals(known).items()):
        flag = ""
        enough = FEWEST <= found.n <= everybody - FEWEST
        if enough and found.error is not None and abs(found.residual) > CLEAR * found.error:
            flag = "harder" if found.residual < 0 else "easier"
        rows.append((name, found, flag))
    return rows


def comparisons(rows: Iterable[VariantRow | PoolRow | LanguageRow]) -> int:
    """How many comparisons were made: of 100 about 5 are flagged by chance."""
    return sum(row.error is not None for row in rows)
