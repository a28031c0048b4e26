"""A derivation: the straight line of formulas from what is given to the answers.

A family writes `Step`s; `Derivation` holds them with the answers they lead to. `Line` is the
same line compiled: it computes the value of every step, the answers, and what the answers become
when a student makes one or several of the misconceptions, exactly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import sympy
from sympy import Symbol

from question_bank.errors import BankError
from question_bank.formulas.exact import Table
from question_bank.formulas.program import Program, compile_programs


def symbol(name: str) -> Symbol:
    """A positive quantity, as every symbol of the bank is: the letters of `given` are made so too."""
    return Symbol(name, positive=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: `symbol` = `formula`.

    Args:
        symbol: what the line computes.
        formula: in the symbols of the given and of earlier steps, written in textbook order.
        text: the caption, by its name under [step] in the family's texts.
        rivals: what students write instead: the formula by the name of the misconception. One
            name may stand at several steps; it replaces all of them at once.
        about: numbers and words for the placeholders of the caption.
    """

    symbol: Symbol
    formula: Any
    text: str
    rivals: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derivation:
    """The steps, and for each answer its formula: a symbol, or nested lists of them."""

    steps: Sequence[Step]
    answers: Mapping[str, Any]


class Line:
    """A derivation compiled.

    Args:
        derivation: what the family wrote.
        arguments: the symbols of the given, in the order in which their values will be passed.

    Raises:
        BankError: a name stands for two quantities.
    """

    def __init__(self, derivation: Derivation, arguments: Sequence[Symbol]) -> None:
        self.derivation = derivation
        self.steps = tuple(derivation.steps)
        self.parts = tuple(derivation.answers)
        self.arguments = tuple(arguments)
        self._outputs = list(derivation.answers.values())
        self.free = self._free_symbols()
        self.misconceptions = tuple(dict.fromkeys(name for step in self.steps for name in step.rivals))
        self._carrying: dict[tuple[Symbol, ...], tuple[list[str], Program]] = {}

    def _free_symbols(self) -> tuple[Symbol, ...]:
        """The names that get no value: they stay in the answer.

        Raises:
            BankError: one name stands for two quantities; the solution would print
                "K = W - K + 1 = 15 - 13 + 1".
        """
        bound: dict[str, Symbol] = {}
        for name in (*self.arguments, *(step.symbol for step in self.steps)):
            if str(name) in bound:
                raise BankError(
                    f"the symbol {name} gets a value twice",
                    "Give every step a symbol of its own, and none of the given's.",
                )
            bound[str(name)] = name
        used: set[Symbol] = set().union(*(_free(step.formula) for step in self.steps))
        free = sorted(used - set(bound.values()), key=str)
        for name in free:
            if str(name) in bound:
                raise BankError(f"two different symbols are called {name}", "Make every symbol with `symbol`.")
        return tuple(free)

    @cached_property
    def operands(self) -> tuple[tuple[int, ...], ...]:
        """For each step the places of what enters it, among the arguments and then the steps."""
        place = {name: number for number, name in enumerate((*self.arguments, *(step.symbol for step in self.steps)))}
        return tuple(tuple(sorted(place[name] for name in _free(step.formula) & place.keys())) for step in self.steps)

    @cached_property
    def _right(self) -> Program:
        outputs = (tuple(step.symbol for step in self.steps), self._outputs)
        return self._compile([(self._bindings(frozenset()), outputs)])[0]

    @cached_property
    def _mistaken(self) -> dict[frozenset[str], Program]:
        """The answers under each misconception alone; those under several join when they are asked for."""
        names = [frozenset((name,)) for name in self.misconceptions]
        return dict(zip(names, self._compile(map(self._needed, names)), strict=True))

    @cached_property
    def _singles(self) -> list[tuple[str, Program]]:
        return [(name, self._mistaken[frozenset((name,))]) for name in self.misconceptions]

    def _compile(self, programs: Iterable[Any]) -> list[Program]:
        return compile_programs((*self.arguments, *self.free), programs, symbolic=bool(self.free))

    def _bindings(self, names: frozenset[str]) -> list[tuple[Symbol, Any]]:
        chosen = []
        for step in self.steps:
            rival = next((name for name in step.rivals if name in names), None)
            chosen.append((step.symbol, step.formula if rival is None else step.rivals[rival]))
        return chosen

    def _needed(self, names: frozenset[str]) -> tuple[list[tuple[Symbol, Any]], Any]:
        """The bindings that the answers depend on."""
        wanted: set[Symbol] = set().union(*(_free(output) for output in self._outputs))
        kept = []
        for name, formula in reversed(self._bindings(names)):
            if name in wanted:
                wanted |= _free(formula)
                kept.append((name, formula))
        return kept[::-1], self._outputs

    def values(self, leaves: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The value of each step, and the answer to each part.

        Raises:
            ArithmeticError: the formulas have no value here, or none that is certain.
        """
        steps, answers = self._right(*leaves, *self.free)
        if self.free:
            return tuple(map(normal, steps)), dict(zip(self.parts, map(normal, answers), strict=True))
        return steps, dict(zip(self.parts, answers, strict=True))

    def mistaken(self, leaves: Sequence[Any]) -> Iterator[tuple[str, Any]]:
        """For each misconception alone, its name and the answers, a list in the order of `parts`.

        Misconceptions that lead to no value are left out.
        """
        for name, function in self._singles:
            try:
                answers = function(*leaves, *self.free)
            except (ArithmeticError, ValueError):
                continue
            yield name, list(map(normal, answers)) if self.free else answers

    def under(self, names: Iterable[str], leaves: Sequence[Any]) -> dict[str, Any] | None:
        """The answers of a student with these misconceptions; None where they lead to no value."""
        chosen = frozenset(names)
        try:
            if not chosen:
                return self.values(leaves)[1]
            function = self._mistaken.get(chosen)
            if function is None:
                function = self._mistaken[chosen] = self._compile([self._needed(chosen)])[0]
            answers = function(*leaves, *self.free)
        except (ArithmeticError, ValueError):
            return None
        return dict(zip(self.parts, map(normal, answers) if self.free else answers, strict=True))

    def bound(self, part: str, value: Any) -> dict[Symbol, Any]:
        """Which symbols an answer to a part gives which values; none where its answer is a formula of several."""
        return _bound(self.derivation.answers[part], value)

    def same(self, name: Symbol, other: "Line") -> bool:
        """Whether another derivation of the same given computes a symbol by the very same formulas."""
        mine, theirs = self.formulas.get(name), other.formulas.get(name)
        if mine is None or theirs is None:
            return mine is theirs and (name in self.arguments) == (name in other.arguments)
        return bool(mine == theirs) and all(self.same(operand, other) for operand in _free(mine))

    @cached_property
    def formulas(self) -> dict[Symbol, Any]:
        """The formula of each step's symbol."""
        return {step.symbol: step.formula for step in self.steps}

    def following(
        self, carried: Mapping[Symbol, Any], leaves: Sequence[Any], free: Sequence[Any] = ()
    ) -> dict[str, Any]:
        """What the answers become with other values in the place of some steps' own.

        Args:
            carried: the value by the symbol of the step.
            leaves: the numbers of the given.
            free: numbers for the names that stay free, if there are any.

        Returns:
            The answers to the parts that depend on a carried value; none where these lead to no value.
        """
        names = tuple(sorted(carried, key=str))
        if names not in self._carrying:
            self._carrying[names] = self._compile_carrying(frozenset(names), names)
        parts, program = self._carrying[names]
        try:
            answers = program(*leaves, *free, *(carried[name] for name in names))
        except (ArithmeticError, ValueError, TypeError):
            return {}
        return dict(zip(parts, answers, strict=True))

    def _compile_carrying(self, names: frozenset[Symbol], order: Sequence[Symbol]) -> tuple[list[str], Program]:
        bindings = [(step.symbol, step.formula) for step in self.steps if step.symbol not in names]
        reached = set(names)
        for name, formula in bindings:
            if _free(formula) & reached:
                reached.add(name)
        parts = [part for part, output in self.derivation.answers.items() if _free(output) & reached]
        outputs = [self.derivation.answers[part] for part in parts]
        arguments = (*self.arguments, *self.free, *order)
        return parts, compile_programs(arguments, [(bindings, outputs)], symbolic=bool(self.free))[0]


def _bound(output: Any, value: Any) -> dict[Symbol, Any]:
    """Which symbols a student's answer gives which values; none where the answer is a formula of several."""
    if isinstance(output, Symbol):
        return {output: value}
    if isinstance(output, list) and isinstance(value, list) and len(output) == len(value):
        pairs = [_bound(inner, entry) for inner, entry in zip(output, value, strict=True)]
        return {name: entry for pair in pairs for name, entry in pair.items()} if all(pairs) else {}
    return {}


def _free(formula: Any) -> set[Symbol]:
    if isinstance(formula, list | tuple):
        return set().union(*map(_free, formula))
    if isinstance(formula, Table):
        indices = {index for group in formula.groups for index, _ in group}
        lengths = set().union(*(_free(length) for group in formula.groups for _, length in group))
        return (_free(formula.entry) - indices) | lengths
    return set(sympy.sympify(formula).free_symbols) if formula is not None else set()


def normal(value: Any) -> Any:
    """A computed expression in one standard form; numbers become our own."""
    if isinstance(value, list | tuple):
        return [normal(entry) for entry in value]
    if not isinstance(value, sympy.Basic):
        return value
    return int(value) if value.is_Integer else _standard(value)


@lru_cache(maxsize=4096)
def _standard(value: sympy.Basic) -> sympy.Basic:
    """An expression in its standard form; a class meets the same ones over and over."""
    return sympy.expand(sympy.cancel(value)) if value.is_rational_function() else sympy.simplify(value)
