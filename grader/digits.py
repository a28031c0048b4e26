"""Images of digits, 32 pixels square, to train small networks on: scikit-learn's, or MNIST's where they are at hand.

Nothing is fetched from anywhere.
"""

import gzip
import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from question_bank.errors import UsageError

TRAIN, HIDDEN = 1000, 500
SIZE = 32
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
"""MNIST's files; each may end in .gz."""

Images = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

_LARGEST = 100_000_000
_BYTES = 8
"""The code of unsigned bytes in the head of an IDX file."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Images of shape (N, 1, 32, 32) with numbers from 0 to 1, and their labels from 0 to 9.

    Args:
        images: to train on.
        labels: of these.
        hidden_images: to be told apart afterwards.
        hidden_labels: what they are; never to be seen by what is tested.
    """

    images: Images
    labels: Labels
    hidden_images: Images
    hidden_labels: Labels


def load(seed: int, mnist: Path | None = None) -> Digits:
    """Some images to train on, and others; the same for the same seed.

    Args:
        seed: chooses among the images.
        mnist: a folder that may hold MNIST's files; scikit-learn's 1,797 digits where it does not.

    Raises:
        UsageError: one of MNIST's files is missing beside others, or is none.
    """
    rng = np.random.default_rng(seed)
    if mnist and any(_found(mnist, name) for name in FILES):
        train, train_labels, test, test_labels = (read_idx(_needed(mnist, name)) for name in FILES)
        chosen = rng.choice(_agree(train, train_labels, TRAIN), TRAIN, replace=False)
        hidden = rng.choice(_agree(test, test_labels, HIDDEN), HIDDEN, replace=False)
        return Digits(
            _framed(train[chosen] / 255), _labels(train_labels[chosen]), _framed(test[hidden] / 255),
            _labels(test_labels[hidden]),
        )  # fmt: skip
    from sklearn.datasets import load_digits

    found = load_digits()
    order = rng.permutation(len(found.images))
    chosen, hidden = order[:TRAIN], order[TRAIN : TRAIN + HIDDEN]
    large = _framed((found.images / 16).repeat(3, axis=1).repeat(3, axis=2))  # of 8 pixels, each drawn as 3 by 3
    return Digits(large[chosen], _labels(found.target[chosen]), large[hidden], _labels(found.target[hidden]))


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """An IDX file of unsigned bytes, as MNIST has them; packed by gzip where its name ends in .gz.

    Source: the table under "the IDX file format" on MNIST's page: two zero bytes, the type, the number
    of axes, their lengths as big-endian integers, and the numbers.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path.name} cannot be read: {error}", "Copy it once more.") from None
    if len(content) > _LARGEST:
        raise UsageError(f"{path.name} holds more than {_LARGEST // 10**6} MB", "Give one of MNIST's own files.")
    axes = content[3] if len(content) > 3 and content[:3] == bytes([0, 0, _BYTES]) else 0
    head = 4 + 4 * axes
    if not 1 <= axes <= 3 or len(content) < head:
        raise UsageError(f"{path.name} is no IDX file of unsigned bytes", "Give one of MNIST's own files.")
    shape = struct.unpack(f">{axes}I", content[4:head])
    if len(content) - head != math.prod(shape):
        raise UsageError(
            f"{path.name} says {' x '.join(map(str, shape))} numbers, and holds {len(content) - head}",
            "It may have been cut off: copy it once more.",
        )
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _found(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _needed(folder: Path, name: str) -> Path:
    path = _found(folder, name)
    if path is None:
        raise UsageError(f"{folder.name} lacks {name}", "Put all four of MNIST's files there, or none.")
    return path


def _agree(images: npt.NDArray[Any], labels: npt.NDArray[Any], least: int) -> int:
    """How many there are, where there are enough and both fit."""
    fits = images.ndim == 3 and labels.ndim == 1 and len(images) == len(labels) >= least
    if not fits or max(images.shape[1:]) > SIZE or labels.max() > 9:
        raise UsageError(
            f"images of shape {images.shape} with labels of shape {labels.shape} are not MNIST's",
            f"Expected are at least {least} of at most {SIZE} pixels a side, with labels from 0 to 9.",
        )
    return len(images)


def _framed(images: npt.NDArray[Any]) -> Images:
    """Images with zeros around them, as many on both sides."""
    height, width = images.shape[1:]
    above, left = (SIZE - height) // 2, (SIZE - width) // 2
    framed = np.zeros((len(images), 1, SIZE, SIZE), np.float32)
    framed[:, 0, above : above + height, left : left + width] = images
    return framed


def _labels(labels: npt.NDArray[Any]) -> Labels:
    return labels.astype(np.int64)
