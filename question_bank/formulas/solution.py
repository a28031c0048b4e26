"""The printed solution: symbol = formula = formula with numbers = value, one line a step.

A derivation is printed once per language into templates; a variant only fills in its numbers.
Nothing of it is written by hand: the formulas come from the steps, the captions from the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from question_bank import numerals
from question_bank.answers import Real, encode
from question_bank.answers.kind import Kind
from question_bank.formulas.derivation import Line, Step
from question_bank.formulas.exact import Table
from question_bank.formulas.notation import Template, Textbook, value_latex, worded
from question_bank.numerals import Place
from question_bank.text import Texts, TextTemplate


@dataclass(frozen=True, slots=True, eq=False)
class PrintedStep:
    """One step in one language, all but its numbers.

    `left` stands before the first equals sign; `name` is the symbol itself, which differs from
    `left` for the entries of a table. `decimals` says that the value is shown as a decimal.
    """

    caption: TextTemplate
    about: Mapping[str, Any]
    left: str
    name: str
    formula: str
    numbers: Template
    decimals: bool


def printed(line: Line, kinds: Mapping[str, Kind], texts: Texts, language: str) -> tuple[PrintedStep, ...]:
    """The steps of a derivation in one language; printed once and kept.

    Args:
        line: the compiled derivation.
        kinds: the answer kind of each part.
        texts: the family's texts, with a caption for each step.
        language: one of the four.
    """
    reals = frozenset(part for part, kind in kinds.items() if isinstance(kind, Real))
    return _printed(line, reals, texts, language)


@lru_cache(maxsize=4096)
def _printed(line: Line, reals: frozenset[str], texts: Texts, language: str) -> tuple[PrintedStep, ...]:
    decimals = {line.derivation.answers[part] for part in reals if part in line.parts}
    return tuple(
        PrintedStep(
            caption=texts.template(f"step.{step.text}", language),
            about=step.about,
            left=left,
            name=name,
            formula=worded(formula, language),
            numbers=Template.of(worded(numbers, language)),
            decimals=step.symbol in decimals,
        )
        for step, (left, name, formula, numbers) in zip(line.steps, _formulas(line), strict=True)
    )


@lru_cache(maxsize=1024)
def _formulas(line: Line) -> list[tuple[str, str, str, str]]:
    """What the steps print in every language: left side, symbol, formula, formula with holes."""
    holes = {symbol: number for number, symbol in enumerate((*line.arguments, *(step.symbol for step in line.steps)))}
    symbolic, numeric = Textbook(), Textbook(holes, r" \cdot " if line.arguments else " ")
    return [
        (
            _left(step, symbolic),
            symbolic.at(Place.OPEN, step.symbol),
            symbolic.at(Place.OPEN, step.formula),
            numeric.at(Place.OPEN, step.formula),
        )
        for step in line.steps
    ]


def _left(step: Step, printer: Textbook) -> str:
    name = printer.at(Place.OPEN, step.symbol)
    if not isinstance(step.formula, Table):
        return name
    groups = []
    for group in step.formula.groups:
        indices = ",".join(printer.at(Place.OPEN, index) for index, _ in group)
        groups.append(f"({indices})" if len(group) > 1 else indices)
    return f"{name}_{{{','.join(groups)}}}"


def fill(
    steps: Sequence[PrintedStep], leaves: Sequence[Any], values: Sequence[Any], language: str
) -> list[dict[str, Any]]:
    """The solution of one variant, as the rows that `bank solve --steps` and key.jsonl hold.

    Args:
        steps: what `printed` gave.
        leaves: the numbers of the given.
        values: the value of each step.
        language: the language of `steps`.
    """
    known = (*leaves, *values)

    def write(number: int, place: Place) -> str:
        if number < len(leaves):
            return numerals.as_written(known[number], language, place)
        return value_latex(known[number], language, place)

    return [_row(step, step.numbers.fill(write), value, language) for step, value in zip(steps, values, strict=True)]


def _row(step: PrintedStep, numbers: str, value: Any, language: str) -> dict[str, Any]:
    equals, shown = "=", ""
    if step.decimals or isinstance(value, Decimal):
        shown, exact = numerals.decimal(value, language)
        equals = "=" if exact else r"\approx"
    else:
        shown = value_latex(value, language)
    chain = last = step.left
    for piece in (step.formula, numbers):
        if piece != last:
            chain += f" = {piece}"
            last = piece
    if step.left != step.name:
        chain += rf",\quad {step.name} = {shown}"
    elif shown != last:
        chain += f" {equals} {shown}"
    caption = step.caption.fill(lambda name: _about(step.about[name], language))
    return {
        "symbol": step.name,
        "formula": step.formula,
        "substituted": numbers,
        "value": numerals.nearest_double(value) if step.decimals else encode(value),
        "text": f"{caption}: ${chain}$",
    }


def _about(value: Any, language: str) -> str:
    return value if isinstance(value, str) else numerals.latex(value, language)
