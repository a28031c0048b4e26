"""The page of an analysis: what is said in words, and in which tables the figures stand."""

from collections.abc import Iterator, Sequence

from question_bank.exam import titles
from question_bank.exam.analysis import Analysis
from question_bank.exam.findings import FEWEST, Finding
from question_bank.exam.measures import ItemRow
from question_bank.exam.plots import Picture as Drawn
from question_bank.exam.scored import KEY, WHOLE, number
from question_bank.render.analysis import Column, Picture, Remark, Report, Row, Table, Tile

WITHOUT_PICTURES = "There are none, for matplotlib is not installed: pip install 'convmark[plots]', and analyse again."
_LONG = 16
_QUESTION, _FAMILY, _PART = Column("question", text=True), Column("family", text=True), Column("part", text=True)
_CAPTIONS = {
    "How the totals are spread": "",
    "Difficulty against discrimination": "Red: those who did well elsewhere did worse here.",
    "The most common mistakes": "How many answers show each.",
    "Fairness: differences with two standard errors": "Red: flagged. A line that meets 0 may well be chance.",
}


def report(found: Analysis, drawn: Sequence[Drawn] | None) -> Report:
    """The page.

    Args:
        found: all figures.
        drawn: the pictures; None where they could not be drawn.
    """
    return Report(
        title="Analysis of an exam",
        subtitle=f"{found.students} students, {found.questions} questions, {len(found.parts)} parts."
        " Only aggregates are shown here.",
        tiles=list(_tiles(found)),
        notes=list(_notes(found)),
        remarks_intro=_remarks_intro(found),
        remarks=_remarks(found),
        pictures=[Picture(one.title, _CAPTIONS[one.title], one.svg) for one in drawn or ()],
        tables=[table for table in _tables(found) if table.rows],
        without_pictures="" if drawn is not None else WITHOUT_PICTURES,
    )


def _tiles(found: Analysis) -> Iterator[Tile]:
    points, most = found.totals.points, found.totals.max_points
    if points:
        yield Tile("Students", str(points.n), "marked to the end" if points.n < found.students else "")
        share = f"{100 * points.mean / most:.0f} % of {_points(most)} points" if most else ""
        yield Tile("Mean", f"{points.mean:.2f}", share)
        yield Tile("Standard deviation", _number(points.sd), f"median {_points(points.median)}")
        yield Tile("Least and most", f"{_points(points.least)} to {_points(points.most)}", "points")
    if found.reliability:
        yield Tile("Cronbach's alpha", _number(found.reliability.alpha), _means(found.reliability.alpha))
        error = found.reliability.error
        yield Tile("Standard error of measurement", f"± {error:.2f}", "points: how far chance moves a total")
    else:
        yield Tile("Cronbach's alpha", "–", "not defined for so few students or questions, or equal totals")


def _means(alpha: float) -> str:
    """An alpha in words; the bounds are those of Nunnally 1978, Psychometric Theory, chapter 7."""
    if alpha >= 0.9:
        return "the questions agree very well: good enough to decide about persons"
    if alpha >= 0.8:
        return "the questions agree well: good for a graded exam"
    if alpha >= 0.7:
        return "the questions agree fairly: enough for a test in class"
    if alpha >= 0.5:
        return "the questions agree little: do not rank students by small differences"
    return "the questions hardly agree: totals are mostly chance, or about different things"


def _notes(found: Analysis) -> Iterator[str]:
    if found.dropped:
        yield f"Parts dropped by corrections, and left out everywhere: {found.dropped}."
    if found.not_marked:
        yield (
            f"Answers not marked, by a fault of ours: {found.not_marked}. Their students are left out of those items,"
            " of alpha and of the totals."
        )
    if found.students < FEWEST:
        yield f"With fewer than {FEWEST} students hardly anything can be told from chance, and items are not flagged."


def _remarks_intro(found: Analysis) -> str:
    said = (
        f"Flagged by rules of thumb; people decide. {found.comparisons} comparisons between numbers, families and"
        " languages were made: of 100 fair ones about 5 are flagged by chance."
    )
    return said if found.findings else f"Nothing was flagged. {said}"


def _remarks(found: Analysis) -> list[Remark]:
    """The findings, those about one question together."""
    of: dict[str, list[Finding]] = {}
    for one in found.findings:
        of.setdefault(one.questions, []).append(one)
    families: dict[str, list[str]] = {}
    for row in found.items:
        if row.family not in families.setdefault(row.question, []):
            families[row.question].append(row.family)
    remarks = [
        Remark(
            title=f"Question {question}",
            about=", ".join(map(titles.family, families[question])),
            weight=min(one.weight for one in findings),
            whys=[one.why if one.label == question else f"{one.label}: {one.why}" for one in findings],
        )
        for question, findings in of.items()
    ]
    return sorted(remarks, key=lambda remark: (remark.weight, number(remark.title.removeprefix("Question "))))


def _tables(found: Analysis) -> Iterator[Table]:
    yield _items(found)
    yield _misconceptions(found)
    yield _choices(found)
    yield _variants(found)
    yield _pools(found)
    yield _languages(found)


def _items(found: Analysis) -> Table:
    several = {row.label for row in found.items if row.part == WHOLE} - {row.label for row in found.parts}
    shown = [row for row in found.items if row.part != WHOLE or row.label in several]
    shown.sort(key=lambda row: (number(row.question), row.family, row.part != WHOLE))
    return Table(
        "Questions and parts",
        "p is the mean share of the points. Discrimination is the correlation with the rest of the paper: 0.4 is very"
        " good, under 0.2 poor, below 0 a warning. The shares are of the answers; those that follow from an own"
        " earlier mistake are among the wrong ones.",
        [
            _QUESTION, _FAMILY, _PART, Column("students"), Column("p", "mean share of the points", bar=True),
            Column("discrimination"), Column("right"), Column("wrong"), Column("follows", "of the wrong ones"),
            Column("not read", "could not be read as an answer"), Column("blank"),
        ],
        [_item(row) for row in shown],
    )  # fmt: skip


def _item(row: ItemRow) -> Row:
    shares = (row.right, row.wrong, row.follow_through, row.invalid, row.blank)
    return Row(
        [
            row.label, titles.family(row.family), row.part or "the whole question", str(row.n),
            _percent(row.difficulty), _number(row.discrimination), *map(_percent, shares),
        ],
        flagged=row.discrimination is not None and row.discrimination < 0,
        whole=row.part == WHOLE,
        share=row.difficulty,
    )  # fmt: skip


def _misconceptions(found: Analysis) -> Table:
    return Table(
        "Misconceptions",
        "Known mistakes, by the answers they lead to. The last column is the mean share of the other points that those"
        " who made it earned: a mistake of strong students may be the wording's.",
        [
            Column("mistake", text=True), _FAMILY, _PART, Column("answers"),
            Column("share", "of the answers to the part that were not blank", bar=True), Column("their rest"),
        ],
        [
            Row(
                [
                    titles.misconception(row.family, row.misconception), titles.family(row.family), row.part,
                    str(row.count), _percent(row.share), _percent(row.mean_rest),
                ],
                share=row.share,
            )
            for row in found.misconceptions
        ],
        shut=len(found.misconceptions) > _LONG,
    )  # fmt: skip


def _choices(found: Analysis) -> Table:
    return Table(
        "Choices",
        "Letters are shuffled for each student, so this is by what lay behind them. The correlation is that of taking"
        " the choice with the rest of the paper: below 0 for all but the right answer, if all is well.",
        [
            _QUESTION, Column("choice", text=True), Column("offered"), Column("taken"), Column("share", bar=True),
            Column("correlation"), Column("", text=True),
        ],
        [
            Row(
                [
                    row.label, titles.choice(row.family, row.what), str(row.offered), str(row.chosen),
                    _percent(row.share), _number(row.correlation), row.flag,
                ],
                flagged=row.flag == "clearly positive",
                whole=row.what == KEY,
                share=row.share,
            )
            for row in found.distractors
        ],
        shut=len(found.distractors) > _LONG,
    )  # fmt: skip


def _variants(found: Analysis) -> Table:
    rows = [row for row in found.variants if row.effort_least is not None]
    return Table(
        "Fairness between variants",
        "Every student has other numbers; effort is predicted from the derivation, as digits handled. The half with"
        " less effort against the half with more, and the correlation of effort and score among students who are"
        " equal on the rest. Flagged where both are over two standard errors and point the same way.",
        [
            _QUESTION, _FAMILY, Column("students"), Column("effort", "least, median, most"), Column("less effort"),
            Column("more effort"), Column("difference", "with its standard error"), Column("partial r"),
            Column("", text=True),
        ],
        [
            Row(
                [
                    row.label, titles.family(row.family), str(row.n),
                    f"{row.effort_least} · {row.effort_median:g} · {row.effort_most}",
                    _percent(row.less), _percent(row.more), _difference(row.difference, row.error),
                    _number(row.partial), row.flag,
                ],
                flagged=bool(row.flag),
            )
            for row in rows
        ],
        shut=len(rows) > _LONG,
    )  # fmt: skip


_RESIDUAL = Column(
    "against what is expected", "mean distance from one regression line on the rest score, with its standard error"
)


def _pools(found: Analysis) -> Table:
    return Table(
        "Fairness between the families of a pool",
        "What each family's students earned, and how far that lies above or below what their rest of the paper lets"
        " expect. Flagged beyond two standard errors.",
        [Column("questions", text=True), _FAMILY, Column("students"), Column("mean", bar=True), _RESIDUAL,
         Column("", text=True)],
        [
            Row(
                [row.questions, titles.family(row.family), str(row.n), _percent(row.mean),
                 _difference(row.residual, row.error), row.flag],
                flagged=bool(row.flag),
                share=row.mean,
            )
            for row in found.pools
        ],
    )  # fmt: skip


def _languages(found: Analysis) -> Table:
    return Table(
        "Fairness between languages",
        "The same for the languages of each question: a translation may be harder than the others, or its readers"
        " taught otherwise. Flagged beyond two standard errors.",
        [_QUESTION, _FAMILY, Column("language", text=True), Column("students"), Column("mean", bar=True), _RESIDUAL,
         Column("", text=True)],
        [
            Row(
                [row.label, titles.family(row.family), titles.LANGUAGES[row.language], str(row.n), _percent(row.mean),
                 _difference(row.residual, row.error), row.flag],
                flagged=bool(row.flag),
                share=row.mean,
            )
            for row in found.languages
        ],
        shut=len(found.languages) > _LONG,
    )  # fmt: skip


def _points(points: float) -> str:
    """Points with at most two decimals: in files three thirds of a point make 0.9999."""
    return f"{round(points, 2):g}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:.2f}".replace("-", "−")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _difference(share: float | None, error: float | None) -> str:
    if share is None:
        return "–"
    shown = f"{100 * share:+.0f}".replace("-", "−")
    return shown if error is None else f"{shown} ± {100 * error:.0f}"
