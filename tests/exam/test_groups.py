"""Questions that belong together: one instance for all of them, and answers that follow across them."""

import json
from pathlib import Path

import pytest

from question_bank.errors import SupplyError, UsageError
from question_bank.exam.folder import read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.solve import solve

SECRET = "an honest secret of length"
NETWORKS = '"architecture/relu_count", "architecture/parameter_count", "architecture/fc_equivalent"'
ONE = "student_id,name,email,language\na,Ada,,en\n"
CLASS = ONE + "".join(f"s{number},N,,en\n" for number in range(9))
TUTORIAL = """
[slot.given]
input = [1, 13, 13]
layers = [
    { type = "conv2d", out_channels = 3, kernel_size = 4, bias = false },
    { type = "relu" },
    { type = "maxpool2d", kernel_size = 2 },
    { type = "flatten" },
    { type = "linear", out_features = 4, bias = false },
    { type = "relu" },
]
"""
DERIVATION = 'family = "initialization/derivation"\nsteps = ["second_moment", "half_moment", "relu", "preserve_relu"]'
MATRICES = """family = "convolution/toeplitz_shape"
given = [{ kernel_shape = [3, 3], input = [7, 7] }, { kernel_shape = [3, 3], input = [5, 5] }]
"""


@pytest.fixture
def sat(write, tmp_path: Path):
    """The folder of an exam of one slot."""

    def exam(slot: str, students: str = ONE) -> Path:
        plan = write("b.toml", f'title = "T"\nlanguages = ["en"]\n[[slot]]\n{slot}')
        generate(plan, write("c.csv", students), SECRET, tmp_path / "exam", measure=False)
        return tmp_path / "exam"

    return exam


@pytest.fixture
def marked(write, tmp_path: Path):
    """The marks of the one student by question and part; answers by "question part"."""

    def marks(exam: Path, answers: dict[str, object]) -> dict[str, dict]:
        cells = "".join(f'a,{place.replace(" ", ",")},"{answer}"\n' for place, answer in answers.items())
        mark_exam(exam, write("r.csv", f"student_id,question,part,answer\n{cells}"), tmp_path / "marks")
        rows = map(json.loads, (tmp_path / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines())
        return {f"{row['question']} {row['part']}": row for row in rows}

    return marks


def questions(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def earned(found: dict[str, dict]) -> dict[str, tuple[object, bool]]:
    return {place: (row["points"], row["follow_through"]) for place, row in found.items() if row["points"]}


def test_a_group_asks_about_one_instance_in_order(sat) -> None:
    rows = questions(sat(f"together = [{NETWORKS}]\ncount = 2\npoints = [1, 2, 3]", CLASS))
    assert len(rows) == 60
    for start in range(0, 60, 3):
        group = rows[start : start + 3]
        assert [row["family"].partition("/")[2] for row in group] == ["relu_count", "parameter_count", "fc_equivalent"]
        assert len({json.dumps(row["given"]) for row in group}) == 1
        assert [row["points"] for row in group] == [1, 2, 3]
        assert all(row["together"] == [row["question"] for row in group] for row in group)
    assert len({json.dumps(row["given"]) for row in rows}) == 20
    for row in rows[:6]:
        assert {part["part"] for part in row["parts"]} <= set(solve(row["family"], row["given"])["answers"])


def test_a_question_alone_belongs_to_no_group(sat) -> None:
    [row] = questions(sat('family = "convolution/fit"'))
    assert "together" not in row


def test_a_given_is_the_same_for_everybody(sat) -> None:
    exam = read(sat(f"together = [{NETWORKS}]\n{TUTORIAL}", CLASS))
    for paper in exam.papers.values():
        answers = [asked.key["answers"] for asked in paper]
        assert answers == [{"count": 304}, {"per_layer": [48, 300], "total": 348}, {"count": 51000}]


def test_several_givens_are_asked_one_after_another(sat) -> None:
    [paper] = read(sat(MATRICES)).papers.values()
    assert [asked.key["answers"]["shape"] for asked in paper] == [[25, 49], [9, 25]]


def test_a_group_without_an_instance_for_all_says_so(sat) -> None:
    slot = 'together = ["convolution/output_size", "convolution/fit"]\nlevel = 3'
    with pytest.raises(SupplyError, match="slot 1: convolution/output_size at level 3 has 0 variants that all of"):
        sat(slot)


@pytest.mark.parametrize(
    ("slot", "says"),
    [
        (f"together = [{NETWORKS}]\ngiven = {{ input = [1, 2, 2], layers = [] }}", "slot 1: given: "),
        (f"together = [{NETWORKS}]\ngiven = [{{}}]", "slot 1: together and a list of givens exclude each other"),
        ('family = "convolution/fit"\ngiven = [{ input = 3, kernel = 5, stride = 1 }]', "slot 1: given: "),
        ('family = "convolution/fit"\ngiven = []', "slot 1: given"),
        (f"together = [{NETWORKS}]\npoints = [1, 2]", "slot 1: points lists 2 numbers; 3 questions are asked"),
        (MATRICES + "points = [1, 2, 3]", "slot 1: points lists 3 numbers; 2 questions are asked"),
        (MATRICES + "level = 2", "slot 1: given and level exclude each other"),
    ],
)
def test_what_cannot_be_a_group(sat, tmp_path: Path, slot: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        sat(slot)
    assert says in error.value.message
    assert error.value.remedy
    assert not (tmp_path / "exam").exists()


def test_what_follows_across_questions_earns_its_points(sat, marked) -> None:
    """4 * 75 weights of the last layer taken as 75: the count without shared weights has the same mistake."""
    exam = sat(f"together = [{NETWORKS}]\npoints = [1, 2, 2]\n{TUTORIAL}")
    answers = {"1 count": 304, "2 per_layer": "48; 75", "2 total": 123, "3 count": 50700 + 75}
    assert earned(marked(exam, answers)) == {"1 count": (1, False), "2 total": (1, True), "3 count": (2, True)}


def test_what_stands_before_a_right_answer_does_not_matter(sat, marked) -> None:
    exam = sat(f"together = [{NETWORKS}]\npoints = [1, 2, 2]\n{TUTORIAL}")
    found = marked(exam, {"2 per_layer": "48; 75", "2 total": 348, "3 count": 51000})
    assert earned(found) == {"2 total": (1, False), "3 count": (2, False)}


def test_a_derivation_follows_step_by_step(sat, marked) -> None:
    found = marked(
        sat(DERIVATION),
        {"2 expression": "Var_z/3", "3 expression": "N*Var_w*Var_z/3", "4 expression": "3/N"},
    )
    assert earned(found) == {"3 expression": (1, True), "4 expression": (1, True)}


@pytest.mark.parametrize(
    ("slot", "answers"),
    [
        (f"together = [{NETWORKS}]\n{TUTORIAL}", {"2 per_layer": early, "2 total": total, "3 count": count})
        for early, total, count in [
            ("0; 0", 0, 50700), ("1; 1", 2, 50701), ("0; 300", 300, 51000 - 300), ("48; 0", 48, 50700), ("48; 1", 49, 50701),
            ("-; -", "none", "none"), ("-48; -300", -348, 50400), ("1e400; 1", 1, 50701), ("48", 48, 50700),
            ("48; 300; 1", 349, 51001), ("48.5; 300", 348.5, 51000.5),
        ]
    ]
    + [
        (DERIVATION, {"2 expression": early, "3 expression": late, "4 expression": last})
        for early, late, last in [
            ("0", "0", "0"), ("1", "N*Var_w", "Var_z/N"), ("Var_z^2/Var_z^2", "N*Var_w", "Var_z/N"), ("N", "N^2*Var_w", "Var_z/N^2"),
            ("2/N", "2*Var_w", "Var_z/2"), ("none", "none", "none"), ("Var_w", "N*Var_w^2", "Var_z/(N*Var_w)"),
        ]
    ]
    + [
        # a 5 x 5 input has nothing to do with the answers for the 7 x 7 one
        (MATRICES, {"1 shape": "5x49", "2 shape": "9x49", "2 nonzero": 45, "2 distinct_weights": 5}),
        (MATRICES, {"1 shape": "16x49", "2 nonzero": 144}),
        (MATRICES, {"1 shape": "1x1", "1 nonzero": 9}),
        (MATRICES, {"1 shape": "0x0", "1 nonzero": 0}),
    ],
)  # fmt: skip
def test_a_trivial_or_impossible_early_answer_gains_nothing_later(sat, marked, slot: str, answers: dict) -> None:
    found = marked(sat(slot), answers)
    assert not any(row["follow_through"] for row in found.values()), earned(found)


def test_an_answer_is_not_paid_twice(sat, marked) -> None:
    """Writing the wrong field of one step again in the next is no calculation."""
    found = marked(sat(DERIVATION), {"3 expression": "N*Var_w*Var_z", "4 expression": "N*Var_w*Var_z"})
    assert earned(found) == {}


@pytest.mark.parametrize(("share", "points"), [("0.5", 0.5), ("0", 0)])
def test_the_blueprint_says_what_follows_is_worth(sat, marked, share: str, points: float) -> None:
    exam = sat(f"{DERIVATION}\nfollow_through = {share}")
    found = marked(exam, {"2 expression": "Var_z/3", "3 expression": "N*Var_w*Var_z/3"})
    assert (found["3 expression"]["points"], found["3 expression"]["follow_through"]) == (points, points > 0)
