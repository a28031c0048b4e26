"""Late students: new variants for them, and not a byte of the others' changes."""

import json
from pathlib import Path

import pytest

from question_bank.errors import SupplyError, UsageError
from question_bank.exam import aside
from question_bank.exam.folder import KEY, MANIFEST, QUESTIONS, STUDENTS, read
from question_bank.exam.generate import generate

SECRET = "an honest secret of length"
LATE = "aa,Late,late@example.org,en,9\nz9,Later,later@example.org,da,9\n"


@pytest.fixture
def extended(blueprint: Path, roster: Path, tmp_path: Path):
    """The exam, and a function that extends it by rows of the roster."""
    out = tmp_path / "quiz"
    generate(blueprint, roster, SECRET, out, measure=False)

    def more(rows: str = LATE, secret: str = SECRET, plan: Path = blueprint):
        longer = tmp_path / "longer.csv"
        longer.write_text(roster.read_text(encoding="utf-8") + rows, encoding="utf-8")
        return generate(plan, longer, secret, out, measure=False, extend=True)

    return out, more


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_what_is_there_stays(extended) -> None:
    out, more = extended
    before = files(out)
    made = more()
    assert (made.students, made.changed) == (6, True)
    after = files(out)
    for name in (QUESTIONS, KEY, STUDENTS):
        assert after[name].startswith(before[name])
        assert len(after[name]) > len(before[name])
    exam = read(out)
    assert list(exam.students)[4:] == ["aa", "z9"]
    instances = [
        json.dumps([asked.question["family"], asked.question["given"]])
        for paper in exam.papers.values()
        for asked in paper
    ]
    assert len(set(instances)) == len(instances)
    [entry] = json.loads(after[MANIFEST])["extends"]
    assert entry == {"students": 4, "key_sha256": json.loads(before[MANIFEST])["key_sha256"]}
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


def test_again_and_further(extended) -> None:
    out, more = extended
    more()
    before = files(out)
    assert more().changed is False
    assert files(out) == before
    assert more(LATE + "zz,Last,,ru,1\n").students == 7
    assert [entry["students"] for entry in json.loads(files(out)[MANIFEST])["extends"]] == [4, 6]


def test_who_left_the_roster_keeps_the_paper(extended, roster: Path) -> None:
    out, more = extended
    roster.write_text(
        roster.read_text(encoding="utf-8").replace("c3,Иван Петров,ivan@example.org,ru,1\n", ""), encoding="utf-8"
    )
    more()
    assert "c3" in read(out).students


@pytest.mark.parametrize("what", ["secret", "blueprint", "language", "damaged", "none"])
def test_what_cannot_be_extended(extended, blueprint: Path, roster: Path, write, tmp_path: Path, what: str) -> None:
    out, more = extended
    options: dict = {}
    if what == "secret":
        options["secret"] = SECRET + "?"
    elif what == "blueprint":
        options["plan"] = write("other.toml", blueprint.read_text().replace("points = 2", "points = 3"))
    elif what == "language":
        roster.write_text(
            roster.read_text(encoding="utf-8").replace("example.org,ru", "example.org,en"), encoding="utf-8"
        )
    elif what == "damaged":
        (out / KEY).write_bytes((out / KEY).read_bytes() + b"\n")
    else:
        out.rename(tmp_path / "elsewhere")
        out.mkdir()
    before = files(out)
    with pytest.raises(UsageError) as error:
        more(**options)
    assert error.value.remedy
    assert files(out) == before


def test_another_blueprint_is_refused_though_nobody_is_new(extended, blueprint: Path, write) -> None:
    _, more = extended
    other = write("other.toml", blueprint.read_text(encoding="utf-8").replace("points = 2", "points = 3"))
    with pytest.raises(UsageError, match="questions.jsonl would change"):
        more("", plan=other)


def test_too_few_are_left(write, tmp_path: Path) -> None:
    plan = write("b.toml", 'title = "T"\nlanguages = ["en"]\n[[slot]]\nfamily = "initialization/derivation"\n')
    first = write("c.csv", "student_id,name,email,language\na,A,,en\nb,B,,en\n")
    generate(plan, first, SECRET, tmp_path / "quiz", measure=False)
    longer = write("d.csv", "student_id,name,email,language\n" + "".join(f"{name},N,,en\n" for name in "abcdef"))
    before = files(tmp_path / "quiz")
    with pytest.raises(SupplyError, match="has 4 variants; 6 students need 6"):
        generate(plan, longer, SECRET, tmp_path / "quiz", measure=False, extend=True)
    assert files(tmp_path / "quiz") == before


def test_a_replacement_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "old").touch()
    with pytest.raises(RuntimeError), aside.folder(tmp_path / "it", replace=True):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["it"]
    assert (tmp_path / "it" / "old").exists()
