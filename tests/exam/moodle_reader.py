"""Moodle XML as Moodle takes it, read by code of our own that shares nothing with the writer.

Strict where Moodle is lenient: what is not expected is an error.
"""

import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from dataclasses import dataclass

FIELD = re.compile(r"(?<!\\)\{(\d+):(NUMERICAL|SHORTANSWER|MULTICHOICE|MULTICHOICE_V):((?:[^{}\\]|\\.)+)\}")
ANSWER = re.compile(r"(=|%\d+%)?((?:[^#~\\]|\\.)*)(?:#((?:[^~\\]|\\.)*))?")


@dataclass(frozen=True)
class Answer:
    """A text that the system knows, with what it is worth; `tolerance` is None where no number is asked for."""

    fraction: int
    text: str
    tolerance: float | None
    feedback: str


@dataclass(frozen=True)
class Field:
    """Something to fill in."""

    kind: str
    weight: int
    answers: tuple[Answer, ...]

    def given(self, text: str) -> Answer | None:
        """The first answer that a student's text meets, as Moodle goes through them."""
        return next((answer for answer in self.answers if self._meets(answer, text)), None)

    def _meets(self, answer: Answer, text: str) -> bool:
        if self.kind in ("numerical", "NUMERICAL"):
            assert answer.tolerance is not None
            try:
                return abs(float(text) - float(answer.text)) <= answer.tolerance * (1 + 1e-12)
            except ValueError:
                return False
        if self.kind in ("shortanswer", "SHORTANSWER"):
            pieces = re.split(r"(?<!\\)\*", answer.text)
            pattern = ".*".join(re.escape(piece.replace(r"\*", "*")) for piece in pieces)
            return re.fullmatch(pattern, text, re.IGNORECASE) is not None
        return answer.text == text


@dataclass(frozen=True)
class Read:
    """A question of the file."""

    kind: str
    category: str
    name: str
    id: str
    text: str
    solution: str
    grade: float
    fields: tuple[Field, ...]


def read(content: bytes) -> list[Read]:
    root = ET.fromstring(content)
    assert root.tag == "quiz"
    category = ""
    found = []
    for element in root:
        assert element.tag == "question"
        if element.get("type") == "category":
            category = element.findtext("category/text") or ""
            assert category.startswith("$course$/")
            continue
        found.append(_question(element, category))
    assert len({each.id for each in found}) == len(found)
    return found


def _question(element: ET.Element, category: str) -> Read:
    kind = element.get("type") or ""
    for place in ("questiontext", "generalfeedback"):
        _figures(element.find(place))
    text = element.findtext("questiontext/text") or ""
    if kind == "cloze":
        assert element.find("answer") is None
        fields = tuple(_field(*found) for found in FIELD.findall(text))
        assert text.count("{1:") <= len(fields)
        grade = float(sum(field.weight for field in fields))
    else:
        fields = (Field(kind, 1, tuple(_answer(each, kind) for each in element.findall("answer"))),)
        grade = float(element.findtext("defaultgrade") or "nan")
        assert kind == "essay" or max(answer.fraction for answer in fields[0].answers) == 100
    return Read(
        kind,
        category,
        element.findtext("name/text") or "",
        element.findtext("idnumber") or "",
        text,
        element.findtext("generalfeedback/text") or "",
        grade,
        fields,
    )


def _figures(place: ET.Element | None) -> None:
    """Every picture is a file beside the text that shows it, and the other way round."""
    assert place is not None
    shown = re.findall(r'<img src="@@PLUGINFILE@@/([^"]+)" alt="[^"]+">', place.findtext("text") or "")
    assert shown == [file.get("name") for file in place.findall("file")]
    for file in place.findall("file"):
        assert (file.get("path"), file.get("encoding")) == ("/", "base64")
        assert ET.fromstring(b64decode(file.text or "", validate=True)).tag.endswith("}svg")


def _answer(element: ET.Element, kind: str) -> Answer:
    tolerance = element.findtext("tolerance")
    assert (tolerance is not None) == (kind == "numerical")
    return Answer(
        int(element.get("fraction") or ""),
        element.findtext("text") or "",
        None if tolerance is None else float(tolerance),
        element.findtext("feedback/text") or "",
    )


def _field(weight: str, kind: str, inside: str) -> Field:
    answers = []
    for piece in re.split(r"(?<!\\)~", inside):
        whole = ANSWER.fullmatch(piece)
        assert whole, piece
        mark, value, feedback = whole[1] or "", whole[2], whole[3] or ""
        tolerance = None
        if kind == "NUMERICAL":
            value, _, width = value.partition(":")
            tolerance = float(width)
        answers.append(Answer(100 if mark == "=" else 0, value, tolerance, feedback))
    assert any(answer.fraction == 100 for answer in answers)
    return Field(kind, int(weight), tuple(answers))
