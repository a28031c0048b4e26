"""QTI 1.2 for Canvas: each question of the bank goes out and is marked there as here, by a reader of our own."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from question_bank import registry
from question_bank.demo import CLASS, SECRET
from question_bank.exam.export import export
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.lms import qti12
from question_bank.lms.forms import Choice, Decimal, Grid, Number, Open, Option, Words, YesNo
from question_bank.marking import PartKey

from .qti_reader import Item, read
from .test_moodle import GOLDEN, HOSTILE, KEYS, LANGUAGES, gathered, golden_questions, leaves, one, rows, typed


@pytest.mark.parametrize("family", registry.ids())
def test_every_family_is_marked_there_as_here(family: str) -> None:
    for level in registry.get(family).levels:
        for number in range(KEYS):
            language = LANGUAGES[number % 4]
            row, key = rows(family, level, str(number), language)
            _, items = read(qti12.render("Exam", [gathered(row, key)])[0])
            assert len(items) == len(row["parts"])
            for part, item in zip(row["parts"], items, strict=True):
                _marked_as_here(part, key, item, language)


def _marked_as_here(part: dict[str, Any], key: dict[str, Any], item: Item, language: str) -> None:
    it = PartKey.of(part, key)
    assert item.points == part["points"]
    if item.kind == "fill_in_multiple_blanks_question":
        blanks = re.findall(r"\[(t\d+r\d+c\d+)\]", item.text)
        values = [str(value) for value in leaves(key["answers"][part["part"]])]
        ids = {item.choices()[f"{blank}_1"]: f"{blank}_1" for blank in blanks}
        assert [item.choices()[f"{blank}_1"] for blank in blanks] == values
        assert ids
        right = {f"response_{blank}": f"{blank}_1" for blank in blanks}
        assert item.score(right) == pytest.approx(100, abs=1e-3)
        assert item.score({**right, f"response_{blanks[0]}": "x"}) < 100
        return
    if item.kind == "true_false_question":
        assert item.score({"response1": "yes" if it.answer else "no"}) == 100
        assert item.score({"response1": "no" if it.answer else "yes"}) == 0
        return
    kind = {"numerical_question": "numerical", "short_answer_question": "shortanswer"}[item.kind]
    assert item.score({"response1": typed(key["answers"][part["part"]], kind, language)}) == 100
    for value in key["misconceptions"][part["part"]].values():
        if not it.kind.equal(it.answer, it.kind.decode(value)):
            assert item.score({"response1": typed(value, kind, language)}) == 0


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("qti") / "exam"
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, out, measure=False)
    return out


def test_a_group_for_each_question_from_which_one_variant_is_drawn(exam: Path, tmp_path: Path) -> None:
    exported = export(exam, ["qti12"], tmp_path / "out")
    assert exported.paths == (tmp_path / "out" / "qti12.zip",)
    title, items = read(exported.paths[0].read_bytes())
    assert title == "Convolutional networks: mid-term"
    papers = read_exam(exam).papers
    assert len(items) == sum(len(asked.question["parts"]) for paper in papers.values() for asked in paper)
    for group in {item.group for item in items}:
        assert len([item for item in items if item.group == group]) == len(papers)
    assert export(exam, ["qti12"], tmp_path / "again").paths[0].read_bytes() == exported.paths[0].read_bytes()
    assert any("drawn apart in Canvas" in note for note in exported.notes)


def test_choices_know_the_right_one_and_what_to_say_to_the_others(exam: Path, tmp_path: Path) -> None:
    _, items = read(export(exam, ["qti12"], tmp_path / "out").paths[0].read_bytes())
    by_name = {item.name: item for item in items}
    told = 0
    for student, paper in read_exam(exam).papers.items():
        for asked in paper:
            for name, right in asked.key.get("letters", {}).items():
                item = by_name[f"{student}-{asked.question['question']}"]
                assert item.kind == "multiple_choice_question"
                for letter in item.choices():
                    assert item.score({"response1": letter}) == 100 * (letter == right)
                    told += bool(item.told(letter))
                assert not item.told(right)
                assert name in asked.key["answers"]
    assert told >= 5


def test_formulas_are_equation_images(exam: Path, tmp_path: Path) -> None:
    _, items = read(export(exam, ["qti12"], tmp_path / "out").paths[0].read_bytes())
    images = re.findall(
        r'<img class="equation_image" title="([^"]*)" alt="LaTeX: ([^"]*)" data-equation-content="([^"]*)" src="/equation_images/([^"]*)">',
        items[0].text,
    )
    assert len(images) == items[0].text.count('<img class="equation_image"')
    for title, alt, content, source in images:
        assert title == alt == content
        assert unquote(unquote(source)) == content.replace("&amp;", "&").replace("&lt;", "<")
    assert not [item for item in items if "$" in item.text]  # a dollar that is left is a formula that was missed


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text(text: str) -> None:
    line = " ".join(text.split())
    forms = [
        Number(Decimal("0.5", "0.1"), ((Decimal("2"), text),)),
        Choice((Option(text, True, ""), Option("b", False, text))),
        Words((line,), ()),
        YesNo(True, text),
        Open(text),
        Grid((((Decimal("1"),), (Decimal("2"),)),), (line,), text),
    ]
    _, items = read(qti12.render(text, [one(*forms, statement=text)])[0])
    assert [item.name for item in items] == [f"s-1{letter}" for letter in "abcdef"]
    assert [item.kind.partition("_")[0] for item in items] == [
        "numerical",
        "multiple",
        "short",
        "true",
        "essay",
        "fill",
    ]
    assert not [item for item in items if "<script>" in item.text]
    assert [items[0].score({"response1": given}) for given in ("0.41", "0.59", "0.61", "x")] == [100, 100, 0, 0]
    assert items[1].score({"response1": "A"}) == 100
    assert items[3].score({"response1": "yes"}) == 100
    assert items[4].score({"response1": "anything"}) == 0


def test_the_golden_file(update_golden: bool) -> None:
    content, _ = qti12.render("Golden", golden_questions())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = [name for name in archive.namelist() if "/quiz_" in name]
        quiz = archive.read(name)
    golden = GOLDEN.with_name("qti12.xml")
    if update_golden:
        golden.write_bytes(quiz)
    assert quiz == golden.read_bytes(), "look at the change, then run with --update-golden"
    assert len(read(content)[1]) == 6
