"""What crosses the wall comes back the same; what must not cross is refused on either side."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.worker.codec import DTYPES, LENGTH, Caps, Malformed, Unsupported, decode, encode

CAPS = Caps()
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 200), 1 << 200) | st.floats() | st.text() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
ARRAYS = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)


def through(value: Any, *, views: bool = False, caps: Caps = CAPS) -> Any:
    """There and back, as the two sides do it."""
    frame = b"".join(bytes(part) for part in encode(value, caps, views=views))
    size = LENGTH.unpack(frame[:4])[0]
    found = decode(frame[4 : 4 + size], caps, views=views)
    rest = frame[4 + size :]
    for buffer in found.buffers:
        buffer[:] = rest[: len(buffer)]
        rest = rest[len(buffer) :]
    assert not rest
    return found.finish()


def same(left: Any, right: Any) -> bool:
    """Equal, types and the sign of NaN's kin included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(map(same, left.values(), right.values()))
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return left == right


@given(PLAIN)
@settings(max_examples=150, deadline=None)
def test_plain_values_come_back(value: Any) -> None:
    assert same(through(value), value)


@given(ARRAYS)
@settings(max_examples=150, deadline=None)
def test_arrays_come_back_fresh(array: np.ndarray) -> None:
    back = through([array, array.T])
    assert same(back[0], array)
    assert same(back[1], np.array(array.T))
    assert not np.shares_memory(back[0], array)


@given(ARRAYS, st.data())
@settings(max_examples=150, deadline=None)
def test_views_come_back_with_their_strides(array: np.ndarray, data: st.DataObject) -> None:
    view = array[data.draw(arrays.basic_indices(array.shape, allow_newaxis=True))]
    if not isinstance(view, np.ndarray):
        return
    back = through(view, views=True)
    assert same(back, view)
    if view.size and not view.flags.c_contiguous and not view.flags.f_contiguous:
        assert back.strides == view.strides


@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_numpy_scalars_come_back_as_such(dtype: str) -> None:
    value = np.ones(1, dtype)[0]
    assert type(through(value)) is type(value)
    assert through(value) == value


@pytest.mark.parametrize("order", ["C", "F"])
def test_order_and_writeability_come_back(order: str) -> None:
    array = np.asarray(np.arange(6.0).reshape(2, 3), order=order)
    array.flags.writeable = False
    back = through(array)
    assert back.strides == array.strides
    assert not back.flags.writeable
    assert through(array.copy()).flags.writeable


def test_tensors_come_back() -> None:
    torch = pytest.importorskip("torch")
    values = [
        torch.arange(6.0).reshape(2, 3).T,
        torch.ones(2, requires_grad=True),
        torch.nn.Parameter(torch.ones(1)),
        torch.tensor(3),
    ]
    back = through(values, views=True)
    for value, other in zip(values, back, strict=True):
        assert type(other) is type(value)
        assert torch.equal(other, value)
        assert other.requires_grad == value.requires_grad
    assert through(torch.ones(2, requires_grad=True) * 2).tolist() == [2, 2]
    for odd in (torch.ones(2, dtype=torch.bfloat16), torch.ones(2).to_sparse(), torch.empty(2, device="meta")):
        with pytest.raises(Unsupported):
            encode(odd, CAPS)


class Array(np.ndarray):
    pass


class Integer(int):
    pass


class Lies:
    __class__ = np.ndarray  # type: ignore[assignment]
    dtype = np.dtype(float)


@pytest.mark.parametrize(
    "value",
    [
        np.ones(2).view(Array), Integer(1), Lies(), np.array([None]), np.array(["a"]), np.array([b"a"]), np.array([1], ">i4"),
        np.array([1], "M8[s]"), np.zeros(1, "i4,i4"), np.ones(1, np.longdouble), np.float64, b"bytes", {1: 1}, {1, 2}, object(), range(3),
        memoryview(b""), 1 << 5000, "x" * (CAPS.text + 1), [0] * (CAPS.nodes + 1), np.broadcast_to(1.0, (1 << 40,)), "\x00" * CAPS.text + "x",
    ],
    ids=lambda value: str(type(value).__name__),
)  # fmt: skip
def test_what_cannot_cross(value: Any) -> None:
    with pytest.raises(Unsupported):
        encode([value], CAPS)


def test_nesting_has_an_end() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(Unsupported, match="nested"):
        encode(value, CAPS)


def test_arrays_together_have_a_cap() -> None:
    caps = Caps(data=100)
    assert same(through(np.zeros(100, "u1"), caps=caps), np.zeros(100, "u1"))
    with pytest.raises(Unsupported):
        encode([np.zeros(60, "u1")] * 2, caps)
    header = encode([np.zeros(60, "u1")] * 2, CAPS)[0][4:]
    with pytest.raises(Malformed):
        decode(header, caps)


def array(*words: Any) -> bytes:
    return json.dumps({"a": words}).encode()


@pytest.mark.parametrize(
    "header",
    [
        b"", b"{", b"\xff\xfe", b"nul", b"[1,]", b"{}", b'{"a":1,"t":[]}', b'{"z":[]}', b'{"t":5}', b'{"t":"x", "t2":1}', b"[" * 5000,
        b"9" * 5000, b'{"i":"' + b"f" * 5000 + b'"}', b'{"i":"no"}', b'{"i":5}', b'{"c":[1]}', b'{"c":["x",1]}', b'{"n":["|O","00"]}',
        b'{"n":["<f8","00"]}', b'{"n":["<f8","zz"]}', b'{"d":[]}', b'{"T":[{"t":[]},true,true]}', b'{"T":[5,true,true]}', b"18446744073709551616",
        b'{"v":["<f8",[2],[8],0,16,true]}', array("|O", [1], "C", True), array("<f8", [-1], "C", True), array("<f8", [True], "C", True),
        array("<f8", [1.0], "C", True), array("<f8", ["1"], "C", True), array("<f8", 3, "C", True), array("<f8", [1] * 40, "C", True),
        array("<f8", [1 << 62], "C", True), array("<f8", [0, 1 << 62], "C", True), array("<f8", [1], "K", True), array([], [1], "C", True),
        array("f8", [1], "C", True), array("<f8", [1], "C"), array(">f8", [1], "C", True), array("<f8,<f8", [1], "C", True),
        b'{"a":"abcd"}', b'{"a":{"a":1,"b":1,"c":1,"d":1}}', b'["' + b"x" * (CAPS.text + 1) + b'"]', b"[" + b"0," * CAPS.nodes + b"0]",
    ],
    ids=lambda header: header[:30].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_frame(header: bytes) -> None:
    with pytest.raises(Malformed):
        decode(header, CAPS)


@pytest.mark.parametrize(
    "words", [["<f8", [2], [8], 0, 15, True], ["<f8", [2], [1 << 40], 0, 16, True], ["<f8", [2], [8], -8, 16, True], ["<f8", [2], [8], 8, 16, True],
              ["|O", [2], [8], 0, 16, True], ["<f8", [2], [8, 8], 0, 16, True]]
)  # fmt: skip
def test_a_view_cannot_reach_outside(words: list[Any]) -> None:
    with pytest.raises(Malformed):
        decode(json.dumps({"v": words}).encode(), CAPS, views=True)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:atdnciTv<f8Ctrue0123456789-', max_size=100).map(str.encode))
@settings(max_examples=500, deadline=None)
def test_noise_ends_in_a_value_or_in_malformed(header: bytes) -> None:
    try:
        found = decode(header, Caps(data=1 << 16), views=True)
    except Malformed:
        return
    assert sum(map(len, found.buffers)) <= 1 << 16


def test_the_length_is_little_endian() -> None:
    frame = encode(None, CAPS)
    assert frame == [struct.pack("<I", 4) + b"null"]
