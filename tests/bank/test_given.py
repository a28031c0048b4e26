"""Reading a given: what is taken, what is refused and how the refusal reads."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank import registry
from question_bank.errors import ConvmarkError, Refused
from question_bank.fields import ArrayField, Flag, InputSize, Number, PerAxis, Sizes, Whole, Word, rational, short
from question_bank.given import Schema
from question_bank.solve import solve

SCHEMA = Schema(
    input=InputSize(),
    kernel=PerAxis("K", size=True),
    stride=PerAxis("S", default=1),
    bias=Flag(default=True),
    mode=Word("same", "valid", default="same"),
    gain=Number("g", default=None, least=0),
    groups=Whole("G", default=None),
)


def test_defaults_and_what_was_stated() -> None:
    read = SCHEMA.read({"input": 9, "kernel": [3, 5]})
    assert (read.input, read.kernel, read.stride, read.bias, read.gain) == ((9, 9), (3, 5), 1, True, None)
    assert read.stated == {"input", "kernel"}
    with pytest.raises(AttributeError, match="no key 'depth'"):
        _ = read.depth


def test_the_twin_has_a_symbol_for_every_stated_number() -> None:
    read = SCHEMA.read({"input": [9, 8], "kernel": 3, "gain": 0.3, "groups": 2})
    twin = SCHEMA.twin(read)
    assert [str(symbol) for symbol in SCHEMA.symbols(read)] == ["H", "W", "K", "g", "G"]
    assert SCHEMA.leaves(read) == [9, 8, 3, Fraction(3, 10), 2]
    assert (twin.stride, twin.mode) == (sympy.Integer(1), "same")


def test_structure_decides_about_the_derivation_numbers_do_not() -> None:
    skeleton = lambda raw: SCHEMA.skeleton(SCHEMA.read(raw))  # noqa: E731
    assert skeleton({"input": 9, "kernel": 3}) == skeleton({"input": 7, "kernel": 5})
    assert skeleton({"input": 9, "kernel": 3}) != skeleton({"input": 9, "kernel": [3]})
    assert skeleton({"input": 9, "kernel": 3}) != skeleton({"input": 9, "kernel": 3, "stride": 1})
    assert skeleton({"input": 9, "kernel": 3, "mode": "same"}) != skeleton({"input": 9, "kernel": 3, "mode": "valid"})


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([], "expected an object with the keys input, kernel"),
        ({"input": 9}, "missing key: kernel"),
        ({"input": 9, "kernel": 3, "strides": 2}, "unknown key: strides"),
        ({"input": 9, "kernel": True}, "kernel: expected an integer of at least 1, got true"),
        ({"input": 9, "kernel": "3"}, 'kernel: expected an integer of at least 1, got "3"'),
        ({"input": 9, "kernel": 1.5}, "got 1.5"),
        ({"input": 9, "kernel": Decimal("1.50")}, "got 1.50"),
        ({"input": 9, "kernel": 0}, "got 0"),
        ({"input": 9, "kernel": None}, "got null"),
        ({"input": 9, "kernel": 10**19}, "over 10**18"),
        ({"input": [9, 9], "kernel": [3, 3, 3]}, "different numbers of axes: 2, 3"),
        ({"input": [1, 1, 1, 1], "kernel": 1}, "expected 1 to 3 axes, got a list of 4"),
        ({"input": [], "kernel": 1}, "expected 1 to 3 axes"),
        ({"input": 9, "kernel": [[3]]}, "kernel[0]"),
        ({"input": 9, "kernel": 3, "bias": 1}, "bias: expected true or false, got 1"),
        ({"input": 9, "kernel": 3, "mode": "full"}, "mode: expected one of same, valid"),
        ({"input": 9, "kernel": 3, "mode": ["same"]}, "mode: expected one of"),
        ({"input": 9, "kernel": 3, "gain": -1}, "gain: expected a number of at least 0"),
        ({"input": 9, "kernel": 3, "gain": "1/0"}, "gain: expected a finite number"),
        ({"input": 9, "kernel": 3, "gain": float("inf")}, "gain: expected a finite number"),
        ({"input": 9, "kernel": 3, "gain": "__import__('os')"}, "gain: expected a finite number"),
        ({"input": 9, "kernel": 3, "gain": Decimal("1e999999999")}, "gain: expected a finite number"),
        ({"input": 9, "kernel": 3, "gain": [1]}, "gain: expected a finite number"),
    ],
)
def test_nonsense_is_refused_with_the_reason(raw, says) -> None:
    with pytest.raises(Refused) as refusal:
        SCHEMA.read(raw)
    assert says in str(refusal.value)


def test_arrays() -> None:
    schema = Schema(w=ArrayField("w", "K_H", "K_W"))
    read = schema.read({"w": [[1, 2.5], ["1/3", -4]]})
    assert read.w.shape == (2, 2)
    assert schema.leaves(read) == [[[1, Fraction(5, 2)], [Fraction(1, 3), -4]], 2, 2]
    for bad in ([], [[]], [1, 2], [[1, 2], [3]], [[1], 2], [[float("nan")]], "text", [[True]], [[[1]]], [[None]]):
        with pytest.raises(Refused):
            schema.read({"w": bad})


def test_an_array_may_be_left_out() -> None:
    schema = Schema(b=ArrayField("b", "C", default=None))
    for raw in ({}, {"b": None}):
        read = schema.read(raw)
        assert (read.b, schema.leaves(read), schema.symbols(read)) == (None, [], [])
    stated = schema.read({"b": [5]})
    assert (schema.leaves(stated), list(map(str, schema.symbols(stated)))) == ([[5], 1], ["b", "C"])
    assert schema.skeleton(stated) != schema.skeleton(schema.read({"b": None}))


def test_shapes_have_letters_by_their_length() -> None:
    schema = Schema(shape=Sizes(("n", "m"), ("a", "b", "c"), default=None))
    assert [str(symbol) for symbol in schema.symbols(schema.read({"shape": [1, 2, 3]}))] == ["a", "b", "c"]
    assert schema.read({}).shape is None
    for bad in ([1], [1, 2, 3, 4], 5, [1, 0], "ab"):
        with pytest.raises(Refused):
            schema.read({"shape": bad})


def test_numbers_are_the_decimals_they_are_written_as() -> None:
    assert rational(0.1, "x") == Fraction(1, 10)
    assert rational(Decimal("0.30"), "x") == Fraction(3, 10)
    assert rational("-6/4", "x") == Fraction(-3, 2)
    for bad in ("1/2/3", "٣", "1e5", " 1", "1_000", "", "9" * 41, 10**80):
        with pytest.raises(Refused):
            rational(bad, "x")


def test_messages_stay_on_one_line() -> None:
    assert len(short("x" * 10**6)) == 60
    assert "\n" not in short("a\nb")
    assert short(Decimal("1.5")) == "1.5"


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "s", "d", "p", "branches"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
@pytest.mark.parametrize("family_id", registry.ids())
def test_any_given_is_answered_or_refused(family_id, data) -> None:
    """Whatever JSON comes, the answer is a result or a reason, never another error."""
    keys = list(registry.get(family_id).given.fields)
    raw = data.draw(st.dictionaries(st.sampled_from([*keys, "x"]), anything, max_size=4))
    try:
        json.dumps(solve(family_id, raw)["answers"])
    except ConvmarkError as error:
        assert isinstance(error, Refused), error
        assert "\n" not in error.message
