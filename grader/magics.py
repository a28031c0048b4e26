"""What notebooks allow in a cell beside Python: magic commands, shell commands and questions for help.

Harmless ones become lines that do nothing, so that the lines of the cell keep their numbers; any other
gives the reason why the cell does not run. A line counts as one only where a statement begins: inside
strings, brackets and continued lines it is Python.
"""

import re

from grader.escaping import line

_RUN_THE_CELL = {"time", "capture"}
_STACKED = 8  # cell magics on top of each other

_INDENT = re.compile(r"[ \t\f]*+")
_FIRST_CODE = re.compile(r"(?:[ \t\f]*+(?:\#[^\n]*+)?\n)*+([ \t]++)(?=[^\s#\\])")
_CELL_MAGIC = re.compile(r"(?:[ \t\f]*+\n)*+(?P<magic>%%(?!%)[ \t]*+(?P<name>\w*+)[^\n]*+)")
_COMMAND = re.compile(r"(?:[^\n\\]++|\\\n|\\)*+")
_TIME = re.compile(r"%[ \t]*+time(?![\w?])[ \t]*+")
_NOTHING = re.compile(
    r"%[ \t]*+(?:matplotlib|config|load_ext|reload_ext|autoreload|precision|timeit|pip|conda)(?!\w)"
    r"|!!?[ \t]*+(?:sudo[ \t]++)?(?:pip3?|conda|mamba|python3?[ \t]++-m[ \t]++pip)(?!\w)"
)
_FIRST_WORD = re.compile(r"[%!?]*+[ \t]*+\S*+")
_LAST_WORD = re.compile(r"[^\s;]*+\Z")
_SUSPECT = re.compile(r"^[ \t\f]*+[%!?]|=[ \t]*+[!%]|\?", re.MULTILINE)

_QUOTES = ("'", '"')
_PYTHON = re.compile(
    r"""
      (?P<string>[rbuftRBUFT]{0,2}(?:\"{3}|'{3}|"|'))
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<colon>:)
    | (?P<newline>\n)
    | (?P<taken>(?<![=!<>+*/%&|^@:-])=[ \t]*+(?=[!%]))
    | (?P<asked>\?\??(?=[ \t]*+(?:\#[^\n]*+)?(?:\n|\Z)))
    | \\\n | \#[^\n]*+ | \w++ | [^\w\n\\\#"'()\[\]{}:=?]++ | .
    """,
    re.VERBOSE,
)
_REST_OF_STRING = {  # a triple quote that never closes takes all that follows, as for Python
    **{quote: re.compile(rf"(?:[^{quote}\\\n]++|\\.)*+{quote}?", re.DOTALL) for quote in _QUOTES},
    **{
        quote * 3: re.compile(rf"(?:[^{quote}\\]++|\\.|{quote}(?!{quote}{quote}))*+(?:{quote * 3})?", re.DOTALL)
        for quote in _QUOTES
    },
}
_FORMATTED_TEXT = {  # up to a field, the end, or what ends it before its time
    **{quote: re.compile(rf"(?:[^{quote}\\\n{{]++|\\[^{{]?|{{{{)*+", re.DOTALL) for quote in _QUOTES},
    **{
        quote * 3: re.compile(rf"(?:[^{quote}\\{{]++|\\[^{{]?|{{{{|{quote}(?!{quote}{quote}))*+", re.DOTALL)
        for quote in _QUOTES
    },
}
_FIELD, _FORMAT = "{field", ":format"
_FORMAT_TEXT = re.compile(r"[^{}]*+")


def plain(code: str) -> tuple[str, str]:
    r"""A cell as Python, and why it must not run; the reason is empty where it may.

    The code has as many lines as before. Time grows with its length, whatever it holds.

    >>> plain("%matplotlib inline\nx = (5\n  % 3)")
    ('pass\nx = (5\n  % 3)', '')
    >>> plain("x = 1\n!ls -l")[1]
    'line 2 is a shell command (!ls), which is not run here; remove it'
    """
    code = code.replace("\r\n", "\n").replace("\r", "\n")
    for _ in range(_STACKED):
        code = _flush(code)
        found = _CELL_MAGIC.match(code)
        if not found:
            break
        if found["name"] == "timeit":
            return "\n" * code.count("\n"), ""
        if found["name"] not in _RUN_THE_CELL:
            return code, _problem(code, found.start("magic"))
        code = code[: found.start("magic")] + code[found.end() :]
    return _without_commands(code) if _SUSPECT.search(code) else (code, "")


def _flush(code: str) -> str:
    """The cell moved to the left when its first statement is indented, as notebooks do."""
    found = _FIRST_CODE.match(code)
    return re.sub(rf"^{found[1]}", "", code, flags=re.MULTILINE) if found else code


def _without_commands(code: str) -> tuple[str, str]:
    pieces: list[str] = []
    copied = position = 0
    while position < len(code):
        position = _INDENT.match(code, position).end()  # type: ignore[union-attr]  # it matches everywhere
        if not code.startswith(("%", "!", "?"), position):
            position, found = _statement(code, position)
            if found is not None:
                return code, _problem(code, found)
            continue
        if timed := _TIME.match(code, position):  # what it times is judged next, as a line of its own
            pieces.append(code[copied:position])
            copied = position = timed.end()
            if code.startswith(("\n", "#"), position) or position == len(code):
                pieces.append("pass ")
            continue
        end = _COMMAND.match(code, position).end()  # type: ignore[union-attr]  # it matches everywhere
        if not _harmless(code[position:end]):
            return code, _problem(code, position)
        pieces += [code[copied:position], "pass", "\n" * code.count("\n", position, end)]
        copied = position = end
        position += 1
    return "".join([*pieces, code[copied:]]), ""


def _harmless(command: str) -> bool:
    """Whether a command may be left out with nothing said."""
    found = _NOTHING.match(command)
    return found is not None and not command.rstrip().endswith("?")


def _refusal(command: str) -> str:
    """Why a command is not run."""
    command = command.partition("\n")[0].rstrip()
    word = _short(_FIRST_WORD.match(command)[0])  # type: ignore[index]  # it matches everywhere
    if not command.startswith(("!", "%")) or command.endswith("?"):
        return f"asks for help ({word}), which nobody answers here; remove it"
    if command.startswith("!"):
        return f"is a shell command ({word}), which is not run here; remove it"
    if command.startswith(("%%time", "%%capture")):
        return f"is a cell magic ({word}), which belongs in the first line of a cell; move it there or remove it"
    if command.startswith("%%"):
        return f"is a cell magic ({word}), which is not run here; remove it"
    if word == "%pylab":
        return "is %pylab, which brings in names unseen and is not run here; import what you need instead"
    return f"is a magic command ({word}), which is not run here; remove it"


def _short(text: str) -> str:
    text = line(text[:200])
    return text if len(text) <= 40 else f"{text[:40]}…"


def _problem(code: str, position: int) -> str:
    return f"line {code.count(chr(10), 0, position) + 1} {_refusal(code[position : position + 200])}"


def _statement(code: str, position: int) -> tuple[int, int | None]:
    """Where the next line that may begin a statement starts, and where this one takes or asks what is not Python.

    The stack holds what is open: brackets, and of formatted strings the quotes, the fields and their formats.
    """
    stack: list[str] = []
    while position < len(code):
        top = stack[-1] if stack else ""
        if top in _FORMATTED_TEXT or top == _FORMAT:
            text = _FORMAT_TEXT if top == _FORMAT else _FORMATTED_TEXT[top]
            position = text.match(code, position).end()  # type: ignore[union-attr]  # it matches everywhere
            if code.startswith("{", position):
                stack.append(_FIELD)
                position += 1
                continue
            stack.pop()
            position += len(top) if top != _FORMAT and code.startswith(top, position) else int(top == _FORMAT)
            continue
        found = _PYTHON.match(code, position)
        assert found  # its last branch takes any character
        begin, position, kind = position, found.end(), found.lastgroup
        if kind == "string":
            quote = found[0].lstrip("rbuftRBUFT")
            if len(quote) < len(found[0]) and set(found[0]) & set("fFtT"):
                stack.append(quote)
            else:
                position = _REST_OF_STRING[quote].match(code, position).end()  # type: ignore[union-attr]  # everywhere
        elif kind == "open":
            stack.append(found[0])
        elif kind == "close" and stack:
            stack.pop()
        elif kind == "colon" and top == _FIELD:
            stack[-1] = _FORMAT
        elif not stack:
            if kind == "newline":
                break
            if kind == "taken":
                return position, position
            if kind == "asked":
                word = _LAST_WORD.search(code, max(0, begin - 40), begin)
                return position, word.start() if word else begin
    return position, None
