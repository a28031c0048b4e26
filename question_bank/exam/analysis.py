"""The analysis of a marked class: every figure, and what to look at first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from question_bank.exam import fairness, measures, scored
from question_bank.exam.fairness import LanguageRow, PoolRow, VariantRow
from question_bank.exam.findings import Finding, findings
from question_bank.exam.folder import SCHEMA
from question_bank.exam.measures import DistractorRow, ItemRow, MisconceptionRow, Totals
from question_bank.exam.scored import Item, Scored
from question_bank.exam.statistics import Reliability

DECIMALS = 4
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Analysis:
    """All figures of a class.

    `items` holds a row for each part and, with an empty part, for each whole question. `dropped`
    counts the parts that corrections took out, `not_marked` the answers that met a fault of ours.
    """

    students: int
    questions: int
    dropped: int
    not_marked: int
    totals: Totals
    reliability: Reliability | None
    items: Sequence[ItemRow]
    misconceptions: Sequence[MisconceptionRow]
    distractors: Sequence[DistractorRow]
    variants: Sequence[VariantRow]
    pools: Sequence[PoolRow]
    languages: Sequence[LanguageRow]
    comparisons: int
    findings: Sequence[Finding]

    @property
    def parts(self) -> list[ItemRow]:
        """The rows of the parts, without those of whole questions."""
        return [row for row in self.items if row.part != scored.WHOLE]

    def row(self) -> dict[str, Any]:
        """The analysis as JSON, numbers with four decimals."""
        row: dict[str, Any] = rounded({"schema": SCHEMA, **asdict(self)})
        return row

    def lines(self) -> Iterator[str]:
        """The analysis for a terminal."""
        yield f"{self.students} students, {self.questions} questions, {len(self.parts)} parts"
        points = self.totals.points
        if points:
            yield f"mean {points.mean:.2f} of {self.totals.max_points:.2f} points, median {points.median:.2f}"
        if self.reliability:
            alpha, error = self.reliability.alpha, self.reliability.error
            yield f"alpha {alpha:.2f}, standard error of measurement {error:.2f} points"
        hard = sorted((row.difficulty, place) for place, row in enumerate(self.parts) if row.difficulty is not None)
        if hard:
            yield "hardest: " + _named(f"{self.parts[place].label} ({100 * p:.0f} %)" for p, place in hard)
        poor = sorted((r, place) for place, row in enumerate(self.parts) if (r := row.discrimination) is not None)
        if poor:
            yield "least discriminating: " + _named(f"{self.parts[place].label} ({r:.2f})" for r, place in poor)
        serious = list(dict.fromkeys(one.label for one in self.findings if one.weight == 1))
        if serious:
            more = f" and {len(serious) - _SHOWN} more" if len(serious) > _SHOWN else ""
            yield f"look at: {_named(serious)}{more}"


def _named(names: Iterable[str]) -> str:
    return ", ".join(islice(names, _SHOWN))


def analysis(rows: Sequence[Scored]) -> Analysis:
    """Analyse the marks of a class.

    Args:
        rows: every part of every student.
    """
    counted = scored.counting(rows)
    parts, whole = scored.results(counted, whole=False), scored.results(counted, whole=True)
    names = measures.labels(parts)
    names_of_whole = measures.labels(whole)
    items = [*measures.items(counted, parts, names), *measures.items(counted, whole, names_of_whole)]
    choices = measures.distractors(parts, names)
    variants = fairness.variants(whole, names_of_whole)
    pools, languages = fairness.pools(whole), fairness.languages(whole, names_of_whole)
    return Analysis(
        students=len({row.student for row in rows}),
        questions=len({row.question for row in counted}),
        dropped=len({Item(row.question, row.family, row.part) for row in rows} - set(parts)),
        not_marked=sum(row.points is None for row in counted),
        totals=measures.totals_of(counted),
        reliability=measures.reliability_of(counted),
        items=items,
        misconceptions=measures.misconceptions(parts),
        distractors=choices,
        variants=variants,
        pools=pools,
        languages=languages,
        comparisons=fairness.comparisons([*variants, *pools, *languages]),
        findings=findings([row for row in items if row.part], choices, variants, pools, languages),
    )


def rounded(value: Any) -> Any:
    """A value with every decimal number in it at four decimals, and no negative zero.

    >>> rounded({"r": [-0.00001, 0.123456]})
    {'r': [0.0, 0.1235]}
    """
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
