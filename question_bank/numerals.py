r"""How numbers and the names of quantities are written, in plain text and in LaTeX.

English and Hebrew write a decimal point, Russian and Danish a decimal comma; all four group the
digits of long integers by thin spaces, as ISO 80000-1 has it. What is written here can be read
back by `question_bank.parsing`.
"""

import enum
import string
from fractions import Fraction
from typing import Any

DECIMAL_COMMA = frozenset({"ru", "da"})
SIGNIFICANT_DIGITS = 6


class Place(enum.IntEnum):
    """Where in a formula a value stands; it decides about brackets.

    A number below 0 needs them everywhere but in the first two, a sum everywhere but in the first.
    """

    OPEN = 0
    FIRST_FACTOR = 1
    AFTER_PLUS = 2
    AFTER_MINUS = 3
    FACTOR = 4
    BASE = 5


def decimal(value: Any, language: str, digits: int = SIGNIFICANT_DIGITS) -> tuple[str, bool]:
    r"""A real number in LaTeX, rounded to significant digits, and whether that is exact.

    Args:
        value: an integer, a Fraction, a float, or a Decimal.
        language: decides about the decimal mark.
        digits: how many significant ones.

    >>> decimal(Fraction(1, 250), "en"), decimal(Fraction(1, 3), "da")
    (('0.004', True), ('0{,}333333', False))
    >>> decimal(Fraction(1, 32000), "en")
    ('3.125 \\cdot 10^{-5}', True)
    """
    exact = as_fraction(value)
    if exact == 0:
        return "0", True
    sign = "-" if exact < 0 else ""
    size = abs(exact)
    exponent = _floor_log10(size)
    shift = Fraction(10) ** (digits - 1 - exponent)
    scaled = round(size * shift)
    if scaled == 10**digits:
        scaled //= 10
        exponent += 1
        shift /= 10
    is_exact = scaled == size * shift
    mantissa = str(scaled)
    if -5 < exponent < 7:
        text = _point(mantissa, exponent + 1)
        tail = ""
    else:
        text = _point(mantissa, 1)
        tail = rf" \cdot 10^{{{exponent}}}"
        if text == "1":
            text, tail = "", rf"10^{{{exponent}}}"
    if language in DECIMAL_COMMA:
        text = text.replace(".", "{,}")
    return f"{sign}{text}{tail}", is_exact


def _point(digits: str, before: int) -> str:
    """The digits with a decimal point after `before` of them, trailing zeros dropped."""
    if before <= 0:
        digits, before = "0" * (1 - before) + digits, 1
    digits = digits.ljust(before, "0")
    whole, rest = digits[:before], digits[before:].rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _floor_log10(size: Fraction) -> int:
    exponent = len(str(size.numerator)) - len(str(size.denominator))
    return exponent if Fraction(10) ** exponent <= size else exponent - 1


def as_fraction(value: Any) -> Fraction:
    """The exact value of a number; a float counts as the shortest decimal that names it.

    >>> as_fraction(0.1)
    Fraction(1, 10)
    """
    if type(value) is Fraction:
        return value
    return Fraction(repr(value) if type(value) is float else value)


def nearest_double(value: Any) -> float:
    """The double nearest to a number."""
    kind = type(value)  # isinstance asks an abstract base class, which is slow
    if kind is float:
        return value  # type: ignore[no-any-return]
    return value.numerator / value.denominator if kind is Fraction else float(value)


def grouped(value: int, mark: str = r"\,") -> str:
    r"""An integer with its digits in groups of three, from five digits on.

    >>> grouped(35490), grouped(-1234)
    ('35\\,490', '-1234')
    """
    digits = str(value)
    if len(digits) < 5 or (value < 0 and len(digits) < 6):
        return digits
    return f"{value:,}".replace(",", mark)


def latex(value: Any, language: str, place: Place = Place.OPEN) -> str:
    r"""A number, or nested lists of numbers, in LaTeX, with the brackets its place asks for.

    >>> latex(-3, "en", Place.FACTOR), latex(Fraction(1, 2), "en", Place.BASE)
    ('(-3)', '\\left(\\frac{1}{2}\\right)')
    >>> latex([[1, 0], [0, -1]], "en")
    '\\begin{pmatrix} 1 & 0 \\\\ 0 & -1 \\end{pmatrix}'

    Of deeper lists the matrices stand in a row; a single one stands alone.
    """
    if type(value) is int:
        text = str(value) if -10000 < value < 10000 else grouped(value)
        return f"({text})" if value < 0 and place > Place.FIRST_FACTOR else text
    if type(value) is Fraction:
        text = rf"\frac{{{grouped(abs(value.numerator))}}}{{{grouped(value.denominator)}}}"
        if value < 0:
            return rf"\left(-{text}\right)" if place > Place.FIRST_FACTOR else f"-{text}"
        return rf"\left({text}\right)" if place is Place.BASE else text
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            if value[0] and isinstance(value[0][0], list | tuple):
                matrices = [latex(entry, language) for entry in value]
                return matrices[0] if len(matrices) == 1 else rf"\left({', '.join(matrices)}\right)"
            rows = r" \\ ".join(" & ".join(latex(entry, language) for entry in row) for row in value)
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
        return rf"\left({', '.join(latex(entry, language) for entry in value)}\right)"
    text, _ = decimal(value, language)
    if text.startswith("-") and place > Place.FIRST_FACTOR:
        return f"({text})"
    return rf"\left({text}\right)" if place is Place.BASE and "cdot" in text else text


def as_written(value: Any, language: str, place: Place = Place.OPEN) -> str:
    r"""A given number: the decimal where it has a short one, a fraction otherwise.

    >>> as_written(Fraction(3, 10), "ru"), as_written(Fraction(1, 3), "ru")
    ('0{,}3', '\\frac{1}{3}')
    """
    if type(value) is Fraction:
        text, exact = decimal(value, language, digits=12)
        if exact:
            bracketed = value < 0 and place > Place.FIRST_FACTOR
            return f"({text})" if bracketed or (place is Place.BASE and "cdot" in text) else text
    return latex(value, language, place)


def plain(value: Any, language: str) -> str:
    """A number in plain text, for a cell of a table or a terminal.

    >>> plain(Fraction(9, 2), "en"), plain(0.25, "ru")
    ('9/2', '0,25')
    """
    if isinstance(value, int | Fraction):
        return str(value)
    text = repr(value) if isinstance(value, float) else repr(nearest_double(value))
    return text.replace(".", ",") if language in DECIMAL_COMMA else text


_GREEK = frozenset({"alpha", "beta", "gamma", "delta", "epsilon", "mu", "sigma", "pi", "phi"})
_STATISTICS = {"Var": ("(", ")"), "E": ("[", "]")}


def symbol_latex(name: str) -> str:
    r"""The LaTeX of a symbol's name.

    >>> symbol_latex("H_out"), symbol_latex("K_H"), symbol_latex("sigma")
    ('H_{\\text{out}}', 'K_{H}', '\\sigma')
    >>> symbol_latex("Var_w"), symbol_latex("E_x2"), symbol_latex("g^2")
    ('\\operatorname{Var}(w)', '\\operatorname{E}[x^{2}]', 'g^{2}')
    """
    base, _, exponent = name.partition("^")
    if exponent:
        return f"{symbol_latex(base)}^{{{exponent}}}"
    head, _, tail = name.partition("_")
    if head in _STATISTICS and tail:
        letter, power = tail.rstrip("0123456789"), tail.lstrip(string.ascii_letters)
        inside = letter
        if power:
            inside = f"{letter}^{{{power}}}" if len(letter) == 1 else f"({letter})^{{{power}}}"
        opening, closing = _STATISTICS[head]
        return rf"\operatorname{{{head}}}{opening}{inside}{closing}"
    head = rf"\{head}" if head in _GREEK else head if len(head) == 1 else rf"\text{{{head}}}"
    if not tail:
        return head
    parts = [part if len(part) == 1 or part.isdigit() else rf"\text{{{part}}}" for part in tail.split("_")]
    return f"{head}_{{{','.join(parts)}}}"


def plain_digits(text: str) -> str:
    """A whole number that a spreadsheet wrote as "3.0" or "03", as "3"; other texts as they are."""
    head, point, tail = text.partition(".")
    if head.isascii() and head.isdigit() and len(head) < 10 and (not point or not tail.strip("0")):
        return str(int(head))
    return text
