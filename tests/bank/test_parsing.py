"""Student text: what is read, what is not, and that nothing crashes or dawdles."""

import inspect
import sys
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from question_bank.answers import (
    Between,
    Bounds,
    Choice,
    Counts,
    Expression,
    Integer,
    Invalid,
    Matrix,
    MultipleChoice,
    Order,
    Rational,
    Real,
    Record,
    Shape,
    Tensor,
    YesNo,
)
from question_bank.numerals import latex, plain
from question_bank.parsing import Unreadable, clean, expression, nested, number, sequence
from question_bank.text import LANGUAGES

NAMES = ("N", "C", "Var_w", "Var_x", "E_x", "E_x2")
KINDS = (
    Integer(), Rational(), Real(), Shape(), Counts(), Matrix(), Tensor(), Expression(NAMES), YesNo(), Order(),
    Choice(("converges", "diverges")), MultipleChoice(("a", "b")), Record({"a": Integer(), "b": Shape()}),
    Between("L"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  5 ", "5"),
        ("\u200f−12\u200e", "-12"),
        ("１２", "12"),
        ("٣٤", "34"),
        ("3\u00a0000", "3 000"),
        ("1\u202f234", "1 234"),
        ("10²", "10^(2)"),
        ("10⁻³", "10^(-3)"),
        ("½", "1/2"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("1\t2", "1 2"),
        ("\ufeff7", "7"),
        ("3·4", "3*4"),
    ],
)
def test_spellings_become_one(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["\x00", "1\x1b[31m", "\x7f5", "2½", "x" * 10_001, "ﷺ" * 9_999])
def test_what_cannot_be_spelled(text: str) -> None:
    with pytest.raises(Unreadable):
        clean(text)


@pytest.mark.parametrize(
    ("text", "en", "da"),
    [
        ("1234", 1234, 1234),
        ("1 234 567", 1234567, 1234567),
        ("1'234", 1234, 1234),
        ("1,234", 1234, Fraction(1234, 1000)),
        ("1.234", Fraction(1234, 1000), Fraction(1234, 1000)),
        ("1,234,567", 1234567, 1234567),
        ("1.234.567", 1234567, 1234567),
        ("1,234.5", Fraction(12345, 10), Fraction(12345, 10)),
        ("1.234,5", Fraction(12345, 10), Fraction(12345, 10)),
        ("0,25", None, Fraction(1, 4)),
        ("3/4", Fraction(3, 4), Fraction(3, 4)),
        ("-6/4", Fraction(-3, 2), Fraction(-3, 2)),
        ("+5", 5, 5),
        ("5.", 5, 5),
        (".5", Fraction(1, 2), Fraction(1, 2)),
        ("2.5e-3", Fraction(1, 400), Fraction(1, 400)),
        ("2.5*10^-3", Fraction(1, 400), Fraction(1, 400)),
        ("2,5 × 10^(-3)", None, Fraction(1, 400)),
        ("10^-3", Fraction(1, 1000), Fraction(1, 1000)),
        ("1,2,3", None, None),
        ("12,34", None, Fraction(1234, 100)),
        ("1/0", None, None),
        ("", None, None),
        ("-", None, None),
        ("1_000", None, None),
        ("0x10", None, None),
        ("1e400", None, None),
        ("9**9**9", None, None),
        ("1e999999999999", None, None),
        ("9" * 401, None, None),
        ("nan", None, None),
        ("-Infinity", None, None),
        ("five", None, None),
        ("1 2", None, None),
    ],
)
def test_numbers(text: str, en: object, da: object) -> None:
    for language, expected in (("en", en), ("da", da)):
        try:
            found: object = number(text, language)
        except Unreadable:
            found = None
        assert found == expected, language


def test_thousands_marks_where_an_integer_is_wanted() -> None:
    assert number("1,234", "da", integer=True) == 1234
    assert number("1.234", "ru", integer=True) == 1234
    assert number("1.234", "en", integer=True) == Fraction(1234, 1000)
    assert number("0,234", "da", integer=True) == Fraction(234, 1000)


@pytest.mark.parametrize(
    "text",
    [
        "3x4", "3×4", "3 x 4", "3*4", "3х4", "3 by 4", "3 на 4", "3 על 4", "3 gange 4", "(3, 4)", "[3,4]", "{3; 4}",
        "3 4", "3,4", "3;4", "( 3 4 )",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists(text: str, language: str) -> None:
    assert sequence(clean(text), language) == [3, 4]


def test_thousands_in_lists_of_integers() -> None:
    assert sequence("1.024x512", "da", integers=True) == [1024, 512]
    assert sequence("1,024 x 512", "en", integers=True) == [1024, 512]
    assert sequence("1.024x512", "da") == [Fraction(1024, 1000), 512]


def test_lists_of_decimals() -> None:
    assert sequence("3,5 4,5", "da") == [Fraction(7, 2), Fraction(9, 2)]
    assert sequence("3.5x4.5", "en") == [Fraction(7, 2), Fraction(9, 2)]
    for text in ("3,5 4,5", "[[1]]", "[true]", "[1, null]", "a", "", "3 4 x", "[1e400]", "[NaN]"):
        with pytest.raises(Unreadable):
            assert sequence(text, "en") == "nothing"


@pytest.mark.parametrize(
    "text",
    [
        "1 2; 3 4", "1,2;3,4", "1 2\n3 4", "[[1,2],[3,4]]", "((1, 2), (3, 4))", "(1,2),(3,4)", "[1 2; 3 4]",
        "[[1 2]\n [3 4]]", "[1, 2]\n[3, 4]", "{{1, 2}, {3, 4}}", " 1  2 ;\n 3 4 ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_matrices(text: str, language: str) -> None:
    assert nested(clean(text), language) == [[1, 2], [3, 4]]


def test_deeper_arrays_and_decimals() -> None:
    assert nested("[[[1], [2]]]", "en") == [[[1], [2]]]
    assert nested("1,5 2; -3 4", "da") == [[Fraction(3, 2), 2], [-3, 4]]
    assert nested("5", "en") == [[5]]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("27*C^2", "27*C**2"), ("27C^2", "27*C**2"), ("27 C²", "27*C**2"), ("3(3C)^2", "27*C**2"),
        ("2/n", "2/N"), ("2n^-1", "2/N"), ("√(4)/N", "2/N"), ("sqrt(4)/n", "2/N"), ("1/(n/2)", "2/N"),
        ("n Var(w) Var[x]", "N*Var_w*Var_x"), ("NVar_wVar_x", "N*Var_w*Var_x"), ("Var w * Var x * N", "N*Var_w*Var_x"),
        ("N*Var_w*E[x^2]", "N*Var_w*E_x2"), ("E(x)^2", "E_x**2"), ("E[x]^2", "E_x**2"),
        ("nVar(w)", "N*Var_w"), ("2NVar(w)", "2*N*Var_w"), ("NE[x]^2", "N*E_x**2"), ("E[x²]", "E_x2"), ("N var(w)", "N*Var_w"),
        ("NE[x²]", "N*E_x2"), ("NE[x]²", "N*E_x**2"), ("E{x^{2}}", "E_x2"), ("VAR[w]", "Var_w"),
        ("Var(w_i) N", "N*Var_w"), ("Var(z) = N Var(w)", "N*Var_w"), ("= 2/n", "2/N"),
        ("N Var(w) Var(x) = Var(z)", "N*Var_w*Var_x"), ("NVarwVarx", "N*Var_w*Var_x"), ("Var_{w} N", "N*Var_w"), ("Ex2", "E_x2"),
        ("Var(z) = N Var(w) = Var(w) N", "N*Var_w"), ("--C", "C"), ("-C^2", "-(C**2)"),
        ("2^3^2", "512"), ("C*-1", "-C"), ("(((C)))", "C"), ("0.5C", "C/2"),
    ],
)  # fmt: skip
def test_formulas(text: str, same: str) -> None:
    kind = Expression(NAMES)
    value = kind.parse(text, "en")
    assert not isinstance(value, Invalid)
    assert kind.equal(same, value)
    assert not kind.equal(f"{same} + 1/1000", value)


def test_powers_bind_as_in_mathematics() -> None:
    kind = Expression(("C",))
    assert kind.equal("0 - 9", kind.parse("-3^2", "en"))
    assert kind.equal("1/6", kind.parse("1/2/3", "en"))
    assert kind.equal("2*C", kind.parse("4C/2", "en"))


@pytest.mark.parametrize(
    "text",
    [
        "hello", "import os", "__import__('os')", "(lambda: 0)()", "C.__class__", "C; C", "(" * 5000, "((((", "C)", "sqrt",
        "sqrt 2", "9**9**9", "C^101", "C^C^99999", "1e400", "Var(y)", "n!", "C != 2", "C >= 2", "E[x^(2]]", "E[x^2}", "C 2", "2 3", "{}", "()", "C+", "*C", "2^(2^10)",
        "exp(exp(9^9))", "exp(sqrt(-1))", "sqrt(0-C)", "(0-C)^0.5", "abs(sqrt(0-1))", "ln(0-C)", "E[x^(2", "E[x^]", "E[x^(N)]", "1/(C-C)", "sqrt(0-1)/0", "C" + "+C" * 300, "\\frac{2}{n}", "E[", "Var(w", "😀",
    ],
)  # fmt: skip
def test_what_is_no_formula(text: str) -> None:
    assert isinstance(Expression(NAMES).parse(text, "en"), Invalid)


def test_a_statistic_may_be_written_in_the_wrong_case() -> None:
    kind = Expression(("Var_X", "E_X"), others=("Var_x",))
    assert kind.equal("Var_X*E_X", kind.parse("var(x) E[x]", "en"))


@pytest.mark.parametrize(
    ("kind", "key", "texts"),
    [
        (Integer(), 47783, ("47783", "= 47783", "N = 47783", "(47783)", "47783.", "N_out=47,783", "47 783", "2*10^0")),
        (Real(), Fraction(1, 140), ("1/140", "(1/140)", "1/(140)", "≈ 0.00714", "= 0.00714.", "7.14*10**-3", "Var(w) ≈ 0.00714", "2/280",
                                  "Var(w) = 1/140 ≈ 0.00714", "0.00714 = Var(w)", "~0.00714", "0.007142857...")),
        (Real(), Fraction("0.0845154"), ("sqrt(1/140)", "√(1/140)", "1/sqrt(140)", "sqrt(140)/140", "σ = √(1/140)", "(1/140)^(1/2)")),
        (Shape(), [17, 56], ("17x56", "17\n56", "17 \\times 56", "torch.Size([17, 56])", "= 17x56", "H×W = 17×56", "17, 56.", "H = 17, W = 56", "(17,56,)")),
        (Matrix(), [[1, 2], [-3, 4]], ("array([[1, 2], [-3, 4]])", "tensor([[ 1.,  2.],\n        [-3.,  4.]])", "M = [1 2; -3 4]",
                                     "array([[1, 2], [-3, 4]], dtype=int64)")),
        (Tensor(), [[[1, 2], [-3, 4]]], ("[[[1, 2], [-3, 4]]]", "[[1, 2], [-3, 4]]", "1 2; -3 4", "y = [1 2; -3 4]")),
    ],
    ids=lambda case: getattr(case, "name", None),
)  # fmt: skip
def test_spellings_of_one_answer(kind, key, texts: tuple[str, ...]) -> None:
    for text in texts:
        value = kind.parse(text, "en")
        assert not isinstance(value, Invalid), text
        assert kind.equal(key, value) is (text != "2*10^0"), text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Integer(), "P != 9163"), (Shape(), "[]"), (Shape(), "W >= 43x57"), (Shape(), "not(43,57)"), (Shape(), "43 or 57"),
        (Matrix(), ";"), (Matrix(), "[]"), (Matrix(), "(("), (Matrix(), "]][["), (Real(), "0 .0152"), (Real(), "0.01 515"),
        (Real(), "1/0*10^2"), (Real(), "x = y"),
    ],
)  # fmt: skip
def test_what_is_no_value(kind, text: str) -> None:
    assert isinstance(kind.parse(text, "en"), Invalid)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_power_of_ten_belongs_to_the_whole(language: str) -> None:
    for text in ("9.163e3", "9.163e+03", "9.163·10³", "91.63e2", "9163"):
        assert Integer().parse(text, language) == 9163, text
    for text in ("100/66*10^-2", "(100/66)*10^-2", "1/6.6*10^-1", "1/6.6·10⁻¹", "1/66", "66^-1"):
        value = Real().parse(text, language)
        assert abs(value - Fraction(1, 66)) < Fraction(1, 10**30), text


def test_names_of_the_question_come_before_others() -> None:
    kind = Expression(("Var_X",), others=("Var_x", "E_x"))
    assert kind.equal("Var_X", kind.parse("var_x", "en"))
    wrong = kind.parse("E_x", "en")
    assert not isinstance(wrong, Invalid)
    assert not kind.equal("Var_X", wrong)


def test_words_and_records() -> None:
    for language, word in (("en", "Yes."), ("he", "כן"), ("ru", "Да"), ("da", "ja")):
        assert YesNo().parse(word, language) is True
    assert YesNo().parse("нет", "ru") is False
    assert YesNo().parse("false", "da") is False
    assert isinstance(YesNo().parse("maybe", "en"), Invalid)
    assert Choice(("converges", "diverges")).parse(" Diverges ", "en") == "diverges"
    assert MultipleChoice(("a", "b", "c")).equal(["b", "a"], MultipleChoice(("a", "b", "c")).parse("[a, b]", "en"))
    assert Order().parse("3, 1, 2", "en") == [3, 1, 2]
    record = Record({"conv": Integer(), "shape": Shape()})
    for text in ("conv = 3; shape = 4x5", "3; 4x5", '{"conv": 3, "shape": [4, 5]}', "3, [4, 5]", "shape: 4x5\nconv: 3"):
        assert record.parse(text, "en") == {"conv": 3, "shape": [4, 5]}, text
    for text in ("3", "conv = 3; conv = 4", "pool = 3; shape = 4x5", "conv = x; shape = 4x5"):
        assert isinstance(record.parse(text, "en"), Invalid), text


@pytest.mark.parametrize(
    "word", ["null", "-", "none", "NULL", "does not exist", "לא קיים", "не существует", "findes ikke"]
)
def test_none_in_every_language(word: str) -> None:
    assert Integer().parse(word, "en") is None
    assert Shape().parse(word, "he") is None
    assert Integer().equal(None, None)
    assert not Real().equal(None, 3)
    assert not Real().equal(3, None)


HOSTILE = [
    "9" * 1_000_000, "(" * 5_000, "[" * 5_000, "[" * 5_000 + "]" * 5_000, "-" * 9_999, "1," * 4_999, "1 " * 4_999,
    "((1" * 3_000, "9**9**9**9", "1e400", "-1e-400", "1" + "0" * 9_998, "NaN", "sqrt(" * 1_000, "^".join("9" * 2_000),
    "C" * 9_999, "N" * 9_999, "2^" * 4_999 + "2", "\u202e12\u202c", "\x1b[2J", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
    "𝟙𝟚", "١٢٣", "Ⅷ", "①", "\ud800", "é" * 5_000, "\u0301" * 9_000 + "5", "x/" * 4_999, "E[" * 4_000, "{" * 9_999, "\n" * 9_999,
    "1;" * 4_999, "[[1,2],[3" * 900, '{"a":' * 2_000, "1/" * 4_999 + "1", "Var(" * 2_000, "nan" * 3_000, "0" * 9_999, "1'" * 4_999,
    "1" + "\n" * 9_990 + "2", "1\r" * 4_999, "1" + "\u2028" * 9_990 + "2", "]" + "\n" * 9_990 + "x", "]\n" * 4_999,
    "".join(map(chr, (0x345, 0x35d, 0x302, 0x327, 0x334))) * 1_999, "exp(900)" + "N" * 492, "N" * 478, "= " * 4_999, "a(" * 4_999,
    "f(" + "1" * 9_990, "(" * 4_999 + ")" * 4_999, " ,;" * 3_333, "1.1." * 2_400, "1,234," * 1_600, "*10^" * 2_400, "e" * 9_999, "x10^x10^" * 1_200,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_hostile_text_gets_a_verdict(kind) -> None:
    for text in HOSTILE:
        for language in ("en", "da"):
            value = kind.parse(text, language)
            assert isinstance(value, Invalid) or kind.equal(KEYS[kind.name], value) in (True, False)


def test_a_long_product_needs_no_deep_stack() -> None:
    kind = Expression(("N",))
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack()) + 120)
        assert kind.equal("N**100*N**100*N**100", kind.parse("N" * 300, "en"))
    finally:
        sys.setrecursionlimit(limit)


KEYS = {
    "integer": 5, "rational": Fraction(1, 2), "real": 0.5, "shape": [3, 4], "counts": [3, 4], "matrix": [[1]], "tensor": [[[1]]],
    "expression": "N*C", "yes_no": True, "order": [1, 2], "choice": "converges", "multiple_choice": ["a"],
    "record": {"a": 1, "b": [2]}, "between": Bounds(6, 8),
}  # fmt: skip


PIECES = (
    "exp(",
    "sqrt(",
    "ln(",
    "abs(",
    "Var(",
    "E[",
    "x",
    "w",
    "N",
    "C",
    "-",
    "+",
    "*",
    "/",
    "^",
    "(",
    ")",
    "]",
    "2",
    "0",
    "0.5",
    "9",
    " ",
)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=40)
    | st.text(alphabet="0123456789.,;/*^()[]{}+- xeENCVarw'\n√", max_size=40)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.sampled_from(LANGUAGES),
)
@example("-" * 40, "en")
@example("exp(sqrt(-1))", "en")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_text_is_too_odd(kind, text: str, language: str) -> None:
    value = kind.parse(text, language)
    if not isinstance(value, Invalid):
        assert kind.equal(KEYS[kind.name], value) in (True, False)


@given(st.integers(-(10**30), 10**30) | st.fractions(max_denominator=10**6), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_what_we_write_we_can_read(value, language: str) -> None:
    assert number(clean(plain(value, language)), language) == value
    kind = Integer() if isinstance(value, int) else Rational()
    assert kind.parse(kind.write(value, language), language) == value


@given(st.floats(min_value=1e-200, max_value=1e200), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_doubles_come_back_exactly(value: float, language: str) -> None:
    assert float(Real().parse(Real().write(value, language), language)) == value


@given(
    st.lists(st.lists(st.integers(-999, 999), min_size=2, max_size=2), min_size=1, max_size=4),
    st.sampled_from(LANGUAGES),
)
@settings(deadline=None)
def test_matrices_come_back(value, language: str) -> None:
    assert Matrix().parse(Matrix().write(value, language), language) == value
    assert latex(value, language).startswith(r"\begin{pmatrix}")


def test_the_parser_gives_trees_not_values() -> None:
    assert expression("1+1", ()).operator == "+"
