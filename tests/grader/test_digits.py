"""Digits to train on: split by a seed, of one form; and MNIST's files, whatever they hold."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from grader import digits
from grader.digits import FILES, HIDDEN, TRAIN, Digits, load, read_idx
from question_bank.errors import UsageError


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def mnist(folder: Path, train: int = TRAIN, test: int = HIDDEN, end: str = "") -> Path:
    """MNIST's four files, with an image's number and label in its first pixels."""
    rng = np.random.default_rng(0)
    folder.mkdir(exist_ok=True)
    for place, count in ((0, train), (2, test)):
        images = rng.integers(0, 256, (count, 28, 28), np.uint8)
        labels = rng.integers(0, 10, count).astype(np.uint8)
        images[:, 0, 0], images[:, 0, 1] = labels, 200 + place
        for name, array in ((FILES[place], images), (FILES[place + 1], labels)):
            content = idx(array)
            (folder / f"{name}{end}").write_bytes(gzip.compress(content) if end else content)
    return folder


def same(one: Digits, other: Digits) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Digits.__slots__)


def test_shipped_digits_have_the_form_that_is_said() -> None:
    found = load(0)
    for images, labels, count in (
        (found.images, found.labels, TRAIN),
        (found.hidden_images, found.hidden_labels, HIDDEN),
    ):
        assert (images.shape, images.dtype) == ((count, 1, 32, 32), np.float32)
        assert (images.min(), images.max()) == (0, 1)
        assert (labels.shape, labels.dtype, set(labels)) == ((count,), np.int64, set(range(10)))
        assert not images[:, :, :4].any()
        assert not images[:, :, :, 28:].any()
        assert np.array_equal(images[:, 0, 4:28:3, 4:28:3], images[:, 0, 6:28:3, 6:28:3])


def test_a_seed_gives_the_same_and_another_one_others_and_none_is_in_both() -> None:
    assert same(load(1), load(1))
    assert not np.array_equal(load(1).images, load(2).images)
    found = load(1)
    seen = {image.tobytes() for image in found.images}
    assert len(seen) > TRAIN - 10
    assert not [1 for image in found.hidden_images if image.tobytes() in seen]


@pytest.mark.parametrize("end", ["", ".gz"])
def test_mnist_is_taken_where_it_lies(end: str, tmp_path: Path) -> None:
    found = load(0, mnist(tmp_path / "mnist", end=end))
    assert np.array_equal((found.images[:, 0, 2, 2] * 255).round(), found.labels)
    assert np.array_equal((found.hidden_images[:, 0, 2, 2] * 255).round(), found.hidden_labels)
    assert ((found.images[:, 0, 2, 3] * 255).round() == 200).all()
    assert ((found.hidden_images[:, 0, 2, 3] * 255).round() == 202).all()
    assert found.images.shape == (TRAIN, 1, 32, 32)
    assert not found.images[:, :, :2].any()


def test_without_its_files_a_folder_says_nothing(tmp_path: Path) -> None:
    assert same(load(3, tmp_path / "nowhere"), load(3))
    assert same(load(3, tmp_path), load(3))


def test_one_file_is_not_enough(tmp_path: Path) -> None:
    mnist(tmp_path)
    (tmp_path / FILES[2]).unlink()
    with pytest.raises(UsageError, match=f"lacks {FILES[2]}"):
        load(0, tmp_path)


@pytest.mark.parametrize(
    ("file", "array"),
    [
        (FILES[0], np.zeros((TRAIN, 28), np.uint8)),
        (FILES[0], np.zeros((TRAIN - 1, 28, 28), np.uint8)),
        (FILES[0], np.zeros((TRAIN, 28, 33), np.uint8)),
        (FILES[1], np.full(TRAIN, 10, np.uint8)),
        (FILES[3], np.zeros((HIDDEN, 1), np.uint8)),
        (FILES[3], np.zeros(0, np.uint8)),
    ],
)
def test_what_does_not_fit_is_refused(file: str, array: np.ndarray, tmp_path: Path) -> None:
    mnist(tmp_path)
    (tmp_path / file).write_bytes(idx(array))
    with pytest.raises(UsageError, match="are not MNIST's"):
        load(0, tmp_path)


def test_too_few_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="are not MNIST's"):
        load(0, mnist(tmp_path, train=TRAIN - 1))


WHOLE = idx(np.arange(6, dtype=np.uint8).reshape(1, 2, 3))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no IDX file"),
        (b"\0\0\x08", "is no IDX file"),
        (b"\x89PNG\r\n", "is no IDX file"),
        (idx(np.zeros(2, np.uint8), kind=0x0D), "is no IDX file"),
        (b"\0\0\x08\x00", "is no IDX file"),
        (b"\0\0\x08\xff" + b"\xff" * 2000, "is no IDX file"),
        (b"\0\0\x08\x03\0\0\0\x01", "is no IDX file"),
        (WHOLE[:-1], "says 1 x 2 x 3 numbers, and holds 5"),
        (WHOLE + b"\0", "and holds 7"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "says 4294967295 x 4294967295 x 4294967295 numbers, and holds 0"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read_idx(tmp_path / "images")


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(WHOLE)[:-9], gzip.compress(WHOLE)[:12] + b"\xff" * 20],
    ids=["empty", "no gzip", "cut off", "spoilt"],  # a compressed file holds the second it was made
)
def test_a_damaged_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "images.gz").write_bytes(content)
    with pytest.raises(UsageError, match=r"images\.gz (cannot be read|is no IDX file)"):
        read_idx(tmp_path / "images.gz")


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "_LARGEST", 1_000_000)
    (tmp_path / "images.gz").write_bytes(gzip.compress(b"\0\0\x08\x01" + bytes(50_000_000)))
    with pytest.raises(UsageError, match=r"holds more than 1 MB"):
        read_idx(tmp_path / "images.gz")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_idx(tmp_path)
