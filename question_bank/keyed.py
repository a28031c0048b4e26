"""Keyed ways through a space: an order without repeats, and fair choices.

`Permutation` walks the indices of a space in an order that only a key determines, without
repeats and without a table. `Draws` turns a key into a stream of fair choices. Nothing here
reads a clock, an address or a global random state.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_ROUNDS = 8
_BLOCK = 64


def _number(key: bytes, message: bytes, length: int) -> int:
    """A number of `length` bytes that only the key and the message determine."""
    if length <= _BLOCK:
        return int.from_bytes(hashlib.blake2b(message, digest_size=length, key=key).digest())
    blocks = [
        hashlib.blake2b(message + counter.to_bytes(4), digest_size=_BLOCK, key=key).digest()
        for counter in range(-(-length // _BLOCK))
    ]
    return int.from_bytes(b"".join(blocks)[:length])


class Permutation:
    """A keyed bijection of 0..size-1: a Feistel network on a box that just holds the size,
    walked until it lands inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).

    Args:
        size: how many indices there are, any positive integer.
        key: up to 64 bytes.

    >>> order = Permutation(10, b"key")
    >>> sorted(order.at(i) for i in range(10)) == list(range(10))
    True
    """

    __slots__ = ("_high", "_key", "_length", "_low", "size")

    def __init__(self, size: int, key: bytes) -> None:
        if size < 1:
            raise ValueError(f"a permutation needs at least one index, got {size}")
        self.size = size
        self._key = key
        self._high = math.isqrt(size - 1) + 1
        self._low = -(-size // self._high)
        # eight bytes more than the modulus: the remainder is uniform to within 2**-64
        self._length = (self._high.bit_length() + 7) // 8 + 8

    def at(self, position: int) -> int:
        """The index at a position of the walk."""
        if not 0 <= position < self.size:
            raise IndexError(f"position {position} lies outside 0..{self.size - 1}")
        index = position
        while True:
            index = self._once(index)
            if index < self.size:
                return index

    def _once(self, index: int) -> int:
        high, low = divmod(index, self._low)
        length = self._length
        for turn in range(0, _ROUNDS, 2):
            high = (high + _number(self._key, b"%d:%x" % (turn, low), length)) % self._high
            low = (low + _number(self._key, b"%d:%x" % (turn + 1, high), length)) % self._low
        return high * self._low + low


class Draws:
    """A stream of fair choices that only a key determines.

    >>> draws = Draws(b"key")
    >>> draws.below(6) in range(6)
    True
    >>> sorted(Draws(b"key").shuffled("abc")) == sorted("abc")
    True
    """

    __slots__ = ("_count", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key).digest()
        self._count = 0

    def below(self, bound: int) -> int:
        """A number in 0..bound-1, each as likely as the others to within 2**-64."""
        self._count += 1
        length = (bound.bit_length() + 7) // 8 + 8
        return _number(self._key, self._count.to_bytes(8), length) % bound

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a drawn order (Fisher and Yates)."""
        return self.some(items, len(items))

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """The first `count` of the items in a drawn order."""
        items = list(items)
        for place in range(min(count, len(items) - 1)):
            other = place + self.below(len(items) - place)
            items[place], items[other] = items[other], items[place]
        return items[:count]
