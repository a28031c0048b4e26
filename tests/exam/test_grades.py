"""Grades on their way to Canvas, Moodle, Gradescope and GitHub Classroom, by the rules of their importers."""

import base64
import csv
import hashlib
import io
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam import audit
from question_bank.exam import grades as exam_grades
from question_bank.exam.mark import mark_exam
from question_bank.lms.grades import Grade, Item, of_results, render

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (11),Midterm (12),Midterm 2 (13),Final Score (read only)"
TEMPLATE = f"""\ufeff{HEADER}
    Points Possible,,,,,5,8,10,(read only)
"Lovelace, Ada",1,b2,ada@example.org,A,3,,9,50
"לוי, דנה",2,a1,dana@example.org,A,4,6,,50
"Who, Nobody",3,zz,nobody@example.org,A,4,2,,50
"Student, Test",4,,,A,,,,
"""


def grade(student: str, points: Fraction | int | None, *, email: str = "", items: tuple[Item, ...] = ()) -> Grade:
    return Grade(student, f"Name of {student}", email, None if points is None else Fraction(points), Fraction(8), items)


CLASS = [grade("b2", Fraction(11, 2), email="ada@example.org"), grade("a1", 8), grade("c3", None), grade("d4", 0)]


def same(name: str) -> str:
    return name


def canvas(tmp_path: Path, text: str = TEMPLATE, **options) -> list[list[str]]:
    (tmp_path / "gradebook.csv").write_text(text, encoding="utf-8")
    made = render(CLASS, "canvas", same, **{"template": tmp_path / "gradebook.csv", "column": "Midterm", **options})
    [content] = made.files.values()
    return list(csv.reader(io.StringIO(content.decode())))


def test_canvas_gets_its_own_table_back_with_one_column_filled(tmp_path: Path) -> None:
    assert canvas(tmp_path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Midterm (12)"],
        ["    Points Possible", "", "", "", "", "8"],
        ["Lovelace, Ada", "1", "b2", "ada@example.org", "A", "5.5"],
        ["לוי, דנה", "2", "a1", "dana@example.org", "A", "8"],
        ["Who, Nobody", "3", "zz", "nobody@example.org", "A", "2"],
        ["Student, Test", "4", "", "", "A", ""],
    ]


def test_canvas_names_who_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "gradebook.csv").write_text(TEMPLATE, encoding="utf-8")
    made = render(CLASS, "canvas", same, template=tmp_path / "gradebook.csv", column="Midterm")
    assert made.left_out == ("c3: is not in the template", "d4: is not in the template", "c3: has no grade yet")
    assert made.notes == ("students were found by SIS User ID",)


def test_canvas_finds_students_by_email_too(tmp_path: Path) -> None:
    assert canvas(tmp_path, by="SIS Login ID")[2][-1] == "5.5"
    text = TEMPLATE.replace(",b2,", ",,").replace(",a1,", ",,")
    assert canvas(tmp_path, text)[2][-1] == "5.5"


def test_canvas_keeps_a_grade_that_we_do_not_know(tmp_path: Path) -> None:
    text = TEMPLATE.replace('"Who, Nobody",3,zz', '"Petrov, Ivan",3,c3')
    assert canvas(tmp_path, text)[4][-1] == "2"


def test_canvas_tells_students_apart_who_differ_in_case_or_share_an_address(tmp_path: Path) -> None:
    (tmp_path / "gradebook.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,M (1)\n  Points Possible,,,,,8\n"
        "A,1,ABC,x@x,S,\nB,2,abc,x@x,S,\nC,3,Abc,y@y,S,\nD,4,Q1,,S,\n", encoding="utf-8",
    )  # fmt: skip
    several = [grade("ABC", 8, email="x@x"), grade("abc", 0, email="x@x"), grade("q1", 5)]
    made = render(several, "canvas", same, template=tmp_path / "gradebook.csv", column="M")
    rows = list(csv.reader(io.StringIO(made.files["canvas-grades.csv"].decode())))
    assert [row[-1] for row in rows[2:]] == ["8", "0", "", "5"]
    with pytest.raises(UsageError, match="nobody"):
        render(several[:2], "canvas", same, template=tmp_path / "gradebook.csv", column="M", by="SIS Login ID")


def test_a_long_cell_is_no_damage_and_an_open_quote_is(tmp_path: Path) -> None:
    assert canvas(tmp_path, TEMPLATE.replace("ada@example.org", "a" * 200_000))[2][-1] == "5.5"
    with pytest.raises(UsageError, match="the template is damaged"):
        canvas(tmp_path, TEMPLATE + '"Never, Closed')


def test_a_manual_posting_row_is_kept(tmp_path: Path) -> None:
    text = TEMPLATE.replace("    Points", ",,,,,Manual Posting,Manual Posting,,\n    Points", 1)
    assert canvas(tmp_path, text)[1] == ["", "", "", "", "", "Manual Posting"]


def test_points_are_scaled_only_where_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="10 points are possible in 'Midterm 2 \\(13\\)', and 8 here"):
        canvas(tmp_path, column="Midterm 2")
    assert canvas(tmp_path, column="Midterm 2", scale=True)[2][-1] == "6.875"


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (TEMPLATE, {"column": "Mid"}, "no column 'Mid'"),
        (TEMPLATE, {"column": "Section"}, "no column 'Section'"),
        (TEMPLATE, {"column": "Final Score (read only)"}, "no id for the column"),
        (TEMPLATE.replace("Midterm 2 (13)", "Midterm (13)"), {}, "2 columns 'Midterm'"),
        (TEMPLATE, {"by": "Email"}, "no column 'Email'"),
        (TEMPLATE, {"by": "ID"}, "nobody in the column 'ID'"),
        (TEMPLATE.replace("5,8,10", "5,,10"), {}, "does not say how many points"),
        (TEMPLATE.replace("5,8,10", "5,-8,10"), {"scale": True}, "does not say how many points"),
        ("a,b\n1,2\n", {}, "no export of a Canvas gradebook"),
        ("", {}, "no export of a Canvas gradebook"),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str, options: dict, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        canvas(tmp_path, text, **options)


def test_moodle_gets_grades_within_its_maximum() -> None:
    made = render(CLASS, "moodle", same)
    [content] = made.files.values()
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert rows[0] == ["student_id", "email", "name", "grade out of 100"]
    assert [row[-1] for row in rows[1:]] == ["68.75", "100", "0"]
    assert made.left_out == ("c3: has no grade yet",)
    eight = list(csv.reader(io.StringIO(next(iter(render(CLASS, "moodle", same, out_of=8).files.values())).decode())))
    assert [row[-1] for row in eight[1:]] == ["5.5", "8", "0"]


def test_a_name_is_no_formula() -> None:
    evil = Grade("=1+1", "@SUM(A1)", "-x", Fraction(1), Fraction(2), ())
    [content] = render([evil], "moodle", same).files.values()
    assert content.decode().split("\n")[1] == "'=1+1,'-x,'@SUM(A1),50"


ITEMS = (
    Item("1", Fraction(2), Fraction(2)),
    Item("2", Fraction(3, 2), Fraction(4)),
    Item("3", Fraction(0), Fraction(2)),
)


def classroom(items: tuple[Item, ...]) -> tuple[list[str], dict[str, dict]]:
    points = sum((item.points or Fraction(0) for item in items), Fraction(0))
    made = render([grade("b2", points, items=items)], "github-classroom", same)
    [text] = made.files.values()
    lines = dict(line.split("=", 1) for line in text.decode().splitlines())
    runners = lines.pop("RUNNERS").split(",")
    return runners, {name: json.loads(base64.b64decode(value)) for name, value in lines.items()}


def reported(results: dict) -> Fraction:
    """What Classroom's reporter makes of a runner: the share of its tests that passed."""
    passed = [test["status"] == "pass" for test in results["tests"]]
    return Fraction(repr(results["max_score"])) * sum(passed) / len(passed)


def test_classroom_reports_what_was_earned() -> None:
    runners, found = classroom(ITEMS)
    assert runners == ["q1", "q2", "q3"]
    assert list(found) == ["Q1_RESULTS", "Q2_RESULTS", "Q3_RESULTS"]
    assert [reported(each) for each in found.values()] == [2, Fraction(3, 2), 0]
    assert [each["status"] for each in found.values()] == ["pass", "fail", "fail"]


def test_no_variable_is_longer_than_linux_allows() -> None:
    made = render([grade("b2", 1, items=(Item("1", Fraction(997, 1000), Fraction(1)),))], "github-classroom", same)
    [text] = made.files.values()
    assert max(len(line) for line in text.decode().splitlines()) < 131_072


def test_runners_are_plain_and_apart() -> None:
    assert classroom((Item("stride_padding", Fraction(1), Fraction(1)),))[0] == ["stridepadding"]
    odd = tuple(Item(each, Fraction(1), Fraction(1)) for each in ("א", "a b", "ab", "q1", "1", "=x\nY=1"))
    assert classroom(odd)[0] == [f"q{number}" for number in range(1, 7)]


def test_gradescope_reads_a_total_and_a_test_for_each_question() -> None:
    made = render([grade("b2", Fraction(7, 2), items=ITEMS), grade("c3", None, items=ITEMS)], "gradescope", same)
    assert list(made.files) == ["gradescope/b2.json"]
    results = json.loads(made.files["gradescope/b2.json"])
    assert results["score"] == 3.5
    assert [(test["score"], test["max_score"], test["status"]) for test in results["tests"]] == [
        (2, 2, "passed"), (1.5, 4, "failed"), (0, 2, "failed")
    ]  # fmt: skip


def test_of_an_assignment_gradescope_gets_its_own_fields_alone() -> None:
    test = {"name": "n", "status": "passed", "score": 1, "max_score": 1, "visibility": "hidden", "output": ""}
    document = {
        "id": "x", "score": 1, "max_score": 1, "output": "o", "execution_time": 1.5, "isolation": "strict", "sha256": "f",
        "tasks": [{"id": "t", "points": 1, "max_points": 1}], "tests": [{**test, "task": "t", "outcome": "passed"}],
    }  # fmt: skip
    [content] = render([of_results(document)], "gradescope", same).files.values()
    assert json.loads(content) == {"score": 1, "output": "o", "execution_time": 1.5, "tests": [test]}
    waiting = of_results({**document, "score": None})
    assert waiting.points is None
    assert waiting.items[0].points is None
    assert not render([waiting], "gradescope", same).files


def test_options_of_another_system_are_refused(tmp_path: Path) -> None:
    for kind, options, says in (
        ("moodle", {"scale": True}, "--scale means nothing for moodle"),
        ("gradescope", {"out_of": 5.0}, "--out-of means nothing for gradescope"),
        ("moodle", {"out_of": float("inf")}, "--out-of inf is no maximum"),
        ("moodle", {"out_of": float("nan")}, "--out-of nan is no maximum"),
        ("moodle", {"out_of": 0.0}, "--out-of 0.0 is no maximum"),
        ("canvas", {}, "an export of its gradebook"),
        ("canvas", {"template": tmp_path / "none.csv", "column": "x"}, "cannot be read"),
    ):
        with pytest.raises(UsageError, match=says):
            render(CLASS, kind, same, **options)
    with pytest.raises(UsageError, match="no grades to report"):
        render([], "moodle", same)


@pytest.fixture
def marks(exam: Path, tmp_path: Path) -> Path:
    rows = "student_id,question,part,answer\nb2,1,size,1x1\n"
    (tmp_path / "answers.csv").write_text(rows, encoding="utf-8")
    mark_exam(exam, tmp_path / "answers.csv", tmp_path / "marks")
    return tmp_path / "marks"


def test_marks_of_an_exam_add_up(marks: Path) -> None:
    found = exam_grades.read(marks)
    assert [each.student_id for each in found] == ["a1", "b2", "c3", "d4"]
    assert found[1].name == "Ada Lovelace"
    assert found[3].name == "=SUM(A1)"
    for each in found:
        assert each.points == sum(item.points for item in each.items if item.points is not None)
        assert each.most == sum(item.most for item in each.items) == 6


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("marks.jsonl", '"points": 0', '"points": 1', "changed after marking"),
        ("marks.csv", ",0,6,", ",6,6,", "changed after marking"),
        ("marks.csv", ",0,6,", ",x,6,", "are no number"),
        ("marks.csv", ",0,6,", ",0,600,", "can have 600 points"),
        ("marks.jsonl", '"max_points": 1', '"max_points": "abc"', "other max_points than"),
        ("marks.jsonl", '"max_points": 1,', "", "other max_points than"),
        ("marks.csv", "b2,", "b9,", "not of the same students"),
        ("audit.jsonl", '"points": 0', '"points": 1', "the audit was changed"),
        ("marking.json", "key_sha256", "key", "is damaged"),
    ],
)
def test_marks_that_were_changed_are_refused(marks: Path, file: str, before: str, after: str, says: str) -> None:
    text = (marks / file).read_text(encoding="utf-8")
    assert before in text
    (marks / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        exam_grades.read(marks)


def test_a_maximum_that_was_lowered_everywhere_is_missed(marks: Path) -> None:
    """The share that was earned would grow, and all sums would still be right."""
    for name, before, after in (("marks.jsonl", '"max_points": 1', '"max_points": 0'), ("marks.csv", ",0,6,", ",0,5,")):
        text = (marks / name).read_text(encoding="utf-8")
        assert before in text
        (marks / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError, match="other max_points than"):
        exam_grades.read(marks)


def test_an_audit_from_before_maxima_were_kept_goes_on(exam: Path, marks: Path, tmp_path: Path) -> None:
    """Its lines are chained as they were, and nothing is written for marks that did not change."""
    previous, lines = audit.FIRST, []
    for line in (marks / "audit.jsonl").read_text(encoding="utf-8").splitlines():
        row = {name: value for name, value in json.loads(line).items() if name not in ("max_points", "chain")}
        row["previous"] = previous
        row["chain"] = previous = hashlib.sha256(strict_json.line(row).encode()).hexdigest()
        lines.append(strict_json.line(row))
    (marks / "audit.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    seal = json.loads((marks / "marking.json").read_text(encoding="utf-8"))
    seal["audit"]["chain"] = previous
    (marks / "marking.json").write_text(json.dumps(seal), encoding="utf-8")
    assert len(exam_grades.read(marks)) == 4
    mark_exam(exam, tmp_path / "answers.csv", marks)
    assert (marks / "audit.jsonl").read_text(encoding="utf-8").splitlines() == lines


def test_a_mark_that_was_taken_out_is_missed(marks: Path) -> None:
    """With it the maximum would shrink, and the share that was earned grow."""
    lines = (marks / "marks.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (marks / "marks.jsonl").write_text("".join(lines[:3] + lines[4:]), encoding="utf-8")
    with pytest.raises(UsageError, match="lacks question"):
        exam_grades.read(marks)


def test_the_command(marks: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["report", str(marks), "--format", "moodle", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "out/moodle-grades.csv")
    assert "out of 100" in done.stderr
    again = CliRunner().invoke(cli.main, ["report", str(tmp_path), "--format", "moodle", "--out", str(tmp_path / "o2")])
    assert again.exit_code == 2
    assert not (tmp_path / "o2").exists()
