"""Values as bytes and back, without pickle: what crosses the wall between grader and worker.

A frame is the length of the header (u32, little endian), the header (JSON), and the raw bytes of the arrays
that it names, in order. Plain values stand in the header as JSON writes them; the rest are objects with
one key that says what they are:

    {"i": "-ff"}                      an integer of over 63 bits
    {"c": [re, im]}                   complex
    {"t": [...]}, {"d": {...}}        tuple, dict; a list is a JSON list
    {"n": ["<f4", "0000803f"]}        numpy scalar
    {"a": [dtype, shape, "C"|"F", writeable]}                      contiguous array
    {"v": [dtype, shape, strides, offset, bytes, writeable]}       strided view; in requests only
    {"T": [array, requires_grad, is_parameter]}                    torch tensor on the CPU

Types are exact: a subclass of any of these cannot cross. What is read is built anew, and whatever the
other side writes ends in a value or in `Malformed`, within `Caps`.
"""

import json
import struct
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

DTYPES = {
    name: np.dtype(name)
    for name in ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
}
LENGTH = struct.Struct("<I")
_write = json.JSONEncoder(separators=(",", ":")).encode
_read = json.JSONDecoder().decode
_SMALL = 1 << 63
_INT_BITS = 4096
_AXES = 32


class Unsupported(Exception):
    """A value cannot cross; the text says which."""


class Malformed(Exception):
    """The other side wrote what is no frame."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one frame may hold.

    Args:
        header: bytes of the header.
        data: bytes of all arrays together.
        nodes: values, counted one by one.
        depth: of lists in lists.
        text: characters of one string.
        tensors: whether tensors may cross; reading the first one imports torch.
    """

    header: int = 1 << 20
    data: int = 256 << 20
    nodes: int = 100_000
    depth: int = 32
    text: int = 1 << 18
    tensors: bool = True


@dataclass(frozen=True, slots=True)
class Decoded:
    """A value whose arrays are still empty, and where their bytes go, in order; then call `finish`."""

    value: Any
    buffers: list[memoryview]
    sealed: list[np.ndarray[Any, Any]]
    truths: list[np.ndarray[Any, Any]]

    def finish(self) -> Any:
        """The value, once the buffers are filled."""
        for bytes_of in self.truths:  # a truth value that is neither 0 nor 1 is true and equals nothing
            np.not_equal(bytes_of, 0, out=bytes_of)
        for array in self.sealed:
            array.flags.writeable = False
        return self.value


def encode(value: Any, caps: Caps, *, views: bool = False) -> list[Any]:
    r"""A frame as buffers to be sent one after the other.

    Args:
        value: what to send.
        caps: of the side that reads.
        views: send a strided array as it lies, its gaps zeroed; else as a contiguous copy.

    Raises:
        Unsupported: something in it cannot cross.

    >>> [bytes(part) for part in encode([1, np.ones(2, "<i2")], Caps())][1]
    b'\x01\x00\x01\x00'
    """
    writer = _Writer(caps, views=views)
    tree = writer.node(value, 0)
    header = _write(tree).encode("ascii")
    if len(header) > caps.header:
        raise Unsupported(f"more than {caps.header:,} bytes of plain values")
    return [LENGTH.pack(len(header)) + header, *writer.buffers]


def decode(header: bytes | bytearray, caps: Caps, *, views: bool = False) -> Decoded:
    """Read a header.

    Raises:
        Malformed: it is none.

    >>> decode(b'[1,{"t":[2.5,null]}]', Caps()).finish()
    [1, (2.5, None)]
    """
    reader = _Reader(caps, views=views)
    try:
        tree = _read(header.decode("ascii"))
        return Decoded(reader.value(tree, 0), reader.buffers, reader.sealed, reader.truths)
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError, AttributeError, ImportError) as error:
        raise Malformed(f"{type(error).__name__}: {str(error)[:200]}") from None


class _Writer:
    def __init__(self, caps: Caps, *, views: bool) -> None:
        self.buffers: list[Any] = []
        self._caps = caps
        self._views = views
        self._nodes = caps.nodes
        self._data = caps.data

    def node(self, value: Any, depth: int) -> Any:
        self._nodes -= 1
        if self._nodes < 0:
            raise Unsupported(f"more than {self._caps.nodes:,} values")
        if depth > self._caps.depth:
            raise Unsupported(f"lists nested deeper than {self._caps.depth}")
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if kind is np.ndarray:
            return self._array(value)
        if kind is int:
            return self._integer(value)
        if kind is str:
            return self._text(value)
        if kind is list:
            return [self.node(item, depth + 1) for item in value]
        if kind is tuple:
            return {"t": [self.node(item, depth + 1) for item in value]}
        if kind is dict:
            return {"d": {self._key(key): self.node(item, depth + 1) for key, item in value.items()}}
        if kind is complex:
            return {"c": [value.real, value.imag]}
        if issubclass(kind, np.generic) and value.dtype.str in DTYPES and kind is value.dtype.type:
            return {"n": [value.dtype.str, value.tobytes().hex()]}
        torch = sys.modules.get("torch")
        if torch is not None and self._caps.tensors and kind in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(value, torch)
        raise Unsupported(f"a value of type {_name(kind)}")

    def _text(self, value: str) -> str:
        if len(value) > self._caps.text:
            raise Unsupported(f"a text of {len(value):,} characters")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unsupported("a text with half of a character (a lone surrogate)") from None
        return value

    def _integer(self, value: int) -> Any:
        if -_SMALL <= value < _SMALL:
            return value
        if value.bit_length() > _INT_BITS:
            raise Unsupported(f"an integer of {value.bit_length():,} bits")
        return {"i": format(value, "x")}

    def _key(self, key: Any) -> str:
        if type(key) is not str:
            raise Unsupported(f"a dict with a key of type {_name(type(key))}; only texts can be keys")
        return self._text(key)

    def _array(self, array: np.ndarray[Any, Any]) -> Any:
        dtype = array.dtype.str
        if dtype not in DTYPES:
            raise Unsupported(f"an array of dtype {str(array.dtype)[:60]}")
        self._data -= array.nbytes  # the logical size: strides of 0 do not hide it
        if self._data < 0:
            raise Unsupported(f"more than {self._caps.data:,} bytes of arrays")
        if array.ndim > _AXES:
            raise Unsupported(f"an array of {array.ndim} axes")
        flags = array.flags
        order = "C"
        if not flags.c_contiguous:
            if flags.f_contiguous:
                order = "F"
            elif self._views and array.size:
                return self._view(array, dtype)
        self._append(array.T if order == "F" else np.ascontiguousarray(array))
        return {"a": [dtype, array.shape, order, flags.writeable]}

    def _append(self, array: np.ndarray[Any, Any]) -> None:
        if array.size:
            self.buffers.append(array.reshape(-1).view(np.uint8).data)

    def _view(self, array: np.ndarray[Any, Any], dtype: str) -> Any:
        steps = [(size - 1) * stride for size, stride in zip(array.shape, array.strides, strict=True)]
        low, high = sum(min(step, 0) for step in steps), sum(max(step, 0) for step in steps) + array.itemsize
        self._data -= high - low
        if self._data < 0:
            raise Unsupported(f"a view over more than {self._caps.data:,} bytes")
        base = np.zeros(high - low, np.uint8)  # its gaps must not show what else lies in the grader's memory
        np.ndarray(array.shape, dtype, base, -low, array.strides)[...] = array
        self._append(base)
        return {"v": [dtype, array.shape, array.strides, -low, high - low, array.flags.writeable]}

    def _tensor(self, tensor: Any, torch: Any) -> Any:
        try:
            array = tensor.detach().cpu().resolve_conj().resolve_neg().numpy()
        except (RuntimeError, TypeError, NotImplementedError) as error:
            raise Unsupported(f"a tensor that numpy cannot hold ({str(error)[:100]})") from None
        return {"T": [self._array(array), tensor.requires_grad, type(tensor) is torch.nn.Parameter]}


class _Reader:
    def __init__(self, caps: Caps, *, views: bool) -> None:
        self.buffers: list[memoryview] = []
        self.sealed: list[np.ndarray[Any, Any]] = []
        self.truths: list[np.ndarray[Any, Any]] = []
        self._caps = caps
        self._views = views
        self._nodes = caps.nodes
        self._data = caps.data

    def value(self, node: Any, depth: int) -> Any:
        self._nodes -= 1
        if self._nodes < 0 or depth > self._caps.depth:
            raise Malformed("too many values")
        kind = type(node)
        if kind is list:
            return [self.value(item, depth + 1) for item in node]
        if kind is str:
            return self._text(node)
        if kind is int and not -_SMALL <= node < _SMALL:
            raise Malformed("an integer too large")
        if kind is not dict:
            return node
        if len(node) != 1:
            raise Malformed("an object that says nothing of what it is")
        ((tag, content),) = node.items()
        match tag:
            case "a":
                return self._array(*content)
            case "t":
                return tuple(self.value(item, depth + 1) for item in content)
            case "d":
                return {self._text(key): self.value(item, depth + 1) for key, item in content.items()}
            case "n":
                return self._scalar(*content)
            case "c":
                real, imaginary = content
                return complex(float(real), float(imaginary))
            case "i":
                return self._integer(content)
            case "T" if self._caps.tensors:
                return self._tensor(*content)
            case "v" if self._views:
                return self._view(*content)
        raise Malformed("an object of no known kind")

    def _text(self, text: str) -> str:
        if len(text) > self._caps.text:
            raise Malformed("a text too long")
        text.encode()  # half of a surrogate pair would break whoever writes it down
        return text

    def _integer(self, text: str) -> int:
        if len(text) > _INT_BITS // 4 + 1:
            raise Malformed("an integer too large")
        return int(text, 16)

    def _scalar(self, dtype: str, digits: str) -> Any:
        data = bytes.fromhex(digits)
        if dtype not in DTYPES or len(data) != DTYPES[dtype].itemsize:
            raise Malformed("no numpy scalar")
        return np.frombuffer(bytes([data != b"\0"]) if dtype == "|b1" else data, dtype)[0]

    def _room(self, size: int) -> None:
        self._data -= size
        if self._data < 0:
            raise Malformed("too many bytes")

    def _empty(self, dtype: str, shape: list[int], order: str) -> np.ndarray[Any, Any]:
        if dtype not in DTYPES or order not in ("C", "F") or len(shape) > _AXES:
            raise Malformed("no array")
        size = DTYPES[dtype].itemsize
        for axis in shape:
            if type(axis) is not int or axis < 0:
                raise Malformed("no shape")
            size *= axis
        self._room(size)
        array: np.ndarray[Any, Any] = np.empty(tuple(shape), DTYPES[dtype], order)  # type: ignore[call-overload]
        if size:
            flat = (array.T if order == "F" else array).reshape(-1).view(np.uint8)
            self.buffers.append(flat.data)
            if dtype == "|b1":
                self.truths.append(flat)
        return array

    def _array(self, dtype: str, shape: list[int], order: str, writeable: bool) -> np.ndarray[Any, Any]:  # noqa: FBT001
        array = self._empty(dtype, shape, order)
        if writeable is not True:
            self.sealed.append(array)
        return array

    def _view(
        self, dtype: str, shape: list[int], strides: list[int], offset: int, size: int, writeable: bool  # noqa: FBT001
    ) -> np.ndarray[Any, Any]:  # fmt: skip
        if dtype not in DTYPES:
            raise Malformed("no array")
        base = self._empty("|u1", [size], "C")
        array = np.ndarray(tuple(shape), dtype, base.data, offset, tuple(strides))  # it refuses to reach outside
        if writeable is not True:
            self.sealed.append(array)
        return array

    def _tensor(self, node: Any, requires_grad: bool, is_parameter: bool) -> Any:  # noqa: FBT001
        import torch

        ((tag, content),) = node.items()
        content = [*content[:-1], True]  # a tensor is always writeable
        if tag == "a":
            array = self._array(*content)
        elif tag == "v" and self._views:
            array = self._view(*content)
        else:
            raise Malformed("no tensor")
        try:
            tensor = torch.from_numpy(array)
            if is_parameter is True:
                return torch.nn.Parameter(tensor, requires_grad=requires_grad is True)
            return tensor.requires_grad_() if requires_grad is True else tensor
        except RuntimeError as error:
            raise Malformed(str(error)[:200]) from None


def _name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    name = type.__dict__["__name__"].__get__(kind)
    module = type.__dict__["__module__"].__get__(kind)
    return name if module in ("builtins", "__main__") or type(module) is not str else f"{module}.{name}"[:100]
