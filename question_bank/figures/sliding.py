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

    A corner of the input is drawn, so the places cannot be counted in it.

    >>> Sliding((5, 7), kernel=3, stride=2).facts()
    ('H × W = 5 × 7', 'K = 3', 'S = 2')
    """

    size: tuple[int, ...]
    kernel: PerAxis
    stride: PerAxis = 1
    padding: PerAxis = 0
    dilation: PerAxis = 1

    def asked(self, language: str) -> Row | None:
        """The kernel on the input; None on three axes, or where it is too large to be seen."""
        if len(self.size) > 2 or any(cells > MOST_CELLS[len(self.size)] for cells in self._cells()):
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

    def _cells(self) -> list[int]:
        """How far the kernel reaches at its next place, on each axis."""
        per_axis = (self._per_axis(name) for name in ("kernel", "stride", "padding", "dilation"))
        return [
            dilation * (kernel - 1) + stride + padding
            for kernel, stride, padding, dilation in zip(*per_axis, strict=True)
        ]

    def _fact(self, letter: str, value: PerAxis, between: str = ", ") -> str:
        if not isinstance(value, tuple) or len(value) == 1:
            return f"{letter} = {on_axis(value, 0)}"
        named = between.join(f"{letter}_{axis}" for axis in AXES[len(value)])
        numbers = between.join(map(str, value))
        return f"{named} = {numbers}" if between == _TIMES else f"({named}) = ({numbers})"

    def _per_axis(self, name: str) -> list[int]:
        return [on_axis(getattr(self, name), axis) for axis in range(len(self.size))]
