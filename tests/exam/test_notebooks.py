"""Notebooks to answer in: what students get, what comes back, and that none of it is run."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from question_bank.demo import CLASS, SECRET
from question_bank.errors import UsageError
from question_bank.exam import grades as exam_grades
from question_bank.exam.export import export
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.exam.notebooks import read
from question_bank.lms.grades import render
from question_bank.render.notebook import variable


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, folder / "exam", measure=False)
    export(folder / "exam", ["ipynb"], folder / "out")
    return folder


def filled(demo: Path, student: str, answers: dict[str, str], extra: str = "") -> str:
    """A student's notebook with a line of Python in the place of each answer."""
    [path] = (demo / "out/notebooks").glob(f"{student}.*/*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name, dots, _ = cell["source"].partition(" = ...")
        if dots and name in answers:
            cell["source"] = f"{name} = {answers[name]}"
    if extra:
        notebook["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "source": extra, "outputs": [], "execution_count": None})  # fmt: skip
    return json.dumps(notebook)


def right(demo: Path, student: str) -> dict[str, str]:
    """Python for the right answers, as students would write them."""
    found = {}
    for asked in read_exam(demo / "exam").papers[student]:
        for part, value in asked.key["answers"].items():
            if part in {each["part"] for each in asked.question["parts"]}:
                letter = asked.key.get("letters", {}).get(part)
                found[variable(asked.question["question"], part)] = repr(letter or _python(value))
    return found


def _python(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) and not isinstance(value[0], list) else value


def test_right_answers_come_back_right(demo: Path, tmp_path: Path) -> None:
    students = list(read_exam(demo / "exam").students)
    for student in students:
        folder = tmp_path / "back" / f"{student} handed in"
        folder.mkdir(parents=True)
        (folder / "any name.ipynb").write_text(filled(demo, student, right(demo, student)), encoding="utf-8")
    done = mark_exam(demo / "exam", tmp_path / "back", tmp_path / "marks")
    assert done.verdicts == {"right": 12 * 12, "wrong": 0, "invalid": 0, "blank": 0}
    assert done.left_out == 0


def test_an_untouched_notebook_is_blank(demo: Path, tmp_path: Path) -> None:
    done = mark_exam(demo / "exam", demo / "out/notebooks", tmp_path / "marks")
    assert done.verdicts["blank"] == 12 * 12


def test_what_stands_there_counts(demo: Path, tmp_path: Path) -> None:
    """Texts, arrays, fractions, None, several lines; computations cannot be read, and the last value counts."""
    answers = {
        "q1_size": "'3 x 4'", "q2_size": "torch.Size([3, 4])", "q3_count": "'B'", "q4_field": "None", "q4_stride": "2 * 2",
        "q6_per_layer": "np.array([1,\n  2])", "q7_matrix": "[[1, 2],\n [3, 4]]", "q8_var": "1/50", "q9_expression": "'x'",
    }  # fmt: skip
    (tmp_path / "one.ipynb").write_text(
        filled(demo, "1001", answers, "q1_size = (5, 6)\nq1_size = ..."), encoding="utf-8"
    )
    sent = read(tmp_path / "one.ipynb", read_exam(demo / "exam"))
    assert {f"q{question}_{part}": text for (_, question, part), text in sent.answers.items()} == {
        "q1_size": "[5, 6]", "q2_size": "[3, 4]", "q3_count": "B", "q4_field": "null",
        "q6_per_layer": "[1, 2]", "q7_matrix": "[[1, 2], [3, 4]]", "q8_var": "1/50", "q9_expression": "x",
    }  # fmt: skip
    assert list(sent.waiting) == [("1001", "4", "stride")]
    done = mark_exam(demo / "exam", tmp_path / "one.ipynb", tmp_path / "marks")
    assert done.verdicts["invalid"] == 1  # a name that the question does not use
    assert done.unmarked == 1


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("a = q1_size = (21, 37)", "[21, 37]"),
        ("q1_size: tuple = (21, 37)", "[21, 37]"),
        ("q9_expression, q1_size = 'x', (21, 37)", "[21, 37]"),
        ("(q1_size := (21, 37))", "[21, 37]"),
        ("q1_size = (21, # H\n 37)", "[21, 37]"),
        ("q1_size = [21, \\\n 37,]", "[21, 37]"),
        ("q1_size = (0x15, 3_7)", "[21, 37]"),
        ("q1_size = f'21 x 37'", "21 x 37"),
        ("q1_size = (21, 37)\n!ls\nq1_size?", "[21, 37]"),
        ("%time q1_size = (21, 37)", "[21, 37]"),
        ("q1_size = (21, -37)", "[21, -37]"),
        ("if True:\n    q1_size = (21, 37)", None),
        ("q1_size = (21,)\nq1_size += (37,)", None),
        ("q1_size = tuple(range(2))", None),
        ("q1_size, other = solve()", None),
        ("for q1_size in [(21, 37)]: pass", None),
        ("q1_size = (", None),
        ("q1_size = " + "(" * 5000, None),
        ("!q1_size = 3", "keep"),
        ("q1_size == 3", "keep"),
        ("other = (", "keep"),
    ],
)
def test_the_ways_to_write_an_answer(demo: Path, tmp_path: Path, code: str, answer: str | None) -> None:
    """Read where it stands; where only running it would tell, a person must look, and nobody gets a 0 for it."""
    (tmp_path / "one.ipynb").write_text(filled(demo, "1001", {"q1_size": "'keep'"}, code), encoding="utf-8")
    sent = read(tmp_path / "one.ipynb", read_exam(demo / "exam"))
    place = ("1001", "1", "size")
    assert sent.answers.get(place) == answer
    assert (place in sent.waiting) == (answer is None)


def test_nothing_is_run(demo: Path, tmp_path: Path) -> None:
    evil = (
        f"open({str(tmp_path / 'run')!r}, 'w')\n__import__('os').system('touch {tmp_path / 'run'}')\nq1_size = (3, 4)"
    )
    (tmp_path / "one.ipynb").write_text(filled(demo, "1001", {}, evil), encoding="utf-8")
    sent = read(tmp_path, read_exam(demo / "exam"))
    assert list(sent.answers.values()) == ["[3, 4]"]
    assert not (tmp_path / "run").exists()


def damaged(demo: Path, **metadata: Any) -> str:
    notebook = json.loads(filled(demo, "1001", {}))
    notebook["metadata"] |= metadata
    return json.dumps(notebook)


def test_notebooks_of_nobody_are_named_and_the_rest_is_marked(demo: Path, tmp_path: Path) -> None:
    ours = json.loads(filled(demo, "1001", {}))["metadata"]["convmark"]
    wrong = {
        "a.ipynb": ("", "is empty"),
        "b.ipynb": ("{", "not valid JSON"),
        "c.ipynb": ("[" * 100_000, "nested too deeply"),
        "d.ipynb": (damaged(demo, convmark=None), "does not say whose"),
        "e.ipynb": (damaged(demo, convmark={**ours, "student_id": 7}), "does not say whose"),
        "f.ipynb": (damaged(demo, convmark={**ours, "key": "0" * 12}), "of another exam"),
        "g.ipynb": (damaged(demo, convmark={**ours, "student_id": "zz"}), "unknown student"),
    }
    for name, (text, _) in wrong.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.ipynb").write_bytes(b"\xff\xfe")
    (tmp_path / "good.ipynb").write_text(filled(demo, "1002", {"q1_size": "(1, 1)"}), encoding="utf-8")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints/old.ipynb").write_text(filled(demo, "1002", {}), encoding="utf-8")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "good.ipynb")
    sent = read(tmp_path, read_exam(demo / "exam"))
    assert list(sent.answers) == [("1002", "1", "size")]
    assert [problem.row[3] for problem in sent.problems] == [*wrong, "latin.ipynb"]
    for problem, (_, says) in zip(sent.problems, wrong.values(), strict=False):
        assert says in problem.what


def test_two_that_say_they_are_the_same_students_are_left_to_a_person(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(filled(demo, "1001", {"q1_size": "(1, 1)"}), encoding="utf-8")
    (tmp_path / "b.ipynb").write_text(filled(demo, "1001", {"q1_size": "(2, 2)"}), encoding="utf-8")
    sent = read(tmp_path, read_exam(demo / "exam"))
    assert not sent.answers
    [problem] = sent.problems
    assert problem.row == ("1001", "", "", "a.ipynb, b.ipynb")
    assert problem.left_out


def test_who_waits_for_a_person_has_no_points(demo: Path, tmp_path: Path) -> None:
    """Two notebooks of one student, a damaged one, and answers that are computed: none of these is a 0."""
    back = tmp_path / "back"
    back.mkdir()
    for name in ("a", "b"):
        (back / f"{name}.ipynb").write_text(filled(demo, "1001", right(demo, "1001")), encoding="utf-8")
    (back / "1002.ipynb").write_text("{", encoding="utf-8")
    (back / "c.IPYNB").write_text(filled(demo, "1003", {**right(demo, "1003"), "q1_size": "f(3)"}), encoding="utf-8")
    done = mark_exam(demo / "exam", back, tmp_path / "marks")
    assert done.unmarked == 12 + 12 + 1
    grades = {grade.student_id: grade.points for grade in exam_grades.read(tmp_path / "marks")}
    assert [grades[student] for student in ("1001", "1002", "1003")] == [None] * 3
    assert grades["2001"] == 0
    made = render(exam_grades.read(tmp_path / "marks"), "moodle", str)
    assert {line.split(":")[0] for line in made.left_out} == {"1001", "1002", "1003"}
    problems = (tmp_path / "marks/problems.csv").read_text(encoding="utf-8")
    assert "a person must look" in problems


def test_no_notebook_is_no_empty_class(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no notebook"):
        read(tmp_path, read_exam(demo / "exam"))
    with pytest.raises(UsageError, match="holds no notebook"):
        read(tmp_path / "none.ipynb", read_exam(demo / "exam"))


def executed(folder: Path, text: str) -> dict[str, str]:
    """What each check says, in Jupyter."""
    [path] = folder.glob("*.ipynb")
    path.write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("jupyter-execute")), "--inplace", str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if found := re.fullmatch(r'grader\.check\("(\w+)"\)', "".join(cell["source"])):
            said[found[1]] = json.dumps(cell["outputs"], ensure_ascii=False)
    return said


def test_the_checks_know_the_form_and_not_the_key(demo: Path, tmp_path: Path) -> None:
    export(demo / "exam", ["ipynb"], tmp_path, students=["2001"])
    [folder] = (tmp_path / "notebooks").iterdir()
    wrong = {
        "q1_size": "(9999, 9999)", "q2_size": "12", "q3_count": "'A'", "q4_field": "None", "q4_stride": "2 * 2",
        "q5_count": "'many'", "q6_per_layer": "[1, 2]", "q6_total": "[1]", "q7_matrix": "[[1, 2], [3, 4]]",
        "q8_var": "3/4", "q9_expression": "12",
    }  # fmt: skip
    said = executed(folder, filled(demo, "2001", wrong))
    refused = {
        "q4_stride": "ולא חישוב",
        "q6_total": "נדרש מספר",
        "q8_std": "עדיין אין תשובה",
        "q9_expression": "נדרש טקסט",
    }
    for name, output in said.items():
        assert ("passed" in output) == (name not in refused), (name, output)
        assert refused.get(name, "") in output
    assert said.keys() == {*wrong, "q8_std"}
