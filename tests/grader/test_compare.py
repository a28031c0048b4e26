"""Comparison of arrays: what is close, what is refused, and in which words."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.compare import assert_close, assert_same_bytes, assert_unchanged
from grader.fixtures import InProcess, _copied
from grader.proxy import MissingError, Reply, StudentError, Submission, UnsupportedError


class Sub(np.ndarray):
    """An array of a class of its own, which could answer anything."""

    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = None  # type: ignore[assignment]


RIGHT = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -1000.0]])


@pytest.mark.parametrize(
    ("actual", "message"),
    [
        (RIGHT.tolist(), "y: list, expected a numpy array"),
        (None, "y: NoneType, expected a numpy array"),
        (np.float64(3), "y: float64, expected a numpy array"),
        (RIGHT.view(Sub), "y: Sub, expected a numpy array"),
        (np.ma.masked_array(RIGHT), "y: MaskedArray, expected a numpy array"),
        (RIGHT[None], r"y: shape \(1, 2, 3\), expected \(2, 3\)"),
        (RIGHT[:, :1], r"y: shape \(2, 1\), expected \(2, 3\)"),
        (np.zeros((0, 3)), r"y: shape \(0, 3\), expected \(2, 3\)"),
        (np.array(1.0), r"y: shape \(\), expected \(2, 3\)"),
        (RIGHT.astype(object), "y: dtype object, expected numbers like float64"),
        (RIGHT.astype(str), "y: dtype <U32, expected numbers like float64"),
        (RIGHT.astype(complex), "y: dtype complex128, expected numbers like float64"),
        (RIGHT > 0, "y: dtype bool, expected numbers like float64"),
        (np.where(RIGHT == -2, np.nan, RIGHT), r"y: 1 of 6 numbers differ, first at \(0, 1\): nan, expected -2.0"),
        (np.where(RIGHT == 4, np.inf, RIGHT), r"y: 1 of 6 numbers differ, first at \(1, 0\): inf, expected 4.0"),
        (RIGHT + 1e-6, r"y: 6 of 6 numbers differ"),
        (-RIGHT, r"y: 6 of 6 numbers differ, first at \(0, 0\): -1.0, expected 1.0"),
        (np.full((2, 3), np.nan), r"y: 6 of 6 numbers differ"),
    ],
)
def test_what_is_refused(actual: object, message: str) -> None:
    with pytest.raises(AssertionError, match=f"^{message}"):
        assert_close(actual, RIGHT, what="y")


def test_a_message_is_short_however_large_the_arrays() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_close(np.zeros((100, 100)), np.ones((100, 100)))
    assert str(caught.value) == "the result: 10000 of 10000 numbers differ, first at (0, 0): 0.0, expected 1.0"


@pytest.mark.parametrize("expected", [[], np.zeros((3, 0)), ["a"], np.array([None])])
def test_an_expected_array_that_compares_nothing_is_the_suites_fault(expected: Any) -> None:
    with pytest.raises(ValueError, match="compares nothing"):
        assert_close(np.array([]), expected)


def test_the_tolerance_takes_any_order_of_a_sum_and_no_coarser_arithmetic() -> None:
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(2, 50, 3000))
    exact = (factors[0] * factors[1]).sum(axis=1)
    assert_close(np.array([sum(row) for row in (factors[0] * factors[1]).tolist()]), exact)
    single = factors.astype(np.float32)
    in_order = np.cumsum(single[0] * single[1], axis=1, dtype=np.float32)[:, -1]
    assert_close(in_order, exact.astype(np.float32))
    assert_close(in_order, exact)  # a result in single precision is measured as one
    with pytest.raises(AssertionError):
        assert_close(in_order.astype(np.float64), exact)
    half = (factors[0].astype(np.float16) * factors[1].astype(np.float16)).sum(axis=1).astype(np.float32)
    with pytest.raises(AssertionError):
        assert_close(half, exact.astype(np.float32))


def test_the_tolerance_is_scaled_to_the_largest_number() -> None:
    assert_close(np.array([1e12, 1.0 + 1e-3]), [1e12, 1.0])
    assert_close(np.array([1e-12, 1e-30]), [1e-12, 0.0])
    with pytest.raises(AssertionError):
        assert_close(np.array([1.001e-12, 0.0]), [1e-12, 0.0])
    with pytest.raises(AssertionError):
        assert_close(np.array([1e-300]), [0.0])
    assert_close(np.array([1e-300]), [0.0], atol=1e-9)
    assert_close(np.array([1.01, 2.0]), [1.0, 2.0], rtol=0.01)


def test_integers_are_exact() -> None:
    assert_close(np.array([2**60 + 1]), [2**60 + 1])
    with pytest.raises(AssertionError, match=f"{2**60}, expected {2**60 + 1}"):
        assert_close(np.array([2**60]), [2**60 + 1])
    assert_close(np.array([1, 2], np.int8), [1, 2])
    assert_close(np.array([1.0, 2.0]), [1, 2])
    assert_close(np.array([255], np.uint8), [255])
    with pytest.raises(AssertionError):
        assert_close(np.array([255], np.uint8), [-1])


def test_truth_values_and_complex_numbers() -> None:
    assert_close(np.array([True, False]), [True, False])
    with pytest.raises(AssertionError, match="dtype int64, expected numbers like bool"):
        assert_close(np.array([1, 0]), [True, False])
    assert_close(np.array([1 + 1e-14j]), np.array([1 + 0j]))
    assert_close(np.array([1.0]), np.array([1 + 0j]))
    with pytest.raises(AssertionError):
        assert_close(np.array([1 + 1e-3j]), np.array([1 + 0j]))


def test_nan_and_infinity_stand_where_they_are_expected() -> None:
    odd = [np.nan, np.inf, -np.inf, 1.0]
    assert_close(np.array(odd), odd)
    for place, value in [(0, 0.0), (1, -np.inf), (2, 1e300), (3, np.nan), (3, np.inf)]:
        other = np.array(odd)
        other[place] = value
        with pytest.raises(AssertionError, match="1 of 4 numbers differ"):
            assert_close(other, odd)


def test_no_warnings_come_of_what_a_student_gives() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (np.nan, np.inf, 1e308, -1e308):
            with pytest.raises(AssertionError):
                assert_close(np.array([value]), [-1e308] if value > 0 else [1.0])


@given(arrays.arrays(st.sampled_from([np.float64, np.float32, np.int32]), arrays.array_shapes(max_side=4)))
def test_an_array_is_close_to_itself_in_any_layout(array: np.ndarray[Any, Any]) -> None:
    assert_close(array, array)
    assert_close(np.asfortranarray(array), array)
    assert_same_bytes(np.asfortranarray(array), array)


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (np.zeros(3), np.zeros(3, np.float32), "x: dtype float64, expected float32"),
        (np.zeros((1, 3)), np.zeros(3), r"x: shape \(1, 3\), expected \(3,\)"),
        (np.array([0.0]), np.array([-0.0]), r"x: other values of the same shape \(1,\)"),
        ([0.0], np.array([0.0]), "x: list, expected a numpy array"),
        (np.zeros(1), None, r"x: \[0.\], expected None"),
        (True, 1, "x: True, expected 1"),
        (2, 1, "x: 2, expected 1"),
    ],
)
def test_every_bit_counts(actual: object, expected: object, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_same_bytes(actual, expected, "x")


def test_same_bytes() -> None:
    assert_same_bytes(np.array([np.nan]), np.array([np.nan]))
    assert_same_bytes(None, None)
    assert_same_bytes(3, 3)


def test_changed_arguments_are_found() -> None:
    x, w = np.arange(6.0).reshape(2, 3), np.ones(2)
    assert_unchanged(Reply(0, (x.copy(), w.copy(), None), {"b": w}), x, w, None, b=w)
    with pytest.raises(AssertionError, match=r"argument 2 after the call: other values"):
        assert_unchanged(Reply(0, (x, w + 1)), x, w)
    with pytest.raises(AssertionError, match=r"argument 1 after the call: shape \(3, 2\), expected \(2, 3\)"):
        assert_unchanged(Reply(0, (x.reshape(3, 2), w)), x, w)
    with pytest.raises(AssertionError, match="b after the call: dtype float32, expected float64"):
        assert_unchanged(Reply(0, (x,), {"b": w.astype(np.float32)}), x, b=w)
    with pytest.raises(ValueError, match="2 arguments to look at, but the call had 1"):
        assert_unchanged(Reply(0, (x,)), x, w)


# --- a submission in this process


class Module:
    """What stands where a module of a submission would."""

    @staticmethod
    def first(x: Any, *_: Any, **__: Any) -> Any:
        return x

    @staticmethod
    def column(x: Any) -> Any:
        return x[:, 0]

    @staticmethod
    def change(x: Any, b: Any) -> Any:
        x += 1
        b.resize((1, 3), refcheck=False)
        return x

    @staticmethod
    def total(x: Any) -> Any:
        return x.sum()

    @staticmethod
    def fail(kind: str) -> None:
        class OwnError(ValueError):
            pass

        class Other(Exception):
            pass

        raise {"own": OwnError, "other": Other, "exit": SystemExit, "index": IndexError}[kind]("why")

    @staticmethod
    def subclass() -> Any:
        return np.zeros(3).view(Sub)

    @staticmethod
    def objects() -> Any:
        return np.array([None])


@pytest.fixture
def submission() -> Submission:
    return Submission(InProcess(Module))  # type: ignore[arg-type]


def test_what_a_call_gives_back_shares_no_memory(submission: Submission) -> None:
    x = np.arange(6.0).reshape(2, 3)
    reply = submission.call("first", x, np.ones(3))
    assert reply.aliases == (0,)
    assert not np.shares_memory(reply.value, x)
    assert submission.call("column", x).aliases == (0,)
    assert submission.call("first", 3, x).aliases == ()


def test_changes_are_seen_in_the_reply_and_nowhere_else(submission: Submission) -> None:
    x, b = np.zeros((2, 3)), np.zeros(3)
    reply = submission.call("change", x, b=b)
    assert reply.arguments[0].all()
    assert reply.keywords is not None
    assert reply.keywords["b"].shape == (1, 3)
    assert (x.any(), b.shape) == (False, (3,))


@pytest.mark.parametrize(
    ("kind", "raised"), [("own", ValueError), ("other", StudentError), ("exit", StudentError), ("index", IndexError)]
)
def test_exceptions_arrive_as_local_ones(submission: Submission, kind: str, raised: type[Exception]) -> None:
    with pytest.raises(raised, match="why") as caught:
        submission.fail(kind)
    assert type(caught.value) is raised


def test_only_plain_values_come_back(submission: Submission) -> None:
    assert submission.total(np.ones(2)) == 2
    for name in ("subclass", "objects"):
        with pytest.raises(UnsupportedError, match=f"{name} returned"):
            submission.call(name)
    assert submission.first([1, (2.0, "x"), {"a": None}]) == [1, (2.0, "x"), {"a": None}]
    with pytest.raises(MissingError, match="second is not defined"):
        submission.second()


BASE = np.arange(2 * 3 * 5 * 7.0).reshape(2, 3, 5, 7)


@pytest.mark.parametrize(
    "array",
    [
        BASE, BASE[..., ::2], BASE[:, :, ::-1, ::-3], BASE.transpose(0, 2, 3, 1), BASE[1:, 1], BASE[:, :0],
        np.asfortranarray(BASE), np.broadcast_to(BASE[0], (4, 3, 5, 7)), np.array(3.0), BASE.astype(np.int8)[..., 1::3],
    ],
)  # fmt: skip
def test_a_copy_lies_in_memory_as_its_original(array: np.ndarray[Any, Any]) -> None:
    fresh = _copied(array)
    assert np.array_equal(fresh, array)
    wide = [axis for axis, count in enumerate(array.shape) if count > 1 and array.size]
    assert [fresh.strides[axis] for axis in wide] == [array.strides[axis] for axis in wide]
    assert not np.shares_memory(fresh, array)
    assert fresh.flags.writeable == array.flags.writeable
