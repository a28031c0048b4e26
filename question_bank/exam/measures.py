"""The figures of an item analysis: totals, items, misconceptions, choices.

Shares are from 0 to 1. Every row of a table is a dataclass; its fields are the columns of the CSV
file and the keys in analysis.json.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from question_bank.exam.scored import FILLER, KEY, UNIT, WHOLE, Item, Result, Results, Scored, number, totals
from question_bank.exam.statistics import (
    CLEAR,
    Reliability,
    Spread,
    correlation,
    mean,
    reliability,
    spread,
    standard_errors,
)

BINS = 10
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_LETTERS = "abcdefgh"


@dataclass(frozen=True, slots=True)
class Bin:
    """How many totals lie from `least` to under `most` percent of the points; the last bin holds 100 % too."""

    least: int
    most: int
    students: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of all students whose papers were marked to the end; `points` is None where nobody's was."""

    points: Spread | None
    max_points: float
    histogram: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item; `part` is empty in the row of a whole question.

    `difficulty` is p, the mean share of the points that was earned: the smaller, the harder.
    `discrimination` is the correlation of the score with what the same students earned in all other
    parts of the paper, as a share of what they could earn there. `right` to `blank` are shares of
    the answers, `follow_through` of the wrong ones among them. `not_marked` answers met a fault of
    ours and count nowhere.
    """

    question: str
    label: str
    family: str
    part: str
    n: int
    not_marked: int
    max_points: float
    difficulty: float | None
    discrimination: float | None
    right: float | None
    wrong: float | None
    follow_through: float | None
    invalid: float | None
    blank: float | None


@dataclass(frozen=True, slots=True)
class MisconceptionRow:
    """How often a known mistake was made in the answers to a part of a family, wherever it was asked.

    `share` is of all answers that are not blank; `mean_rest` is the mean share of the other points
    that those who made the mistake earned.
    """

    family: str
    part: str
    misconception: str
    count: int
    answers: int
    share: float
    mean_rest: float | None


@dataclass(frozen=True, slots=True)
class DistractorRow:
    """How often something was taken where it stood in the list of choices.

    `what` is "key", the name of a misconception, or "filler", whatever its letter; several fillers in
    one list count as one. `correlation` is
    that of taking it with the rest score, among those to whom it was offered; it should be negative
    for all but the key. `flag` is "never chosen", "positive", or "clearly positive" where it is
    more than two standard errors above 0.
    """

    question: str
    label: str
    family: str
    part: str
    what: str
    offered: int
    chosen: int
    share: float
    correlation: float | None
    flag: str


def labels(items: Iterable[Item]) -> dict[Item, str]:
    """What to call each item of the parts: "3", "3b" where a question has parts, "3-ii" in a pool.

    >>> labels([Item("3", "a/x", "size"), Item("3", "b/y", "field"), Item("3", "b/y", "stride")]).values()
    dict_values(['3-i', '3-iia', '3-iib'])
    """
    families: dict[str, dict[str, list[str]]] = {}
    items = list(items)
    for item in items:
        families.setdefault(item.question, {}).setdefault(item.family, []).append(item.part)
    found = {}
    for item in items:
        pool = families[item.question]
        parts = pool[item.family]
        place = list(pool).index(item.family)
        of_pool = f"-{_ROMAN[place] if place < len(_ROMAN) else place + 1}" if len(pool) > 1 else ""
        nth = parts.index(item.part)
        letter = (_LETTERS[nth] if nth < len(_LETTERS) else f".{nth + 1}") if len(parts) > 1 else ""
        found[item] = f"{item.question}{of_pool}{letter}"
    return found


def totals_of(rows: Sequence[Scored]) -> Totals:
    """The totals of the class; students with a part that was not marked are left out."""
    known = [total for total in totals(rows).values() if total]
    counts = [0] * BINS
    for points, most in known:
        counts[min(BINS - 1, BINS * points // most)] += 1
    width = 100 // BINS
    histogram = tuple(Bin(width * place, width * (place + 1), count) for place, count in enumerate(counts))
    largest = max((most for _, most in known), default=0)
    return Totals(spread([points / UNIT for points, _ in known]), largest / UNIT, histogram)


def reliability_of(rows: Sequence[Scored]) -> Reliability | None:
    """Cronbach's alpha over the questions, each with the points of its parts.

    Only students whose papers were marked to the end count, and only questions that count for all of them.
    """
    whole = {student for student, total in totals(rows).items() if total}
    table: dict[str, dict[str, int]] = {student: {} for student in sorted(whole)}
    for row in rows:
        if row.student in whole and row.points is not None:
            line = table[row.student]
            line[row.question] = line.get(row.question, 0) + row.points
    common = sorted(set.intersection(*map(set, table.values())), key=number) if table else []
    return reliability([[line[question] / UNIT for question in common] for line in table.values()])


def items(rows: Iterable[Scored], found: Results, names: Mapping[Item, str]) -> list[ItemRow]:
    """The figures of each item.

    Args:
        rows: those that count.
        found: the results in the items.
        names: what to call them.
    """
    lost = [row for row in rows if row.points is None]
    return [
        _item(item, names[item], results, sum(_belongs(row, item) for row in lost)) for item, results in found.items()
    ]


def _belongs(row: Scored, item: Item) -> bool:
    return (row.question, row.family) == item[:2] and item.part in (row.part, WHOLE)


def _item(item: Item, name: str, results: Sequence[Result], not_marked: int) -> ItemRow:
    answers = [row for result in results for row in result.parts]
    verdicts = [row.verdict for row in answers]
    scores = [result.score for result in results]
    pairs = [(score, result.rest) for score, result in zip(scores, results, strict=True) if result.rest is not None]

    def share(count: int) -> float | None:
        return count / len(answers) if answers else None

    return ItemRow(
        question=item.question,
        label=name,
        family=item.family,
        part=item.part,
        n=len(results),
        not_marked=not_marked,
        max_points=max((result.most for result in results), default=0) / UNIT,
        difficulty=mean(scores) if scores else None,
        discrimination=correlation([score for score, _ in pairs], [rest for _, rest in pairs]),
        right=share(verdicts.count("right")),
        wrong=share(verdicts.count("wrong")),
        follow_through=share(sum(row.follows for row in answers)),
        invalid=share(verdicts.count("invalid")),
        blank=share(verdicts.count("blank")),
    )


def misconceptions(parts: Results) -> list[MisconceptionRow]:
    """The mistakes that were made, the most frequent first."""
    answers: dict[tuple[str, str], int] = {}
    rests: dict[tuple[str, str, str], list[float | None]] = {}
    for item, results in parts.items():
        for result in results:
            row = result.first
            answers.setdefault((item.family, item.part), 0)
            answers[item.family, item.part] += row.verdict not in ("blank", None)
            if row.misconception:
                rests.setdefault((item.family, item.part, row.misconception), []).append(result.rest)
    found = []
    for (family, part, name), own in rests.items():
        known = [rest for rest in own if rest is not None]
        of = max(answers[family, part], len(own))
        rest = mean(known) if known else None
        found.append(MisconceptionRow(family, part, name, len(own), of, len(own) / of, rest))
    return sorted(found, key=lambda row: (-row.count, row.family, row.part, row.misconception))


def distractors(parts: Results, names: Mapping[Item, str]) -> list[DistractorRow]:
    """What was offered in each part with choices: the key first, then the misconceptions, then the fillers."""
    return [row for item, results in parts.items() for row in _distractors(item, names[item], results)]


def _distractors(item: Item, name: str, results: Sequence[Result]) -> Iterator[DistractorRow]:
    offered: dict[str, list[Result]] = {}
    for result in results:
        for what in sorted(set(result.first.offered.values())):
            offered.setdefault(what, []).append(result)
    for what in sorted(offered, key=lambda what: (what != KEY, what == FILLER, what)):
        taken = [result.first.took == what for result in offered[what]]
        pairs = [
            (float(took), result.rest)
            for took, result in zip(taken, offered[what], strict=True)
            if result.rest is not None
        ]
        found = correlation([took for took, _ in pairs], [rest for _, rest in pairs])
        chosen, count = sum(taken), len(taken)
        flag = "" if what == KEY else _flag(chosen, found, len(pairs))
        yield DistractorRow(
            item.question, name, item.family, item.part, what, count, chosen, chosen / count, found, flag
        )


def _flag(chosen: int, correlated: float | None, n: int) -> str:
    if not chosen:
        return "never chosen"
    if correlated is None or correlated <= 0:
        return ""
    return "clearly positive" if standard_errors(correlated, n) > CLEAR else "positive"
