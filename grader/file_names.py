"""Names of files: an id as one, and which names a file system may take for the same."""

import hashlib
import re
import unicodedata
from typing import Final

LONGEST: Final = 250  # bytes, so that ".html" fits into the 255 of most file systems

_CARRIED_BY_NONE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff]|^\.|[. ]\Z|%(?=[0-9A-Fa-f]{2}|~)')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])[ ]*(?:\.|\Z)", re.IGNORECASE)
_HASHED = 32


def file_name(id: str) -> str:  # noqa: A002  # the word for it everywhere
    """An id as the name of a file without its end; as written, where file systems carry that.

    Percent-encoded (as UTF-8) are the characters that some system refuses, a dot at the front, a dot or
    space at the end, the first letter of a name that Windows keeps for itself, and a percent sign that
    would read as one of these codes. A name over 250 bytes is cut and ends in "%~" and a hash. So two
    ids never have one name. What a system may take for one all the same, because it ignores case or
    normalises, `folded` tells.

    >>> file_name("דנה 100%"), file_name("a/b"), file_name("..")
    ('דנה 100%', 'a%2Fb', '%2E%2E')
    >>> file_name("Con.py"), file_name("%2F")
    ('%43on.py', '%252F')
    """
    name = _CARRIED_BY_NONE.sub(lambda found: _encoded(found[0]), id)
    if _RESERVED.match(name):
        name = _encoded(name[0]) + name[1:]
    whole = name.encode()
    if len(whole) <= LONGEST:
        return name
    mark = "%~" + hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:_HASHED]
    return whole[: LONGEST - len(mark)].decode("utf-8", "ignore") + mark


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def readable(name: str) -> str:
    r"""A name from the disk as text: bytes that are no UTF-8 percent-encoded.

    >>> readable("caf\udce9")
    'caf%E9'
    """
    if not name.isascii() and re.search("[\ud800-\udfff]", name):
        return "".join(_byte(character) for character in name)
    return name


def _byte(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"%{ord(character) - 0xDC00:02X}"
    return _encoded(character) if "\ud800" <= character <= "\udfff" else character


def folded(name: str) -> str:
    """What two names share that some file system takes for one: it ignores case or normalises.

    >>> folded("Émile") == folded("e\u0301MILE")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
