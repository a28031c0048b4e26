"""GIFT as Moodle takes it, read by code of our own: a blank line ends a question, a backslash guards a mark."""

import re
from dataclasses import dataclass

from .moodle_reader import Answer, Field

MARK = re.compile(r"(?<!\\)((?:\\\\)*)([=~#{}])")
QUESTION = re.compile(
    r"// \[id:(?P<id>[^\]]*)\]\n::(?P<name>(?:[^:\\]|\\.)*)::\[html\](?P<text>(?:[^{}\\]|\\.)*)\{(?P<inside>(?:[^{}\\]|\\.)*)\}"
)


@dataclass(frozen=True)
class Read:
    """A question; without a field it is an essay."""

    id: str
    category: str
    name: str
    text: str
    solution: str
    field: Field | None


def read(content: bytes) -> list[Read]:
    category, found = "", []
    for block in content.decode().rstrip("\n").split("\n\n"):
        if block.startswith("$CATEGORY: "):
            category = block.removeprefix("$CATEGORY: ")
            assert "\n" not in category
            continue
        whole = QUESTION.fullmatch(block)
        assert whole, block
        answers, _, solution = whole["inside"].partition("####")
        found.append(
            Read(whole["id"], category, plain(whole["name"]), plain(whole["text"]), plain(solution), _field(answers))
        )
    assert len({each.id for each in found}) == len(found)
    return found


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _apart(piece: str) -> tuple[str, str]:
    """An answer and its feedback, at the first mark that nothing guards."""
    whole = re.fullmatch(r"((?:[^#\\]|\\.)*)(?:#(.*))?", piece)
    assert whole
    return whole[1], whole[2] or ""


def _field(inside: str) -> Field | None:
    if not inside:
        return None
    whole = re.fullmatch(r"(TRUE|FALSE)(?:#(.*))?", inside)
    if whole:
        right = whole[1] == "TRUE"
        said = plain(whole[2] or "")
        return Field("truefalse", 1, tuple(
            Answer(100 * (value is right), str(value).lower(), None, "" if value is right else said) for value in (True, False)
        ))  # fmt: skip
    numerical = inside.startswith("#")
    answers = []
    for mark, piece in re.findall(r"([=~])((?:[^=~\\]|\\.)*)", inside.removeprefix("#")):
        share = re.match(r"%(\d+)%", piece)
        value, feedback = _apart(re.sub(r"^%\d+%", "", piece))
        fraction = int(share[1]) if share else 100 * (mark == "=")
        tolerance = None
        if numerical:
            value, _, width = value.partition(":")
            tolerance = float(width)
        answers.append(Answer(fraction, plain(value), tolerance, plain(feedback)))
    kind = (
        "numerical"
        if numerical
        else "multichoice"
        if "~" in MARK.sub(r"\2", inside) and "%" not in inside[:2]
        else "shortanswer"
    )
    assert any(answer.fraction == 100 for answer in answers)
    return Field(kind, 1, tuple(answers))
