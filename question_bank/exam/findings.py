"""What an instructor should look at, by rules of thumb.

The bounds are those of Ebel & Frisbie 1991, Essentials of Educational Measurement, chapter 13: an
item that discriminates by 0.40 or more is very good, from 0.30 good, from 0.20 marginal, below poor.
They are no verdict: an exam may well ask what everybody should know. A finding says what was seen
and what it may mean; people decide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from question_bank.exam import titles
from question_bank.exam.fairness import LanguageRow, PoolRow, VariantRow
from question_bank.exam.measures import DistractorRow, ItemRow
from question_bank.exam.scored import FILLER, KEY, number
from question_bank.exam.statistics import CLEAR, standard_errors

FEWEST = 10
"""Below ten students nothing is said about an item: one of them would move everything."""
POOR = 0.2
HARD, EASY = 0.2, 0.95
UNREADABLE, LEFT_BLANK = 0.1, 0.3


@dataclass(frozen=True, slots=True)
class Finding:
    """Why to look at something; `weight` is 1 for what may cost students points unjustly, up to 3 for a remark.

    `questions` are numbers along the paper; `label` names the item.
    """

    questions: str
    label: str
    weight: int
    why: str


def findings(
    parts: Sequence[ItemRow],
    distractors: Sequence[DistractorRow],
    variants: Sequence[VariantRow],
    pools: Sequence[PoolRow],
    languages: Sequence[LanguageRow],
) -> list[Finding]:
    """Everything worth a look, the weightiest first, then along the paper."""
    found = [
        *(one for row in parts for one in _of_item(row)),
        *_of_choices(distractors),
        *(_of_variants(row) for row in variants if row.flag),
        *(_of_pool(row) for row in pools if row.flag == "harder" or (row.flag and _several(row, pools))),
        *(_of_language(row) for row in languages if row.flag),
    ]
    return sorted(found, key=lambda one: (one.weight, number(one.questions), one.label))


def _of_item(row: ItemRow) -> Iterator[Finding]:
    def find(weight: int, why: str) -> Finding:
        return Finding(row.question, row.label, weight, why)

    if row.not_marked:
        yield find(1, f"{row.not_marked} answers could not be marked, by a fault of ours; problems.csv names them.")
    if row.n < FEWEST or row.difficulty is None:
        return
    r = row.discrimination
    if r is not None and r < 0:
        clear = standard_errors(r, row.n) < -CLEAR
        yield find(
            1 if clear else 2,
            f"Those who did well on the rest did worse here (discrimination {r:.2f}). Is the key right?",
        )
    elif r is not None and r < POOR and row.difficulty < EASY:
        yield find(2, f"It hardly tells strong students from weak ones (discrimination {r:.2f}).")
    if row.difficulty < HARD:
        yield find(2, f"Very hard: {_percent(row.difficulty)} of the points were earned.")
    elif row.difficulty >= EASY:
        yield find(3, f"Very easy: {_percent(row.difficulty)} of the points were earned.")
    if row.invalid is not None and row.invalid >= UNREADABLE:
        yield find(2, f"{_percent(row.invalid)} of the answers could not be read. Is it clear in what form to answer?")
    if row.blank is not None and row.blank >= LEFT_BLANK:
        yield find(3, f"{_percent(row.blank)} left it blank.")


def _of_choices(rows: Sequence[DistractorRow]) -> Iterator[Finding]:
    keys = {(row.question, row.family, row.part): row for row in rows if row.what == KEY}
    for row in rows:
        if row.what == KEY or row.offered < FEWEST:
            continue
        said = f"“{titles.choice(row.family, row.what)}”"
        key = keys.get((row.question, row.family, row.part))
        if row.flag == "clearly positive":
            why = f"A wrong choice attracts the stronger students (correlation {row.correlation:.2f}): {said}"
            yield Finding(row.question, row.label, 1, why)
        if key and row.what != FILLER and row.share > key.share:  # a list may hold several fillers
            why = f"A wrong choice is taken by {_percent(row.share)}, the right one by {_percent(key.share)}: {said}"
            yield Finding(row.question, row.label, 2, why)


def _of_variants(row: VariantRow) -> Finding:
    difference = row.difference or 0.0
    than = "less" if difference < 0 else "more"
    why = (
        f"Students whose numbers take more effort earned {than} than the others, by {_by(difference, row.error)}."
        " Consider effort_spread in the blueprint."
    )
    return Finding(row.question, row.label, _weight(difference, row.error), why)


def _of_pool(row: PoolRow) -> Finding:
    first, *_ = row.questions.split(", ")
    why = (
        f"“{titles.family(row.family)}” was {row.flag} than the rest of its pool, by {_by(row.residual, row.error)},"
        " for students who are equal elsewhere."
    )
    return Finding(first, row.questions, _weight(row.residual, row.error), why)


def _several(row: PoolRow, pools: Sequence[PoolRow]) -> bool:
    """Whether a pool has more than two families: of two, one is as much harder as the other is easier."""
    return sum(other.slot == row.slot for other in pools) > 2


def _of_language(row: LanguageRow) -> Finding:
    why = (
        f"It was {row.flag} in {titles.LANGUAGES[row.language]} than in the other languages, by"
        f" {_by(row.residual, row.error)}, for students who are equal elsewhere."
    )
    return Finding(row.question, row.label, _weight(row.residual, row.error), why)


def _weight(difference: float, error: float | None) -> int:
    """Of the many comparisons some are flagged by chance; hardly one lies beyond three standard errors."""
    return 1 if error is not None and abs(difference) > (CLEAR + 1) * error else 2


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _by(difference: float, error: float | None) -> str:
    """A difference of scores with its standard error."""
    return f"{abs(100 * difference):.0f} ± {100 * (error or 0.0):.0f} % of the points"
