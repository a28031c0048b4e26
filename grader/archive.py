"""A student's zip, read in memory: regular files within limits, or a reason why not.

Nothing is written to disk. The standard library reads the table of contents; the contents are
inflated here, never beyond the size they state.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

from grader.escaping import line
from grader.file_names import folded
from grader.notebook import LARGEST_FILE, Unreadable

LARGEST_TOTAL: Final = 50 << 20
MOST_ENTRIES: Final = 1_000
LARGEST_RATIO: Final = 200
DEEPEST: Final = 20
LONGEST_PART: Final = 255

_MOST_LISTED = 20_000  # entries of any kind: what their table alone may cost
_SMALL = 1 << 20  # below it a high ratio does no harm
_IGNORED = {"__macosx", ".ds_store", "__pycache__", ".ipynb_checkpoints", ".git"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOCAL = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def extract(data: bytes) -> dict[str, bytes]:
    """The regular files of a zip by their names, with `/` between folders.

    Left out are folders and what systems put beside the work: `__MACOSX`, `.DS_Store`, `__pycache__`,
    `.ipynb_checkpoints`, `.git`. Everything else must be harmless, or the whole zip is refused.

    Raises:
        Unreadable: damaged, hostile or beyond the limits; whatever the bytes are.
    """
    if len(data) > LARGEST_TOTAL:
        raise Unreadable(f"the zip has {len(data) / 2**20:.1f} MB, more than the {LARGEST_TOTAL >> 20} MB allowed")
    try:
        return _extract(data)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001  # damaged bytes make the zip and zlib modules raise anything
        raise Unreadable(f"the zip is damaged ({line(str(error)[:100]) or type(error).__name__})") from None


def _extract(data: bytes) -> dict[str, bytes]:
    if data.count(b"PK\x01\x02") > _MOST_LISTED:
        raise Unreadable(f"the zip holds more than {_MOST_LISTED:,} entries")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries, end = archive.infolist(), archive.start_dir
    named = [(_parts(entry), entry) for entry in entries]
    _refuse_overlaps(data, entries, end)
    wanted = [(parts, entry) for parts, entry in named if not _IGNORED & {part.lower() for part in parts}]
    if len(wanted) > MOST_ENTRIES:
        raise Unreadable(f"the zip holds {len(wanted):,} entries, more than the {MOST_ENTRIES:,} allowed")
    files = {"/".join(parts): entry for parts, entry in wanted if not _is_folder(entry)}
    _refuse_clashes(wanted)
    for name, entry in files.items():
        _refuse_unsafe(_shown(name), entry)
    if sum(entry.file_size for entry in files.values()) > LARGEST_TOTAL:
        raise Unreadable(f"the files of the zip are more than the {LARGEST_TOTAL >> 20} MB allowed")
    return {name: _content(data, _shown(name), entry) for name, entry in files.items()}


def _parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders and the name of an entry, when they stay inside the zip."""
    name = entry.filename.replace("\\", "/")
    shown = _shown(name)
    if _CONTROL.search(entry.orig_filename) or _CONTROL.search(name):
        raise Unreadable(f"the zip holds a name with control characters ({shown})")
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        raise Unreadable(f"the zip holds an absolute name ({shown})")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise Unreadable(f"the zip holds a name that leads out of it ({shown})")
    if not parts and not _is_folder(entry):
        raise Unreadable("the zip holds a file without a name")
    if len(parts) > DEEPEST:
        raise Unreadable(f"the zip holds folders nested more than {DEEPEST} deep ({shown})")
    if any(len(part.encode()) > LONGEST_PART for part in parts):
        raise Unreadable(f"the zip holds a name longer than {LONGEST_PART} bytes ({shown})")
    return parts


def _shown(name: str) -> str:
    name = line(name[:200])
    return name if len(name) <= 80 else f"{name[:80]}…"


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(("/", "\\"))


def _refuse_overlaps(data: bytes, entries: Iterable[zipfile.ZipInfo], end: int) -> None:
    """No byte may belong to two entries, or small zips could grow without limit."""
    begun = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < begun:
            raise Unreadable("the zip is damaged: entries overlap")
        begun = _begin(data, entry) + entry.compress_size
        if begun > end:
            raise Unreadable("the zip is damaged: an entry ends outside of it")


def _begin(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Where the content of an entry begins."""
    if not 0 <= entry.header_offset <= len(data) - _LOCAL.size or entry.compress_size < 0:
        raise Unreadable("the zip is damaged: an entry lies outside of it")
    signature, name, extra = _LOCAL.unpack_from(data, entry.header_offset)
    if signature != b"PK\x03\x04":
        raise Unreadable("the zip is damaged: an entry has no header")
    return int(entry.header_offset + _LOCAL.size + name + extra)


def _refuse_clashes(entries: Iterable[tuple[tuple[str, ...], zipfile.ZipInfo]]) -> None:
    """No two files may have one name, however a file system compares names; no file may be a folder too."""
    files: set[tuple[str, ...]] = set()
    folders: dict[tuple[str, ...], str] = {}
    for parts, entry in entries:
        key = tuple(folded(part) for part in parts)
        if _is_folder(entry):
            folders[key] = "/".join(parts)
        elif key in files:
            raise Unreadable(f"the zip holds two files of one name ({_shown('/'.join(parts))})")
        else:
            files.add(key)
        for depth in range(1, len(key)):
            folders[key[:depth]] = "/".join(parts[:depth])
    if clash := files & folders.keys():
        raise Unreadable(f"the zip holds a file that is also a folder ({_shown(folders[min(clash)])})")


def _refuse_unsafe(name: str, entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Unreadable(f"the zip holds a symbolic link ({name}); put the file itself there")
    if kind not in (0, stat.S_IFREG):
        raise Unreadable(f"the zip holds something that is no regular file ({name})")
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable(f"the zip is encrypted ({name}); make it without a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(f"the zip is compressed in a way that is not read here ({name}); make an ordinary zip")
    if entry.file_size > LARGEST_FILE:
        raise Unreadable(f"{name} has {entry.file_size / 2**20:.1f} MB, more than the {LARGEST_FILE >> 20} MB allowed")
    if entry.file_size > _SMALL and entry.file_size > LARGEST_RATIO * entry.compress_size:
        raise Unreadable(f"{name} is compressed more than {LARGEST_RATIO} times, as no notebook is")


def _content(data: bytes, name: str, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a file, when size and checksum are as stated."""
    begin = _begin(data, entry)
    packed = data[begin : begin + entry.compress_size]
    whole = True
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        content = inflate.decompress(packed, entry.file_size + 1)
        whole = inflate.eof and not inflate.unused_data
    else:
        content = packed
    if not whole or len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise Unreadable(f"the zip is damaged: {name} is not what its table says")
    return content
