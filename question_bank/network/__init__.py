"""Networks as a `given` states them: windows that slide, typed layers, and the way through them."""

from question_bank.network.counts import parameters
from question_bank.network.layers import (
    AXES_OF,
    CONVOLUTIONS,
    POOLS,
    Joined,
    Layers,
    Network,
    Single,
    drawn,
    singles,
)
from question_bank.network.modules import Ran, learned, module, run
from question_bank.network.stacks import DEEPEST, MOST_LAYERS
from question_bank.network.walk import Passed, Shape, as_step, check_network, narrowest, needed, pooled, sum_of, walk
from question_bank.network.windows import (
    Branches,
    Layer,
    Window,
    Windows,
    check_fits,
    padded,
    places,
    windows_of,
)

__all__ = [
    "AXES_OF", "CONVOLUTIONS", "DEEPEST", "MOST_LAYERS", "POOLS", "Branches", "Joined", "Layer", "Layers",
    "Network", "Passed", "Ran", "Shape", "Single", "Window", "Windows", "as_step", "check_fits",
    "check_network", "drawn", "learned", "module", "narrowest", "needed", "padded", "parameters", "places",
    "pooled", "run", "singles", "sum_of", "walk", "windows_of",
]  # fmt: skip
