"""Marking a class: verdicts, points, feedback, audit; hostile cells; marking again."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from question_bank import tables
from question_bank.answers import restore
from question_bank.errors import MachineError, UsageError
from question_bank.exam import audit, lock, marked, responses
from question_bank.exam.feedback import visible
from question_bank.exam.folder import Exam, read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.marking import mark


def table(rows: list[tuple[str, str, str, str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([responses.COLUMNS, *rows])
    return buffer.getvalue()


def answers(exam: Exam, habit) -> list[tuple[str, str, str, str]]:
    """A row for every part; `habit(kind, key, part, language)` is what is written there."""
    rows = []
    for student, paper in exam.papers.items():
        for asked in paper:
            for part in asked.question["parts"]:
                name = part["part"]
                kind = restore(part["kind"], {**part, **asked.key["tolerance"].get(name, {})})
                text = habit(kind, asked.key, name, asked.question["language"])
                rows.append((student, asked.question["question"], name, text))
    return rows


def right(kind, key, name: str, language: str) -> str:
    return kind.write(kind.decode(key["answers"][name]), language)


def mistaken(kind, key, name: str, language: str) -> str:
    return kind.write(kind.decode(next(iter(key["misconceptions"][name].values()))), language)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_marks(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "marks.jsonl").read_text(encoding="utf-8").splitlines()]


def test_all_right(exam: Path, write, tmp_path: Path) -> None:
    done = mark_exam(exam, write("r.csv", table(answers(read(exam), right))), tmp_path / "marks")
    assert done.verdicts == {"right": sum(done.verdicts.values()), "wrong": 0, "invalid": 0, "blank": 0}
    assert (done.mean, done.left_out, done.changed) == (6.0, 0, 0)
    for row in read_marks(tmp_path / "marks"):
        assert row["points"] == row["max_points"]
        assert list(row) == [
            "schema", "student_id", "question", "part", "verdict", "points", "max_points", "misconception", "follow_through", "feedback",
        ]  # fmt: skip
    totals = read_table(tmp_path / "marks/marks.csv")
    assert [row["points"] for row in totals] == [row["max_points"] for row in totals] == ["6"] * 4
    assert totals[3]["name"] == "'=SUM(A1)"


def test_points_come_from_the_sealed_questions(exam: Path, write, tmp_path: Path) -> None:
    """Whoever edits the blueprint in the manifest changes no mark."""
    manifest = exam / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    assert '"points": "2"' in text
    manifest.write_text(text.replace('"points": "2"', '"points": "20"'), encoding="utf-8")
    assert mark_exam(exam, write("r.csv", table(answers(read(exam), right))), tmp_path / "marks").mean == 6.0


def test_each_mistake_is_named_in_the_students_language(exam: Path, write, tmp_path: Path) -> None:
    done = mark_exam(exam, write("r.csv", table(answers(read(exam), mistaken))), tmp_path / "marks")
    assert done.verdicts["wrong"] == sum(done.verdicts.values())
    openings = {"a1": "טעות נפוצה", "b2": "Common mistake", "c3": "Типичная ошибка", "d4": "Typisk fejl"}
    for row in read_marks(tmp_path / "marks"):
        assert row["misconception"]
        assert row["feedback"].startswith(openings[row["student_id"]]) or row["follow_through"]
        assert row["points"] == 0 or row["follow_through"]


def test_json_text_of_the_key_is_always_right(exam: Path, write, tmp_path: Path) -> None:
    habit = lambda kind, key, name, language: json.dumps(key["answers"][name])  # noqa: E731
    done = mark_exam(exam, write("r.csv", table(answers(read(exam), habit))), tmp_path / "marks")
    assert done.verdicts["right"] == sum(done.verdicts.values())


def test_letters_in_every_spelling(exam: Path, write, tmp_path: Path) -> None:
    spellings = iter(["{}", "({})", "{})", " {}. ", "[{}]", "\u200f{}"] * 20)

    def habit(kind, key, name, language):
        letter = key.get("letters", {}).get(name)
        return next(spellings).format(letter.lower()) if letter else right(kind, key, name, language)

    done = mark_exam(exam, write("r.csv", table(answers(read(exam), habit))), tmp_path / "marks")
    assert done.verdicts["right"] == sum(done.verdicts.values())


def test_no_rows_at_all_are_blanks(exam: Path, write, tmp_path: Path) -> None:
    done = mark_exam(exam, write("r.csv", table([])), tmp_path / "marks")
    assert done.verdicts["blank"] == sum(done.verdicts.values()) == len(read_marks(tmp_path / "marks"))
    assert len(list((tmp_path / "marks/feedback").iterdir())) == 4


def test_rows_of_nobody_are_left_out_and_listed(exam: Path, write, tmp_path: Path) -> None:
    rows = [
        ("nobody", "1", "size", "3x4"),
        ("a1", "99", "size", "3x4"),
        ("a1", "1", "colour", "=HYPERLINK(1)"),
        ("a1", "1", "size", "first"),
        ("a1", "1", "size", "9x9"),
        ("a1", "2.0", "count", "5"),
        ("a1", "2", "count", "5"),
    ]
    done = mark_exam(exam, write("r.csv", table(rows)), tmp_path / "marks")
    assert (done.left_out, done.replaced) == (3, 1)
    problems = read_table(tmp_path / "marks/problems.csv")
    assert [(row["line"], row["problem"]) for row in problems] == [
        ("2", "unknown student"), ("3", "unknown question"), ("4", "unknown part"), ("5", "replaced by line 6"),
    ]  # fmt: skip
    assert problems[2]["answer"] == "'=HYPERLINK(1)"
    assert read_marks(tmp_path / "marks")[0]["verdict"] == "wrong"


def test_an_answer_with_commas_and_no_quotes_is_whole(exam: Path, write, tmp_path: Path) -> None:
    height, width = read(exam).papers["a1"][0].key["answers"]["size"]
    sheet = write("r.csv", f"student_id,question,part,answer\na1,1,size,({height}, {width})\n")
    assert mark_exam(exam, sheet, tmp_path / "marks").verdicts["right"] == 1
    sheet = write("r.csv", f"answer,student_id,question,part\n({height}, {width}),a1,1,size\n")
    done = mark_exam(exam, sheet, tmp_path / "marks")
    assert (done.verdicts["right"], done.left_out) == (0, 1)
    sheet = write("r.csv", f"student_id,question,part,answer,\na1,1,size,({height}, {width})\n")
    done = mark_exam(exam, sheet, tmp_path / "marks")
    assert (done.verdicts["right"], done.left_out) == (0, 1)
    [problem] = read_table(tmp_path / "marks/problems.csv")
    assert (problem["line"], problem["answer"]) == ("2", f"({height}, {width})")
    assert "put quotes around" in problem["problem"]


def test_an_open_quote_marks_nobody(exam: Path, write, tmp_path: Path) -> None:
    sheet = write("r.csv", 'student_id,question,part,answer\na1,1,size,3x4\na1,2,count,"5\nb2,1,size,3x4\n')
    with pytest.raises(UsageError, match="line 3: a quote opens"):
        mark_exam(exam, sheet, tmp_path / "marks")
    assert not (tmp_path / "marks").exists()


def test_rows_between_two_open_quotes_are_missed(exam: Path, write, tmp_path: Path) -> None:
    """Two of them make a table that can be read, and hides the rows between."""
    sheet = write("r.csv", 'student_id,question,part,answer\na1,1,size,"3x4\nb2,1,size,3x4\nc3,1,size,"\n')
    done = mark_exam(exam, sheet, tmp_path / "marks")
    assert (done.left_out, done.verdicts["blank"]) == (1, sum(done.verdicts.values()))
    assert "whole rows" in read_table(tmp_path / "marks/problems.csv")[0]["problem"]


@pytest.mark.parametrize("damage", ["swap", "tolerance", "answers", "misconceptions"])
def test_a_key_that_does_not_fit_is_refused(exam: Exam, reseal, write, tmp_path: Path, damage: str) -> None:
    rows = [json.loads(line) for line in (exam / "key.jsonl").read_text(encoding="utf-8").splitlines()]
    if damage == "swap":
        rows[0], rows[1] = rows[1], rows[0]
    elif damage == "tolerance":
        del rows[0]["tolerance"]
    else:
        rows[0][damage] = {}
    (exam / "key.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    reseal(exam)
    with pytest.raises(UsageError, match="is another's|is not whole"):
        mark_exam(exam, write("r.csv", table([])), tmp_path / "marks")
    assert not (tmp_path / "marks").exists()


def test_marks_never_go_into_an_exam_folder(exam: Exam, write) -> None:
    with pytest.raises(UsageError, match="is an exam folder"):
        mark_exam(exam, write("r.csv", table([])), exam)


def test_problems_hold_no_control_characters(exam: Exam, write, tmp_path: Path) -> None:
    mark_exam(exam, write("r.csv", table([("nobody\x1b[2J", "1", "x", "\x1b]0;owned\x07")])), tmp_path / "marks")
    text = (tmp_path / "marks/problems.csv").read_text(encoding="utf-8")
    assert "owned" in text
    assert "\x1b" not in text


HOSTILE = [
    "x" * 1_000_000, "NaN", "1e400", "9**9**9", "(" * 5000, "١٢", "\u202e12\u202c", "\x1b]0;x\x07", "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'; DROP TABLE", "$\\input{/etc/passwd}$", "{{7*7}}", "\ud7ff",
]  # fmt: skip


def test_hostile_cells_get_a_verdict_and_harm_nobody(exam: Path, write, tmp_path: Path) -> None:
    cells = iter(HOSTILE * 10)
    habit = lambda kind, key, name, language: next(cells)  # noqa: E731
    done = mark_exam(exam, write("r.csv", table(answers(read(exam), habit))), tmp_path / "marks")
    assert done.verdicts["right"] == 0
    assert done.verdicts["invalid"] >= 20
    for page in (tmp_path / "marks/feedback").iterdir():
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "\x1b" not in text
        assert len(text) < 600_000


def test_bytes_that_are_no_text_spoil_only_their_cell(exam: Path, write, tmp_path: Path) -> None:
    good = table(answers(read(exam), right)).encode()
    spoilt = good.replace(b"\r\na1,1,size,", b"\r\na1,1,size,\xff\xfe\x00", 1)
    done = mark_exam(exam, write("r.csv", spoilt), tmp_path / "marks")
    assert done.verdicts["invalid"] == 1
    assert done.verdicts["right"] == sum(done.verdicts.values()) - 1


def test_marking_again_gives_the_same_files(exam: Path, write, tmp_path: Path) -> None:
    sheet = write("r.csv", table(answers(read(exam), right)))
    mark_exam(exam, sheet, tmp_path / "one")
    before = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    mark_exam(exam, sheet, tmp_path / "one")
    mark_exam(exam, sheet, tmp_path / "two")
    for folder in ("one", "two"):
        after = {path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        assert after == before


def test_marking_stopped_half_way_and_again(exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    from question_bank.render import html

    sheet = write("r.csv", table(answers(read(exam), right)))
    mark_exam(exam, sheet, tmp_path / "whole")
    calls = []

    def stop(page, **options):
        calls.append(page)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return drawn(page, **options)

    drawn = html.render
    monkeypatch.setattr(html, "render", stop)
    with pytest.raises(KeyboardInterrupt):
        mark_exam(exam, sheet, tmp_path / "half")
    monkeypatch.setattr(html, "render", drawn)
    mark_exam(exam, sheet, tmp_path / "half")
    for path in (tmp_path / "whole").rglob("*.*"):
        assert (tmp_path / "half" / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes()


def test_changed_marks_are_listed_and_audited(exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    rows = answers(read(exam), right)
    mark_exam(exam, write("r.csv", table(rows)), out)
    first = (out / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(first) == len(rows)
    rows[0] = (*rows[0][:3], "nonsense here")
    done = mark_exam(exam, write("r.csv", table(rows)), out)
    assert done.changed == 1
    difference = read_table(out / "difference.csv")
    assert [(row["student_id"], row["before"], row["after"]) for row in difference] == [
        ("a1", "right 2 of 2", "invalid 0 of 2")
    ]
    second = (out / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert second[:-1] == first
    assert json.loads(second[-1])["previous"] == json.loads(first[-1])["chain"]
    assert done.audit == json.loads(second[-1])["chain"]


@pytest.mark.parametrize("how", ["change", "remove", "swap", "garbage"])
def test_a_tampered_audit_stops_everything(how: str, exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    sheet = write("r.csv", table(answers(read(exam), mistaken)))
    mark_exam(exam, sheet, out)
    lines = (out / "audit.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    if how == "change":
        lines[3] = lines[3].replace('"wrong"', '"right"')
    elif how == "remove":
        del lines[3]
    elif how == "swap":
        lines[3], lines[4] = lines[4], lines[3]
    else:
        lines[3] = "[" * 5000 + "\n"
    (out / "audit.jsonl").write_text("".join(lines), encoding="utf-8")
    before = (out / "marks.jsonl").read_bytes()
    with pytest.raises(UsageError, match=r"line [45] does not follow"):
        mark_exam(exam, sheet, out)
    assert (out / "marks.jsonl").read_bytes() == before


@pytest.mark.parametrize("lost", [30, 0, 900])
def test_an_audit_whose_run_was_killed_is_completed(lost: int, exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    """Killed while it appended: whole lines, perhaps a torn one, and a seal that knows none of them."""
    out = tmp_path / "marks"
    sheet = write("r.csv", table(answers(read(exam), right)))
    mark_exam(exam, sheet, tmp_path / "whole")
    whole = (tmp_path / "whole/audit.jsonl").read_bytes()

    def killed(path: Path, size: int, lines: bytes) -> None:
        path.write_bytes(lines[: len(lines) - lost])
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "_write_lines", killed)
    with pytest.raises(KeyboardInterrupt):
        mark_exam(exam, sheet, out)
    monkeypatch.undo()
    mark_exam(exam, sheet, out)
    assert (out / "audit.jsonl").read_bytes() == whole
    assert (out / "marking.json").read_bytes() == (tmp_path / "whole/marking.json").read_bytes()


def test_the_audit_grows_and_is_never_written_anew(exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    mark_exam(exam, write("r.csv", table([])), out)
    before = (out / "audit.jsonl").stat().st_ino, (out / "audit.jsonl").read_bytes()
    mark_exam(exam, write("r.csv", table(answers(read(exam), right))), out)
    assert (out / "audit.jsonl").stat().st_ino == before[0]
    assert (out / "audit.jsonl").read_bytes().startswith(before[1])


@pytest.mark.parametrize("how", ["one line", "half a line", "all lines", "the file", "another history"])
def test_an_audit_without_its_end_stops_everything(how: str, exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    sheet = write("r.csv", table(answers(read(exam), mistaken)))
    mark_exam(exam, sheet, out)
    path = out / "audit.jsonl"
    whole = path.read_bytes()
    if how == "the file":
        path.unlink()
    elif how == "another history":
        mark_exam(exam, write("other.csv", table(answers(read(exam), right))), tmp_path / "other")
        path.write_bytes((tmp_path / "other/audit.jsonl").read_bytes())
    else:
        ends = {"one line": whole[:-1].rfind(b"\n") + 1, "half a line": len(whole) - 30, "all lines": 0}
        path.write_bytes(whole[: ends[how]])
    with pytest.raises(UsageError, match="cut off or written anew") as error:
        mark_exam(exam, sheet, out)
    assert "as evidence" in error.value.remedy


def test_a_folder_of_marks_without_its_seal_stops_everything(exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    sheet = write("r.csv", table([]))
    mark_exam(exam, sheet, out)
    (out / "marking.json").unlink()
    with pytest.raises(UsageError, match="audit.jsonl is there, but marking.json"):
        mark_exam(exam, sheet, out)
    (out / "audit.jsonl").unlink()
    with pytest.raises(UsageError, match="marks.jsonl is there, but marking.json"):
        mark_exam(exam, sheet, out)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("audit.jsonl", b"\xff\n", "as evidence"),
        ("audit.jsonl", b"{}\n", "as evidence"),
        ("audit.jsonl", b"null\n", "as evidence"),
        ("marks.jsonl", b"\xff\n", "remove it"),
        ("marks.jsonl", b"{}\n", "remove it"),
        ("marks.jsonl", b"[1]\n", "remove it"),
        ("marks.jsonl", b'{"student_id": [], "question": "1", "part": "p"}\n', "remove it"),
        ("marks.jsonl", b"[" * 10**5, "remove it"),
        ("marking.json", b"\xff", "Restore it"),
        ("marking.json", b"{}", "Restore it"),
        ("marking.json", b'{"key_sha256": "x", "audit": {"lines": -1, "chain": ""}}', "Restore it"),
        ("marking.json", b'{"key_sha256": "x", "audit": 5}', "Restore it"),
    ],
)
def test_damaged_files_of_the_marking_before(name, content, remedy, exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    sheet = write("r.csv", table([]))
    mark_exam(exam, sheet, out)
    (out / name).write_bytes(content)
    before = files(out)
    with pytest.raises(UsageError) as error:
        mark_exam(exam, sheet, out)
    assert str(out / name) in error.value.message
    assert remedy in error.value.remedy
    assert files(out) == before


def test_marks_that_lack_what_is_compared_are_not_a_fault_of_ours(exam: Path, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    mark_exam(exam, write("r.csv", table([])), out)
    (out / "marks.jsonl").write_text('{"student_id": "a1", "question": "1", "part": "size", "verdict": "right"}\n')
    assert mark_exam(exam, write("r.csv", table([])), out).changed == 1


def test_marks_of_another_exam_are_not_written_over(exam: Path, blueprint: Path, roster, write, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    sheet = write("r.csv", table([]))
    mark_exam(exam, sheet, out)
    generate(blueprint, roster, "another secret of length", tmp_path / "other", measure=False)
    before = files(out)
    with pytest.raises(UsageError, match="the marks of another exam") as error:
        mark_exam(tmp_path / "other", sheet, out)
    assert "another --out" in error.value.remedy
    assert files(out) == before


@pytest.mark.parametrize("flock", [True, False])
def test_two_markers_at_once(flock: bool, exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(lock, "HAS_FLOCK", flock and lock.HAS_FLOCK)
    out = tmp_path / "marks"
    sheet = write("r.csv", table([]))
    out.mkdir()
    with lock.alone(out / ".lock", "marks"), pytest.raises(MachineError, match="another run is writing") as error:
        mark_exam(exam, sheet, out)
    assert "Wait" in error.value.remedy
    assert list(out.iterdir()) == []
    mark_exam(exam, sheet, out)
    assert not (out / ".lock").exists()


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """Threads that take and give it back as fast as they can: never two inside."""
    inside, together, entered = [], [], []

    def enter(_: int) -> None:
        for _ in range(200):
            with suppress(MachineError), lock.alone(tmp_path / ".lock", "it"):
                inside.append(1)
                together.append(len(inside))
                inside.pop()
                entered.append(1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(4)))
    assert entered
    assert max(together) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not lock.HAS_FLOCK, reason="without flock a killed run leaves its lock behind")
def test_a_lock_that_a_killed_run_left_is_no_lock(exam: Path, write, tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks/.lock").touch()
    mark_exam(exam, write("r.csv", table([])), tmp_path / "marks")


def test_ids_with_any_line_separator_keep_the_audit_whole(exam: Path, write, reseal, tmp_path: Path) -> None:
    """A roster refuses them, an exam folder of old may hold them."""
    for name in ("key.jsonl", "questions.jsonl", "students.jsonl"):
        text = (exam / name).read_text(encoding="utf-8")
        (exam / name).write_text(text.replace('"a1"', '"a\u2028\x85\u20291"'), encoding="utf-8")
    reseal(exam)
    out = tmp_path / "marks"
    for _ in range(2):
        mark_exam(exam, write("r.csv", table(answers(read(exam), right))), out)
    assert len((out / "audit.jsonl").read_text(encoding="utf-8").split("\n")) == 1 + len(answers(read(exam), right))


# --- faults of ours -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RecursionError, MemoryError, ZeroDivisionError, UsageError])
def test_no_answer_ends_the_marking_of_a_class(fault, exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    """The part is not marked, which is no 0, and is said wherever marks are."""
    out = tmp_path / "marks"
    rows = answers(read(exam), right)
    mark_exam(exam, write("r.csv", table(rows)), out)
    rows[0] = (*rows[0][:3], "the answer that kills")

    def dies(key, text, language):
        if text == "the answer that kills":
            raise fault("somewhere\x1b deep")
        return mark(key, text, language)

    monkeypatch.setattr(marked, "mark", dies)
    done = mark_exam(exam, write("r.csv", table(rows)), out)
    assert (done.unmarked, done.left_out, done.changed) == (1, 0, 1)
    assert (done.verdicts["right"], done.mean) == (len(rows) - 1, 6.0)
    assert list(done.warnings()) == [f"1 answers could not be marked and have no points; see {out}/problems.csv."]
    first = read_marks(out)[0]
    assert (first["verdict"], first["points"], first["max_points"], first["misconception"]) == (None, None, 2, None)
    totals = read_table(out / "marks.csv")[0]
    assert (totals["points"], totals["max_points"], totals["q1"], totals["q2"]) == ("", "6", "", "1")
    [problem] = read_table(out / "problems.csv")
    assert (problem["line"], problem["student_id"], problem["answer"]) == ("2", "a1", "the answer that kills")
    assert problem["problem"] == f"not marked, by a fault of ours: {fault.__name__}: somewhere\ufffd deep"
    assert read_table(out / "difference.csv")[0]["after"] == "not marked"
    page = (out / "feedback/a1.he.html").read_text(encoding="utf-8")
    assert "לא נבדק" in page
    assert 'class="total"' not in page
    monkeypatch.undo()
    mended = mark_exam(exam, write("r.csv", table(rows)), out)
    assert (mended.unmarked, mended.changed, list(mended.warnings())) == (0, 1, [])


def test_a_class_that_cannot_be_marked_at_all(exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(marked, "mark", lambda *_: 1 / 0)
    done = mark_exam(exam, write("r.csv", table([])), tmp_path / "marks")
    assert (done.unmarked, done.mean) == (len(answers(read(exam), right)), None)
    assert not any(line.startswith("mean") for line in done.lines())


def test_a_changed_key_marks_nothing(exam: Path, write, tmp_path: Path) -> None:
    key = exam / "key.jsonl"
    key.write_text(key.read_text(encoding="utf-8").replace('"size": [', '"size": [1', 1), encoding="utf-8")
    with pytest.raises(UsageError, match="was changed"):
        mark_exam(exam, write("r.csv", table([])), tmp_path / "marks")
    assert not (tmp_path / "marks").exists()


@pytest.mark.parametrize("text", ["", "student_id,question,part\n1,2,3", "a;b;c\n"])
def test_a_table_without_its_columns(exam: Path, write, tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="column"):
        mark_exam(exam, write("r.csv", text), tmp_path / "marks")
    assert not (tmp_path / "marks").exists()


def test_the_template_has_a_row_for_every_part(exam: Path, write, tmp_path: Path) -> None:
    whole = read(exam)
    text = responses.template(whole)
    assert text.count("\n") == 1 + len(answers(whole, right))
    done = mark_exam(exam, write("r.csv", text), tmp_path / "marks")
    assert done.verdicts["blank"] == sum(done.verdicts.values())


def test_a_template_of_ids_that_spreadsheets_compute(blueprint: Path, write, tmp_path: Path) -> None:
    """Written, filled in and marked; for the spreadsheet the ids stay text."""
    ids = ["=1+1", "+2", "-3", "@4", "'=1", "a;=5", "6"]
    roster = "".join(f"{tables.harmless(name)},N,e,en\n" for name in ids)
    generate(
        blueprint,
        write("c.csv", f"student_id,name,email,language\n{roster}"),
        "k" * 20,
        tmp_path / "odd",
        measure=False,
    )
    whole = read(tmp_path / "odd")
    assert set(whole.papers) == set(ids)
    filled = iter(answers(whole, right))
    empty = csv.DictReader(io.StringIO(responses.template(whole)))
    sheet = tables.write(responses.COLUMNS, [])
    for row in empty:
        assert not row["student_id"].startswith(("=", "+", "-", "@"))
        sheet += ",".join([row["student_id"], row["question"], row["part"], '"' + next(filled)[3] + '"']) + "\n"
    done = mark_exam(tmp_path / "odd", write("r.csv", sheet), tmp_path / "marks")
    assert (done.left_out, done.verdicts["right"]) == (0, sum(done.verdicts.values()))
    totals = (tmp_path / "marks/marks.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert not any(line.startswith(("=", "+", "-", "@")) for line in totals)


def test_marks_survive_a_family_that_is_gone(exam: Path, write, tmp_path: Path, monkeypatch) -> None:
    """The stored key marks; only the words of the misconception are missing."""
    from question_bank import registry

    def gone(_: str):
        raise UsageError("there is no such family")

    monkeypatch.setattr(registry, "texts", gone)
    done = mark_exam(exam, write("r.csv", table(answers(read(exam), mistaken))), tmp_path / "marks")
    assert done.verdicts["wrong"] == sum(done.verdicts.values())
    assert all(row["misconception"] for row in read_marks(tmp_path / "marks"))


# --- one answer -----------------------------------------------------------------------------


def test_what_is_shown_of_a_text() -> None:
    assert visible("a\x00b\x1b") == "a\ufffdb\ufffd"
    assert len(visible("x" * 10**6)) == 301
    assert visible("שלום\n") == "שלום\n"
