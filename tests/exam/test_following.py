"""Follow-through: what follows from the student's own earlier answer earns points, and nothing else does."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.exam.folder import read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.registry import get

SECRET = "an honest secret of length"


@pytest.fixture
def sat(write, tmp_path: Path):
    """An exam of one student: a variance, its deviation, its bound; 3 points."""

    def exam(more: str = "", level: int = 3) -> Path:
        slot = f'family = "initialization/variance"\nlevel = {level}\npoints = 3\n{more}'
        plan = write("b.toml", f'title = "T"\nlanguages = ["en"]\n[[slot]]\n{slot}')
        students = write("c.csv", "student_id,name,email,language\na,Ada,,en\n")
        generate(plan, students, SECRET, tmp_path / "exam", measure=False)
        return tmp_path / "exam"

    return exam


@pytest.fixture
def marked(write, tmp_path: Path):
    """The marks of the one student by part; answers by part."""

    def marks(exam: Path, **answers: object) -> dict[str, dict]:
        lines = "".join(f'a,1,{part},"{answer}"\n' for part, answer in answers.items())
        mark_exam(exam, write("r.csv", f"student_id,question,part,answer\n{lines}"), tmp_path / "marks")
        rows = (tmp_path / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines()
        return {row["part"]: row for row in map(json.loads, rows)}

    return marks


def keys(exam: Path) -> dict[str, float]:
    [asked] = read(exam).papers["a"]
    return asked.key["answers"]


def test_what_follows_earns_its_points(sat, marked) -> None:
    exam = sat()
    wrong = 0.9 * keys(exam)["var"]
    found = marked(exam, var=wrong, std=wrong**0.5, bound=(3 * wrong) ** 0.5)
    assert [found[part]["verdict"] for part in ("var", "std", "bound")] == ["wrong"] * 3
    assert [found[part]["follow_through"] for part in ("var", "std", "bound")] == [False, True, True]
    assert [found[part]["points"] for part in ("var", "std", "bound")] == [0, 1, 1]
    assert found["std"]["feedback"].startswith("Wrong, but it follows")


@pytest.mark.parametrize(("share", "points"), [("0.5", 0.5), ("0.3333", 0.3333), ("1", 1), ("0", 0)])
def test_the_blueprint_says_how_much(sat, marked, share: str, points: float) -> None:
    exam = sat(f"follow_through = {share}")
    wrong = 0.9 * keys(exam)["var"]
    found = marked(exam, var=wrong, std=wrong**0.5)
    assert (found["std"]["points"], found["std"]["follow_through"]) == (points, points > 0)


def test_a_right_answer_stays_right(sat, marked) -> None:
    exam = sat()
    key = keys(exam)
    found = marked(exam, var=0.9 * key["var"], std=key["std"])
    assert (found["std"]["verdict"], found["std"]["points"], found["std"]["follow_through"]) == ("right", 1, False)


@pytest.mark.parametrize(
    ("var", "std"),
    [
        (1, 1), (0, 0), (-0.01, -0.1), ("none", "none"), ("", 0.1), ("NaN", 0.1), ("x", 0.1), ("1e400", "1e200"),
        ("9**9**9", 3), (0.04, 0.3),
    ],
)  # fmt: skip
def test_a_trivial_or_impossible_earlier_answer_gains_nothing(sat, marked, var: object, std: object) -> None:
    found = marked(sat(), var=var, std=std)
    assert (found["std"]["points"], found["std"]["follow_through"]) == (0, False)


def test_only_what_depends_on_the_earlier_answer_follows(write, tmp_path: Path) -> None:
    """The field does not depend on the total stride, which is asked after it."""
    family = get("architecture/receptive_field")
    solved = family.solve({"layers": [{"k": 3, "s": 2}, {"k": 3, "s": 2}]})
    assert "stride" not in solved.line.following(solved.line.bound("field", 5), solved.leaves)


def test_following_is_exact() -> None:
    family = get("initialization/variance")
    solved = family.solve({"scheme": "xavier_uniform", "fan_in": 40, "fan_out": 60})
    line = solved.line
    found = line.following(line.bound("var", Fraction(1, 100)), solved.leaves)
    assert found == {"var": Fraction(1, 100), "std": Fraction(1, 10), "bound": found["bound"]}
    assert abs(Fraction(found["bound"]) ** 2 - Fraction(3, 100)) < Fraction(1, 10**35)
    assert line.following(line.bound("var", [1, 2]), solved.leaves) == {}
    assert line.following(line.bound("var", -1), solved.leaves) == {}


def test_another_version_of_the_family_marks_plainly_and_says_so(sat, marked, reseal, tmp_path: Path) -> None:
    exam = sat()
    path = exam / "questions.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**row, "version": 99}) + "\n", encoding="utf-8")
    reseal(exam)
    wrong = 0.9 * keys(exam)["var"]
    found = marked(exam, var=wrong, std=wrong**0.5)
    assert (found["std"]["verdict"], found["std"]["points"]) == ("wrong", 0)
    assert "another version of the family" in (tmp_path / "marks/problems.csv").read_text(encoding="utf-8")


def test_marking_again_gives_the_same_files(sat, marked, tmp_path: Path) -> None:
    exam = sat()
    wrong = 0.9 * keys(exam)["var"]
    marked(exam, var=wrong, std=wrong**0.5)
    before = {path: path.read_bytes() for path in (tmp_path / "marks").rglob("*.*") if path.is_file()}
    marked(exam, var=wrong, std=wrong**0.5)
    assert before == {path: path.read_bytes() for path in (tmp_path / "marks").rglob("*.*") if path.is_file()}
