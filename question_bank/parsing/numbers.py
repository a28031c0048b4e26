"""Numbers as students write them."""

import re
from fractions import Fraction

from question_bank.numerals import DECIMAL_COMMA
from question_bank.parsing.clean import Unreadable

MOST_DIGITS = 400
LARGEST_EXPONENT = 308

Exact = int | Fraction

_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<mark>[ ',.])\d{3}(?:(?P=mark)\d{3})*")
_GROUPED_DECIMAL = re.compile(r"(?P<whole>[1-9]\d{0,2}(?:(?P<mark>[ ',.])\d{3})+)(?P<point>[.,])(?P<rest>\d+)")
_DECIMAL = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_DECIMAL_WITH_COMMA = re.compile(r"\d+,\d+")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_TAIL = re.compile(r"(?:[eE](?P<e>[+-]?\d+)|(?:\s?[*x×]\s?|^)10\s?\^\s?[({]?(?P<ten>[+-]?\d+)[)}]?)$")
_TIMES_TEN = re.compile(r"\s?[*x×]\s?10\s?\^\s?[({]?([+-]?\d+)[)}]?$")
_NOT_NUMBERS = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)


def number(text: str, language: str, *, integer: bool = False) -> Exact:
    """A number as a student writes it: 1234, 1,234, 3/4, 0.25, 0,25, 2.5e-3, 2.5*10^-3.

    Args:
        text: cleaned text.
        language: decides whether a lone comma is a decimal comma.
        integer: an integer is expected; 1,234 and (in ru and da) 1.234 are then thousands.

    >>> number("1,234", "en"), number("1,234", "da"), number("-6/4", "en")
    (1234, Fraction(617, 500), Fraction(-3, 2))
    """
    text = _unbracketed(text.replace("**", "^").removesuffix("..").removesuffix("."))
    if _NOT_NUMBERS.fullmatch(text):
        raise Unreadable("not_finite")
    if len(text) > MOST_DIGITS:
        raise Unreadable("too_large" if text.strip("+-").isdigit() else "not_a_number")
    sign = 1
    if text[:1] in ("+", "-") and text:
        sign = -1 if text[0] == "-" else 1
        text = text[1:].lstrip()
    scale = Fraction(1)
    if "/" in text and (match := _TIMES_TEN.search(text)):  # 1/66*10^-2 is a hundredth of 1/66
        text, scale = text[: match.start()], _power_of_ten(match[1])
    upper, slash, lower = text.partition("/")
    value = _decimal(_unbracketed(upper.rstrip()), language, integer=integer) * scale
    if slash:
        divisor = _decimal(_unbracketed(lower.lstrip()), language, integer=integer)
        if divisor == 0:
            raise Unreadable("not_a_number")
        value /= divisor
    value *= sign
    return value.numerator if value.denominator == 1 else value


def _unbracketed(text: str) -> str:
    match = _BRACKETED.fullmatch(text)
    return match[1].strip() if match else text


def _decimal(text: str, language: str, *, integer: bool) -> Fraction:
    tail = _TAIL.search(text)
    if tail is None:
        return Fraction(_plain_decimal(text, language, integer=integer))
    text = text[: tail.start()] or ("1" if tail["ten"] else "")
    # before a power of ten stands a decimal: 9.163e3 is no 9 163 000
    return Fraction(_plain_decimal(text, language, integer=False)) * _power_of_ten(tail["e"] or tail["ten"])


def _power_of_ten(digits: str) -> Fraction:
    if len(digits) > 6 or abs(int(digits)) > LARGEST_EXPONENT:
        raise Unreadable("too_large")
    return Fraction(10) ** int(digits)


def _plain_decimal(text: str, language: str, *, integer: bool) -> str:
    """The number as 123.45: thousands marks dropped, the decimal mark a point."""
    if match := _GROUPED.fullmatch(text):
        mark = match["mark"]
        several = text.count(mark) > 1
        comma = language in DECIMAL_COMMA
        if mark in " '" or several or (integer and (mark == "," or comma)) or (mark == "," and not comma):
            return text.replace(mark, "")
    if (match := _GROUPED_DECIMAL.fullmatch(text)) and match["mark"] != match["point"]:
        return f"{match['whole'].replace(match['mark'], '')}.{match['rest']}"
    if language in DECIMAL_COMMA and _DECIMAL_WITH_COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _DECIMAL.fullmatch(text):
        return text
    raise Unreadable("not_a_number")
