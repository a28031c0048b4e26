"""Text of students on its way to a place that reads more into it than text: one function per place."""

import re

# control characters, halves of surrogate pairs, and code points that are no characters
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# where a spreadsheet begins a cell; a semicolon begins one where the comma is the decimal mark
_COMPUTED = re.compile(r"(^|[;,\n\t])(?='*[=+\-@\t])")


def printable(text: str) -> str:
    r"""Text for UTF-8 files, XML and HTML: what nobody can see, but for tab and line feed, becomes U+FFFD.

    >>> printable("a\x1b[2Jb\r\n")
    'a�[2Jb\n'
    """
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def cell(text: str) -> str:
    """Text for a CSV file: printable, and a quote before what a spreadsheet would compute.

    >>> cell("=1+1"), cell("1;-2"), cell("0.5")
    ("'=1+1", "1;'-2", '0.5')
    """
    return _COMPUTED.sub(r"\1'", printable(text))


def line(text: str) -> str:
    r"""Text for one line of a terminal or a page: printable, unbroken, and not turned around.

    >>> line("a\nb\u202e")
    'a b'
    """
    return _TURNING.sub("", " ".join(printable(text).split()))
