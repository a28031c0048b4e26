"""Formulas, read once and written three ways: in plain characters, for Typst, and in words."""

import re

import pytest
import typst as engine

from question_bank.errors import BankError
from question_bank.render.maths.latex import ENVIRONMENTS, SYMBOLS, read, split
from question_bank.render.maths.numbers import HOLE
from question_bank.render.maths.plain import plain
from question_bank.render.maths.spoken import spoken
from question_bank.render.maths.typst import typst
from question_bank.text import LANGUAGES

BUILT = (
    r"\frac{a}{b}", r"\frac12", r"\frac{}{}", r"\sqrt{x}", r"\sqrt{}", "x_1^2", "x_{i,j}^{n + 1}", "{}^{2}", "^2",
    r"\text{two words}", r"\text{\{ \}}", r"\operatorname{Var}(w)", r"\left( x \right)^{2}", r"\left\lfloor x \right\rfloor",
    r"\left\lceil \frac{a}{b} \right\rceil", r"\left. x \right|", r"\left[ 0, 1 \right)", "[0, 1)", "E[X]^{2}", "f'(x)",
    "a/b", "n!", "a : b; c", r"0{,}0106", r"23\,328{,}5", r"-1\,234\,567", "x_12", r"\text{layer 23\,328}",
    r"\begin{pmatrix} 1 & -2 \\ 3 & \frac{1}{2} \end{pmatrix}", r"\begin{pmatrix} & \\ & \end{pmatrix}",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{אחרת} \end{cases}", r"\sum_{i=1}^{n} \prod_{j} x_{i,j}",
)  # fmt: skip


def compiled(formulas: list[str]) -> bytes:
    """A page of formulas, each evaluated as the template does."""
    lines = "\n".join(f"#math.equation(alt: sys.inputs.at({str(i)!r}), eval(sys.inputs.at({str(i)!r}), mode: 'math'))\n"
                      for i in range(len(formulas))).replace("'", '"')  # fmt: skip
    inputs = {str(i): formula for i, formula in enumerate(formulas)}
    source = f'#set document(title: "x")\n#set text(lang: "en")\n{lines}'
    made = engine.compile(source.encode(), sys_inputs=inputs, ignore_system_fonts=True, pdf_standards="ua-1")
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize("name", SYMBOLS)
def test_every_command_is_set_and_said(name: str) -> None:
    formula = rf"a \{name} b"
    assert compiled([typst(formula)])
    for language in LANGUAGES:
        said = spoken(formula, language)
        assert said.startswith("a")
        assert said.endswith("b")
        assert len(said) > 3 or name in (",", "quad")
        assert "\\" not in said


@pytest.mark.parametrize("formula", BUILT)
def test_every_construction_is_set_and_said(formula: str) -> None:
    assert compiled([typst(formula)])
    assert all(spoken(formula, language) for language in LANGUAGES if plain(formula))


def test_every_environment_is_among_them() -> None:
    assert all(any(name in formula for formula in BUILT) for name in ENVIRONMENTS)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{1}{2}", "1 over 2"),
        (r"\frac{a + 1}{2}", "the fraction a plus 1 over 2, end of fraction"),
        (r"x_{1}^{2}", "x sub 1 to the power 2"),
        (r"x_{i,j} + 1", "x sub i, j, end of sub, plus 1"),
        (r"\sqrt{2}", "the square root of 2"),
        (r"23\,328", "23328"),
        (r"0{,}5", "0,5"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & -4 \end{pmatrix}", "a matrix of 2 by 2, by rows: 1, 2; 3, minus 4; end of matrix"),
    ],
)  # fmt: skip
def test_words_say_where_things_end(formula: str, expected: str) -> None:
    assert spoken(formula, "en") == expected


@pytest.mark.parametrize(
    "formula",
    [r"\input{x}", r"\def\a{}", "{", "}", r"\left( x", r"x \right)", r"\begin{array} \end{array}", "a & b", r"a \\ b",
     r"\begin{pmatrix} 1", r"\begin{pmatrix} 1 \end{cases}", r"\frac{1}", "x_", r"\text{a {b} c}", r"\text x",
     "{" * 50 + "}" * 50, r"\text{#panic()}", r"\text{50%}", r"\text{\#sys}", r"\operatorname{$x$}", "x^2^3", "x_{a}_b"],
)  # fmt: skip
def test_what_is_not_in_the_list_is_refused(formula: str) -> None:
    for write in (plain, typst, lambda formula: spoken(formula, "he")):
        with pytest.raises(BankError):
            write(formula)


@pytest.mark.parametrize("character", ['"', "#", "@", "~", "`", "\n#", "é", "א", "√", "\u202e"])
def test_code_of_typst_is_refused(character: str) -> None:
    with pytest.raises(BankError, match="not one of the bank's formulas"):
        typst(f"x {character} y")


@pytest.mark.parametrize("words", ['"', '" + read("exam.typ") + "', "// x", "/* x", "\\"])
def test_words_stay_words(words: str) -> None:
    """Whatever stands in a text, Typst reads one string."""
    formula = rf"\text{{{words}}}".replace("\\\\", "").replace("\\#", "#").replace("\\}", "}")
    written = typst(formula)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', written)
    assert compiled([written])


def test_numbers_are_put_back_in_their_places() -> None:
    for first, second in (("3", "17"), (r"23\,328", "0.5"), (r"0{,}25", r"1\,000{,}5")):
        formula = rf"x_{{{first}}} = \frac{{{second}}}{{{first}}}^2"
        shown = first.replace(r"\,", " thin ") if "{" not in first else '"0,25"'
        assert typst(formula).startswith(f"x_({shown}) = frac(")
        assert HOLE not in typst(formula)


def test_only_the_first_digit_belongs_to_a_bare_argument() -> None:
    assert typst("x_12") == "x_(1) 2"
    assert typst("x_13") == "x_(1) 3"
    assert typst(r"\frac123") == "frac(1, 2) 3"


def test_private_characters_of_outside_text_mean_nothing() -> None:
    with pytest.raises(BankError):
        typst(f"x {HOLE} 3")
    assert split("\ue000 $x$")[0] == "\ufffd \ue000"


def test_reading_gives_the_rows_of_a_matrix() -> None:
    [table] = read(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \\ 5 & 6 \end{pmatrix}").parts
    assert [len(row) for row in table.rows] == [2, 2, 2]
