"""Follow-through: an answer that is wrong only because an earlier one was.

The student's own earlier answer is put in the place of the right one, and what then follows is
compared with the later answer. It reaches back within a question, and within a group of questions:
there a value is carried on where both derivations compute it by the same formulas from the same numbers.
An earlier answer is not carried on where it could not be an answer at all, nor where it leaves nothing
to do: a wrong variance of 1 has the standard deviation 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from question_bank import registry
from question_bank.answers import Expression, Invalid, Kind
from question_bank.answers.expression import pointwise
from question_bank.errors import UsageError
from question_bank.exam.folder import Asked
from question_bank.marking import PartKey, read

if TYPE_CHECKING:  # sympy: most exams are marked without it
    from sympy import Symbol

    from question_bank.family import Solved

Texts = Mapping[tuple[str, str], str]
"""What a student wrote, by question and part."""


@dataclass(frozen=True, slots=True)
class _Own:
    """A wrong answer to an earlier part that may be carried on, and what it gives its symbols."""

    solved: "Solved"
    kind: Kind
    right: Any
    value: Any
    symbols: Mapping["Symbol", Any]


def installed(asked: Asked) -> bool:
    """Whether the family that asked this question is here, in the version that asked it."""
    try:
        family = registry.known(asked.question["family"])
    except UsageError:
        return False
    return bool(registry.get(family).version == asked.question["version"])


def follows(group: Sequence[Asked], texts: Texts, part: str, language: str) -> bool:
    """Whether the answer to a part follows from the student's own wrong answers to earlier parts.

    Args:
        group: the question, behind those before it that belong together with it, all of them installed.
        texts: what the student wrote.
        part: the part of the last question, which is wrong.
        language: the student's.
    """
    asked = group[-1]
    solved = _solved(asked)
    own = list(_earlier(group, texts, part, language))
    carried: dict[Symbol, Any] = {}
    for one in own:
        if _of_one_instance(one.solved, solved):
            line = one.solved.line
            carried |= {name: value for name, value in one.symbols.items() if line.same(name, solved.line)}
    key = _key(asked, part)
    value = read(key, texts.get((asked.question["question"], part), ""), language)
    if not carried or not key.kind.substantial(value, key.answer):
        return False
    expected = _expected(key.kind, solved, carried, part)
    if expected is None or not key.kind.equal(expected, value):
        return False
    return not any(
        one.kind == key.kind and key.kind.equal(expected, one.value) and not key.kind.equal(key.answer, one.right)
        for one in own
    )


def _earlier(group: Sequence[Asked], texts: Texts, part: str, language: str) -> Iterator[_Own]:
    """The wrong answers before a part that may be carried on."""
    for asked in group:
        earlier = _solved(asked)
        for row in asked.question["parts"]:
            name = row["part"]
            if asked is group[-1] and name == part:
                return
            key = _key(asked, name)
            value = read(key, texts.get((asked.question["question"], name), ""), language)
            if isinstance(value, Invalid) or key.kind.equal(key.answer, value):
                continue
            if key.kind.substantial(value, key.answer):
                yield _Own(earlier, key.kind, key.answer, value, earlier.line.bound(name, value))


def _of_one_instance(one: "Solved", other: "Solved") -> bool:
    """Whether no letter stands for another number in the other: the same 7 x 7 input, not a 5 x 5 one."""
    numbers = dict(zip(other.line.arguments, other.leaves, strict=True))
    return all(numbers.get(name, leaf) == leaf for name, leaf in zip(one.line.arguments, one.leaves, strict=True))


def _solved(asked: Asked) -> "Solved":
    return registry.get(asked.question["family"]).solve(asked.question["given"])


def _key(asked: Asked, part: str) -> PartKey:
    return next(PartKey.of(row, asked.key) for row in asked.question["parts"] if row["part"] == part)


def _expected(kind: Kind, solved: "Solved", carried: Mapping["Symbol", Any], part: str) -> Any:
    """What follows from the carried values; None where nothing does."""
    line = solved.line
    if not isinstance(kind, Expression):
        found = line.following(carried, solved.leaves).get(part)
        return None if found is None else kind.decode(kind.encode(found))
    names = tuple(sorted(carried, key=str))

    def at(free: Sequence[Any], values: Sequence[Any]) -> Any:
        return line.following(dict(zip(names, values, strict=True)), solved.leaves, free)[part]

    try:
        return pointwise(at, list(map(str, line.free)), [carried[name] for name in names])
    except (ArithmeticError, KeyError):
        return None
