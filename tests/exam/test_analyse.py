"""Analysing marks: figures by hand, edges, damaged folders, hostile text, the same bytes again."""

import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cli
from question_bank.answers import restore
from question_bank.errors import MachineError, UsageError
from question_bank.exam import items, lock, marks, plots
from question_bank.exam.analyse import analyse
from question_bank.exam.analysis import analysis
from question_bank.exam.folder import read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.exam.measures import labels
from question_bank.exam.scored import UNIT, Item, Scored

TABLES = ("items", "misconceptions", "distractors", "variants", "pools", "languages")
HOSTILE = "<script>window.pwned = 1</script>"


def scored(student: object, question: object, points: float | None, **other) -> Scored:
    """One part of one point, right where it earned anything."""
    most = other.pop("most", 1)
    verdict = None if points is None else other.pop("verdict", "right" if points else "wrong")
    row = {
        "part": "size", "slot": int(question), "family": "convolution/output_size", "language": "en", "effort": None,
        "misconception": None, "follows": False, "chosen": None, "offered": {}, **other,
    }  # fmt: skip
    known = None if points is None else round(points * UNIT)
    return Scored(student=str(student), question=str(question), verdict=verdict, points=known, most=most * UNIT, **row)


def grid(table: list[list[float]], **other) -> list[Scored]:
    """A row for each student, a column for each question."""
    return [
        scored(student, question, points, **other)
        for student, row in enumerate(table)
        for question, points in enumerate(row, 1)
    ]


def by_label(rows, label: str, part: str = "size"):
    return next(row for row in rows if row.label == label and getattr(row, "part", part) == part)


# --- figures --------------------------------------------------------------------------------


SMALL = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]]


def test_items_by_hand() -> None:
    found = analysis(grid(SMALL))
    first = by_label(found.items, "1")
    assert (first.n, first.difficulty, first.right, first.wrong, first.max_points) == (5, 0.8, 0.8, 0.2, 1.0)
    for number in range(4):
        own = [row[number] for row in SMALL]
        rest = [(sum(row) - row[number]) / 3 for row in SMALL]
        assert by_label(found.items, str(number + 1)).discrimination == pytest.approx(np.corrcoef(own, rest)[0, 1])
    assert found.reliability.alpha == pytest.approx(4 / 3 * (1 - 1.1 / 1.3))
    assert (found.totals.points.mean, found.totals.points.median, found.totals.max_points) == (2.4, 2.0, 4.0)
    assert [one.students for one in found.totals.histogram] == [0, 0, 1, 0, 0, 2, 0, 1, 0, 1]


def test_questions_of_parts() -> None:
    rows = []
    for student, (a, b, other) in enumerate([(1, 2, 1), (0, 2, 1), (1, 0, 0), (0, 0, 1), (1, 2, 0)]):
        rows += [scored(student, 1, a, part="a"), scored(student, 1, b, part="b", most=2), scored(student, 2, other)]
    found = analysis(rows)
    assert [(row.label, row.part) for row in found.parts] == [("1a", "a"), ("1b", "b"), ("2", "size")]
    whole = by_label(found.items, "1", "")
    assert (whole.difficulty, whole.max_points) == (pytest.approx(9 / 15), 3.0)
    assert by_label(found.items, "1b", "b").difficulty == 0.6
    # the rest of the part is the other part and the other question; the rest of the question only the latter
    rest = [2 / 2, 1 / 2, 1 / 2, 1 / 2, 1 / 2]
    assert by_label(found.items, "1b", "b").discrimination == pytest.approx(np.corrcoef([2, 2, 0, 0, 2], rest)[0, 1])
    assert whole.discrimination == pytest.approx(np.corrcoef([3, 2, 1, 0, 3], [1, 1, 0, 1, 0])[0, 1])


def test_questions_are_in_the_order_of_the_paper() -> None:
    assert [row.label for row in analysis(grid([[1] * 11, [0] * 11])).parts] == [str(n) for n in range(1, 12)]


def test_the_shares_of_verdicts() -> None:
    rows = [
        scored(0, 1, 1), scored(1, 1, 0), scored(2, 1, 0.5, verdict="wrong", follows=True),
        scored(3, 1, 0, verdict="invalid"), scored(4, 1, 0, verdict="blank"),
    ]  # fmt: skip
    row = by_label(analysis(rows).items, "1")
    assert (row.right, row.wrong, row.follow_through, row.invalid, row.blank) == (0.2, 0.4, 0.2, 0.2, 0.2)
    assert row.difficulty == 0.3
    assert row.discrimination is None


def test_a_dropped_part_counts_nowhere() -> None:
    rows = grid(SMALL)
    dropped = [scored(student, 5, 0, most=0) for student in range(5)]
    one, other = analysis(rows), analysis(rows + dropped)
    assert other.dropped == 1
    assert other.items == one.items
    assert other.reliability == one.reliability
    assert other.totals == one.totals


def test_a_part_that_was_not_marked_leaves_its_student_out_of_that() -> None:
    rows = [row for row in grid(SMALL) if (row.student, row.question) != ("0", "1")] + [scored(0, 1, None)]
    found = analysis(rows)
    first = by_label(found.items, "1")
    assert (found.not_marked, first.not_marked, first.n, first.difficulty) == (1, 1, 4, 0.75)
    assert found.totals.points.n == found.reliability.students == 4
    # in the other items the student stays, with a rest of what was marked
    rest = [1, 2 / 3, 1 / 3, 2 / 3, 1 / 3]
    rest = [(3 - 1) / 2, *((sum(row) - row[1]) / 3 for row in SMALL[1:])]
    second = by_label(found.items, "2")
    assert second.n == 5
    assert second.discrimination == pytest.approx(np.corrcoef([row[1] for row in SMALL], rest)[0, 1])


def test_an_item_nobody_was_marked_in() -> None:
    found = analysis([*grid(SMALL), *(scored(student, 5, None) for student in range(5))])
    row = by_label(found.items, "5")
    assert (row.n, row.difficulty, row.right, row.not_marked) == (0, None, None, 5)
    assert (found.totals.points, found.reliability) == (None, None)


@pytest.mark.parametrize("table", [[[1, 0, 1]], [[1, 1], [1, 1], [1, 1]], [[0, 0], [0, 0], [0, 0]], [[1], [0], [1]]])
def test_what_is_not_defined_is_none(table) -> None:
    """One student; all the same; all blank; one question."""
    found = analysis(grid(table, verdict="blank") if not any(map(any, table)) else grid(table))
    assert found.reliability is None
    assert all(row.discrimination is None for row in found.items)
    assert found.totals.points.n == len(table)
    assert list(found.lines())
    json.dumps(found.row(), allow_nan=False)


def test_thirds_of_a_point_make_equal_rests_equal() -> None:
    """0.1 + 0.2 and 0.3 must not differ: there would be a correlation with nothing but rounding."""
    rows = []
    for student, (a, b, c) in enumerate([(0.1, 0.2, 0), (0.3, 0, 1), (0, 0.3, 0), (0.2, 0.1, 1)]):
        rows += [scored(student, 1, a), scored(student, 2, b), scored(student, 3, c)]
    assert by_label(analysis(rows).items, "3").discrimination is None


def test_misconceptions() -> None:
    rows = []
    for student in range(4):
        own = {"misconception": "padding_once", "family": "convolution/output_size"} if student < 2 else {}
        rows += [scored(student, 1, 0 if own else 1, **own), scored(student, 2, student % 2)]
    rows += [scored(4, 1, 0, verdict="blank"), scored(4, 2, 1)]
    [row] = analysis(rows).misconceptions
    assert (row.misconception, row.count, row.answers, row.share, row.mean_rest) == ("padding_once", 2, 9, 2 / 9, 0.5)


def test_distractors_whatever_their_letter() -> None:
    rows = []
    for student in range(12):
        turned = student % 2
        offered = {"A": "one" if turned else "key", "B": "key" if turned else "one", "C": "filler", "D": "two"}
        what = ["key", "key", "one", "filler"][student % 4]
        chosen = next(letter for letter, behind in offered.items() if behind == what)
        good = what == "key"
        rows += [scored(student, 1, good, offered=offered, chosen=chosen), scored(student, 2, not good, part="x")]
    found = {row.what: row for row in analysis(rows).distractors}
    assert list(found) == ["key", "one", "two", "filler"]
    assert [(row.offered, row.chosen) for row in found.values()] == [(12, 6), (12, 3), (12, 0), (12, 3)]
    assert found["key"].correlation == pytest.approx(-1)
    assert found["key"].flag == ""
    assert found["two"].flag == "never chosen"
    assert found["one"].correlation == pytest.approx(1 / math.sqrt(3))
    assert found["one"].flag == "positive"  # atanh(0.577) * 3 = 1.98: under two standard errors


def test_a_class_that_was_not_treated_alike() -> None:
    """Who got much effort failed, whoever they are; the rest does not explain it."""
    rows = []
    for student in range(40):
        effort = 10 + student % 2 * 30 + student % 3
        strong = student % 4 < 2
        good = effort < 20 if student % 10 else effort >= 20
        rows += [scored(student, 1, good, effort=effort), scored(student, 2, strong, effort=5)]
    found = analysis(rows)
    row = by_label(found.variants, "1")
    assert (row.effort_least, row.effort_most, row.less_n, row.more_n) == (10, 42, 20, 20)
    assert row.difference == pytest.approx(row.more - row.less)
    assert row.difference < 0
    assert row.partial < 0
    assert row.flag == "unequal"
    assert by_label(found.variants, "2").difference is None
    assert any("effort" in one.why for one in found.findings)


def test_variants_of_an_exam_without_effort() -> None:
    assert all(row.n == 0 and row.partial is None for row in analysis(grid(SMALL)).variants)


def test_pools() -> None:
    rows = []
    for student in range(20):
        family = ["a/easy", "b/hard"][student % 2]
        good = family == "a/easy" or student % 10 == 1
        rows += [scored(student, 1, good, family=family, slot=1), scored(student, 2, student % 4 < 2)]
    found = analysis(rows)
    assert [(row.label, row.family, row.n) for row in found.parts[:2]] == [
        ("1-i", "a/easy", 10),
        ("1-ii", "b/hard", 10),
    ]
    easy, hard = found.pools
    assert (easy.slot, easy.questions, easy.n, easy.mean, hard.mean) == (1, "1", 10, 1.0, 0.2)
    assert (easy.flag, hard.flag) == ("easier", "harder")
    assert easy.residual == pytest.approx(-hard.residual)
    [finding] = [one for one in found.findings if "pool" in one.why]
    assert (finding.questions, finding.weight) == ("1", 1)
    assert found.comparisons == 2


def test_languages() -> None:
    rows = []
    for student in range(30):
        language = ["en", "he", "ru"][student % 3]
        good = language != "he" or student == 1
        rows += [scored(student, 1, good, language=language), scored(student, 2, student % 2, language=language)]
    found = [row for row in analysis(rows).languages if row.question == "1"]
    assert [(row.language, row.flag) for row in found] == [("en", "easier"), ("he", "harder"), ("ru", "easier")]
    assert found[1].mean == 0.1


def test_few_students_flag_nothing() -> None:
    rows = grid([[0, 1], [0, 1], [1, 0], [1, 0]])
    assert analysis(rows).findings == []
    assert analysis(
        rows + [scored(f"x{row.student}{n}", row.question, row.points and 1) for row in rows for n in range(3)]
    ).findings


def test_labels() -> None:
    found = labels(
        [
            Item("1", "a/a", "x"),
            Item("2", "a/a", "x"),
            Item("2", "a/a", "y"),
            Item("3", "b/b", "x"),
            Item("3", "c/c", "x"),
        ]
    )
    assert list(found.values()) == ["1", "2a", "2b", "3-i", "3-ii"]


# --- folders --------------------------------------------------------------------------------


@pytest.fixture
def marked(exam: Path, tmp_path: Path) -> Path:
    """The marks of the small exam: some right, some mistaken, some choices, some hostile."""
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["student_id", "question", "part", "answer"])
        for number, (student, paper) in enumerate(read(exam).papers.items()):
            for asked in paper:
                for part in asked.question["parts"]:
                    name = part["part"]
                    kind = restore(part["kind"], {**part, **asked.key["tolerance"].get(name, {})})
                    mistake = next(iter(asked.key["misconceptions"][name].values()))
                    text = kind.write(kind.decode(mistake), asked.question["language"])
                    if number == 0:
                        text = asked.key.get("letters", {}).get(name, json.dumps(asked.key["answers"][name]))
                    elif number == 1:
                        text = HOSTILE
                    table.writerow([student, asked.question["question"], name, text])
    mark_exam(exam, tmp_path / "r.csv", tmp_path / "marks")
    return tmp_path / "marks"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "analysis").iterdir()}


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_marking_writes_what_the_analysis_needs(exam: Path, marked: Path) -> None:
    rows, beside = rows_of(marked / "marks.jsonl"), rows_of(marked / "items.jsonl")
    assert [(row["student_id"], row["question"], row["part"]) for row in rows] == [
        (row["student_id"], row["question"], row["part"]) for row in beside
    ]
    assert list(beside[0]) == [
        "schema", "student_id", "question", "part", "slot", "family", "level", "index", "effort", "kind", "language",
        "chosen", "offered",
    ]  # fmt: skip
    for row, item in zip(rows, beside, strict=True):
        choices = item["family"] == "convolution/parameter_count"
        assert bool(item["offered"]) == choices
        if not choices:
            assert item["chosen"] is None
        elif row["verdict"] == "right":
            assert item["offered"][item["chosen"]] == "key"
        elif item["chosen"]:
            assert item["offered"][item["chosen"]] == (row["misconception"] or "filler")
        assert list(item["offered"].values()).count("key") == choices
    assert {"A", "B", "C", "D"} == set(beside[1]["offered"])
    assert all(item["effort"] > 0 for item in beside)


def test_a_fault_of_ours_stops_no_marking(exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(items, "read", lambda *_: 1 / 0)
    mark_exam(exam, write("r.csv", "student_id,question,part,answer\n"), tmp_path / "marks")
    assert all(row["chosen"] is None and row["offered"] == {} for row in rows_of(tmp_path / "marks/items.jsonl"))
    analyse(tmp_path / "marks")


def test_a_key_without_effort(exam: Path, reseal, write, tmp_path: Path) -> None:
    rows = rows_of(exam / "key.jsonl")
    (exam / "key.jsonl").write_text(
        "".join(json.dumps({name: row[name] for name in row if name != "effort"}) + "\n" for row in rows),
        encoding="utf-8",
    )
    reseal(exam)
    mark_exam(exam, write("r.csv", "student_id,question,part,answer\n"), tmp_path / "marks")
    assert {row["effort"] for row in rows_of(tmp_path / "marks/items.jsonl")} == {None}
    assert analyse(tmp_path / "marks").analysis.students == 4


def test_everything_is_written_and_again_the_same(exam: Path, marked: Path, tmp_path: Path) -> None:
    done = analyse(marked)
    before = contents(marked)
    assert set(before) == {*(f"{name}.csv" for name in TABLES), "analysis.json", "analysis.html"}
    mark_exam(exam, tmp_path / "r.csv", marked)
    analyse(marked)
    assert contents(marked) == before
    mark_exam(exam, tmp_path / "r.csv", tmp_path / "elsewhere")
    analyse(tmp_path / "elsewhere")
    assert contents(tmp_path / "elsewhere") == before
    figures = json.loads(before["analysis.json"])
    assert figures["schema"] == 1
    assert figures == json.loads(json.dumps(done.analysis.row()))
    with (marked / "analysis/items.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["label"] for row in table] == [row["label"] for row in figures["items"]]
    assert float(table[0]["difficulty"]) == figures["items"][0]["difficulty"]
    assert not list(marked.glob(".*"))


def test_no_student_is_in_the_analysis(marked: Path) -> None:
    analyse(marked)
    for content in contents(marked).values():
        text = content.decode()
        for said in ("Ada", "Lovelace", "דנה", "SUM(A1)", "example.org", "pwned", "<script", "b2", "c3"):
            assert said not in text


def test_hostile_names_are_escaped(marked: Path) -> None:
    """A family or misconception of an exam made elsewhere may be called anything."""
    evil = '"><script>x</script>$\\frac{1}$&amp;]]>'
    for name in ("marks", "items"):
        rows = rows_of(marked / f"{name}.jsonl")
        for row in rows:
            if name == "items":
                row["family"] = evil
                row["offered"] = {letter: what if what == "key" else evil for letter, what in row["offered"].items()}
            elif row["misconception"]:
                row["misconception"] = evil
        (marked / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    analyse(marked)
    page = (marked / "analysis/analysis.html").read_text(encoding="utf-8")
    assert "script" in page
    assert "<script" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page


def test_pictures_are_text_that_can_be_read_aloud(marked: Path) -> None:
    analyse(marked)
    page = (marked / "analysis/analysis.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == page.count('role="img" aria-label="') == page.count("<title>") - 1
    assert "Students by their total" in page
    assert "<text" in page
    assert "<metadata" not in page
    assert str(marked) not in page


@pytest.mark.parametrize("table", [[[1]], [[0, 0], [0, 0]], [[1, 1], [1, 1], [1, 1]], SMALL])
def test_pictures_of_small_classes(table) -> None:
    assert plots.draw(analysis(grid(table, effort=4)))


def test_without_matplotlib_there_are_tables(marked: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = CliRunner().invoke(cli.main, ["exam", "analyse", str(marked)])
    assert done.exit_code == 0
    [line] = done.stderr.splitlines()
    assert "convmark[plots]" in line
    page = (marked / "analysis/analysis.html").read_text(encoding="utf-8")
    assert "convmark[plots]" in page
    assert "<svg" not in page
    assert "<table>" in page


def test_the_command(marked: Path) -> None:
    done = CliRunner().invoke(cli.main, ["exam", "analyse", str(marked)])
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "4 students, 5 questions, 8 parts"
    assert lines[-1] == str(marked / "analysis/analysis.html")
    as_json = CliRunner().invoke(cli.main, ["exam", "analyse", str(marked), "--json"])
    assert json.loads(as_json.stdout) == json.loads((marked / "analysis/analysis.json").read_text(encoding="utf-8"))


def spoil(folder: Path, name: str, change) -> None:
    rows = rows_of(folder / name)
    change(rows)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


DAMAGE = [
    ("marks.jsonl", lambda rows: rows.pop()),
    ("items.jsonl", lambda rows: rows.pop(0)),
    ("items.jsonl", lambda rows: rows.reverse()),
    ("marks.jsonl", lambda rows: rows[0].pop("points")),
    ("marks.jsonl", lambda rows: rows[0].update(points=99)),
    ("marks.jsonl", lambda rows: rows[0].update(points=True)),
    ("marks.jsonl", lambda rows: rows[0].update(points=float("nan"))),
    ("marks.jsonl", lambda rows: rows[0].update(max_points=-1)),
    ("marks.jsonl", lambda rows: rows[0].update(verdict="excellent")),
    ("marks.jsonl", lambda rows: rows[0].update(verdict=[])),
    ("marks.jsonl", lambda rows: rows[0].update(misconception=7)),
    ("marks.jsonl", lambda rows: rows[0].update(follow_through="yes")),
    ("items.jsonl", lambda rows: rows[0].update(family=None)),
    ("items.jsonl", lambda rows: rows[0].update(slot="1")),
    ("items.jsonl", lambda rows: rows[0].update(effort="much")),
    ("items.jsonl", lambda rows: rows[0].update(language={})),
    ("items.jsonl", lambda rows: rows[0].update(language="fr")),
    ("items.jsonl", lambda rows: rows[0].update(offered=["key"])),
    ("items.jsonl", lambda rows: rows[0].update(chosen="Z")),
    ("items.jsonl", lambda rows: rows[0].update(chosen=["Z"])),
    ("items.jsonl", lambda rows: rows[0].pop("chosen")),
]


@pytest.mark.parametrize(("name", "change"), DAMAGE)
def test_damaged_marks_are_refused(name: str, change, marked: Path) -> None:
    spoil(marked, name, change)
    with pytest.raises(UsageError, match=r"damaged|belong together") as caught:
        analyse(marked)
    assert "Mark again into this folder" in str(caught.value)
    assert not (marked / "analysis").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]\n", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}\n'])
@pytest.mark.parametrize("name", ["marks.jsonl", "items.jsonl"])
def test_garbage_is_refused(name: str, content: bytes, marked: Path) -> None:
    (marked / name).write_bytes(content)
    with pytest.raises(UsageError, match=r"damaged|belong together"):
        analyse(marked)


def test_a_row_that_stands_twice_is_refused(marked: Path) -> None:
    for name in ("marks.jsonl", "items.jsonl"):
        spoil(marked, name, lambda rows: rows.append(rows[0]))
    with pytest.raises(UsageError, match="stands twice"):
        analyse(marked)


def test_empty_marks_are_refused(marked: Path) -> None:
    for name in ("marks.jsonl", "items.jsonl"):
        (marked / name).write_bytes(b"")
    with pytest.raises(UsageError, match="is empty"):
        analyse(marked)


def test_what_is_missing_is_named(exam: Path, marked: Path, tmp_path: Path) -> None:
    for folder in (exam, tmp_path / "nothing", tmp_path / "r.csv"):
        with pytest.raises(UsageError, match="holds no marks"):
            analyse(folder)
    (marked / "items.jsonl").unlink()
    with pytest.raises(UsageError, match="earlier version") as caught:
        analyse(marked)
    assert "exam mark EXAM RESPONSES.csv --out" in str(caught.value)
    assert not (tmp_path / "nothing").exists()


def test_two_runs_do_not_meet(marked: Path) -> None:
    with lock.alone(marked / ".lock", "it"), pytest.raises(MachineError, match="another run"):
        analyse(marked)


def test_corrections_are_followed(exam: Path, marked: Path, write, tmp_path: Path) -> None:
    decided = write("c.toml", '[[correction]]\nquestion = "1"\naction = "drop"\nreason = "R"\n')
    mark_exam(exam, tmp_path / "r.csv", marked, corrections_path=decided)
    found = analyse(marked).analysis
    assert found.dropped == 1
    assert "1" not in {row.question for row in found.items}
    assert "Parts dropped" in (marked / "analysis/analysis.html").read_text(encoding="utf-8")


def test_groups_and_pools_of_a_real_exam(write, tmp_path: Path) -> None:
    plan = """
title = "T"
languages = ["en"]
[[slot]]
together = ["architecture/parameter_count", "architecture/relu_count"]
[[slot]]
pool = ["convolution/output_size", "convolution/parameter_count"]
choices = 3
"""
    students = "".join(f"s{number},Student {number},,en\n" for number in range(12))
    generate(
        write("b.toml", plan), write("c.csv", f"student_id,name,email,language\n{students}"), "s" * 16, tmp_path / "exam",
        measure=False,
    )  # fmt: skip
    mark_exam(tmp_path / "exam", write("r.csv", "student_id,question,part,answer\n"), tmp_path / "marks")
    found = analyse(tmp_path / "marks").analysis
    assert {row.label for row in found.parts} == {"1a", "1b", "2", "3-i", "3-ii"}
    assert [row.family for row in found.pools] == ["convolution/output_size", "convolution/parameter_count"]
    assert all(row.flag == "" for row in found.pools)
    assert {row.slot for row in marks.read(tmp_path / "marks")} == {1, 2}
