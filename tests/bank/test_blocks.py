"""Markdown as instructors write it, read into blocks as the HTML pages read it."""

import pytest

from question_bank.render.blocks import Break, Formula, Listing, Marked, Paragraph, Table, Words, blocks, formulas, line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See [notes](http://x/$a$) and $b$, $c$", ["b", "c"]),
        ('See [notes](x "$a$") and $b$', ["b"]),
        (r"\$5 and \$6", []),
        ("see `cost $5` and `$6`", []),
        ("A retake costs $5.\n\nA copy costs $6.", []),
        ("```\n$a$\n```\n\n$b$", ["b"]),
        ("a &#xE000; b $c$", ["c"]),
        ("a \ue000 b $c$", ["c"]),
        ("<http://x/$a$> $b$", ["b"]),
        ("| $a$ | $b$ |\n|---|---|\n| $c$ | x |\n\n- $d$\n\n$$e$$", ["a", "b", "c", "d", "e"]),
        ("**$a$** *$b$*", ["a", "b"]),
        ("a $x < 3$ b", ["x < 3"]),
    ],
)
def test_formulas_are_where_the_pages_show_them(text: str, found: list[str]) -> None:
    assert list(formulas(text)) == found


def test_dollars_are_printed() -> None:
    assert "".join(run.text for run in line(r"\$5 and \$6") if isinstance(run, Words)) == "$5 and $6"


def test_lists_keep_their_numbers() -> None:
    first, _, second = blocks("3. three\n4. four\n\ntext\n\n5. five")
    assert isinstance(first, Listing)
    assert isinstance(second, Listing)
    assert (first.start, second.start) == (3, 5)


def test_code_keeps_its_lines() -> None:
    [paragraph] = blocks("```python\ndef f(x):\n    return x\n```")
    assert paragraph == Paragraph(
        (Marked("code", (Words("def f(x):"), Break(), Words("\u00a0\u00a0\u00a0\u00a0return x"))),)
    )


def test_tables_and_breaks() -> None:
    [table] = blocks("| a | b |\n|---|---|\n| 1 | $2$ |")
    assert table == Table(((Words("a"),), (Words("b"),)), (((Words("1"),), (Formula("2", alone=False),)),))
    assert line("a\\\nb") == (Words("a"), Break(), Words("b"))
