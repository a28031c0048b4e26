"""Laws of the figures: what is drawn beside a question and its solution."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from math import prod
from typing import Any
from xml.etree import ElementTree

from question_bank.family import Variant
from question_bank.figures.band import Band
from question_bank.figures.blocks import Blocks
from question_bank.figures.cone import Cone
from question_bank.figures.figure import Figure, Row, times
from question_bank.figures.sliding import Sliding
from question_bank.laws.sample import Sample, named
from question_bank.network import run
from question_bank.render.figures import Picture, picture
from question_bank.render.maths.plain import plain_text
from question_bank.space import to_json
from question_bank.text import LANGUAGES

WIDEST, HIGHEST = 168, 200
"""What fits on a page, in millimetres."""

_ELEMENTS = frozenset({"svg", "rect", "path", "polygon", "text", "tspan"})


def papers_draw_no_answer(sample: Sample) -> Iterator[str]:
    """Every number in a figure of a paper, drawn or described, is one that the statement says too."""
    for variant in sample.few(30):
        for language in LANGUAGES:
            question = sample.asked(variant, language)[0]
            said = {"0", "1", *_numbers(_plain(question.statement)), *map(str, _lengths(to_json(variant.raw)))}
            for row in question.figures:
                for number in _shown(row, picture(row, language)):
                    if number not in said:
                        yield (
                            f"{named(variant)} ({language}): the figure {row['kind']} of the paper says {number},"
                            " which the statement does not"
                        )


def _plain(statement: str) -> str:
    return statement.replace(r"\,", "").replace("{,}", ".")


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _lengths(value: Any) -> Iterator[int]:
    """How many entries the lists of a given have: a kernel that is written out says its size."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        yield len(value)
        for entry in value:
            yield from _lengths(entry)


def _shown(row: Row, drawn: Picture) -> Iterator[str]:
    """The numbers in a row, in the words for it, and in the picture."""
    yield from _numbers(str({key: value for key, value in row.items() if key != "alt"}))
    yield from _numbers(drawn.alt)
    for text in _texts(drawn.svg):
        yield from _numbers(text)


def figures_fit_every_page(sample: Sample) -> Iterator[str]:
    """Each is described in words, no larger than a page, plain SVG, and the only one of its kind beside a text."""
    for variant in sample.few(30):
        for language in LANGUAGES:
            question, key = sample.asked(variant, language)
            for rows in (question.figures, key.solution_figures):
                kinds = [row["kind"] for row in rows]
                if len(set(kinds)) < len(kinds):
                    yield f"{named(variant)} ({language}): two figures are of one kind: {', '.join(kinds)}"
                for row in rows:
                    for breach in _breaches(picture(row, language)):
                        yield f"{named(variant)} ({language}): the figure {row['kind']} {breach}"


def _breaches(drawn: Picture) -> Iterator[str]:
    if not drawn.alt.strip() or "@{" in drawn.alt:
        yield "is not described in words"
    root = ElementTree.fromstring(drawn.svg)  # noqa: S314  # written by the bank
    width, height = (float(root.attrib[side].removesuffix("mm")) for side in ("width", "height"))
    if width > WIDEST or height > HIGHEST:
        yield f"is {width:g} × {height:g} mm; at most {WIDEST} × {HIGHEST} fit on a page"
    odd = {element.tag.rpartition("}")[2] for element in root.iter()} - _ELEMENTS
    if odd:
        yield f"holds {', '.join(sorted(odd))}"


def figures_are_true(sample: Sample) -> Iterator[str]:
    """What a figure says is what the statement says, or what torch does; and what is drawn says what its row says."""
    for variant in sample.few(30):
        question, key = sample.asked(variant, "en")
        for figure in sample.family.figures(variant.solved.given):
            look = next((look for kind, look in _LOOKS.items() if isinstance(figure, kind)), None)
            if look is None:
                yield f"{named(variant)}: no law looks at a figure such as {type(figure).__name__}"
                continue
            for breach in look(figure, variant, question.statement):
                yield f"{named(variant)}: {breach}"
        for row in (*question.figures, *key.solution_figures):
            written = "|".join(map(_bare, _texts(picture(row, "en").svg)))
            for said in _to_be_written(row):
                if not _holds(written, _bare(said)):
                    yield f"{named(variant)}: {said} is not written in the figure {row['kind']}"


def _texts(svg: str) -> Iterator[str]:
    for element in ElementTree.fromstring(svg).iter():  # noqa: S314  # written by the bank
        if element.tag.endswith("}text"):
            yield "".join(element.itertext())


def _holds(text: str, said: str) -> bool:
    """Whether a text holds another as it is: K = 3 is not in K = 31."""
    return re.search(rf"(?<!\d){re.escape(said)}(?!\d)", text) is not None


def _bare(text: str) -> str:
    return re.sub(r"[\s_]", "", text)


def _to_be_written(row: Row) -> Iterator[str]:
    """What a picture must hold in letters and numbers."""
    for part in (row, *row.get("blocks", ()), *row.get("windows", ())):
        yield from part.get("facts", ())
        if part.get("shape"):
            yield times(part["shape"])
    yield from map(str, row.get("places") or ())


def _look_at_sliding(figure: Sliding, variant: Variant, statement: str) -> Iterator[str]:
    """Each fact stands in the statement; no padding and a stride of 1 may be words, a size that of a written array."""
    row, given, plain = figure.asked("en"), to_json(variant.raw), plain_text(statement)
    for fact in row["facts"] if row else ():
        numbers = list(map(int, _numbers(fact)))
        keys = ("kernel", "kernel_shape", "w") if fact[0] == "K" else ("input", "x") if fact[0] in "HL" else ()
        lists = [value for key in keys if isinstance(value := given.get(key), list)]
        sizes = [size[-len(numbers) :] for value in lists for size in (value, _size(value))]
        if not _holds(plain, fact) and set(numbers) - {0, 1} and numbers not in sizes:
            yield f"the figure says {fact}, the statement does not"


def _size(value: Any) -> list[int]:
    """The shape of an array that is written out."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [len(value), *_size(value[0])]
    return [len(value)] if isinstance(value, list) else []


def _look_at_blocks(figure: Blocks, variant: Variant, statement: str) -> Iterator[str]:
    """The shapes are those of the tensors between torch's layers, the numbers those of its modules."""
    row = figure.worked("en")
    if not row:
        return
    ran = list(run(figure.layers, figure.shape))
    shapes, drawn = [list(one.after.shape) for one in ran], [block["shape"] for block in row["blocks"]]
    if drawn != shapes:
        yield f"the figure has the shapes {drawn}, torch {shapes}"
    for one, block in zip(ran, row["blocks"], strict=True):
        for fact in block["facts"]:
            letter, _, number = fact.partition(" = ")
            held = getattr(one.module, _MODULES[letter])
            sides = held if isinstance(held, tuple) else (held,)
            if number not in (times(sides), str(sides[0]) if len(set(sides)) == 1 else ""):
                yield f"block {block['label']} says {fact}, torch's module has {held}"


_MODULES = {
    "C": "out_channels", "F": "out_features", "K": "kernel_size", "S": "stride", "P": "padding", "D": "dilation",
    "G": "groups",
}  # fmt: skip


def _look_at_cone(figure: Cone, variant: Variant, statement: str) -> Iterator[str]:
    """The places are those that a gradient reaches."""
    import torch

    row = figure.worked("en")
    if not row:
        return
    length = row["places"][-1]
    tensors = [torch.zeros(1, 1, length, dtype=torch.float64, requires_grad=True)]
    for window in row["windows"]:
        kernel = torch.ones(1, 1, window["kernel"], dtype=torch.float64)
        tensors.append(
            torch.nn.functional.conv1d(tensors[-1], kernel, stride=window["stride"], dilation=window["dilation"])
        )
    gradients = torch.autograd.grad(tensors[-1][0, 0, 0], tensors)
    spans = [gradient[0, 0].nonzero().flatten() for gradient in reversed(gradients)]
    reached = [int(span[-1] - span[0]) + 1 for span in spans]
    if row["places"] != reached:
        yield f"the figure has {row['places']} places, the gradient reaches {reached}"


def _look_at_band(figure: Band, variant: Variant, statement: str) -> Iterator[str]:
    """The weights stand where torch's convolution of impulses puts them."""
    import torch

    row = figure.worked("en")
    if not row:
        return
    axes = len(figure.size)
    convolve = (torch.nn.functional.conv1d, torch.nn.functional.conv2d)[axes - 1]
    numbers = torch.arange(1, prod(figure.kernel) + 1, dtype=torch.float64).reshape(1, 1, *figure.kernel)
    if figure.flipped:
        numbers = numbers.flip(*range(2, 2 + axes))
    impulses = torch.eye(prod(figure.size), dtype=torch.float64).reshape(-1, 1, *figure.size)
    responses = convolve(
        impulses, numbers, stride=figure.stride, padding=figure.padding, dilation=figure.dilation
    )  # fmt: skip
    if list(responses.shape[2:]) != row["output"]:
        yield f"the figure has the output {row['output']}, torch {list(responses.shape[2:])}"
    elif responses.flatten(1).T.tolist() != _matrix(row):
        yield "the figure has other weights than torch's convolution"


def _matrix(row: Row) -> list[list[float]]:
    """The numbers of the weights, from 1 on, from the runs of a figure."""
    step = -1 if row["flipped"] else 1
    matrix = [[0.0] * prod(row["size"]) for _ in row["rows"]]
    for line, runs in zip(matrix, row["rows"], strict=True):
        for (column, weight, count), after in pairwise([*runs, [len(line), 0, 0]]):
            if column + count > after[0]:
                raise ValueError("two runs overlap")
            for further in range(count):
                line[column + further] = weight + step * further + 1.0
    return matrix


_LOOKS: dict[type[Figure], Callable[[Any, Variant, str], Iterator[str]]] = {
    Sliding: _look_at_sliding,
    Blocks: _look_at_blocks,
    Cone: _look_at_cone,
    Band: _look_at_band,
}
