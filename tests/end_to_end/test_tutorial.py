"""Tutorial 10 as it ships: from the blueprint to a class that is marked, corrected and analysed."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from question_bank.answers import restore
from question_bank.exam.folder import read

ROSTER = "student_id,name,email,language\n1,Ann,,en\n2,דנה,,he\n3,Иван,,ru\n4,Søren,,da\n"
# the answers of the tutorial, question by question; None: every student has numbers of their own
ANSWERS = [
    {"count": 304}, {"per_layer": [48, 300], "total": 348}, {"count": 51000},
    None, None, None,
    {"field": 7, "stride": 1},
    {"shape": [25, 49], "nonzero": 225, "distinct_weights": 9},
    {"shape": [9, 25], "nonzero": 81, "distinct_weights": 9},
    {"shape": [1, 9], "nonzero": 9, "distinct_weights": 9},
    None, None,
    {"expression": "N*E_w*E_x"}, {"expression": "Var_X*Var_Y + Var_X*E_Y**2 + Var_Y*E_X**2"},
    {"expression": "Var_X*Var_Y"}, {"expression": "N*Var_w*Var_x"}, {"expression": "1/N"},
    {"expression": "N*Var_w*E_x2"}, {"expression": "Var_z/2"}, {"expression": "N*Var_w*Var_z/2"}, {"expression": "2/N"},
]  # fmt: skip
CORRECTIONS = """
[[correction]]
question = "3"
action = "full_marks"
reason = { en = "Said in class.", he = "נאמר בכיתה.", ru = "Сказано на занятии.", da = "Sagt i timen." }
"""


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, list(map(str, words)))
    assert result.exit_code == 0, result.output
    return result


def written(asked, part: dict, mistaken: dict[tuple[str, str], object]) -> str:
    """The right answer to a part, or the one to write in its place."""
    name, number = part["part"], asked.question["question"]
    kind = restore(part["kind"], {**part, **asked.key["tolerance"].get(name, {})})
    value = mistaken.get((number, name), kind.decode(asked.key["answers"][name]))
    return value if isinstance(value, str) else kind.write(value, asked.question["language"])


def answers(exam: Path, path: Path) -> Path:
    """Everybody answers all; Ann's 48; 75 makes her later answers wrong, and they follow."""
    ann = {("2", "per_layer"): [48, 75], ("2", "total"): 123, ("3", "count"): 50775}
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["student_id", "question", "part", "answer"])
        for student, paper in read(exam).papers.items():
            for asked in paper:
                for part in asked.question["parts"]:
                    text = written(asked, part, ann if student == "1" else {})
                    table.writerow([student, asked.question["question"], part["part"], text])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exam of a class of four, one for each language."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "class.csv").write_text(ROSTER, encoding="utf-8")
    run("exam", "generate", "tutorial10.toml", "--roster", folder / "class.csv", "--key", "k" * 16, "--out", folder / "exam")  # fmt: skip
    return folder


def test_the_answers_are_the_tutorials(folder: Path) -> None:
    for paper in read(folder / "exam").papers.values():
        assert len(paper) == len(ANSWERS)
        for asked, expected in zip(paper, ANSWERS, strict=True):
            for name, value in (expected or {}).items():
                part = next(part for part in asked.question["parts"] if part["part"] == name)
                kind = restore(part["kind"], part)
                key, said = asked.key["answers"][name], value if isinstance(value, str) else json.dumps(value)
                assert kind.equal(kind.decode(key), kind.parse(said, "en")), (asked.question["family"], name, key)


def test_it_is_written_in_four_languages(folder: Path) -> None:
    run("exam", "export", folder / "exam", "--format", "html", "--out", folder / "pages")
    titles = {"1.en": "Tutorial 10", "2.he": "תרגול 10", "3.ru": "Занятие 10", "4.da": "Øvelse 10"}
    for name, title in titles.items():
        assert title in (folder / f"pages/papers/{name}.html").read_text(encoding="utf-8")


def test_it_is_marked_corrected_and_analysed(folder: Path) -> None:
    exam, marks = folder / "exam", folder / "marks"
    sheet = answers(exam, folder / "answers.csv")
    run("exam", "mark", exam, sheet, "--out", marks)
    rows = [json.loads(line) for line in (marks / "marks.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = [row for row in rows if row["verdict"] != "right"]
    assert [(row["student_id"], row["question"], row["part"], row["follow_through"]) for row in wrong] == [
        ("1", "2", "per_layer", False),
        ("1", "2", "total", True),
        ("1", "3", "count", True),
    ]
    (folder / "decided.toml").write_text(CORRECTIONS, encoding="utf-8")
    run("exam", "mark", exam, sheet, "--out", marks, "--corrections", folder / "decided.toml")
    assert (marks / "difference.csv").read_text(encoding="utf-8").count("\n") == 1  # Ann had them already: it followed
    analysed = json.loads(run("exam", "analyse", marks, "--json").stdout)
    assert analysed["schema"] == 1
    assert (marks / "analysis/analysis.html").exists()


def test_it_is_previewed(folder: Path) -> None:
    for language in ("en", "he"):
        out = folder / f"{language}.html"
        run("exam", "preview", "tutorial10.toml", "--lang", language, "--out", out)
        assert out.stat().st_size > 10_000


def test_a_file_of_that_name_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tutorial10.toml").write_text("title = 3", encoding="utf-8")
    result = CliRunner().invoke(main, ["exam", "preview", "tutorial10.toml"])
    assert (result.exit_code, "tutorial10.toml: " in result.output) == (2, True)
