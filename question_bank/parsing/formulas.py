"""Formulas as students write them: a precedence parser into a tree, and the value of the tree."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from question_bank.parsing.clean import Unreadable
from question_bank.parsing.numbers import MOST_DIGITS, Exact, number

LARGEST_POWER = 100
MOST_TOKENS = 400
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A formula as a tree: an operator with its operands, a number, or a name."""

    operator: str
    operands: tuple["Node", ...] = ()
    value: Exact | str = 0


FUNCTIONS = frozenset({"sqrt", "exp", "log", "ln", "abs"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LONGEST_NAME = 20
_STATISTICS = {spelling: name for name in ("Var", "Cov", "Std") for spelling in (name, name.lower(), name.upper())}
_STATISTICS["E"] = "E"
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:[.,]\d+)?|\.\d+)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/^()\[\]{}√]))")


def expression(text: str, names: Iterable[str], language: str = "en") -> Node:
    """A formula in plain notation: 27*C^2, 27C^2, 2/n, sqrt(6/n), Var(w), E[x^2].

    Args:
        text: cleaned text.
        names: the symbols that may occur. Others are unreadable; a name in the wrong case is
            taken where only one symbol can be meant.
        language: decides about the decimal comma.

    >>> expression("2C", ["C"]).operator
    '*'
    """
    return _Reader(text.replace("×", "*"), tuple(names), language).read()


class _Reader:
    """A precedence parser; a product may leave its sign out."""

    def __init__(self, text: str, names: Sequence[str], language: str) -> None:
        self.names = {name: name for name in names}
        spellings = [(_folded(name), name) for name in names]
        self.folded = {folded: name for folded, name in spellings if [each for each, _ in spellings].count(folded) == 1}
        self.language = language
        self.tokens = self._tokens(text)
        self.place = 0

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                if not text[place:].strip():
                    break
                raise Unreadable("not_an_expression")
            kind = str(match.lastgroup)
            tokens.append((kind, match[kind]))
            place = match.end()
            if len(tokens) > MOST_TOKENS:
                raise Unreadable("too_long")
        return tokens

    def read(self) -> Node:
        if not self.tokens:
            raise Unreadable("not_an_expression")
        node = self._sum(0)
        if self.place < len(self.tokens):
            raise Unreadable("not_an_expression")
        return node

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self.place += 1
        return token

    def _sum(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Unreadable("too_deep")
        node = self._product(depth)
        while self._peek()[1] in ("+", "-"):
            operator = self._take()[1]
            node = Node(operator, (node, self._product(depth)))
        return node

    def _product(self, depth: int) -> Node:
        node = self._signed(depth)
        while True:
            kind, text = self._peek()
            if text in ("*", "/"):
                self._take()
                node = Node(text, (node, self._signed(depth)))
            elif kind == "name" or text in ("(", "[", "{", "√"):
                node = Node("*", (node, self._power(depth)))
            else:
                return node

    def _signed(self, depth: int) -> Node:
        sign = 1
        while self._peek()[1] in ("+", "-"):
            sign = -sign if self._take()[1] == "-" else sign
        node = self._power(depth)
        return node if sign > 0 else Node("-", (Node("number", value=0), node))

    def _power(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Unreadable("too_deep")
        base = self._atom(depth + 1)
        if self._peek()[1] not in ("^", "**"):
            return base
        self._take()
        negative = False
        while self._peek()[1] in ("+", "-"):
            negative ^= self._take()[1] == "-"
        exponent = self._power(depth + 1)
        return Node("^", (base, Node("-", (Node("number", value=0), exponent)) if negative else exponent))

    def _atom(self, depth: int) -> Node:
        kind, text = self._take()
        if kind == "number":
            if len(text) > MOST_DIGITS:
                raise Unreadable("too_large")
            return Node("number", value=number(text, self.language if "," in text else "en"))
        if kind == "name":
            return self._named(text, depth)
        if text == "√":
            return Node("sqrt", (self._atom(depth + 1),))
        if text in ("(", "[", "{"):
            return self._inside(text, depth)
        raise Unreadable("not_an_expression")

    def _inside(self, opening: str, depth: int) -> Node:
        node = self._sum(depth + 1)
        if self._take()[1] != _CLOSING[opening]:
            raise Unreadable("not_an_expression")
        return node

    def _named(self, text: str, depth: int) -> Node:
        known = self._known(text)
        if known:
            return Node("name", value=known)
        if text.endswith("_") and self._peek()[1] == "{":  # Var_{w}
            text = text[:-1]
        if text in _STATISTICS:
            return self._statistic(_STATISTICS[text])
        if text in FUNCTIONS:
            if self._peek()[1] not in ("(", "[", "{"):
                raise Unreadable("not_an_expression")
            return Node(text, (self._inside(self._take()[1], depth),))
        self.place -= 1
        self.tokens[self.place : self.place + 1] = self._written_together(text)
        if len(self.tokens) > MOST_TOKENS:
            raise Unreadable("too_long")
        return self._atom(depth)

    def _known(self, text: str) -> str | None:
        """The symbol that is meant, whatever its case or underscore, where only one can be."""
        return self.names.get(text) or self.folded.get(_folded(text))

    def _written_together(self, piece: str) -> list[tuple[str, str]]:
        """Known names without a space between them, as in NVar_w and nVar(w)."""
        found = []
        while piece:
            ends = [end for end in range(1, min(len(piece), _LONGEST_NAME) + 1) if self._is_name(piece[:end])]
            if not ends:
                raise Unreadable("unknown_name", piece[:40])
            found.append(("name", piece[: ends[-1]]))
            piece = piece[ends[-1] :]
        return found

    def _is_name(self, text: str) -> bool:
        return text in FUNCTIONS or text in _STATISTICS or self._known(text) is not None

    def _statistic(self, text: str) -> Node:
        """Var(w), Var[w], Var w and E[x^2] for the symbols Var_w and E_x2."""
        bracketed = self._peek()[1] in _CLOSING
        closing = _CLOSING[self._take()[1]] if bracketed else ""
        inner = [self._take()[1]] if self._peek()[0] in ("name", "number") else []
        if bracketed and self._peek()[1] in ("^", "**"):
            self._take()
            grouped = self._peek()[1] in _CLOSING  # E[x²] comes as E[x^(2)]
            ending = _CLOSING[self._take()[1]] if grouped else ""
            inner.append(self._take()[1])
            if grouped and self._take()[1] != ending:
                raise Unreadable("not_an_expression")
        inner[:1] = [name.removesuffix("_i") for name in inner[:1]]  # w_i, as a sum has it
        if bracketed and self._take()[1] != closing:
            raise Unreadable("not_an_expression")
        name = f"{text}_{''.join(inner)}"
        known = self._known(name)
        if known is None:
            raise Unreadable("unknown_name", name[:40])
        return Node("name", value=known)


def _folded(name: str) -> str:
    """A name without its case and underscore: Var_x, VarX and var_x are one."""
    return name.lower().replace("_", "")


@cache
def precise() -> Any:
    """Mpmath at 50 digits."""
    import mpmath  # slow to import, and needed by few answers

    context = mpmath.MPContext()
    context.dps = 50
    return context


def evaluate(node: Node, point: Callable[[str], Any]) -> Any:
    """The value of a formula at a point, at 50 digits.

    Args:
        node: what `expression` read.
        point: the value of each name.

    Raises:
        Unreadable: an exponent beyond 100 in size, or a value beyond the limits.
        ZeroDivisionError: the formula has no real value there.
    """
    context = precise()
    values: list[Any] = []
    work = [(node, False)]
    while work:  # a long sum is a deep tree: no recursion
        node, ready = work.pop()
        count = len(node.operands)
        if count and not ready:
            work.append((node, True))
            work.extend((operand, False) for operand in reversed(node.operands))
        elif count:
            values[-count:] = [_applied(node.operator, values[-count:], context)]
        elif node.operator == "number":
            values.append(context.mpf(node.value.numerator) / node.value.denominator)  # type: ignore[union-attr]
        else:
            values.append(point(str(node.value)))
    return values[0]


def _applied(operator: str, values: list[Any], context: Any) -> Any:
    match operator:
        case "+":
            result = values[0] + values[1]
        case "-":
            result = values[0] - values[1]
        case "*":
            result = values[0] * values[1]
        case "/":
            result = values[0] / values[1]
        case "^":
            if abs(values[1]) > LARGEST_POWER:
                raise Unreadable("too_large")
            result = context.power(*values)
        case "exp" if values[0] > 1000:
            raise Unreadable("too_large")
        case "abs":
            result = abs(values[0])
        case name:
            if name in ("log", "ln") and values[0] == 0:
                raise ZeroDivisionError
            result = getattr(context, name)(values[0])
    if isinstance(result, context.mpc):
        raise ZeroDivisionError
    if abs(context.mag(result)) > 10_000 and result != 0:
        raise Unreadable("too_large")
    return result
