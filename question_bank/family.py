"""What a family is: the one file that the author of a family must read.

A family answers one kind of question over a whole space of numbers. It declares

* `given`: the keys that describe an instance, each with its symbol (question_bank.given);
* `levels`: for each level the finite space that variants are drawn from (question_bank.space),
  and what must not happen in it;
* `parts`: what is asked, each with its answer kind (question_bank.answers);
* `derive`: from the symbolic twin of a given, the steps to the answers, with the formulas that
  students write instead (question_bank.formulas.derivation);
* `measure`: the same answers with no formula: run the layer, count, enumerate.

Everything else is made from these: variants, keys, worked solutions, distractors, feedback, and
the laws that hold all of it to account. The texts lie in a .toml of the same name.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Overflow
from functools import cached_property
from typing import Any

import sympy

from question_bank.answers import Expression, Kind
from question_bank.errors import BankError, Refused, SupplyError, UsageError
from question_bank.faults import fault, home
from question_bank.fields import (
    LARGEST_TABLE,
    ArrayField,
    Flag,
    InputSize,
    Number,
    PerAxis,
    Sizes,
    Tensor,
    Whole,
    Word,
    on_axis,
    short,
)
from question_bank.figures.figure import Figure
from question_bank.formulas.arithmetic import Undecided
from question_bank.formulas.derivation import Derivation, Line, Step, symbol
from question_bank.formulas.exact import Entry, Table
from question_bank.given import Given, Schema
from question_bank.keyed import Permutation
from question_bank.space import Domain
from question_bank.text import Texts, family_texts

FEWEST_MISCONCEPTIONS = 2
MOST_REFUSALS = 1_000  # where a tenth is accepted, so many in a row happen once in 10**45
_MOST_LINES = 512  # a line is compiled for each structure of a given; typed ones have no end of them


def _always(given: Given) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Level:
    """Where the variants of one level are drawn from.

    Args:
        space: its values are givens: a record, or either of several.
        accept: whether a variant may be asked; at least a tenth of the space must be accepted.
    """

    space: Domain
    accept: Callable[[Given], bool] = _always


@dataclass(frozen=True, slots=True)
class Part:
    """One answer.

    Args:
        name: the answer's name, as `bank solve` gives it.
        kind: how it is stored, read and compared.
        asked: whether a question asks it; None where none ever does.
        listed: whether `bank solve` gives it; not where other answers say the same.
    """

    name: str
    kind: Kind
    asked: Callable[[Given], bool] | None = _always
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Solved:
    """An instance with its answers: what `derive` says of one given."""

    given: Given
    line: Line
    leaves: Sequence[Any]
    values: Sequence[Any]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Posed:
    """A solved instance that can be asked, with the misconceptions that tell apart in it.

    `misconceptions` holds, for each part asked, the value by the name of the misconception; no
    two are the same and none is the answer. The most typical comes first.
    """

    raw: Mapping[str, Any]
    solved: Solved
    parts: tuple[Part, ...]
    misconceptions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Variant(Posed):
    """An instance that a level draws, with its index there."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class _Named:
    """A function of a family, whose errors say so."""

    function: Callable[[Given], Any]
    family: str

    @classmethod
    def of(cls, function: Any, family: str) -> "_Named":
        return cls(function.function if isinstance(function, cls) else function, family)

    def __call__(self, given: Given) -> Any:
        try:
            return self.function(given)
        except Exception as error:
            raise fault(error, self.family, home(self.function)) from error


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of questions; see the module's text.

    Args:
        id: "topic/name", as the folder and the module are called.
        version: raised whenever an index comes to mean another question.
        check: raises Refused where a given describes nothing possible.
        show: further words and numbers for the statement's placeholders.
        wording: which of several statements fits; "" where there is one.
        figures: what is drawn beside the statement and the solution (question_bank.figures).
        few_variants: why a level has fewer than 100 variants, if it does.
        few_misconceptions: why variants may have fewer than two misconceptions, if they may.
    """

    id: str
    version: int
    given: Schema
    levels: Mapping[int, Level]
    parts: tuple[Part, ...]
    derive: Callable[[Given], Derivation]
    measure: Callable[[Given], Mapping[str, Any]]
    check: Callable[[Given], None] = lambda _: None
    show: Callable[[Given], Mapping[str, Any]] = lambda _: {}
    wording: Callable[[Given], str] = lambda _: ""
    figures: Callable[[Given], Sequence[Figure]] = lambda _: ()
    few_variants: str = ""
    few_misconceptions: str = ""
    # not of __init__: `dataclasses.replace` must not hand one family's answers to another
    _lines: dict[Hashable, Line] = field(default_factory=dict, init=False, repr=False, compare=False)
    _drawn: dict[tuple[int, int], Variant] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if type(self.version) is not int or self.version < 1:
            raise BankError(f"{self.id}: version is {self.version!r}", "Give an integer from 1 up.")
        if list(self.levels) != list(range(1, len(self.levels) + 1)):
            raise BankError(f"{self.id}: its levels are {', '.join(map(repr, self.levels))}", "Number them 1, 2, 3.")
        # these are called by whoever prints a question, far from where a fault is named
        for name in ("show", "wording", "figures"):
            object.__setattr__(self, name, _Named.of(getattr(self, name), self.id))

    @property
    def topic(self) -> str:
        """The folder of the family."""
        return self.id.partition("/")[0]

    @cached_property
    def texts(self) -> Texts:
        """The texts beside the family."""
        return family_texts(self.id)

    def read(self, raw: Any) -> Given:
        """Read a given, drawn or typed; Refused with the reason where it makes no sense."""
        given = self.given.read(raw)
        self.check(given)
        return given

    def line(self, given: Given) -> Line:
        """The compiled derivation for givens of this structure."""
        skeleton = self.given.skeleton(given)
        line = self._lines.get(skeleton)
        if line is None:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            with sympy.evaluate(False):
                derivation = self.derive(self.given.twin(given))
            for part in self.parts:
                if part.name not in derivation.answers:
                    raise BankError(
                        f"derive answers {_listed(derivation.answers)}, not the part {part.name!r}",
                        "Give `Derivation` an answer for every part; None where there is none.",
                    )
            line = self._lines[skeleton] = Line(derivation, self.given.symbols(given))
        return line

    def solve(self, raw: Any) -> Solved:
        """Derive the answers of any given.

        Raises:
            Refused: the given makes no sense, or its answers would be too large to write down.
            BankError: the family is broken, or has no answer to a given that it took.
        """
        try:
            return self._solve(raw)
        except UsageError:
            raise
        except (Exception, SystemExit) as error:
            raise self.fault(error, f"given {short(raw)}") from error

    def _solve(self, raw: Any) -> Solved:
        given = self.read(raw)
        line = self.line(given)
        leaves = self.given.leaves(given)
        try:
            values, answers = line.values(leaves)
        except Overflow:
            raise Refused("the answer is too large to write down") from None
        except (OverflowError, Undecided) as error:
            raise Refused(str(error)) from None
        except ArithmeticError as error:
            raise BankError(
                f"the derivation has no value here ({type(error).__name__})", "Let `check` refuse such a given."
            ) from error
        return Solved(given, line, leaves, values, answers)

    def measured(self, given: Given) -> Mapping[str, Any]:
        """What the oracle says of every part.

        Raises:
            BankError: it failed, or leaves a part out.
        """
        try:
            answers = self.measure(given)
            for part in self.parts:
                if part.name not in answers:
                    raise BankError(
                        f"measure answers {_listed(answers)}, not the part {part.name!r}",
                        "Give back a value for every part.",
                    )
        except (Exception, SystemExit) as error:
            raise self.fault(error) from error
        return answers

    def fault(self, error: BaseException, where: str = "") -> BankError:
        """The error to raise from one that came out of the family's code; see `faults.fault`."""
        return fault(error, self.id, home(self.derive), where)

    def kind(self, part: Part, line: Line) -> Kind:
        """The kind of a part; an expression may use the names that stay free in the derivation."""
        if isinstance(part.kind, Expression) and not part.kind.symbols:
            return Expression(tuple(str(name) for name in line.free), part.kind.others)
        return part.kind

    def draw(self, level: int, index: int) -> Variant | str:
        """The variant with an index, or the reason why it is not accepted.

        Raises:
            IndexError: the index lies outside the level's space.
            BankError: the family is broken.
        """
        known = self._drawn.get((level, index))
        if known:
            return known
        raw = self.levels[level].space.at(index)
        try:
            drawn = self._draw(level, index, raw)
        except Refused as refusal:
            return refusal.message
        except (Exception, SystemExit) as error:
            raise self.fault(error, f"level {level}, index {index}") from error
        if isinstance(drawn, Variant) and not drawn.solved.leaves:
            self._drawn[level, index] = drawn  # without numbers it is slow to make, and one of few
        return drawn

    def _draw(self, level: int, index: int, raw: Any) -> Variant | str:
        solved = self._solve(raw)
        if not self.levels[level].accept(solved.given):
            return "the level does not accept these values"
        parts, misconceptions = self._told_apart(solved, FEWEST_MISCONCEPTIONS)
        return Variant(raw, solved, parts, misconceptions, level, index)

    def pose(self, raw: Mapping[str, Any], fewest: int = 0) -> Posed:
        """A given that was typed, or drawn for another family, as a question.

        Args:
            raw: the given.
            fewest: how many misconceptions of each part must show.

        Raises:
            Refused: the given makes no sense, or does not make such a question.
        """
        solved = self.solve(raw)
        parts, misconceptions = self._told_apart(solved, fewest)
        if not parts:
            raise Refused(f"{self.id} asks nothing of it")
        for level, drawn in self.levels.items():
            with suppress(ValueError):
                return Variant(raw, solved, parts, misconceptions, level, drawn.space.index(raw))
        return Posed(raw, solved, parts, misconceptions)

    def _told_apart(self, solved: Solved, fewest: int) -> tuple[tuple[Part, ...], dict[str, dict[str, Any]]]:
        """What is asked of an instance, and the misconceptions that show in it.

        Raises:
            Refused: these are too few, or a tolerance is too wide to tell one from the answer.
        """
        parts = tuple([part for part in self.parts if part.asked and part.asked(solved.given)])
        misconceptions: dict[str, dict[str, Any]] = {part.name: {} for part in parts}
        told_apart = []
        for part in parts:
            kind = self.kind(part, solved.line)
            right = solved.answers[part.name]
            place = solved.line.parts.index(part.name)
            told_apart.append((place, kind, right, kind.computed(right), misconceptions[part.name]))
        for name, answers in solved.line.mistaken(solved.leaves):
            for place, kind, right, key, kept in told_apart:
                value = kind.mistaken(right, answers[place])
                if kind.same(key, value):
                    continue
                if kind.alike(key, value):
                    raise Refused(f"the tolerance of {solved.line.parts[place]} would swallow the misconception {name}")
                for other in kept.values():
                    if kind.alike(other, value):
                        break
                else:
                    kept[name] = value
        for part_name, kept in misconceptions.items():
            if len(kept) < fewest and not self.few_misconceptions:
                raise Refused(f"fewer than two misconceptions of {part_name} can be told apart")
        return parts, misconceptions

    def walk(self, level: int, key: bytes, wanted: Callable[[Any], bool] | None = None) -> Iterator[Variant]:
        """The accepted variants of a level in the order of a key, each once.

        Args:
            level: one of `levels`.
            key: decides about the order.
            wanted: which givens to look at, as they come from the space; all where None.

        Raises:
            SupplyError: 1,000 indices in a row were refused.
        """
        space = self.levels[level].space
        order = Permutation(space.size, key)
        refusals = 0
        for position in range(space.size):
            index = order.at(position)
            if wanted and not wanted(space.at(index)):
                continue
            drawn = self.draw(level, index)
            if isinstance(drawn, Variant):
                refusals = 0
                yield drawn
                continue
            refusals += 1
            if refusals == MOST_REFUSALS:
                raise SupplyError(f"{self.id}, level {level}: {MOST_REFUSALS} variants in a row were refused: {drawn}")


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(map(repr, names)) or "nothing"


__all__ = [
    "LARGEST_TABLE", "ArrayField", "Derivation", "Entry", "Family", "Flag", "Given", "InputSize", "Level", "Number",
    "Part", "PerAxis", "Posed", "Refused", "Schema", "Sizes", "Solved", "Step", "Table", "Tensor", "Variant", "Whole",
    "Word", "on_axis", "symbol",
]  # fmt: skip
