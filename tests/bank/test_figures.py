"""Figures: what rows say, what is drawn, and where there is nothing to draw."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from question_bank import registry
from question_bank.figures.band import MOST_COLUMNS, Band
from question_bank.figures.blocks import Blocks
from question_bank.figures.cone import Cone
from question_bank.figures.sliding import Sliding
from question_bank.network import Layers, Windows
from question_bank.question import ask
from question_bank.render.figures import picture
from question_bank.render.figures.board import Board
from question_bank.render.pdf import plate
from question_bank.show import pick
from question_bank.text import LANGUAGES

DRAWN = {
    "architecture/fc_equivalent": (["blocks"], ["blocks"]),
    "architecture/parameter_count": (["blocks"], ["blocks"]),
    "architecture/receptive_field": (["cone"], ["cone"]),
    "architecture/relu_count": (["blocks"], ["blocks"]),
    "convolution/fit": (["sliding"], []),
    "convolution/output_size": (["sliding"], []),
    "convolution/toeplitz_1d": (["sliding"], ["band"]),
    "convolution/toeplitz_2d": (["sliding"], ["band"]),
    "convolution/toeplitz_shape": (["sliding"], ["band"]),
    "convolution/values_2d": (["sliding"], []),
    "convolution/weight_sharing": (["sliding"], []),
}


def network(layers: list[dict[str, Any]], shape: tuple[int, ...]) -> Blocks:
    return Blocks(Layers().read(layers, "layers"), shape)


def windows(layers: list[dict[str, Any]]) -> Cone:
    return Cone(Windows().read(layers, "layers"))


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("family", registry.ids())
def test_what_each_family_draws(family: str) -> None:
    for level in registry.get(family).levels:
        question, key = ask(registry.get(family), pick(registry.get(family), level, "a", None), "en")
        kinds = tuple([row["kind"] for row in rows] for rows in (question.figures, key.solution_figures))
        assert kinds == DRAWN.get(family, ([], []))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", DRAWN)
def test_a_row_from_a_file_is_the_same_picture(family: str, language: str) -> None:
    question, key = ask(registry.get(family), pick(registry.get(family), 2, "a", None), language)
    for row in (*question.figures, *key.solution_figures):
        assert picture(json.loads(json.dumps(row)), language) == picture(row, language)


def test_a_kernel_at_its_first_place_and_the_next() -> None:
    row = Sliding((20, 30), kernel=3, stride=(2, 1), padding=1).asked("en")
    assert row is not None
    assert row["facts"] == ["H × W = 20 × 30", "K = 3", "(S_H, S_W) = (2, 1)", "P = 1"]
    assert "next places to the right and below dashed. Given: H × W = 20 × 30, K = 3" in row["alt"]
    svg = picture(row, "en").svg
    assert texts(svg)[-4:] == ["H × W = 20 × 30", "K = 3", "(SH, SW) = (2, 1)", "P = 1"]
    assert set(texts(svg)[:-4]) == {"0"}  # what the padding holds
    dashed = [
        tuple(float(value) for value in found)
        for found in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="[\d.]+"[^>]*dasharray', svg)
    ][:2]
    (right, _), (_, below) = dashed
    assert below - 1 + 0.7 == pytest.approx(2 * (right - 1 + 0.7))  # two cells down, one to the right


@pytest.mark.parametrize(
    "figure",
    [
        Sliding((20, 30), (3, 5), (2, 1), (1, 2)),
        Sliding((40, 40), (2, 4), (3, 2), 0, (4, 1)),
        Sliding((50,), 4, 3, 2, 3),
        Sliding((7, 6), (3, 2)),
    ],
)
def test_taps_lie_where_the_row_says(figure: Sliding) -> None:
    """Read off the picture: the cells of the taps, the next places, and the zeros of the padding."""
    row = figure.asked("en")
    assert row is not None
    svg = picture(row, "en").svg
    path = re.search(r'<path d="([^"]*)" fill="#1f5f99" fill-opacity', svg)
    assert path is not None
    taps = [tuple(map(float, found)) for found in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", path[1])]
    cell = taps[0][2]
    flat = len(row["size"]) == 1
    size, kernel, stride, padding, dilation = (
        [plain, *row[name]] if flat else row[name]
        for name, plain in (("size", 1), ("kernel", 1), ("stride", 1), ("padding", 0), ("dilation", 1))
    )
    places = {(round((y - 1) / cell), round((x - 1) / cell)) for x, y, _ in taps}
    assert places == {(i * dilation[0], j * dilation[1]) for i in range(kernel[0]) for j in range(kernel[1])}
    dashed = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"[^>]*stroke-width="0.4" stroke-dasharray', svg)
    moved = [(round((float(y) - 0.3) / cell), round((float(x) - 0.3) / cell)) for x, y in dashed]
    assert moved[0] == (0, stride[1])
    assert flat or moved[1] == (stride[0], 0)
    zeros = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>0</text>', svg)
    for x, y in zeros:
        i, j = round((float(y) - 1.9) / cell - 0.5), round((float(x) - 1) / cell - 0.5)
        assert i - padding[0] not in range(size[0]) or j - padding[1] not in range(size[1])
    assert bool(zeros) == (any(padding) and cell >= 3.6)


def test_places_cannot_be_counted_in_a_corner() -> None:
    """The picture of a large input is the one of a larger."""
    one, other = (Sliding((size, size), 5, 2, 2).asked("en") for size in (40, 41))
    assert one is not None
    assert other is not None
    assert picture(one, "en").svg.replace("40 × 40", "41 × 41") == picture(other, "en").svg


def test_shapes_stand_in_the_solution_alone() -> None:
    blocks = network(
        [
            {"type": "conv2d", "out_channels": 6, "kernel_size": [5, 3], "bias": False},
            {"type": "maxpool2d", "kernel_size": 2},
            {"type": "flatten"},
            {"type": "linear", "out_features": 10},
        ],
        (1, 12, 12),
    )
    paper, solution = blocks.asked("en"), blocks.worked("en")
    assert paper is not None
    assert solution is not None
    assert [block["shape"] for block in paper["blocks"]] == [None] * 4
    assert [block["shape"] for block in solution["blocks"]] == [[6, 8, 10], [6, 4, 5], [120], [10]]
    assert "1: convolution, C = 6, K = 5 × 3 → 6 × 8 × 10; 2: max pooling, K = 2, S = 2 → 6 × 4 × 5" in solution["alt"]
    assert "6 × 8 × 10" in texts(picture(solution, "en").svg)
    assert "6 × 8 × 10" not in picture(paper, "en").svg


def test_a_cone_counts_from_the_unit_down() -> None:
    cone = windows([{"k": 3}, {"k": 2, "s": 2}, {"k": 3, "d": 2}])
    paper, solution = cone.asked("en"), cone.worked("en")
    assert paper is not None
    assert solution is not None
    assert paper["places"] is None
    assert solution["places"] == [1, 5, 10, 12]
    assert texts(picture(paper, "en").svg)[-2:] == ["?", "not to scale"]
    assert texts(picture(solution, "en").svg)[-4:] == ["1", "5", "10", "12"]


def test_a_wide_cone_draws_its_edges_alone() -> None:
    row = windows([{"k": 390}, {"k": 5}]).worked("en")
    assert row is not None
    assert row["places"] == [1, 5, 394]
    assert len(picture(row, "en").svg) < 100_000


def test_a_flipped_kernel_falls_along_its_runs() -> None:
    row = Band((4, 4), (2, 2), padding=1, stride=2, flipped=True).worked("en")
    assert row is not None
    assert row["output"] == [3, 3]
    assert row["rows"][0] == [[0, 0, 1]]
    assert row["rows"][4] == [[5, 3, 2], [9, 1, 2]]
    named = set(texts(picture(row, "en").svg))
    assert named == {"w00", "w01", "w10", "w11"}


@pytest.mark.parametrize(
    "figure",
    [
        Sliding((8, 8, 8), 3),
        Band((8, 8, 8), (3, 3, 3)),
        Band((MOST_COLUMNS + 1,), (3,)),
        Sliding((10**9,), 10**5),
        Sliding((3, 9), 3),
        Sliding((6, 6), 3, stride=4),
        Band((99,), (11,)),
        Sliding((10**9, 10**9), 3, padding=10**6),
        Band((9,), (10**6,), padding=10**6),
        Band((9,), (3,), padding=10**9),
        windows([{"k": 2}] * 100),
        network([{"type": "relu"}] * 100, (1, 8, 8)),
        windows([{"k": 3}, {"branches": [[{"k": 3}], []]}]),
        network([{"type": "branches", "join": "sum", "branches": [[{"type": "relu"}], []]}], (1, 8, 8)),
    ],
)
def test_what_cannot_be_drawn_is_left_out(figure: Any) -> None:
    assert figure.asked("en") is None
    assert figure.worked("en") is None


def test_a_field_beyond_the_page_is_left_to_the_paper() -> None:
    cone = windows([{"k": 10**9}, {"k": 3, "s": 2}])
    assert cone.worked("en") is None
    row = cone.asked("en")
    assert row is not None
    assert len(picture(row, "en").svg) < 5_000


def test_letters_lean_and_indices_stand_low() -> None:
    board = Board()
    board.formula(0, 0, "K_H = 3, max(a) & <b>")
    svg = board.svg(10, 10, 'a "quoted" <alt>')
    assert texts(svg) == ["KH = 3, max(a) & <b>"]
    leaning = re.findall(r'<tspan font-style="italic"[^>]*>(\w)</tspan>', svg)
    assert leaning == ["K", "a", "b"]
    assert ElementTree.fromstring(svg).get("aria-label") == 'a "quoted" <alt>'
    moved = [float(by) for by in re.findall(r'dy="(-?[\d.]+)"', svg)]
    assert sum(moved) == pytest.approx(0)


def test_a_plate_is_as_large_as_its_figure() -> None:
    row: Mapping[str, Any] | None = Sliding((20,), 3).asked("he")
    assert row is not None
    drawn = picture(row, "he")
    made = plate.pdf(drawn)
    assert made.startswith(b"%PDF")
    assert made == plate.pdf(drawn)
    png = plate.png(drawn)
    assert png.startswith(b"\x89PNG")
    width = float(ElementTree.fromstring(drawn.svg).get("width", "").removesuffix("mm"))
    assert int.from_bytes(png[16:20]) == pytest.approx(width * 5)
