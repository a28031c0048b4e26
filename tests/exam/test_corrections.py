"""Corrections: what is decided after an exam, marked again, with the difference."""

import csv
import json
from pathlib import Path

import pytest

from question_bank.errors import UsageError
from question_bank.exam import corrections
from question_bank.exam.folder import read
from question_bank.exam.mark import mark_exam


def correction(**keys: object) -> str:
    keys = {"reason": "The figure was misprinted.", **keys}
    return "[[correction]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


@pytest.fixture
def marked(exam: Path, write, tmp_path: Path):
    """Mark with corrections; the rows of the parts by student, question and part."""

    def marks(answers: str = "", *decided: str) -> dict[tuple[str, str, str], dict]:
        responses = write("r.csv", f"student_id,question,part,answer\n{answers}")
        path = write("c.toml", "\n".join(decided)) if decided else None
        mark_exam(exam, responses, tmp_path / "marks", corrections_path=path)
        rows = map(json.loads, (tmp_path / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines())
        return {(row["student_id"], row["question"], row["part"]): row for row in rows}

    return marks


def difference(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "marks/difference.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def totals(tmp_path: Path) -> dict[str, tuple[str, str]]:
    with (tmp_path / "marks/marks.csv").open(encoding="utf-8") as file:
        return {row["student_id"]: (row["points"], row["max_points"]) for row in csv.DictReader(file)}


def test_full_marks_for_everyone(marked, tmp_path: Path) -> None:
    before = marked()
    assert {points for points, _ in totals(tmp_path).values()} == {"0"}
    after = marked("", correction(question="1", action="full_marks"))
    for place, row in after.items():
        assert row["points"] == (2 if place[1] == "1" else 0)
        assert row["verdict"] == "blank"
    assert after["b2", "1", "size"]["feedback"] == "The figure was misprinted."
    assert after["b2", "2", "count"] == before["b2", "2", "count"]
    assert {row["before"] + " -> " + row["after"] for row in difference(tmp_path)} == {"blank 0 of 2 -> blank 2 of 2"}
    assert len(difference(tmp_path)) == 4


def test_a_dropped_part_counts_for_nobody(marked, tmp_path: Path) -> None:
    marked()
    [most] = {most for _, most in totals(tmp_path).values()}
    after = marked("", correction(family="architecture/receptive_field", part="stride", action="drop"))
    assert after["a1", "4", "stride"]["max_points"] == 0
    assert after["a1", "4", "field"]["max_points"] == 0.5
    assert {most_now for _, most_now in totals(tmp_path).values()} == {str(float(most) - 0.5)}


def test_further_values_are_accepted(exam: Path, marked) -> None:
    [asked, *_] = read(exam).papers["d4"]
    wrong = next(iter(asked.key["misconceptions"]["size"].values()))
    text = "x".join(map(str, wrong)) if all(isinstance(side, int) for side in wrong) else json.dumps(wrong)
    answers = f'd4,1,size,"{text}"\nb2,1,size,1x1\n'
    assert marked(answers)["d4", "1", "size"]["verdict"] == "wrong"
    after = marked(answers, correction(question="1", part="size", action="accept", values=["7x7", text]))
    assert (after["d4", "1", "size"]["verdict"], after["d4", "1", "size"]["points"]) == ("right", 2)
    assert after["d4", "1", "size"]["misconception"] is None
    assert after["b2", "1", "size"]["verdict"] == "wrong"


def test_without_the_corrections_the_marks_are_as_before(marked, tmp_path: Path) -> None:
    before = marked()
    marked("", correction(question="1", action="full_marks"), correction(question="2", action="drop"))
    assert marked() == before
    assert len(difference(tmp_path)) == 8


def test_a_reason_in_each_language(marked) -> None:
    reason = '[[correction]]\nquestion = "1"\naction = "drop"\nreason = { en = "a", he = "b", ru = "c", da = "d" }\n'
    after = marked("", reason)
    assert [after[student, "1", "size"]["feedback"] for student in ("b2", "a1", "c3", "d4")] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the key 'correction' is missing"),
        ("[[correction]]", "correction 1: the key 'action' is missing"),
        (correction(action="drop"), "correction 1: question or family: exactly one"),
        (correction(action="drop", question="1", family="convolution/output_size"), "exactly one"),
        (correction(action="drop", question="99"), "correction 1: nobody was asked question 99"),
        (correction(action="drop", question=1), "correction 1: question"),
        (correction(action="drop", family="pooling/values"), "nobody was asked pooling/values"),
        (correction(action="drop", question="1", part="count"), "nobody was asked question 1 with the part count"),
        (correction(action="cancel", question="1"), "correction 1: action"),
        (correction(action="accept", question="1"), "values belong to the action accept"),
        (correction(action="drop", question="1", values=["1"]), "values belong to the action accept"),
        (correction(action="accept", question="1", values=["x y"]), "'x y' is no answer to it"),
        (correction(action="accept", question="1", values=[]), "correction 1: values"),
        (correction(action="drop", question="1", colour="red"), "unknown key 'colour'"),
        ('[[correction]]\nquestion = "1"\naction = "drop"\nreason = { en = "a" }', "reason lacks the language he"),
        ('[[correction]]\nquestion = "1"\naction = "drop"\n', "the key 'reason' is missing"),
        (correction(action="drop", question="1") + correction(action="drop", question="77"), "correction 2: nobody"),
        ("[[correction", "c.toml"),
    ],
)
def test_broken_corrections_are_refused(exam: Path, write, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        corrections.read(write("c.toml", text), read(exam))
    assert says in error.value.message
    with pytest.raises(UsageError):
        mark_exam(
            exam,
            write("r.csv", "student_id,question,part,answer\n"),
            tmp_path / "m",
            corrections_path=tmp_path / "c.toml",
        )
    assert not (tmp_path / "m").exists()
