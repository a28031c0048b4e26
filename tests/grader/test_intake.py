"""Paths as submissions: what is found, chosen, rejected, and what is no student's fault."""

import errno
import hashlib
import io
import json
import os
import socket
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.file_names import LONGEST, folded
from grader.intake import Entry, Submission, collect, file_name, fingerprint, read
from question_bank.errors import MachineError, UsageError

MB = 1 << 20
NOTEBOOK = json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "nb = 1"}]}).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def fill(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def ids(*paths: Path) -> list[str]:
    return [entry.id for entry in collect(paths)]


def only(path: Path) -> Submission:
    """The one submission at a path; its hash must be what `fingerprint` says."""
    (entry,) = collect([path])
    found = read(entry, "conv2d")
    assert fingerprint(entry) == found.sha256
    assert bool(found.cells) != bool(found.rejected)
    assert found.rejected.isprintable()
    return found


def test_a_folder_holds_a_submission_an_entry(tmp_path: Path) -> None:
    names = ["s10.ipynb", "s2.py", "s1.ZIP", "a.b.ipynb", "דנה כהן 🙂.py", "lea/conv2d.py", "x.ipynb/a.py", "7.py"]
    passed_over = [
        "notes.txt",
        ".hidden.py",
        ".ipynb_checkpoints/a.ipynb",
        "__MACOSX/a.py",
        "__pycache__/a.py",
        "s3.pyc",
    ]
    fill(tmp_path, dict.fromkeys([*names, *passed_over], b"x"))
    assert ids(tmp_path) == ["7", "a.b", "lea", "s1", "s2", "s10", "x.ipynb", "דנה כהן 🙂"]
    assert {entry.path for entry in collect([tmp_path])} == {tmp_path / name.partition("/")[0] for name in names}


def test_files_and_folders_may_be_named_together(tmp_path: Path) -> None:
    fill(tmp_path, {"a.py": b"x", "class/b.py": b"x", "class/c/d.py": b"x"})
    assert ids(tmp_path / "class", tmp_path / "a.py") == ["a", "b", "c"]


def test_a_folder_named_through_a_link_is_followed(tmp_path: Path) -> None:
    fill(tmp_path / "class", {"a.py": b"x"})
    (tmp_path / "latest").symlink_to(tmp_path / "class")
    assert ids(tmp_path / "latest") == ["a"]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["missing.py"], "missing.py does not exist"),
        (["a.py/b.py"], "a.py/b.py does not exist"),
        (["nul\0.py"], "nul\ufffd.py does not exist"),
        (["notes.txt"], "notes.txt is no submission"),
        (["empty"], "nothing to grade in empty"),
        (["only notes"], "nothing to grade in only notes"),
        (["a.py", "other/a.zip"], "a.py and other/a.zip have the same id (a)"),
        (["other"], "other/a and other/a.zip have the same id (a)"),
        (["a.py", "a.py"], "a.py and a.py have the same id (a)"),
        (["a.py", "upper/A.py"], "a.py and upper/A.py have ids that some file systems take for one (A)"),
        (["e\u0301.py", "upper/\u00e9.py"], "have ids that some file systems take for one"),
        (["lone/.py"], "lone/.py has no name before its end"),
        (["blank"], "blank/ .py has no name before its end"),
    ],
)
def test_calls_that_make_no_sense_are_explained(
    paths: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ["a.py", "notes.txt", "only notes/b.txt", "other/a.zip", "other/a/x.py", "upper/A.py", "upper/\u00e9.py", "e\u0301.py", "lone/.py", "blank/ .py"]  # fmt: skip
    fill(tmp_path, dict.fromkeys(files, b"x"))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        collect([Path(path) for path in paths])
    assert said in caught.value.message
    assert caught.value.remedy


def test_a_file_is_read_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    fill(tmp_path, {"a.py": b"x = 1"})
    found = only(tmp_path / "a.py")
    assert [cell.code for cell in found.cells] == ["x = 1"]
    assert found.sha256 == hashlib.sha256(b"x = 1").hexdigest()


def test_the_hash_of_a_folder_is_of_its_names_and_bytes(tmp_path: Path) -> None:
    files = {"b.py": b"1", "a/c.txt": b"2", "a.txt": b""}
    first = only_in(tmp_path / "1", files)
    rows = [(name.encode(), files[name]) for name in ("a.txt", "a/c.txt", "b.py")]
    expected = b"".join(len(piece).to_bytes(8, "big") + piece for row in rows for piece in row)
    assert first.sha256 == hashlib.sha256(expected).hexdigest()
    hidden = {".DS_Store": b"x", "__pycache__/b.pyc": b"x", ".git/HEAD": b"x"}
    assert only_in(tmp_path / "2", {**files, **hidden}).sha256 == first.sha256
    others = [{"b.py": b"1", "a/c.txt": b"", "a.txt": b"2"}, {"b.py": b"1", "a/c.txt": b"2", "d.txt": b""}]
    assert all(only_in(tmp_path / str(3 + number), other).sha256 != first.sha256 for number, other in enumerate(others))


def only_in(folder: Path, files: Mapping[str, bytes]) -> Submission:
    fill(folder / "dana", files)
    return only(folder)


CHOICES = [
    (["conv2d.ipynb", "conv2d.py", "other.ipynb"], "conv2d.ipynb"),
    (["work/deep/Conv2D.IPYNB", "other.ipynb"], "work/deep/Conv2D.IPYNB"),
    (["conv2d.py", "other.ipynb"], "conv2d.py"),
    (["other.ipynb", "a.py", "b.py"], "other.ipynb"),
    (["work/a.py", "data.csv"], "work/a.py"),
    (["a.py", ".b.py", "._conv2d.ipynb", "__MACOSX/conv2d.ipynb"], "a.py"),
    (["a.ipynb", "b.ipynb"], "which file is meant? There are several .ipynb, and none is called conv2d.ipynb: a.ipynb, b.ipynb"),
    (["a.py", "b.py"], "which file is meant? There are several .py, and none is called conv2d.py: a.py, b.py"),
    (["1/conv2d.ipynb", "2/conv2d.ipynb"], "which file is meant? There are several conv2d.ipynb: 1/conv2d.ipynb, 2/conv2d.ipynb"),
    (["a.txt", "b.pdf"], "there is no notebook (.ipynb) and no Python file (.py) in it: only a.txt, b.pdf"),
    ([f"{number}.txt" for number in range(10, 20)], "only 10.txt, 11.txt, 12.txt, 13.txt, 14.txt, 15.txt, 16.txt, 17.txt, 2 more"),
    ([], "there is no notebook (.ipynb) and no Python file (.py) in it: it is empty"),
]  # fmt: skip


@pytest.mark.parametrize("as_zip", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize(("names", "expected"), CHOICES)
def test_one_file_of_several_is_chosen(names: list[str], expected: str, as_zip: bool, tmp_path: Path) -> None:
    files = {name: _named(name) for name in names}
    if as_zip:
        fill(tmp_path, {"dana.zip": zipped(files)})
    else:
        fill(tmp_path / "dana", files)
    found = only(tmp_path)
    if expected in names:
        assert [cell.code for cell in found.cells] == [f"# {expected}"]
    else:
        assert expected in found.rejected


def _named(name: str) -> bytes:
    source = f"# {name}"
    cells = [{"cell_type": "code", "source": source}]
    return json.dumps({"nbformat": 4, "cells": cells}).encode() if name.lower().endswith("ipynb") else source.encode()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.py": b""}, "the file is empty"),
        ({"a.ipynb": b"{"}, "not valid JSON"),
        ({"a.ipynb": b"x" * (20 * MB + 1)}, "a.ipynb has 20.0 MB, more than the 20 MB allowed"),
        ({"a.zip": b"x" * (50 * MB + 1)}, "a.zip has 50.0 MB, more than the 50 MB allowed"),
        ({"a.zip": b"x"}, "the zip is damaged"),
        ({"a.zip": zipped({"../a.py": b"x"})}, "leads out of it"),
        ({"a.zip": zipped({"b.zip": zipped({"c.py": b"x"})})}, "no Python file (.py) in it: only b.zip"),
        ({"a/b.py": b"x", "a/data": bytes(20 * MB + 1)}, "data has 20.0 MB, more than the 20 MB allowed"),
        ({"a/b.py": b"x", **dict.fromkeys(("a/1", "a/2", "a/3"), bytes(17 * MB))}, "more than the 50 MB allowed"),
        ({f"a/{number}.txt": b"" for number in range(1_001)}, "more than the 1,000 entries allowed"),
        ({"a/" + "b/" * 21 + "c.py": b"x"}, "nested more than 20 deep"),
        ({"a/x\x1b[2J\n.txt": b""}, "only x\ufffd[2J .txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_rejected_with_the_reason(files: Mapping[str, bytes], said: str, tmp_path: Path) -> None:
    assert said in only(fill(tmp_path, files)).rejected


def test_links_are_rejected_and_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, {"secret/real.py": b"x = 1", "class/b.txt": b"", "class/f/conv2d.py": b"y = 2"})
    for name, target in {"a.py": "secret/real.py", "gone.py": "nowhere", "g": "secret"}.items():
        (tmp_path / "class" / name).symlink_to(tmp_path / target)
    (tmp_path / "class/f/data").symlink_to(tmp_path / "secret")
    found = {entry.id: read(entry, "conv2d") for entry in collect([tmp_path / "class"])}
    assert {name: each.rejected.partition(",")[0] for name, each in found.items()} == {
        "a": "a.py is a symbolic link",
        "f": "data is a symbolic link",
        "g": "g is a symbolic link",
        "gone": "gone.py is a symbolic link",
    }
    assert only(tmp_path / "class/a.py").rejected.startswith("a.py is a symbolic link")


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "f", {"conv2d.py": b"x"})
    os.mkfifo(tmp_path / "a.py")
    os.mkfifo(tmp_path / "f/pipe")
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.py")
        opened: list[object] = []
        real = os.open

        def watched(path: object, *rest: int) -> int:
            opened.append(path)
            return real(path, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", watched)
        found = {entry.id: read(entry, "conv2d").rejected for entry in collect([Path()])}
    assert found == {"a": "a.py is no regular file", "f": "pipe is no regular file", "s": "s.py is no regular file"}
    assert opened == [Path("f/conv2d.py")]


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, {"a.py": b"x", "secret": b"secret"})
    (entry,) = collect([tmp_path / "a.py"])
    real = os.open

    def swapped(path: Path, *rest: int) -> int:
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(MachineError, match=r"a\.py changed while it was read"):
        read(entry, "conv2d")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_what_the_machine_cannot_read_is_no_fault_of_a_student(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "class", {"a.py": b"x", "f/b.py": b"x"})
    entries = collect([tmp_path])

    def fail(path: object, *_: object) -> int:
        raise OSError(code, os.strerror(code), path)

    monkeypatch.setattr(os, "open", fail)
    for entry in (*entries, *collect([tmp_path / "class"])):
        for ask in (fingerprint, lambda entry: read(entry, "conv2d")):
            with pytest.raises(MachineError, match="cannot read .*py") as caught:
                ask(entry)
            assert caught.value.remedy
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(MachineError, match=f"cannot read .*: {os.strerror(code)}"):
        collect([tmp_path])


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"xy"), lambda path: os.utime(path, ns=(0, 0))])
def test_what_changes_while_it_is_read_is_no_fault_of_a_student(
    change: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, {"a.py": b"x"})
    (entry,) = collect([tmp_path])
    real = os.fstat

    def changing(handle: int) -> os.stat_result:
        status = real(handle)
        change(entry.path)
        return status

    monkeypatch.setattr(os, "fstat", changing)
    with pytest.raises(MachineError, match=r"a\.py changed while it was read"):
        fingerprint(entry)


def test_what_is_gone_is_no_fault_of_a_student(tmp_path: Path) -> None:
    fill(tmp_path, {"a.py": b"x", "f/b.py": b"x"})
    file, folder = collect([tmp_path])
    (tmp_path / "a.py").unlink()
    (tmp_path / "f").rename(tmp_path / "g")
    for entry in (file, folder):
        with pytest.raises(MachineError, match="is gone"):
            read(entry, "conv2d")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take only names that are UTF-8")
def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")).write_bytes(b"x = 1")
    assert only(tmp_path).id == "caf%E9"
    fill(tmp_path, {"caf%E9.py": b""})
    with pytest.raises(UsageError, match=r"have the same id \(caf%E9\)"):
        collect([tmp_path])
    folder = fill(tmp_path / "f", {"conv2d.py": b"x"})
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_bytes(b"")
    assert read(Entry("f", folder), "conv2d").cells


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s1", "s1"),
        ("דנה כהן", "דנה כהן"),
        ("🙂 a.b (2)", "🙂 a.b (2)"),
        ('a/b\\c:d*e?f"g<h>i|j', "a%2Fb%5Cc%3Ad%2Ae%3Ff%22g%3Ch%3Ei%7Cj"),
        ("a\0b\n\x7f\x85", "a%00b%0A%7F%C2%85"),
        (".hidden", "%2Ehidden"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a. ", "a.%20"),
        ("a..", "a.%2E"),
        (" a", " a"),
        ("100%", "100%"),
        ("%41", "%2541"),
        ("%zz%~", "%zz%25~"),
        ("CON", "%43ON"),
        ("nul.tar", "%6Eul.tar"),
        ("com1 .x", "%63om1 .x"),
        ("LPT²", "%4CPT²"),
        ("CONSOLE", "CONSOLE"),
        ("\udce9", "%ED%B3%A9"),
        ("a" * 250, "a" * 250),
    ],
)
def test_an_id_as_the_name_of_a_file(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_long_ids_are_cut_between_letters_and_stay_apart() -> None:
    names = {file_name("ש" * 200 + end) for end in ("", "a", "b")} | {file_name("a" * 251), file_name("%~" * 99)}
    assert len(names) == 5
    assert all(len(name.encode()) <= LONGEST and "\ufffd" not in name for name in names)
    cut = file_name("a" * 251)
    assert file_name(cut) != cut


TRICKY = st.text(st.sampled_from("aAbB0123456789%~/.: CcOoNn²é\u0301\u212aßſ\udcff"), min_size=1, max_size=12)
IDS = TRICKY | st.text(min_size=1) | st.text(min_size=80, max_size=300)


@given(IDS, IDS)
def test_two_ids_never_have_one_name(one: str, other: str) -> None:
    if one != other:
        assert file_name(one) != file_name(other)
    if folded(one) != folded(other):
        assert folded(file_name(one)) != folded(file_name(other))


@given(IDS)
def test_a_name_is_carried_everywhere(written: str) -> None:
    name = file_name(written)
    assert 0 < len(name.encode()) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name[0] != "."
    assert name[-1] not in ". "
    assert name.partition(".")[0].rstrip().upper() not in ("CON", "NUL", "COM1")
    assert name == written or "%" in name
