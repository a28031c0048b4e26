"""Zips of students: what is read, and what is refused with which reason."""

import io
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.archive import extract
from grader.notebook import Unreadable

MB = 1 << 20
CENTRAL = b"PK\x01\x02"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", how) as archive:
        warnings.simplefilter("ignore", UserWarning)  # of two equal names
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def named(*names: str) -> bytes:
    return zipped(*[(name, b"x") for name in names])


def of_mode(mode: int, name: str = "a.py") -> bytes:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return zipped((info, b"/etc/passwd"))


def patched(data: bytes, offset: int, value: bytes, signature: bytes = CENTRAL) -> bytes:
    """Other bytes in the last header of its kind."""
    place = data.rindex(signature) + offset
    return data[:place] + value + data[place + len(value) :]


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        extract(data)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 300
    return text


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_come_with_their_bytes(how: int) -> None:
    files = {"conv2d.ipynb": b"{}" * 500, "src/עזרה 🙂.py": b"", "a b/c.d/data.bin": bytes(range(256))}
    assert extract(zipped(("src/", b""), *files.items(), how=how)) == files


def test_what_systems_add_is_left_out() -> None:
    added = [
        "__MACOSX/._a.py",
        ".DS_Store",
        "a/.ds_store",
        "__pycache__/a.pyc",
        ".ipynb_checkpoints/a.ipynb",
        "b/.git/HEAD",
    ]
    assert extract(named(*added, "a.py")) == {"a.py": b"x"}
    assert extract(named(*[f".git/objects/{number}" for number in range(1_100)], "a.py")) == {"a.py": b"x"}
    assert extract(of_mode(stat.S_IFLNK, ".git/a")) == {}


def test_names_are_made_plain() -> None:
    assert extract(named("./a//b.py", r"c\d.py")) == {"a/b.py": b"x", "c/d.py": b"x"}
    assert extract(zipped(("c\\", b""), ("c\\e.py", b"x"))) == {"c/e.py": b"x"}


def test_zips_as_streams_and_behind_other_bytes_are_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # sizes stand behind each file
        archive.writestr("a.py", b"x" * 100)
        archive.writestr("b.py", b"y")
    assert extract(b"#!/bin/sh\n" + pipe.getvalue()) == {"a.py": b"x" * 100, "b.py": b"y"}


def test_an_empty_zip_has_no_files() -> None:
    assert extract(zipped()) == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (named("../a.py"), "leads out of it (../a.py)"),
        (named("a/../../b.py"), "leads out of it"),
        (named("..\\a.py"), "leads out of it"),
        (named("__MACOSX/../../a.py"), "leads out of it"),
        (named("/etc/passwd"), "an absolute name (/etc/passwd)"),
        (named("\\\\host\\a.py"), "an absolute name"),
        (named("C:\\a.py"), "an absolute name"),
        (named("c:a.py"), "an absolute name"),
        (named("a\nb.py"), "control characters (a b.py)"),
        (named("a\x1b[2J.py"), "control characters (a\ufffd[2J.py)"),
        (named("aXb.py").replace(b"aXb", b"a\0b"), "control characters"),
        (named("a" * 256), "a name longer than 255 bytes"),
        (named("ש" * 128), "a name longer than 255 bytes"),
        (named("a/" * 20 + "b.py"), "nested more than 20 deep"),
        (named("."), "a file without a name"),
        (named("a.py", "a.py"), "two files of one name (a.py)"),
        (named("a.py", "A.PY"), "two files of one name (A.PY)"),
        (named("\u00e9.py", "e\u0301.py"), "two files of one name"),
        (named("a/b.py", "A//b.py"), "two files of one name"),
        (named("a", "a/b.py"), "a file that is also a folder (a)"),
        (named("x/A/b.py", "x/a"), "a file that is also a folder (x/A)"),
        (zipped(("a/", b""), ("a", b"")), "a file that is also a folder"),
        (of_mode(stat.S_IFLNK | 0o777), "a symbolic link (a.py)"),
        (of_mode(stat.S_IFIFO), "no regular file (a.py)"),
        (of_mode(stat.S_IFCHR), "no regular file"),
        (of_mode(stat.S_IFDIR), "no regular file"),
        (patched(named("a.py"), 8, b"\x01\x00"), "is encrypted (a.py)"),
        (zipped(("a.py", b"x"), how=zipfile.ZIP_BZIP2), "compressed in a way that is not read here (a.py)"),
        (zipped(("a.py", b"x"), how=zipfile.ZIP_LZMA), "compressed in a way"),
        (patched(named("a.py"), 10, b"\x63\x00"), "compressed in a way"),
        (named(*map(str, range(1_001))), "1,001 entries, more than the 1,000 allowed"),
        (b"PK\x01\x02" * 20_001, "more than 20,000 entries"),
        (zipped(("a.py", bytes(21 * MB)), how=zipfile.ZIP_STORED), "a.py has 21.0 MB, more than the 20 MB"),
        (zipped(*[(name, bytes(18 * MB)) for name in "abc"]), "compressed more than 200 times"),
        (zipped(("a.py", bytes(2 * MB))), "a.py is compressed more than 200 times"),
        (bytes(50 * MB + 1), "50.0 MB, more than the 50 MB"),
        (b"", "the zip is damaged"),
        (b"PK\x05\x06", "the zip is damaged"),
        (b"no zip at all", "the zip is damaged (File is not a zip file)"),
        (named("a.py")[:-30], "the zip is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_hostile_zips_are_refused(data: bytes, said: str) -> None:
    assert said in reason(data)


def test_files_together_are_limited() -> None:
    packs_well = (Random(0).randbytes(1000) + bytes(40_000)) * 430
    assert len(extract(zipped(("a", packs_well), ("b", packs_well)))) == 2
    assert "more than the 50 MB" in reason(zipped(("a", packs_well), ("b", packs_well), ("c", packs_well)))


def test_a_small_file_may_be_compressed_a_lot() -> None:
    assert len(extract(zipped(("a.py", bytes(MB))))["a.py"]) == MB


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: patched(data, 16, b"\0\0\0\0"),  # the checksum
        lambda data: patched(data, 24, struct.pack("<I", 9_000)),  # more than there is
        lambda data: patched(data, 24, struct.pack("<I", 3)),  # less than there is
        lambda data: patched(data, 20, struct.pack("<I", 5)),  # cut while packed
        lambda data: patched(data, 20, struct.pack("<I", 9_000_000)),
        lambda data: patched(data, 42, struct.pack("<I", 7)),  # no header there
        lambda data: patched(data, 42, struct.pack("<I", 2**32 - 2)),
        lambda data: patched(data, 0, b"QK", b"PK\x03\x04"),
        lambda data: patched(data, 28, b"\xff\xff", b"PK\x03\x04"),  # the extra field leads on
        lambda data: patched(data, 10, b"\0\0"),  # said to be stored
        lambda data: patched(data, 8, b"\0\x08").replace(b"a.py", b"\xff\xff\xff\xff"),  # said to be UTF-8
        lambda data: patched(data, 6, b"\xff"),  # a version of the future
        lambda data: patched(data, 12, b"\xff\xff\xff\xff", b"PK\x05\x06"),  # size of the table
        lambda data: patched(data, 16, b"\xff\xff\xff\xff", b"PK\x05\x06"),
    ],
)
def test_lies_about_a_file_are_found(damage: Callable[[bytes], bytes]) -> None:
    data = zipped(("a.py", b"print('twice')\n" * 40))
    assert extract(data)
    assert "the zip is damaged" in reason(damage(data))


def test_what_follows_a_packed_file_is_found() -> None:
    packed = zlib.compress(b"x = 1\n")[2:-4]
    whole = patched(patched(zipped(("a.py", packed + b"more"), how=0), 10, b"\x08\0"), 24, struct.pack("<I", 6))
    assert "a.py is not what its table says" in reason(patched(whole, 16, struct.pack("<I", zlib.crc32(b"x = 1\n"))))


def test_lies_in_zip64_fields_are_found() -> None:
    huge = struct.pack("<HHQ", 1, 8, 2**63)
    info = zipfile.ZipInfo("a.py")
    info.extra = huge
    data = patched(zipped((info, b"x")), 24, b"\xff\xff\xff\xff")
    assert "MB allowed" in reason(data)


def test_overlapping_entries_are_refused() -> None:
    """One packed block that every entry of the table points to."""
    data = named("a.py")
    table, end = data.index(CENTRAL), data.index(b"PK\x05\x06")
    record = data[table:end]
    many = b"".join(record.replace(b"a.py", b"%04d" % number) for number in range(100))
    tail = bytearray(data[end:])
    tail[8:16] = struct.pack("<HHI", 100, 100, len(many))
    assert reason(data[:table] + many + bytes(tail)) == "the zip is damaged: entries overlap"


def test_whatever_zipfile_raises_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (
        MemoryError(),
        NotImplementedError("zip file version 9.9"),
        RecursionError("deep"),
        struct.error("x"),
        KeyError("\x1b"),
    ):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("zipfile.ZipFile.__init__", fail)
        assert "the zip is damaged (" in reason(b"PK")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_explained(data: bytes) -> None:
    _read_or_explain(data)


SAMPLES = [
    zipped(("a.ipynb", b"{}" * 300), ("src/b.py", b"x = 1"), ("c/", b"")),
    zipped(("a.py", b"x" * 50), how=zipfile.ZIP_STORED) + b"tail",
]


@settings(max_examples=400)
@given(st.data(), st.sampled_from(SAMPLES))
def test_any_damage_is_read_or_explained(data: st.DataObject, sample: bytes) -> None:
    whole = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4) | st.just(b"\xff" * 4))
    _read_or_explain(bytes(whole))


NAMES = st.text(st.sampled_from("aA./\\:é\u0301\x01ß "), min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=5))
def test_any_names_stay_inside_and_apart(names: Iterable[str]) -> None:
    _read_or_explain(named(*names))


def _read_or_explain(data: bytes) -> None:
    try:
        files = extract(data)
    except Unreadable as error:
        assert str(error).isprintable()
        assert len(str(error)) < 300
    else:
        assert not any(part in ("", ".", "..") for name in files for part in name.split("/"))
        assert len({name.lower() for name in files}) == len(files)
