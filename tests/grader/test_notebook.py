"""Notebooks and Python files as cells: data, whatever is in them."""

import json
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notebook import LARGEST_CODE, LARGEST_FILE, MOST_CELLS, Cell, Unreadable, read


def code(source: Any, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def notebook(*cells: Any, **fields: Any) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **fields}).encode()


def codes(data: bytes, name: str = "a.ipynb") -> list[tuple[int, str]]:
    return [(cell.number, cell.code) for cell in read(name, data)]


def reason(data: bytes, name: str = "a.ipynb") -> str:
    with pytest.raises(Unreadable) as caught:
        read(name, data)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 300
    return text


def test_code_cells_are_numbered_as_people_count_them() -> None:
    markdown = {"cell_type": "markdown", "source": "%run x", "metadata": {}}
    raw = {"cell_type": "raw", "source": "x"}
    cells = [markdown, code(["a = 1\n", "b = 2"]), code("skip", tags=["x", "otter_ignore"]), raw, code("!ls"), code("")]
    assert read("a.IPYNB", notebook(*cells)) == (
        Cell(1, "a = 1\nb = 2"),
        Cell(3, "!ls", "line 1 is a shell command (!ls), which is not run here; remove it"),
        Cell(4, ""),
    )


def test_a_mark_at_the_front_and_letters_of_all_kinds() -> None:
    assert codes(b"\xef\xbb\xbf" + notebook(code("x = 'שלום 🙂'"))) == [(1, "x = 'שלום 🙂'")]


def test_what_nbformat_writes() -> None:
    v4 = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("#"), nbformat.v4.new_code_cell("x = 1\ny = 2")])
    assert codes(nbformat.writes(v4).encode()) == [(1, "x = 1\ny = 2")]
    v3 = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[nbformat.v3.new_text_cell("markdown", "#"), nbformat.v3.new_code_cell("x = 1\ny = 2")]
            ),
            nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("z = 3")]),
        ]
    )
    assert codes(nbformat.v3.writes_json(v3).encode()) == [(1, "x = 1\ny = 2"), (2, "z = 3")]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        None,
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        {"kernelspec": {"name": "conda-env-r-py", "language": ""}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "irene"}},
        {"kernelspec": {"name": 5, "language": []}, "language_info": "python"},
        {"language_info": {"name": "ipython"}},
    ],
)
def test_the_kernel_does_not_matter_while_it_is_python(metadata: Any) -> None:
    assert codes(notebook(code("x"), metadata=metadata)) == [(1, "x")]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"language_info": {"name": "julia"}}, "Julia"),
        ({"kernelspec": {"name": "julia-1.9"}}, "Julia"),
        ({"kernelspec": {"name": "ir"}}, "R"),
        ({"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "scala\x1b" + "a" * 99}}, "scala\ufffd" + "a" * 34),
    ],
)  # fmt: skip
def test_another_language_is_named(metadata: Any, language: str) -> None:
    assert reason(notebook(code("x"), metadata=metadata)) == f"the notebook is written in {language}, not in Python"


def test_cells_of_another_language() -> None:
    marked = read(
        "a.ipynb", notebook(code("x <- 1", vscode={"languageId": "r"}), code("x = 1", vscode={"languageId": "python"}))
    )
    assert marked == (Cell(1, "", "the cell is marked as R, not as Python"), Cell(2, "x = 1"))
    v3 = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x <- 1", "language": "R"}]}]}
    assert reason(json.dumps(v3).encode()) == "code cell 1 is written in R, not in Python"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (b"PK\x03\x04", "not valid JSON (line 1, column 1)"),
        (b'{"cells": [}', "not valid JSON (line 1, column 12)"),
        (b"\xff\xfe{\x00}\x00", "is no UTF-8 text"),
        (b"[]", "its JSON is no table"),
        (b"NaN", "its JSON is no table"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"cells":' * 200_000, "nested too deeply"),
        (b'{"a": [' + b"[],", "not valid JSON"),
        (b"[" + b"[]," * 1_000_000 + b"[]]", "too many lists and tables"),
        (b"{}", "its cells are no list"),
        (notebook(), "the notebook has no code cells"),
        (notebook({"cell_type": "markdown", "source": "x"}), "the notebook has no code cells"),
        (notebook(code("x", tags=["otter_ignore"])), "no code cells but those tagged otter_ignore"),
        (notebook(5), "a cell of it is no table"),
        (notebook(code("x"), code(5)), "the code of code cell 2 is no text"),
        (notebook(code(["x", 5])), "the code of code cell 1 is no text"),
        (notebook({"cell_type": "code"}), "the code of code cell 1 is no text"),
        (notebook(cells={}), "its cells are no list"),
        (notebook(*[code("")] * (MOST_CELLS + 1)), "5,001 code cells, more than the 5,000 allowed"),
        (notebook(nbformat=5), "format is 5;"),
        (notebook(nbformat=2), "format is 2;"),
        (notebook(nbformat="4"), "format is unknown;"),
        (notebook(nbformat=True), "format is unknown;"),
        (notebook(nbformat=3), "its worksheets are no list"),
        (notebook(nbformat=3, worksheets=[None]), "a worksheet of it is no table"),
        (notebook(code("x" * (LARGEST_CODE + 1))), "the code alone is more than the 5 MB"),
        (b" " * LARGEST_FILE + b"{}", "20.0 MB, more than the 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_notebook_is_explained(data: bytes, said: str) -> None:
    assert said in reason(data)


@pytest.mark.parametrize("number", [b"9" * 100_000, b"1e999999999", b"-NaN"[1:], b"0." + b"1" * 100_000, b"-Infinity"])
def test_odd_numbers_do_no_harm(number: bytes) -> None:
    assert codes(notebook(code("x"), metadata="@").replace(b'"@"', number)) == [(1, "x")]


def test_of_two_equal_keys_the_last_counts() -> None:
    assert codes(notebook(code("x"))[:-1] + b', "cells": [{"cell_type": "code", "source": "y"}]}') == [(1, "y")]


def test_half_a_character_stops_the_cell() -> None:
    (cell,) = read("a.ipynb", notebook(code("x = '\ud800'")))
    assert cell == Cell(1, "", "the cell holds half of a character (a lone surrogate), which Python cannot read")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'", "x = 'é'"),
        (b"\xef\xbb\xbf# coding: utf8\nx", "# coding: utf8\nx"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        (b"#!/usr/bin/python\r\n# vim: set fileencoding=ISO_8859-1 :\nx = '\xe9'", "#!/usr/bin/python\n# vim: set fileencoding=ISO_8859-1 :\nx = 'é'"),
        (b"# coding: cp1251\nx = '\xff'", "# coding: cp1251\nx = 'я'"),
        (b"# coding: windows-1255\nx = '\xf9'", "# coding: windows-1255\nx = 'ש'"),
        (b"x = 1\n# coding: latin-1\ny = '\xc3\xa9'", "x = 1\n# coding: latin-1\ny = 'é'"),
        (b"\n\n# coding: latin-1\ny = '\xc3\xa9'", "\n\n# coding: latin-1\ny = 'é'"),
        (b"def f(:", "def f(:"),
    ],
)  # fmt: skip
def test_a_python_file_is_one_cell(data: bytes, expected: str) -> None:
    assert codes(data, "a.PY") == [(1, expected)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"x\0", "holds NUL bytes"),
        ("x = 1".encode("utf-16"), "holds NUL bytes"),
        (b"x = 1\ny = '\xe9'", "line 2 of the file is no utf-8 text"),
        (b"# coding: ascii\ny = '\xe9'", "line 2 of the file is no ascii text"),
        (b"# coding: utf-7\nx", "declares the encoding utf-7"),
        (b"# coding: utf_16_le\nx", "declares the encoding utf_16_le"),
        (b"# coding: idna\nx", "declares the encoding idna"),
        (b"# coding: rot13\nx", "declares the encoding rot13"),
        (b"# coding: os.path\nx", "declares the encoding os.path"),
        (b"#\n# coding: " + b"z" * 5000, "declares the encoding " + "z" * 40 + ";"),
        (b"\xef\xbb\xbf# coding: latin-1\nx", "begins as UTF-8 but declares"),
    ],
)
def test_what_is_no_python_text_is_explained(data: bytes, said: str) -> None:
    assert said in reason(data, "a.py")


@pytest.mark.parametrize(
    "declared", ["ascii", "latin-1", "l9", "iso-8859-2", "iso8859-15", "cp862", "cp1258", "koi8-u"]
)
def test_declared_encodings_leave_ascii_as_it_is(declared: str) -> None:
    ascii_bytes = bytes(range(33, 127))
    assert codes(b"# coding: " + declared.encode() + b"\n" + ascii_bytes, "a.py")[0][1].endswith(ascii_bytes.decode())


def test_other_names_are_refused() -> None:
    assert reason(b"x", "\x1b[2Ja.txt") == "\ufffd[2Ja.txt is neither a notebook (.ipynb) nor a Python file (.py)"


def test_40_notebooks_a_second() -> None:
    outputs = [{"output_type": "display_data", "data": {"image/png": "A" * 100_000}}]
    cells = [{**code([f"x{row} = {row} % 7\n" for row in range(40)]), "outputs": outputs} for _ in range(20)]
    data = notebook(code("%matplotlib inline"), *cells)

    def seconds() -> float:
        start = perf_counter()
        read("a.ipynb", data)
        return perf_counter() - start

    assert min(seconds() for _ in range(3)) < 1 / 40


@given(st.binary(max_size=200), st.sampled_from(["a.py", "a.ipynb"]))
def test_any_bytes_are_read_or_explained(data: bytes, name: str) -> None:
    _read_or_explain(name, data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["code", "otter_ignore", "R", 3, 4]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["cells", "source", "cell_type"]), inner)
    ),
    max_leaves=8,
)
KEYS = ("nbformat", "metadata", "cells", "worksheets")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)), st.lists(JSON | st.fixed_dictionaries({"cell_type": st.just("code")}, optional=dict.fromkeys(("source", "metadata", "input", "language"), JSON)), max_size=3), st.booleans())  # fmt: skip
def test_any_json_is_read_or_explained(fields: dict[str, Any], cells: Sequence[Any], old: bool) -> None:
    shape = {"nbformat": 3, "worksheets": [{"cells": cells}]} if old else {"nbformat": 4, "cells": cells}
    _read_or_explain("a.ipynb", json.dumps({**shape, **fields}).encode())


@settings(max_examples=200)
@given(st.data())
def test_any_damage_is_read_or_explained(data: st.DataObject) -> None:
    whole = bytearray(
        notebook(code(["%time x\n", "y"], tags=["otter_ignore"]), code("z"), metadata={"kernelspec": {"name": "ir"}})
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    _read_or_explain("a.ipynb", bytes(whole))


def _read_or_explain(name: str, data: bytes) -> None:
    try:
        cells = read(name, data)
    except Unreadable as error:
        assert str(error).isprintable()
        assert len(str(error)) < 300
    else:
        assert cells
        for cell in cells:
            cell.code.encode()
            assert cell.problem.isprintable()
