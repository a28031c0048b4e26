"""A kernel over the corner of its input, and where it goes next."""

from dataclasses import dataclass

from question_bank.fields import AXES, on_axis
from question_bank.figures.figure import Row, in_order, times, words

PerAxis = int | tuple[int, ...]
_TIMES = " × "

MOST_CELLS = {1: 120, 2: 50}
"""What can still be seen on a page: cells along an axis, by the number of axes."""


@dataclass(frozen=True, slots=True)
class Sliding:
    """A kernel at its first place, and its next along each axis, on an input of one or two axes.

    Of a large input a corner is drawn, in which the places cannot be counted.

    >>> Sliding((5, 7), kernel=3, stride=2).facts()
    ('H × W = 5 × 7', 'K = 3', 'S = 2')
    """

    size: tuple[int, ...]
    kernel: PerAxis
    stride: PerAxis = 1
    padding: PerAxis = 0
    dilation: PerAxis = 1

    def asked(self, language: str) -> Row | None:
        """The kernel on the input; None on three axes, where it has one place only, or is too large to be seen."""
        if len(self.size) > 2 or not all(map(self._can_be_seen, range(len(self.size)))):
            return None
        how = "strip" if len(self.size) == 1 else "plane"
        return {
            "kind": "sliding",
            "size": list(self.size),
            **{name: self._per_axis(name) for name in ("kernel", "stride", "padding", "dilation")},
            "facts": list(self.facts()),
            "alt": words(f"sliding.{how}", language, facts=in_order(", ".join(self.facts()), language)),
        }

    def worked(self, language: str) -> Row | None:
        """Nothing that the paper does not show."""
        return None

    def facts(self) -> tuple[str, ...]:
        """The numbers with their letters, as the statement has them."""
        letters = AXES[len(self.size)]
        facts = [f"{' × '.join(letters)} = {times(self.size)}", self._fact("K", self.kernel, _TIMES)]
        facts.append(self._fact("S", self.stride))
        if any(self._per_axis("padding")):
            facts.append(self._fact("P", self.padding))
        if any(dilation > 1 for dilation in self._per_axis("dilation")):
            facts.append(self._fact("D", self.dilation))
        return tuple(facts)

    def _can_be_seen(self, axis: int) -> bool:
        """Whether the kernel has a next place on an axis, and both are near enough to be drawn."""
        kernel, stride, padding, dilation = (
            on_axis(value, axis) for value in (self.kernel, self.stride, self.padding, self.dilation)
        )
        next_end = dilation * (kernel - 1) + 1 + stride
        return bool(next_end <= self.size[axis] + 2 * padding and next_end + padding <= MOST_CELLS[len(self.size)])

    def _fact(self, letter: str, value: PerAxis, between: str = ", ") -> str:
        if not isinstance(value, tuple) or len(value) == 1:
            return f"{letter} = {on_axis(value, 0)}"
        named = between.join(f"{letter}_{axis}" for axis in AXES[len(value)])
        numbers = between.join(map(str, value))
        return f"{named} = {numbers}" if between == _TIMES else f"({named}) = ({numbers})"

    def _per_axis(self, name: str) -> list[int]:
        return [on_axis(getattr(self, name), axis) for axis in range(len(self.size))]
