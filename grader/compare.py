"""A student's array against the right one, in the trusted process.

The messages are for the people of the course: they name one place and the two numbers there. What a
student may read of a hidden test is its title.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.proxy import Reply

RELATIVE = {2: 1e-2, 4: 1e-4, 8: 1e-10}
"""The tolerance by the bytes of a real number: it takes any order of a sum, and no coarser arithmetic."""


def assert_close(
    actual: object,
    expected: npt.ArrayLike,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = "the result",
) -> None:
    """Refuse an array that is not the expected one: first its type, then its shape, then its numbers.

    A number may differ by `atol` plus `rtol` times the largest magnitude in `expected`; integers
    against integers not at all. What is NaN or infinite in `expected`, and nothing else, must be so.

    Args:
        actual: what the submission gave.
        expected: the right numbers, at least one; as an array of the dtype that is asked for.
        rtol: by default what `RELATIVE` says of the coarser of the two dtypes.
        atol: by default 0.
        what: the name of the result in the message.

    Raises:
        AssertionError: it differs.
        ValueError: `expected` is empty or holds no numbers, so nothing could differ from it.

    >>> assert_close(np.array([1.0, 2.0]), [1, 2])
    >>> assert_close(np.array([[1.0, 2.5]]), [[1.0, 2.0]])
    Traceback (most recent call last):
    AssertionError: the result: 1 of 2 numbers differ, first at (0, 1): 2.5, expected 2.0
    """
    right = np.asarray(expected)
    if right.size == 0 or right.dtype.kind not in "biufc":
        raise ValueError(f"{what}: an expected array of shape {right.shape} and dtype {right.dtype} compares nothing")
    got = _array(actual, what)
    if got.shape != right.shape:
        raise AssertionError(f"{what}: shape {got.shape}, expected {right.shape}")
    _refuse_other_kinds(got, right, what)
    wrong = _differing(got, right, rtol, atol)
    if wrong.any():
        place = tuple(int(index) for index in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
        count = f"{np.count_nonzero(wrong)} of {wrong.size} numbers differ"
        raise AssertionError(
            f"{what}: {count}, first at {place}: {got[place].item()!r}, expected {right[place].item()!r}"
        )


def assert_same_bytes(actual: object, expected: object, what: str = "the result") -> None:
    """Refuse what is not the same in type, dtype, shape and every bit; what is no array, in type and value.

    Raises:
        AssertionError: it differs.

    >>> assert_same_bytes(np.zeros(2), np.zeros((2, 1)), "x")
    Traceback (most recent call last):
    AssertionError: x: shape (2,), expected (2, 1)
    """
    if not isinstance(expected, np.ndarray):
        if type(actual) is not type(expected) or actual != expected:
            raise AssertionError(f"{what}: {str(actual)[:80]}, expected {str(expected)[:80]}")
        return
    got = _array(actual, what)
    for name, now, before in (("shape", got.shape, expected.shape), ("dtype", got.dtype, expected.dtype)):
        if now != before:
            raise AssertionError(f"{what}: {name} {now}, expected {before}")
    if got.tobytes() != expected.tobytes():
        raise AssertionError(f"{what}: other values of the same shape {got.shape}")


def assert_unchanged(reply: Reply, *arguments: object, **keywords: object) -> None:
    """Refuse a call that changed what it was given.

    Args:
        reply: of the call.
        arguments: what it was called with, in their order; later ones may be left out.
        keywords: the same of those given by name.

    Raises:
        AssertionError: an argument does not stand as it stood before the call.
    """
    if len(arguments) > len(reply.arguments):
        raise ValueError(f"{len(arguments)} arguments to look at, but the call had {len(reply.arguments)}")
    after: Mapping[str, Any] = reply.keywords or {}
    pairs = [(f"argument {place}", reply.arguments[place - 1], before) for place, before in enumerate(arguments, 1)]
    pairs += [(name, after.get(name), before) for name, before in keywords.items()]
    for name, now, before in pairs:
        assert_same_bytes(now, before, f"{name} after the call")


def _array(actual: object, what: str) -> np.ndarray[Any, Any]:
    if type(actual) is not np.ndarray:
        raise AssertionError(f"{what}: {type(actual).__name__}, expected a numpy array")
    return actual


def _refuse_other_kinds(got: np.ndarray[Any, Any], right: np.ndarray[Any, Any], what: str) -> None:
    """Numbers for numbers, complex ones only where they are asked for, truth values likewise."""
    real = "iuf" if right.dtype.kind != "b" else "b"
    if got.dtype.kind not in (real + "c" if right.dtype.kind == "c" else real):
        raise AssertionError(f"{what}: dtype {got.dtype}, expected numbers like {right.dtype}")


def _differing(
    got: np.ndarray[Any, Any], right: np.ndarray[Any, Any], rtol: float | None, atol: float | None
) -> np.ndarray[Any, Any]:
    """Where the numbers differ by more than they may."""
    coarser = max((_relative(each.dtype) for each in (got, right)), default=0.0)
    finite = np.isfinite(right)
    with np.errstate(all="ignore"):
        if coarser == 0 and rtol is None and atol is None:
            return np.asarray(got != right)
        wide = np.result_type(got, right, np.float64)
        got, right = got.astype(wide), right.astype(wide)
        scale = float(np.abs(right[finite]).max(initial=0.0))
        allowed = (atol or 0.0) + (coarser if rtol is None else rtol) * scale
        near = np.abs(got - right) <= allowed  # false where one of them is NaN
        same = (got == right) | (np.isnan(got) & np.isnan(right))
    return np.asarray(~np.where(finite, near, same))


def _relative(dtype: np.dtype[Any]) -> float:
    if dtype.kind not in "fc":
        return 0.0
    return RELATIVE.get(dtype.itemsize // (2 if dtype.kind == "c" else 1), RELATIVE[8])
