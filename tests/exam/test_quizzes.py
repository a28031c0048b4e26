"""Reports of quizzes in Moodle and Canvas: everybody draws somebody's variant, and is marked by its key."""

import csv
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from question_bank import tables
from question_bank.demo import CLASS, SECRET
from question_bank.errors import UsageError
from question_bank.exam import quizzes
from question_bank.exam.export import export
from question_bank.exam.folder import Exam
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.exam.mark import Summary, mark_exam
from question_bank.lms.question import code

from . import gift_reader
from .quiz_reports import (
    CANVAS,
    COMPLETED,
    ENDED,
    MOODLE,
    STARTED,
    STATUS,
    canvas_report,
    chosen,
    moodle_report,
    quiz,
    right,
    seen,
    table,
    wrong,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("quizzes")
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, out / "exam", measure=False)
    for language, students in (("en", ["1001", "1002", "1003"]), ("he", ["2001", "2002", "2003"])):
        export(out / "exam", ["moodle", "qti12"], out / language, students=students)
    return out


@pytest.fixture(scope="module")
def exam(folder: Path) -> Exam:
    return read_exam(folder / "exam")


def marked(folder: Path, text: str | bytes, out: Path) -> tuple[dict[tuple[str, str, str], dict[str, Any]], Summary]:
    out.mkdir(parents=True, exist_ok=True)
    report = out / "report.csv"
    report.write_bytes(text if isinstance(text, bytes) else text.encode())
    summary = mark_exam(folder / "exam", report, out / "marks")
    rows = [json.loads(line) for line in (out / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines()]
    return {(row["student_id"], row["question"], row["part"]): row for row in rows}, summary


def problems(out: Path) -> list[dict[str, str]]:
    with (out / "marks/problems.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Moodle ---


@pytest.mark.parametrize(("language", "word"), [("en", "part"), ("he", "חלק")])
def test_who_answers_a_drawn_variant_rightly_has_all_points(
    folder: Path, exam: Exam, tmp_path: Path, language: str, word: str
) -> None:
    categories = quiz(folder / language / "moodle.xml")
    students = [student for student in exam.papers if exam.students[student].language == language]
    header, rows = moodle_report(exam, categories, students, word=word)
    marks, summary = marked(folder, "\ufeff" + table(header, rows), tmp_path)
    sat = {place: row for place, row in marks.items() if place[0] in students}
    assert {row["verdict"] for row in sat.values()} == {"right"}
    assert {row["verdict"] for place, row in marks.items() if place[0] not in students} == {"blank"}
    assert not list(summary.warnings())
    assert problems(tmp_path) == []
    again, _ = marked(folder, table(header, rows), tmp_path / "again")
    assert again == marks


def test_a_known_mistake_is_named_in_a_drawn_variant(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002", "1003"], wrong)
    marks, _ = marked(folder, table(header, rows), tmp_path)
    sat = [row for place, row in marks.items() if place[0].startswith("1")]
    assert not [row for row in sat if row["verdict"] == "right"]
    assert len([row for row in sat if row["misconception"]]) >= len(sat) / 2
    page = next((tmp_path / "marks/feedback").glob("1001.*")).read_text(encoding="utf-8")
    drawn = exam.papers["1002"][0].question["given"]["input"]
    assert rf"{drawn[0]} \times {drawn[1]}" in page  # the statement that was answered


def test_choices_are_told_by_their_text(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """A choice that cannot be told waits for a person: no points, which is not 0."""
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002"])
    [number] = [place for place, questions in enumerate(categories.values()) if questions[0].kind == "multichoice"]
    place = len(MOODLE) + 3 * number + 1
    rows[0][place] = rows[0][place].replace(" ", "  ")
    rows[1][place] = "a text of none of them"
    marks, summary = marked(folder, table(header, rows), tmp_path)
    question, part = next(
        (asked.question["question"], asked.question["parts"][0]["part"])
        for asked in exam.papers["1001"]
        if asked.question["parts"][0]["choices"]
    )
    assert marks["1001", question, part]["verdict"] == "right"
    assert marks["1002", question, part]["verdict"] is None
    assert marks["1002", question, part]["points"] is None
    assert summary.unmarked == 1
    assert any("does not say plainly" in row["problem"] for row in problems(tmp_path))


def test_rows_that_belong_to_nobody_are_told_and_the_rest_is_marked(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002", "1003"])
    stranger = ["Nobody", "Known", "9999", "x@example.org", *rows[0][4:]]
    torn = [*rows[1][:2], "1003", *rows[1][3:]]  # the number of one, the e-mail address of another
    broken = table(header, [rows[0], stranger, torn]).encode()
    marks, summary = marked(folder, broken, tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}
    assert {row["verdict"] for place, row in marks.items() if place[0] in ("1002", "1003")} == {"blank"}
    told = [row["problem"] for row in problems(tmp_path)]
    assert told == ["unknown student", "it names several students: 1003 and 1002"]
    assert summary.left_out == 2


def test_bytes_that_are_not_utf8_spoil_their_own_cell(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002"])
    place = len(MOODLE) + 1
    rows[0][place] = "BROKEN"
    content = table(header, rows).encode().replace(b"BROKEN", b"\xff\xfe2\xe9")
    marks, _ = marked(folder, content, tmp_path)
    spoiled = [row for row in marks.values() if row["student_id"] == "1001" and row["verdict"] != "right"]
    assert len(spoiled) == len(exam.papers["1001"][0].question["parts"])
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1002"} == {"right"}


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_later_attempt_counts_and_the_first_is_told(
    folder: Path, exam: Exam, tmp_path: Path, newest_first: bool
) -> None:
    """Another variant in the second attempt: its key marks, and nothing of the first is left."""
    categories = quiz(folder / "en/moodle.xml")
    header, [first] = moodle_report(exam, categories, ["1001"], wrong)
    _, [_, second] = moodle_report(exam, categories, ["1001", "1002"])
    second[:4] = first[:4]
    second[COMPLETED] = "21 November 2026  9:05 AM"
    rows = [second, first] if newest_first else [first, second]
    marks, summary = marked(folder, table(header, rows), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}
    assert summary.replaced > 5
    [told] = {row["problem"] for row in problems(tmp_path)}
    assert re.fullmatch(r"replaced by line \d+", told)


def test_attempts_without_a_time_wait_where_they_differ(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, [first] = moodle_report(exam, categories, ["1001"], wrong)
    _, [second] = moodle_report(exam, categories, ["1001"])
    first[COMPLETED] = second[COMPLETED] = "den 21. november"
    second[header.index("Response 1")] = first[header.index("Response 1")]
    marks, _ = marked(folder, table(header, [first, second]), tmp_path)
    verdicts = {place: row["verdict"] for place, row in marks.items() if place[0] == "1001"}
    assert {verdict for (_, number, _), verdict in verdicts.items() if number == "1"} == {"wrong"}
    assert {verdict for (_, number, _), verdict in verdicts.items() if number != "1"} == {None}
    assert any("several attempts differ" in row["problem"] and " | " in row["answer"] for row in problems(tmp_path))


@pytest.mark.parametrize("state", ["In progress", "Never submitted", "Overdue"])
def test_an_attempt_that_was_not_finished_takes_nothing_away(
    folder: Path, exam: Exam, tmp_path: Path, state: str
) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, [row] = moodle_report(exam, categories, ["1001"])
    later = [
        cell if place < 4 else "-" if name.startswith("Response") else cell
        for place, (cell, name) in enumerate(zip(row, header, strict=True))
    ]
    later[STATUS], later[COMPLETED] = state, "-"
    marks, summary = marked(folder, table(header, [row, later]), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}
    assert [row["problem"] for row in problems(tmp_path)] == [f"this attempt is not finished: {state}"]
    assert summary.left_out == 1
    later[STATUS], later[COMPLETED] = "Finished", row[COMPLETED]  # as in a report of all tries
    marks, _ = marked(folder, table(header, [row, later]), tmp_path / "tries")
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}


def test_what_is_left_empty_is_blank_and_waits_for_nobody(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Moodle trims its cells, so the last field of a cloze question ends with the colon."""
    categories = quiz(folder / "en/moodle.xml")
    header, [row] = moodle_report(exam, categories, ["1001"], lambda _: "")
    assert any(cell.endswith(":") for cell in row)
    marks, summary = marked(folder, table(header, [row]), tmp_path)
    assert {row["verdict"] for row in marks.values()} == {"blank"}
    assert summary.unmarked == 0


def test_a_separator_that_a_student_types_shifts_no_answer(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, [row] = moodle_report(exam, categories, ["1001"])
    place = next(place for place, cell in enumerate(row) if cell.startswith("part 1:") and "Response" in header[place])
    row[place] = row[place].replace("; part 2:", "; part 2: 5; part 2:")
    marks, _ = marked(folder, table(header, [row]), tmp_path)
    number = header[place].removeprefix("Response ")
    verdicts = {row["verdict"] for place, row in marks.items() if place[:2] == ("1001", number)}
    assert verdicts == {None}
    assert any("part 2: 5; part 2:" in row["answer"] for row in problems(tmp_path))


def test_a_row_that_was_torn_is_told(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Else what a student typed could stand where the text of a question belongs."""
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002", "1003"])
    rows[0] = rows[0][:-2]
    rows[1].insert(header.index("Response 1"), f"Variant {code(exam.papers['1003'][1].question)}")
    marks, summary = marked(folder, table(header, rows), tmp_path)
    assert summary.left_out == 2
    assert {row["verdict"] for place, row in marks.items() if place[0] in ("1001", "1002")} == {"blank"}
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1003"} == {"right"}
    assert all("as it was downloaded" in row["problem"] for row in problems(tmp_path))


def test_a_stranger_of_the_same_name_is_nobody(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, [good, other] = moodle_report(exam, categories, ["1001", "1002"])
    stranger = [*good[:2], "9999", "stranger@example.org", *moodle_report(exam, categories, ["1003"], wrong)[1][0][4:]]
    stranger[COMPLETED] = "22 November 2026  9:05 AM"
    marks, _ = marked(folder, table(header, [good, other, stranger]), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}
    assert [row["problem"] for row in problems(tmp_path)] == ["unknown student"]
    # where the report's ids and addresses are another system's throughout, names must do
    for number, row in enumerate((good, other)):
        row[2:4] = [f"x{number}", f"x{number}@elsewhere.org"]
    marks, _ = marked(folder, table(header, [good, other]), tmp_path / "names")
    assert {row["verdict"] for place, row in marks.items() if place[0] in ("1001", "1002")} == {"right"}
    marks, _ = marked(folder, table(header, [good, other, stranger]), tmp_path / "two")
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"blank"}
    assert [row["problem"] for row in problems(tmp_path / "two")] == ["several people of the report have this name"] * 2


@pytest.mark.parametrize("language", ["da", "ru"])
def test_thousands_in_a_cell_are_thousands(tmp_path: Path, language: str) -> None:
    """10.803 is a Danish ten thousand where an integer is asked for, in a cell as in a table."""
    blueprint = (
        f'title = "T"\nlanguages = ["{language}"]\n[[slot]]\nfamily = "architecture/parameter_count"\nlevel = 2\n'
    )
    (tmp_path / "b.toml").write_text(blueprint, encoding="utf-8")
    (tmp_path / "r.csv").write_text(f"student_id,name,email,language\ns1,A B,,{language}\n", encoding="utf-8")
    generate(tmp_path / "b.toml", tmp_path / "r.csv", SECRET, tmp_path / "exam", measure=False)
    export(tmp_path / "exam", ["moodle"], tmp_path / "out")
    exam = read_exam(tmp_path / "exam")
    answers = exam.papers["s1"][0].key["answers"]
    cells = [f"{number:,}".replace(",", ".") for number in [*answers["per_layer"], answers["total"]]]
    assert any("." in cell for cell in cells)
    header, [row] = moodle_report(exam, quiz(tmp_path / "out/moodle.xml"), ["s1"])
    row[-2] = "; ".join(f"del {number}: {cell}" for number, cell in enumerate(cells, 1))
    marks, _ = marked(tmp_path, table(header, [row]), tmp_path)
    assert {row["verdict"] for row in marks.values()} == {"right"}


def test_gift_asks_each_part_by_itself(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Another variant for each part; rows of numbers are typed, and a word of another language waits."""
    export(folder / "exam", ["gift"], tmp_path / "out", students=["1001", "1002", "1003"])
    categories: dict[str, list[gift_reader.Read]] = {}
    for question in gift_reader.read((tmp_path / "out/gift.txt").read_bytes()):
        categories.setdefault(question.category, []).append(question)
    header = [*MOODLE]
    row = ["Ada", "B", "1001", "", "Finished", STARTED, ENDED, "1", "1"]
    kinds = []
    for number, own in enumerate(categories.values(), 1):
        drawn = own[number % len(own)]
        header += [f"Question {number}", f"Response {number}"]
        text = right(drawn.field) if drawn.field else "an essay"
        kinds.append(drawn.field.kind if drawn.field else "essay")
        row += [unescape(re.sub("<[^>]*>", " ", drawn.text)), unescape(re.sub("<[^>]*>", "", text)).replace("\\*", "*")]
    marks, summary = marked(folder, table(header, [row]), tmp_path)
    verdicts = [row["verdict"] for place, row in marks.items() if place[0] == "1001"]
    assert verdicts.count("right") == len(kinds) - kinds.count("essay")
    assert verdicts.count("invalid") == kinds.count("essay")
    assert summary.unmarked == 0


@pytest.mark.parametrize(("said", "verdict"), [("True", ""), ("False", ""), ("Wahr", None), ("Vrai", None)])
def test_a_yes_in_a_language_that_we_do_not_know_waits(tmp_path: Path, said: str, verdict: str | None) -> None:
    """It was chosen and not typed, so it is no invalid answer."""
    blueprint = 'title = "T"\nlanguages = ["en"]\n[[slot]]\nfamily = "convolution/fit"\nlevel = 1\n'
    (tmp_path / "b.toml").write_text(blueprint, encoding="utf-8")
    (tmp_path / "r.csv").write_text("student_id,name,email,language\ns1,A B,,en\n", encoding="utf-8")
    generate(tmp_path / "b.toml", tmp_path / "r.csv", SECRET, tmp_path / "exam", measure=False)
    exam = read_exam(tmp_path / "exam")
    own = code(exam.papers["s1"][0].question)
    header = [*MOODLE, "Question 1", "Response 1"]
    row = ["B", "A", "s1", "", "Finished", STARTED, ENDED, "1", "1", f"x Variant {own}-1", said]
    marks, _ = marked(tmp_path, table(header, [row]), tmp_path)
    right_ = exam.papers["s1"][0].key["answers"]["valid"]
    expected = verdict if verdict is None else "right" if (said == "True") == right_ else "wrong"
    assert marks["s1", "1", "valid"]["verdict"] == expected


def test_the_audit_says_which_variant_was_answered(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001"])
    marked(folder, table(header, rows), tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "marks/audit.jsonl").read_text(encoding="utf-8").splitlines()]
    own = {line["question"]: line["variant"] for line in lines if line["student_id"] == "1001"}
    assert own == {asked.question["question"]: code(asked.question) for asked in exam.papers["1002"]}
    assert not any("variant" in line for line in lines if line["student_id"] != "1001")


def test_a_code_that_a_student_types_is_a_text(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Whose variant was drawn is said by the question's text alone."""
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001"], wrong)
    other = code(exam.papers["1002"][0].question)
    rows[0][len(MOODLE) + 1] = f"Variant {other} part 1: 5"
    marks, _ = marked(folder, table(header, rows), tmp_path)
    assert "right" not in {row["verdict"] for place, row in marks.items() if place[0] == "1001"}
    without = [place for place, name in enumerate(header) if not name.startswith("Question")]
    with pytest.raises(UsageError, match="the column Question 1 is missing") as error:
        marked(folder, table([header[p] for p in without], [[row[p] for p in without] for row in rows]), tmp_path / "b")
    assert "tick both the question text and the response" in error.value.remedy
    assert not (tmp_path / "b/marks").exists()


def test_questions_of_others_and_of_other_exams_are_told(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001"])
    known = code(exam.papers["1002"][0].question)
    rows[0][len(MOODLE)] = rows[0][len(MOODLE)].replace(known, "cm0000000000")
    rows[0][len(MOODLE) + 3] = "What is your name?"
    marked(folder, table(header, rows), tmp_path)
    told = [row["problem"] for row in problems(tmp_path)]
    assert sorted(told) == [
        "the text of this question has no code of a variant",
        "there is no variant cm0000000000 in this exam",
    ]


def test_students_who_did_not_sit_it_are_blank(folder: Path, exam: Exam, tmp_path: Path) -> None:
    categories = quiz(folder / "en/moodle.xml")
    header, rows = moodle_report(exam, categories, ["1001", "1002"])
    rows[1] = [cell if place < 4 else "-" for place, cell in enumerate(rows[1])]
    for place in range(len(MOODLE) + 1, len(header), 3):
        rows[0][place] = "-"
    marks, summary = marked(folder, table(header, rows), tmp_path)
    assert {row["verdict"] for row in marks.values()} == {"blank"}
    assert not list(summary.warnings())


def test_a_group_from_two_papers_is_about_two_networks(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Nothing follows from an answer about other numbers, so such questions belong together no longer."""
    first, second = (asked.question["question"] for asked in exam.papers["1001"] if asked.question.get("together"))
    categories = quiz(folder / "en/moodle.xml")
    header, [row] = moodle_report(exam, categories, ["1001"])
    (tmp_path / "same.csv").write_text(table(header, [row]), encoding="utf-8")
    row[header.index(f"Question {int(second)}")] = seen(list(categories.values())[int(second) - 1][2])
    (tmp_path / "mixed.csv").write_text(table(header, [row]), encoding="utf-8")
    for name, together in (("same", [first, second]), ("mixed", [second])):
        sat, _ = quizzes.read(tables.records(tmp_path / f"{name}.csv"), exam)
        asked = {asked.question["question"]: asked.question for asked in sat.papers["1001"]}
        assert {number: asked[number]["student_id"] for number in (first, second)} == {first: "1001", second: "1001"}
        assert asked[second]["together"] == together
        assert exam.papers["1002"][int(first) - 1].question["given"] == asked[first]["given"]


# --- Canvas ---


@pytest.mark.parametrize("language", ["en", "he"])
def test_canvas_is_marked_by_the_variants_that_it_drew(folder: Path, exam: Exam, tmp_path: Path, language: str) -> None:
    students = [student for student in exam.papers if exam.students[student].language == language]
    header, rows = canvas_report(exam, folder / language / "qti12.zip", students, lambda item: chosen(item, good=True))
    marks, _ = marked(folder, table(header, rows), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] in students} == {"right"}
    assert {row["verdict"] for place, row in marks.items() if place[0] not in students} == {"blank"}
    assert problems(tmp_path) == []
    header, rows = canvas_report(exam, folder / language / "qti12.zip", students, lambda item: chosen(item, good=False))
    marks, _ = marked(folder, table(header, rows), tmp_path / "wrong")
    assert "right" not in {row["verdict"] for place, row in marks.items() if place[0] in students}


def test_the_newest_attempt_counts_in_canvas(folder: Path, exam: Exam, tmp_path: Path) -> None:
    header, [good] = canvas_report(exam, folder / "en/qti12.zip", ["1001"], lambda item: chosen(item, good=True))
    _, [bad] = canvas_report(exam, folder / "en/qti12.zip", ["1001"], lambda item: chosen(item, good=False))
    good[6:8] = ["2026-11-20 11:00:00 UTC", "2"]
    for rows in ([good, bad], [bad, good]):
        marks, _ = marked(folder, table(header, rows), tmp_path / rows[0][7])
        assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}


def test_canvas_students_are_found_by_name_where_there_is_no_sis_id(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """Canvas's own id is nobody's: here it looks like the id of another student."""
    header, rows = canvas_report(exam, folder / "en/qti12.zip", ["1001"], lambda item: chosen(item, good=True))
    rows[0][1] = "1002"
    keep = [place for place, name in enumerate(header) if name not in ("sis_id", "section_sis_id")]
    marks, _ = marked(folder, table([header[p] for p in keep], [[rows[0][p] for p in keep]]), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1001"} == {"right"}
    assert {row["verdict"] for place, row in marks.items() if place[0] == "1002"} == {"blank"}
    without = [place for place in keep if header[place] != "name"]
    with pytest.raises(UsageError, match="the column name is missing"):
        marked(folder, table([header[p] for p in without], [[rows[0][p] for p in without]]), tmp_path / "anonymous")


def test_canvas_without_its_points_is_refused(folder: Path, exam: Exam, tmp_path: Path) -> None:
    """They tell a variant that was drawn and left empty from one that was not drawn."""
    header, rows = canvas_report(exam, folder / "en/qti12.zip", ["1001"], lambda item: chosen(item, good=True))
    keep = [place for place, name in enumerate(header) if not re.fullmatch(r"\d+(\.\d+)?", name)]
    with pytest.raises(UsageError, match="the column of its points is missing"):
        marked(folder, table([header[p] for p in keep], [[rows[0][p] for p in keep]]), tmp_path)


def test_parts_of_different_families_wait(tmp_path: Path) -> None:
    """A pool of families whose parts a system drew apart: together they are no question."""
    blueprint = (
        'title = "T"\nlanguages = ["en"]\n[[slot]]\nlevel = 1\n'
        'pool = ["architecture/receptive_field", "initialization/variance"]\n'
    )
    (tmp_path / "b.toml").write_text(blueprint, encoding="utf-8")
    roster = "".join(f"s{number},A{number} B,,en\n" for number in range(8))
    (tmp_path / "r.csv").write_text(f"student_id,name,email,language\n{roster}", encoding="utf-8")
    generate(tmp_path / "b.toml", tmp_path / "r.csv", SECRET, tmp_path / "exam", measure=False)
    exam = read_exam(tmp_path / "exam")
    asked = {paper[0].question["family"]: code(paper[0].question) for paper in exam.papers.values()}
    assert len(asked) == 2
    one, other = asked.values()
    header = [*CANVAS, f"1: x Variant {one}-1", "1.0", f"2: y Variant {other}-2", "1.0", "n correct"]
    row = ["A0 B", "7", "s0", "", "", "", "2026-11-20 10:00:00 UTC", "1", "5", "1.0", "6", "1.0", "2"]
    marks, _ = marked(tmp_path, table(header, [row]), tmp_path)
    assert {row["verdict"] for place, row in marks.items() if place[0] == "s0"} == {None}
    assert all("drawn from different families" in row["problem"] for row in problems(tmp_path))


def test_blanks_that_do_not_add_up_wait_for_a_person(folder: Path, exam: Exam, tmp_path: Path) -> None:
    header, rows = canvas_report(exam, folder / "en/qti12.zip", ["1001"], lambda item: chosen(item, good=True))
    place = next(place for place, cell in enumerate(rows[0]) if cell.count(",") > 3 and place > len(CANVAS))
    rows[0][place] = rows[0][place].rpartition(",")[0]
    marks, summary = marked(folder, table(header, rows), tmp_path)
    assert summary.unmarked == 1
    assert [row["points"] for row in marks.values()].count(None) == 1


def test_a_tables_own_columns_are_no_report(folder: Path, tmp_path: Path) -> None:
    marks, _ = marked(folder, "student_id,question,part,answer\n1001,1,size,3x4\n", tmp_path)
    assert marks["1001", "1", "size"]["verdict"] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "Question 1,Response 1\n",
        "Question 1\nx\n",
        "cm0123456789\n",
        '"Question 1\n',
        "name,1: cm0123456789\n",
    ],
)
def test_odd_tables_are_refused_or_empty(folder: Path, tmp_path: Path, text: str) -> None:
    try:
        marks, _ = marked(folder, text, tmp_path)
    except UsageError:
        assert not (tmp_path / "marks").exists()
    else:
        assert {row["verdict"] for row in marks.values()} == {"blank"}
