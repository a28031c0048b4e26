"""Magic and shell lines: what becomes nothing, what stops a cell, and what is Python."""

import ast
import tokenize
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.magics import plain

STDLIB = sorted(Path(tokenize.__file__).parent.glob("*.py"))[::3]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("% matplotlib inline", "pass"),
        ("%config InlineBackend.figure_format = 'retina'", "pass"),
        ("%load_ext autoreload\n%autoreload 2\n%reload_ext a\n%precision 3", "pass\npass\npass\npass"),
        ("if a:\n    %matplotlib inline\nelse:\n\t!pip install b\n", "if a:\n    pass\nelse:\n\tpass\n"),
        ("%pip install a", "pass"),
        ("%conda install a", "pass"),
        ("!!pip3 install 'it''s", "pass"),
        ("! python3 -m pip install a && rm -r b", "pass"),
        ("!sudo pip install a \\\n    b \\\n    c\nx = 1", "pass\n\n\nx = 1"),
        ("%timeit f(x)\ny = 1", "pass\ny = 1"),
        ("%time x = f(\n  1)", "x = f(\n  1)"),
        ("for i in a:\n    %time f(i)", "for i in a:\n    f(i)"),
        ("%time %time x = 1", "x = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n\n%%capture out\nx = 1", "\n\n\nx = 1"),
        ("%%capture\n%%time\n%matplotlib inline\nx = 1", "\n\npass\nx = 1"),
        ("%%timeit -n 10\nx = 1\ny = 2", "\n\n"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("%%time\n    x = 1", "\nx = 1"),
        ("%matplotlib inline\r\nx = 1\ry = 2", "pass\nx = 1\ny = 2"),
        ("'it\\'s'; x = 1 # '''\n%matplotlib inline", "'it\\'s'; x = 1 # '''\npass"),
        ("x = (\n)\n%matplotlib inline", "x = (\n)\npass"),
    ],
)
def test_harmless_ones_do_nothing(code: str, expected: str) -> None:
    assert plain(code) == (expected, "")


@pytest.mark.parametrize(
    "code",
    [
        "x = (5\n% 3)",
        "x = 5 \\\n% 3",
        "s = '''\n%run a\n!ls\nx?\n'''",
        's = r"""\\\n%run a"""',
        "s = 'a\\\n%run b'",
        "f = f'''{a}\n%run {b:{c}}\n'''",
        "f'{x:>10}{y!r:^{w}}'",
        "x %= 3\na != b\nprint('what?')  # why?",
        "# why?\n\n#!shebang\n  # and\nx = 1",
        "  # indented\ndef f():\n  return 1",
        "",
        "   \n\n",
    ],
)
def test_python_is_left_alone(code: str) -> None:
    ast.parse(code)
    assert plain(code) == (code, "")


@pytest.mark.parametrize("code", ["x = = 1", "def f(:", "(((\n!ls", "'''\n!ls", "x = 1)\ny", "a ? b"])
def test_broken_python_is_left_to_python(code: str) -> None:
    assert plain(code) == (code, "")


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("x = 1\n\n!ls -la ~", "line 3 is a shell command (!ls), which is not run"),
        ("if a:\n    ! ls", "line 2 is a shell command (! ls), "),
        ("!pipx install a", "line 1 is a shell command (!pipx), "),
        ("x = !ls", "line 1 is a shell command (!ls), "),
        ("x = !pip list", "line 1 is a shell command (!pip), "),
        ("%time !ls", "line 1 is a shell command (!ls), "),
        ("a = '''\n!a\n'''\nx = %who", "line 4 is a magic command (%who), "),
        ("x = %timeit -o f()", "line 1 is a magic command (%timeit), "),
        ("%run other.py", "line 1 is a magic command (%run), "),
        ("%timeitall", "line 1 is a magic command (%timeitall), "),
        ("%pylab inline", "line 1 is %pylab, which brings in names unseen"),
        ("\n%%bash\nls", "line 2 is a cell magic (%%bash), which is not run"),
        ("%%time\n%%writefile a.py\nx", "line 2 is a cell magic (%%writefile), "),
        ("x = 1\n%%time\ny", "line 2 is a cell magic (%%time), which belongs in the first line"),
        ("?print", "line 1 asks for help (?print), "),
        ("x\nprint?", "line 2 asks for help (print?), "),
        ("np.dot??  # what", "line 1 asks for help (np.dot??), "),
        ("%matplotlib?", "line 1 asks for help (%matplotlib?), "),
        ("f'{d[\"a\"]}'\n!ls", "line 2 is a shell command"),
        ('f"{d["["]}"  # Python 3.12\n!ls', "line 2 is a shell command"),
        ("f'''{{{x:{w}}}\\''''\n!ls", "line 2 is a shell command"),
        ("'unclosed\n!ls", "line 2 is a shell command"),
        ("f'unclosed\n!ls", "line 2 is a shell command"),
        ("%%" + "x" * 500, f"line 1 is a cell magic (%%{'x' * 38}…), "),
        ("!\x1b[2J\u202els", "line 1 is a shell command (!\ufffd[2Jls), "),
    ],
)
def test_others_stop_the_cell(code: str, start: str) -> None:
    problem = plain(code)[1]
    assert problem.startswith(start)
    assert problem.isprintable()


@pytest.mark.parametrize("path", STDLIB, ids=lambda path: path.name)
def test_no_file_of_the_standard_library_holds_any(path: Path) -> None:
    code = path.read_text("utf-8")
    assert plain(code + "\n!") == (
        code + "\n!",
        f"line {code.count(chr(10)) + 2} is a shell command (!), which is not run here; remove it",
    )
    assert plain(code) == (code, "")


ODD = ["x = 5", "%matplotlib", "!ls", "%time ", "%%time\n", "'''", '"', "'", "f'", 'f"""', "{", "}", "(", ")", "\\", "\n", "    ", "?", "#", ":", "=", "% 3", "\r", "{{", "é"]  # fmt: skip


@given(st.lists(st.sampled_from(ODD), max_size=30).map("".join) | st.text())
def test_lines_keep_their_numbers(code: str) -> None:
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    new, problem = plain(code)
    kept = new.split("\n")
    assert len(kept) == len(lines)
    if not problem and not code.lstrip().startswith("%%"):
        assert all(
            after.strip() in before or after.strip().removeprefix("pass").strip() in before
            for before, after in zip(lines, kept, strict=True)
        )


@pytest.mark.parametrize("piece", ODD + ["f'{x:", "!pip \\\n", " = ", "%%time\n", "? ", " \n"])  # noqa: RUF005
def test_a_large_cell_takes_time_by_its_length(piece: str) -> None:
    def seconds(size: int) -> float:
        code = piece * (size // len(piece)) + "\n!"
        start = perf_counter()
        plain(code)
        return perf_counter() - start

    assert min(seconds(1 << 19) for _ in range(2)) < 30 * max(min(seconds(1 << 16) for _ in range(3)), 0.01)
