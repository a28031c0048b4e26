"""Moodle XML: each question of the bank goes out and is marked there as here, by a reader of our own."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from question_bank import registry
from question_bank.demo import CLASS, SECRET
from question_bank.errors import UsageError
from question_bank.exam import titles
from question_bank.exam.export import export
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.lms import moodle
from question_bank.lms.forms import Choice, Decimal, Grid, Number, Open, Option, Words, YesNo
from question_bank.lms.question import Part, Question, question
from question_bank.marking import PartKey, mark
from question_bank.show import show
from question_bank.text import interface

from .moodle_reader import Field, Read, read

LANGUAGES = ("en", "he", "ru", "da")
KEYS = 6  # variants of each level
GOLDEN = Path(__file__).parents[1] / "golden" / "moodle.xml"
HOSTILE = [
    "a<b>&amp;]]>",
    "x\x00\x1b[1m\ufffe",
    "$5 # {1:NUMERICAL:=1} ~ } \\",
    '"quotes"\n\nlines',
    "שלום 🎓 <script>",
]


def rows(family: str, level: int, key: str, language: str = "en") -> tuple[dict[str, Any], dict[str, Any]]:
    asked, solved = show(family, level=level, key=key, language=language)
    points = dict.fromkeys((part.part for part in asked.parts), Fraction(2))
    student = f"s{level}{key}{language}"
    row = asked.row(student_id=student, question="3", slot=1, points=points)
    return row, solved.row(student_id=student, question="3")


def gathered(row: dict[str, Any], key: dict[str, Any]) -> Question:
    return question(row, key, lambda name: titles.said(row["family"], name, row["language"]))


def leaves(value: Any) -> Iterator[Any]:
    """The single values of an answer as the key stores it, in order."""
    if isinstance(value, list):
        for entry in value:
            yield from leaves(entry)
    else:
        yield value


def typed(value: Any, kind: str, language: str) -> str:
    """What a student would type or choose for it."""
    if value is None:
        return str(
            PartKey.of(
                {"part": "a", "kind": "integer"}, {"answers": {"a": None}, "tolerance": {}, "misconceptions": {}}
            ).kind.write(None, language)
        )
    if isinstance(value, bool):
        if kind == "truefalse":
            return str(value).lower()
        return str(interface("value.yes" if value else "value.no", language))
    if isinstance(value, dict):
        return str(value["max"])
    return str(value)


@pytest.mark.parametrize("family", registry.ids())
def test_every_family_is_marked_there_as_here(family: str) -> None:
    for level in registry.get(family).levels:
        for number in range(KEYS):
            language = LANGUAGES[number % 4]
            row, key = rows(family, level, str(number), language)
            content, _ = moodle.render("Exam", [gathered(row, key)])
            [found] = read(content)
            fields = list(found.fields)
            for part in row["parts"]:
                for value in leaves(key["answers"][part["part"]]):
                    field = fields.pop(0)
                    given = field.given(typed(value, field.kind, language))
                    assert given, (field, value)
                    assert given.fraction == 100, (field, value)
                _mistakes_are_wrong(part, key, field, language)
            assert fields == []


def _mistakes_are_wrong(part: dict[str, Any], key: dict[str, Any], field: Field, language: str) -> None:
    """Those of single values; a table is wrong where one of its cells is."""
    if isinstance(key["answers"][part["part"]], list):
        return
    for name, value in key["misconceptions"][part["part"]].items():
        text = typed(value, field.kind, language)
        given = field.given(text)
        assert given is None or given.fraction == 0, (name, field)
        if given and mark(PartKey.of(part, key), text, language).misconception == name:
            assert given.feedback, (name, field)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped class: twelve students, nine questions, four languages."""
    out = tmp_path_factory.mktemp("moodle") / "exam"
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, out, measure=False)
    return out


def test_a_category_for_each_question_and_in_it_a_variant_for_each_student(exam: Path, tmp_path: Path) -> None:
    exported = export(exam, ["moodle"], tmp_path / "out")
    assert exported.paths == (tmp_path / "out" / "moodle.xml",)
    found = read(exported.paths[0].read_bytes())
    papers = read_exam(exam).papers
    assert {each.id for each in found} == {
        f"{student}-{asked.question['question']}" for student, paper in papers.items() for asked in paper
    }
    categories = {each.category for each in found}
    assert len(categories) == 4 * len(papers["1001"])  # each language has its own
    for category in categories:
        own = [each for each in found if each.category == category]
        languages = {language for language in LANGUAGES if f"/{language}/" in category}
        assert len(own) == len([each for each in read_exam(exam).students.values() if each.language in languages])
        assert len({each.text for each in own}) == len(own) or "derivation" in category
    kinds = {each.kind for each in found}
    assert kinds == {"numerical", "cloze", "multichoice", "shortanswer"}
    assert any("set its maximum mark to 4 (12 variants)" in note for note in exported.notes)
    assert any("answers are compared as text" in note for note in exported.notes)
    assert any("other questions have the same numbers" in note for note in exported.notes)


def test_points_and_texts_survive(exam: Path, tmp_path: Path) -> None:
    [path] = export(exam, ["moodle"], tmp_path / "out").paths
    found = {each.id: each for each in read(path.read_bytes())}
    for student, paper in read_exam(exam).papers.items():
        for asked in paper:
            one = found[f"{student}-{asked.question['question']}"]
            if one.kind != "cloze":
                assert one.grade == asked.question["points"]
            if one.kind == "multichoice":
                [part] = asked.question["parts"]
                right = [answer.fraction == 100 for answer in one.fields[0].answers]
                assert right == [choice["letter"] == asked.key["letters"][part["part"]] for choice in part["choices"]]
            language = asked.question["language"]
            assert (
                f'<div lang="{language}"{" dir=" + chr(34) + "rtl" + chr(34) if language == "he" else ""}>' in one.text
            )
            assert f"<h4>{interface('label.solution', language)}</h4>" in one.solution
            assert "$" not in one.text + one.solution
            first = asked.question["statement"].split("$")[0].strip().split("\n")[0]
            assert first in one.text


def test_only_some_students_and_the_same_bytes(exam: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(exam, ["moodle", "json"], tmp_path / name, students=["2001", "1001"])
    assert (tmp_path / "a/moodle.xml").read_bytes() == (tmp_path / "b/moodle.xml").read_bytes()
    assert {each.id.partition("-")[0] for each in read((tmp_path / "a/moodle.xml").read_bytes())} == {"1001", "2001"}
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["moodle.xml", "papers", "solutions"]


# --- forms that the bank has no question for yet, and texts that mean harm


def one(*forms: Any, points: Fraction = Fraction(1), statement: str = "s", language: str = "en") -> Question:
    parts = tuple(Part(f"({letter})", "p", points, form) for letter, form in zip("abcdef", forms, strict=False))
    return Question("s-1", "cm0123456789", 1, False, "a/b", language, statement, parts, "1. x")


def exported(*questions: Question) -> list[Read]:
    return read(moodle.render("T", questions)[0])


def test_yes_and_no() -> None:
    [found] = exported(one(YesNo(False, "because")))
    assert [(answer.fraction, answer.text, answer.feedback) for answer in found.fields[0].answers] == [
        (0, "true", "because"),
        (100, "false", ""),
    ]


def test_weights_are_the_points_where_they_can_be() -> None:
    number, pair = Number(Decimal("5"), ()), Grid((((Decimal("1"), Decimal("2")),),), ("1x2",), "")
    [found] = exported(one(number, pair, points=Fraction(2)))
    assert [field.weight for field in found.fields] == [2, 1, 1]
    assert moodle.render("T", [one(number, pair, points=Fraction(2))])[1] == []
    [found] = exported(one(number, pair, points=Fraction(1)))
    assert [field.weight for field in found.fields] == [2, 1, 1]
    [note] = moodle.render("T", [one(number, pair, points=Fraction(1))])[1]
    assert note.endswith("Moodle counts whole marks for each field, other than its points; set its maximum mark to 2")
    assert "set its maximum mark to 2" in note


def test_a_decimal_has_a_tolerance_and_mistakes_near_it_stay_apart() -> None:
    form = Number(Decimal("0.5", "0.0025"), ((Decimal("0.503", "0.0025"), "near"), (Decimal("0.5", "0.1"), "the same")))
    [found] = exported(one(form))
    assert [(answer.text, answer.fraction) for answer in found.fields[0].answers] == [("0.5", 100), ("0.503", 0)]
    assert found.fields[0].given("0.502").fraction == 100
    assert found.fields[0].given("0.5031").feedback == "near"


def test_an_essay_beside_others_is_refused_and_alone_is_named() -> None:
    with pytest.raises(UsageError, match=r"question s-1 \(a/b\): one of several parts needs a text"):
        moodle.render("T", [one(Open("$x$"), YesNo(True, ""))])
    content, notes = moodle.render("T", [one(Open("$x$"))])
    assert read(content)[0].kind == "essay"
    assert notes == ["question 1 (a/b): asked as an essay, which a person marks"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text(text: str) -> None:
    forms = [
        Number(Decimal("1"), ((Decimal("2"), text),)),
        Choice((Option(text, True, ""), Option("b", False, text))),
        Words((text.replace("\n", " "),), ()),
        YesNo(True, text),
        Open(text),
    ]
    for form in forms:
        content, _ = moodle.render(text, [one(form, statement=text)])
        [found] = read(content)
        assert "<script>" not in found.text
        assert found.kind in ("numerical", "multichoice", "shortanswer", "truefalse", "essay")
    content, _ = moodle.render(text, [one(*forms[:2], forms[3], statement="s")])
    [found] = read(content)
    assert [field.kind for field in found.fields] == ["NUMERICAL", "MULTICHOICE_V", "MULTICHOICE"]


def golden_questions() -> list[Question]:
    """A small exam for the golden files of all packages, which a person has read; one figure is enough to look at."""
    return [
        replace(gathered(*rows("convolution/output_size", 1, "golden")), figures=()),
        gathered(*rows("convolution/fit", 2, "golden", "da")),
        gathered(*rows("initialization/variance", 1, "golden", "he")),
    ]


def test_the_golden_file(update_golden: bool) -> None:
    content, _ = moodle.render("Golden", golden_questions())
    if update_golden:
        GOLDEN.write_bytes(content)
    assert content == GOLDEN.read_bytes(), "look at the change, then run with --update-golden"
    assert len(read(content)) == 3
