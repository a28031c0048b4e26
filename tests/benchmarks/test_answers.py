"""Student text: an honest answer and a hostile one."""

import pytest

from question_bank.answers import restore
from question_bank.marking import PartKey, mark

HOSTILE = {
    "1 MB": "1" * 1_000_000,
    "tower": "9**9**9",
    "brackets": "(" * 5_000,
    "signs": "-" * 5_000 + "1",
    "too large": "1e400",
    "nested lists": "[" * 5_000 + "]" * 5_000,
    "deep product": "2*" * 2_000 + "n",
    "line breaks": "1" + "\n" * 9_990 + "2",
    "marks": "\u0345\u035d\u0302\u0327\u0334" * 1_999,
    "directions": "\u202e\u200f" * 10_000 + "1",
}
KINDS = {
    "integer": ("integer", {}, 48, "48"),
    "real": ("real", {}, "0.125", "1/8"),
    "shape": ("shape", {}, [3, 32, 32], "3x32x32"),
    "matrix": ("matrix", {}, [[1, 0], [0, 1]], "[[1, 0], [0, 1]]"),
    "expression": ("expression", {"symbols": ["n", "k"]}, "2/(n*k**2)", "2/(k*k*n)"),
}


def key(name: str) -> PartKey:
    """The key of a part without misconceptions."""
    kind_name, options, stored, _ = KINDS[name]
    kind = restore(kind_name, options)
    return PartKey(kind, kind.decode(stored), {}, {})


@pytest.mark.parametrize("name", KINDS)
def test_honest_answer(benchmark, name: str) -> None:
    text = KINDS[name][3]
    assert mark(key(name), text, "en").verdict == "right"
    benchmark(mark, key(name), text, "en")


@pytest.mark.parametrize("attack", HOSTILE)
@pytest.mark.parametrize("name", KINDS)
def test_hostile_answer(benchmark, name: str, attack: str) -> None:
    benchmark.pedantic(mark, (key(name), HOSTILE[attack], "en"), rounds=5)
