"""What one unit of the output sees, layer by layer down to the input."""

from dataclasses import dataclass

from question_bank.figures.figure import Row, in_order, words
from question_bank.network import Layer, Window

MOST_WINDOWS, MOST_PLACES = 12, 1_000
"""What can still be seen on a page."""


@dataclass(frozen=True, slots=True)
class Cone:
    """A stack of windows without branches, from the input up; a solution says how many places each level has.

    The places are counted from the unit downwards, the derivation goes upwards: they meet in the field.
    """

    layers: tuple[Layer, ...]

    def asked(self, language: str) -> Row | None:
        """The windows, not to scale; None where there are branches, or too many windows."""
        return self._row(language, solved=False)

    def worked(self, language: str) -> Row | None:
        """The windows to scale; None where there are branches, or the field is too large to be seen."""
        return self._row(language, solved=True)

    def _row(self, language: str, *, solved: bool) -> Row | None:
        windows = [layer for layer in self.layers if isinstance(layer, Window)]
        places = _places(windows)
        if len(windows) < len(self.layers) or len(windows) > MOST_WINDOWS or (solved and places[-1] > MOST_PLACES):
            return None
        listed = [
            {"kernel": window.k, "stride": window.s, "dilation": window.d, "facts": _facts(window)}
            for window in windows
        ]
        said = in_order("; ".join(", ".join(_facts(window)) for window in reversed(windows)), language)
        row = {"kind": "cone", "windows": listed}
        if not solved:
            return {**row, "places": None, "alt": words("cone.asked", language, windows=said)}
        counted = in_order(", ".join(map(str, places)), language)
        return {**row, "places": places, "alt": words("cone.worked", language, windows=said, places=counted)}


def _facts(window: Window) -> list[str]:
    """The numbers of a window with their letters: k_2 = 3."""
    dilation = [f"d_{window.label} = {window.d}"] if window.d != 1 else []
    return [f"k_{window.label} = {window.k}", f"s_{window.label} = {window.s}", *dilation]


def _places(windows: list[Window]) -> list[int]:
    """How many places of each level reach one unit, from the unit down to the input, holes counted."""
    places = [1]
    for window in reversed(windows):
        places.append((places[-1] - 1) * window.s + window.d * (window.k - 1) + 1)
    return places
