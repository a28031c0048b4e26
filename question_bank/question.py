"""A variant asked in a language: what the student sees, and the key that stays behind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank import numerals
from question_bank.answers import Kind, Real
from question_bank.choices import Option, choose
from question_bank.errors import BankError
from question_bank.family import Family, Part, Posed, Solved, Variant
from question_bank.figures.figure import Row
from question_bank.formulas import solution
from question_bank.given import Given
from question_bank.keyed import Draws
from question_bank.points import in_file
from question_bank.space import to_json

SCHEMA = 1
LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One part as the student sees it; `choices` is empty for a free answer."""

    part: str
    prompt: str
    kind: str
    options: Mapping[str, Any]
    choices: tuple[tuple[str, str], ...] = ()

    def row(self, points: float) -> dict[str, Any]:
        """The part in a row of questions.jsonl."""
        choices = [{"letter": letter, "text": text} for letter, text in self.choices]
        head = {"part": self.part, "prompt": self.prompt, "kind": self.kind, "points": points, "choices": choices}
        return {**head, **self.options}


@dataclass(frozen=True, slots=True)
class Question:
    """What the student sees; `level` and `index` are None where no level of the family draws it."""

    family: str
    version: int
    level: int | None
    index: int | None
    language: str
    given: Mapping[str, Any]
    statement: str
    parts: tuple[AskedPart, ...]
    figures: tuple[Row, ...] = ()

    def row(self, *, student_id: str, question: str, slot: int, points: Mapping[str, Fraction]) -> dict[str, Any]:
        """A row of questions.jsonl; it holds no answer.

        Args:
            student_id: whose question this is.
            question: its number along the paper.
            slot: the number of the slot in the blueprint.
            points: of each part, exact.
        """
        return {
            "schema": SCHEMA,
            "student_id": student_id,
            "question": question,
            "slot": slot,
            "family": self.family,
            "version": self.version,
            "level": self.level,
            "index": self.index,
            "language": self.language,
            "points": in_file(sum(points.values(), Fraction(0))),
            "given": self.given,
            "statement": self.statement,
            "parts": [part.row(in_file(points[part.part])) for part in self.parts],
            "figures": list(self.figures),
        }


@dataclass(frozen=True, slots=True)
class Key:
    """What stays behind: the answers, what is known of wrong ones, and the worked solution."""

    answers: Mapping[str, Any]
    misconceptions: Mapping[str, Mapping[str, Any]]
    tolerance: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    letters: Mapping[str, str]
    options: Mapping[str, Mapping[str, Any]]
    solution_figures: tuple[Row, ...] = ()

    def row(self, *, student_id: str, question: str) -> dict[str, Any]:
        """A row of key.jsonl."""
        row: dict[str, Any] = {
            "schema": SCHEMA,
            "student_id": student_id,
            "question": question,
            "answers": self.answers,
            "misconceptions": self.misconceptions,
            "tolerance": self.tolerance,
            "steps": self.steps,
        }
        if self.letters:
            row["letters"] = self.letters
            row["options"] = self.options
        if self.solution_figures:
            row["solution_figures"] = list(self.solution_figures)
        return row


def ask(
    family: Family, variant: Posed, language: str, *, choices: int = 0, draws: Draws | None = None
) -> tuple[Question, Key]:
    """Write a variant down in a language.

    Args:
        family: the variant's family.
        variant: what `draw`, `walk` or `pose` gave.
        language: one of the four.
        choices: how many choices each part offers; 0 for free answers.
        draws: the stream that decides about distractors and their order; needed with choices.

    Raises:
        UsageError: a part cannot offer so many choices.
    """
    line = variant.solved.line
    kinds = {part.name: family.kind(part, line) for part in variant.parts}
    offered: dict[str, list[Option]] = {}
    if choices:
        if draws is None:
            raise BankError("choices need a stream of draws")
        for part in variant.parts:
            offered[part.name] = choose(family, variant, part, choices, draws)
    parts = [
        _asked(family, variant, part, kinds[part.name], offered.get(part.name, []), language) for part in variant.parts
    ]
    level, index = (variant.level, variant.index) if isinstance(variant, Variant) else (None, None)
    question = Question(
        family=family.id,
        version=family.version,
        level=level,
        index=index,
        language=language,
        given=to_json(variant.raw),
        statement=statement(family, variant.solved.given, language),
        parts=tuple(parts),
        figures=_rows(figure.asked(language) for figure in family.figures(variant.solved.given)),
    )
    return question, _key(family, variant, kinds, offered, language)


def _rows(rows: Iterable[Row | None]) -> tuple[Row, ...]:
    return tuple([row for row in rows if row is not None])


def _asked(family: Family, variant: Posed, part: Part, kind: Kind, options: list[Option], language: str) -> AskedPart:
    prompt = family.texts.template(f"prompt.{part.name}", language).fill(
        _writer(family, variant.solved.given, language)
    )
    kept = {name: value for name, value in kind.options().items() if name != "relative"}
    choices = [(letter, kind.show(option.value, language)) for letter, option in zip(LETTERS, options, strict=False)]
    return AskedPart(part.name, prompt, kind.name, kept, tuple(choices))


def _key(
    family: Family, variant: Posed, kinds: Mapping[str, Kind], offered: Mapping[str, list[Option]], language: str
) -> Key:
    solved = variant.solved
    letters: dict[str, str] = {}
    options: dict[str, dict[str, Any]] = {}
    for name, listed in offered.items():
        for letter, option in zip(LETTERS, listed, strict=False):
            options.setdefault(name, {})[letter] = kinds[name].encode(option.value)
            if option.right:
                letters[name] = letter
    return Key(
        answers={name: kind.encode(solved.answers[name]) for name, kind in kinds.items()},
        misconceptions={
            name: {mistake: kinds[name].encode(value) for mistake, value in values.items()}
            for name, values in variant.misconceptions.items()
        },
        tolerance={name: {"relative": kind.relative} for name, kind in kinds.items() if isinstance(kind, Real)},
        steps=worked(family, solved, language),
        letters=letters,
        options=options,
        solution_figures=_rows(figure.worked(language) for figure in family.figures(solved.given)),
    )


def worked(family: Family, solved: Solved, language: str) -> list[dict[str, Any]]:
    """The worked solution of an instance, a row a step."""
    kinds = {part.name: part.kind for part in family.parts}
    steps = solution.printed(solved.line, kinds, family.texts, language)
    return solution.fill(steps, solved.leaves, solved.values, language)


def statement(family: Family, given: Given, language: str) -> str:
    """The statement of an instance, every number and convention in it."""
    wording = family.wording(given)
    template = family.texts.template(f"statement.{wording}" if wording else "statement", language)
    return template.fill(_writer(family, given, language))


def _writer(family: Family, given: Given, language: str) -> Callable[[str], str]:
    """What stands in a placeholder: a number, a word of the family's texts, or "K = 5"."""
    shown = family.show(given)

    def write(name: str) -> str:
        if name in shown:
            value = shown[name]
            if not isinstance(value, str):
                return numerals.latex(value, language)
            word = f"word.{name}.{value}"
            return family.texts.template(word, language).fill(write) if word in family.texts else value
        key = name.removesuffix("=")
        field = family.given.fields.get(key)
        if field is None:
            raise BankError(f"{family.id}: the texts use @{{{name}}}, which nothing defines")
        value = getattr(given, key)
        if isinstance(value, bool | str):
            word = str(value).lower()
            return family.texts.template(f"word.{key}.{word}", language).fill(write)
        text = field.latex(value, language)
        return f"{field.letters(value)} = {text}" if name.endswith("=") else text

    return write
