"""GIFT: what it can carry is marked there as here; what it cannot is named."""

from pathlib import Path
from typing import Any

import pytest

from question_bank import registry
from question_bank.demo import CLASS, SECRET
from question_bank.exam.export import export
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.lms import gift
from question_bank.lms.forms import Choice, Decimal, Grid, Number, Open, Option, Words, YesNo
from question_bank.marking import PartKey, mark

from .gift_reader import read
from .test_moodle import GOLDEN, HOSTILE, KEYS, LANGUAGES, gathered, golden_questions, one, rows, typed


@pytest.mark.parametrize("family", registry.ids())
def test_every_family_is_marked_there_as_here(family: str) -> None:
    for level in registry.get(family).levels:
        for number in range(KEYS):
            language = LANGUAGES[number % 4]
            row, key = rows(family, level, str(number), language)
            content, _ = gift.render("Exam", [gathered(row, key)])
            found = read(content)
            assert len(found) == len(row["parts"])
            for part, each in zip(row["parts"], found, strict=True):
                _marked_as_here(part, key, each.field, language)


def _marked_as_here(part: dict[str, Any], key: dict[str, Any], field: Any, language: str) -> None:
    it = PartKey.of(part, key)
    answer = key["answers"][part["part"]]
    if field is None:
        assert isinstance(answer[0], list)
        return
    text = it.kind.write(it.answer, language) if isinstance(answer, list) else typed(answer, field.kind, language)
    assert field.given(text).fraction == 100, (field, text)
    for known in field.answers if field.kind == "shortanswer" else ():
        right = mark(it, known.text.replace(r"\*", "*"), language).verdict == "right"
        assert right == (known.fraction == 100), known
    for name, value in key["misconceptions"][part["part"]].items():
        wrong = (
            it.kind.write(it.kind.decode(value), language)
            if isinstance(value, list)
            else typed(value, field.kind, language)
        )
        given = field.given(wrong)
        assert given is None or given.fraction == 0, (name, field)


def test_the_shipped_class(tmp_path: Path) -> None:
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, tmp_path / "exam", measure=False)
    exported = export(tmp_path / "exam", ["gift"], tmp_path / "out")
    assert exported.paths == (tmp_path / "out" / "gift.txt",)
    found = read(exported.paths[0].read_bytes())
    papers = read_exam(tmp_path / "exam").papers
    assert len(found) == sum(len(asked.question["parts"]) for paper in papers.values() for asked in paper)
    for category in {each.category for each in found}:
        own = [each for each in found if each.category == category]
        assert len(own) == len(papers) / 4  # three in each language
    assert "gift.txt: GIFT carries no points: set the maximum marks in the quiz" in exported.notes
    assert any(
        "(convolution/toeplitz_2d): GIFT has no tables of numbers; asked as an essay" in note for note in exported.notes
    )
    again = export(tmp_path / "exam", ["gift"], tmp_path / "again").paths[0]
    assert again.read_bytes() == exported.paths[0].read_bytes()


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text(text: str) -> None:
    line = " ".join(text.split()) or "x"
    forms = [
        Number(Decimal("1"), ((Decimal("2"), text),)),
        Choice((Option(text, True, ""), Option("b", False, text))),
        Words((line,), ()),
        YesNo(True, text),
        Open(text),
        Grid((((Decimal("1"),), (Decimal("2"),)),), (line,), text),
    ]
    for form in forms:
        [found] = read(gift.render(text, [one(form, statement=text)])[0])
        assert (found.field is None) == isinstance(form, Open | Grid)
        assert "<script>" not in found.text
        if isinstance(form, Words):
            assert found.field.given(
                line.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").replace("\ufffe", "\ufffd")
            )
    parts = read(gift.render(text, [one(*forms, statement=text)])[0])
    assert [each.id for each in parts] == [f"s-1{letter}" for letter in "abcdef"]


def test_the_golden_file(update_golden: bool) -> None:
    content, _ = gift.render("Golden", golden_questions())
    golden = GOLDEN.with_name("gift.txt")
    if update_golden:
        golden.write_bytes(content)
    assert content == golden.read_bytes(), "look at the change, then run with --update-golden"
    assert len(read(content)) == 6
