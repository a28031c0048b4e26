"""`assignment new`: what it writes is an assignment as it should be; what it cannot write leaves nothing."""

from pathlib import Path

import pytest

from grader import assignment, check
from grader.batch import Options
from grader.new import new
from question_bank.errors import MachineError, UsageError

from . import test_assignments_in_process as laws
from . import test_handouts as handouts


def everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_new_assignment_passes_the_check_as_it_is(tmp_path: Path) -> None:
    new("leaky_relu_2", tmp_path)
    checked = check.check(assignment.find(str(tmp_path / "leaky_relu_2")), Options(jobs=1))
    assert checked.problems == ()
    assert checked.passed_by_fakes == {}
    assert (checked.tests, checked.wrong) == ((16, 5), 3)
    assert checked.fakes > 10


def test_it_keeps_the_laws_of_those_that_are_shipped(tmp_path: Path) -> None:
    new("relu", tmp_path)
    folder = str(tmp_path / "relu")
    handouts.test_formulas_code_and_headings_agree(folder)
    for language in handouts.LANGUAGES:
        handouts.test_title_signature_and_points(folder, language)
    laws.test_each_task_is_failed_alone_by_some_wrong_submission(folder)
    laws.test_the_visible_tests_run_on_the_submission_alone(folder)
    for wrong in assignment.find(folder).wrong:
        laws.test_a_wrong_submission_says_what_is_wrong(folder, wrong)


def test_the_slug_stands_everywhere_and_each_file_is_told(tmp_path: Path) -> None:
    written = new("relu", tmp_path / "made" / "for_it")
    folder = tmp_path / "made" / "for_it" / "relu"
    assert sorted(written) == everything(tmp_path)
    assert {path.suffix for path in written} == {".toml", ".md", ".py"}
    it = assignment.read(folder)
    assert (it.slug, it.names, it.solution) == ("relu", ("relu",), folder / "solution" / "relu.py")
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert "@{" not in text
        assert "relu" in text
    assert folder.stat().st_mode == folder.parent.stat().st_mode, "as readable as any folder of theirs"


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        *((slug, "cannot be the id") for slug in ("", "Relu", "2d", "_x", "a-b", "a b", "a\n", "../evil", "a/b", "é", "a" * 61)),
        *((slug, f"Choose another, such as my_{slug}") for slug in ("lambda", "random", "numpy", "call", "con")),
    ],
)  # fmt: skip
def test_a_bad_slug_writes_nothing(tmp_path: Path, slug: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        new(slug, tmp_path / "here")
    assert says in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_slug_is_one(tmp_path: Path) -> None:
    new("a" * 60, tmp_path)
    assert assignment.read(tmp_path / ("a" * 60)).slug == "a" * 60


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_exists_is_not_touched(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "relu"
    {"folder": there.mkdir, "file": there.touch, "link": lambda: there.symlink_to("nowhere")}[kind]()
    before = there.lstat()
    with pytest.raises(UsageError, match="relu exists\nChoose another name"):
        new("relu", tmp_path)
    assert there.lstat() == before
    assert list(tmp_path.iterdir()) == [there]
    assert everything(there) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match=r"cannot write .*relu: Not a directory\nName a folder .* --in"):
        new("relu", tmp_path / "file" / "inside")


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def until_full(path: Path, *args: object, **named: object) -> int:
        if path.name == "test_values.py":
            raise OSError(28, "No space left on device")
        return write(path, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", until_full)
    with pytest.raises(MachineError, match="No space left on device"):
        new("relu", tmp_path)
    assert list(tmp_path.iterdir()) == []
