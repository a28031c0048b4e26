"""Reading an assignment: what is there, what is refused and how it is told, the hash of a suite."""

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from grader import assignment
from grader.assignment import Limits
from question_bank.errors import UsageError
from question_bank.text import LANGUAGES

from .conftest import SUITE, TOML

Write = Callable[..., Path]


def test_what_a_folder_says(an_assignment: Write) -> None:
    it = assignment.read(an_assignment())
    assert (it.slug, it.version, it.names, it.libraries, it.device) == ("double", 1, ("double",), ("numpy",), "cpu")
    assert it.limits == Limits(10, 10, 60, 120, 2000, 1, 64)
    task = it.tasks[0]
    assert (task.id, task.points, task.visibility, task.after, task.visible_share) == ("values", 4, "hidden", (), 0)
    assert it.title["da"] == "To gange"
    assert task.title["en"] == "Values"
    assert it.points == 4
    wrong = it.wrong[0]
    assert (wrong.name, set(wrong.what.values()), wrong.fails) == ("triples", {"Takes three for two."}, ("values",))
    assert [path.is_file() for path in (it.starter, it.solution, wrong.path)] == [True] * 3
    assert [it.handout(language).name for language in LANGUAGES] == [f"handout.{each}.md" for each in LANGUAGES]


def test_points_are_exact_and_limits_are_taken_over(an_assignment: Write) -> None:
    toml = TOML.replace("points = 4", "points = 0.1\nvisible_share = 0.3").replace(
        "[files]", "[limits]\ntest_seconds = 2.5\nmemory_mb = 500\n[files]"
    )
    it = assignment.read(an_assignment({"assignment.toml": toml}))
    assert it.tasks[0].points == Fraction(1, 10)
    assert it.tasks[0].visible_share == Fraction(3, 10)
    assert (it.limits.test_seconds, it.limits.memory_mb, it.limits.cpu_seconds) == (2.5, 500, 60)
    assert type(it.limits.test_seconds) is type(it.limits.cpu_seconds) is float


def second(after: str = "", first_after: str = "") -> str:
    """The table with a second task."""
    task = (
        f'[[task]]\nid = "more"\npoints = 1\nafter = [{after}]\ntitle = {{ en = "M", he = "M", ru = "M", da = "M" }}\n'
    )
    toml = TOML.replace("[[wrong]]", f"{task}\n[[wrong]]")
    return toml.replace('id = "values"\n', f'id = "values"\nafter = [{first_after}]\n')


MORE = SUITE.replace('"values"', '"more"')


def test_tasks_that_follow_one_another(an_assignment: Write) -> None:
    folder = an_assignment({"assignment.toml": second('"values"'), "tests/hidden/test_more.py": MORE})
    assert [task.after for task in assignment.read(folder).tasks] == [(), ("values",)]


def test_a_task_may_be_tested_in_any_file_by_its_mark(an_assignment: Write) -> None:
    both = f"{SUITE}\n@pytest.mark.task('more')\ndef test_more(submission): ...\n"
    folder = an_assignment({"assignment.toml": second(), "tests/hidden/test_values.py": both})
    assert len(assignment.read(folder).tasks) == 2


@pytest.mark.parametrize(
    ("before", "after", "message", "remedy"),
    [
        ("version = 1", "version = 1\nauthor = 'me'", "unknown key 'author'", "Remove it"),
        ("points = 4", "points = 4\nweight = 2", "task values: unknown key 'weight'", "Remove it"),
        ("[files]", "[limits]\nram = 3\n[files]", "unknown key 'limits.ram'", "Remove it"),
        ('what = "Takes three for two."', "", "wrong triples: the key 'what' is missing", "Add it"),
        ("version = 1", "", "the key 'version' is missing", "Add it"),
        ("schema = 1", "schema = 2", "schema: Input should be 1, got 2", "Correct the value"),
        ("version = 1", 'version = "1"', "version: Input should be a valid integer, got 1", "Correct the value"),
        ("version = 1", "version = true", "version: Input should be a valid integer, got True", "Correct the value"),
        ("points = 4", "points = 0", "task values: points: Input should be greater than 0, got 0", "Correct"),
        ("points = 4", 'points = "4"', "task values: points: ", "Correct"),
        ("points = 4", "points = inf", "task values: points: ", "Correct"),
        ("points = 4", 'points = 4\nvisibility = "secret"', "visibility: Input should be 'visible' or 'hidden'", "Correct"),
        ("points = 4", "points = 4\nvisible_share = 1.5", "visible_share: Input should be less than or equal to 1", "Correct"),
        ('da = "To gange"', "", "the key 'title.da' is missing", "Add it"),
        ('da = "To gange"', 'da = "To gange"\nfr = "Deux fois"', "unknown key 'title.fr'", "Remove it"),
        ('id = "double"', 'id = "Double it"', "id: String should match pattern", "Correct"),
        ('names = ["double"]', "names = []", "names: List should have at least 1 item", "Correct"),
        ('names = ["double"]', 'names = ["a b"]', "names.0: String should match", "Correct"),
        ('fails = ["values"]', "fails = []", "wrong triples: fails: List should have at least 1 item", "Correct"),
        ('fails = ["values"]', 'fails = ["value"]', "wrong triples: fails: there is no task 'value'", "The tasks are values."),
        ('fails = ["values"]', 'fails = ["values", "values"]', "'values' stands there twice", "Name it once"),
        ("points = 4", 'points = 4\nafter = ["x"]', "task values: after: there is no task 'x'", "The tasks are values."),
        ("points = 4", 'points = 4\nafter = ["values"]', "after: values wait for one another", "Remove one"),
        ('version = 1', 'version = 1\ndevice = "cuda"', "device: only torch computes on a GPU", "Add it to libraries"),
        ('"starter/double.py"', '"starter/d.py"', "files.starter: there is no file starter/d.py", "Write it"),
        ('"starter/double.py"', '"../double.py"', "files.starter: ../double.py leads out of the folder", "inside"),
        ('"starter/double.py"', '"/etc/passwd"', "files.starter: /etc/passwd leads out of the folder", "inside"),
        ('"handout.{lang}.md"', '"handout.en.md"', "handout.en.md has no {lang}", "handout.{lang}.md"),
        ('name = "triples"', 'name = "halves"', "wrong halves: there is no wrong/halves/double.py", "Write it"),
        ("[title]", "[title", "assignment.toml: ", "Correct the TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(an_assignment: Write, before: str, after: str, message: str, remedy: str) -> None:
    assert before in TOML
    with pytest.raises(UsageError) as caught:
        assignment.read(an_assignment({"assignment.toml": TOML.replace(before, after, 1)}))
    assert caught.value.message.startswith("assignment.toml")
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert len(str(caught.value).splitlines()) <= 6


@pytest.mark.parametrize(
    ("files", "message", "remedy"),
    [
        ({"assignment.toml": second()}, "task more has no hidden tests", "Write tests/hidden/test_more.py"),
        ({"tests/hidden/test_values.py": None}, "task values has no hidden tests", "mark.task(\"values\")"),
        ({"tests/hidden/test_more.py": MORE}, "tests/hidden/test_more.py: there is no task 'more'", "The tasks are values."),
        ({"tests/hidden/test_x.py": "def test_y(): ...\n"}, "tests/hidden/test_x.py: there is no task 'x'", "The tasks are"),
        ({"tests/visible/test_x.py": "x = 1\n"}, "tests/visible/test_x.py: there is no task 'x'", "The tasks are"),
        ({"wrong/halves/double.py": "x = 1\n"}, "wrong/halves is not declared", 'name = "halves"'),
        ({"wrong/triples/double.py": None}, "there is no wrong/triples/double.py", "Write it"),
        ({"handout.he.md": None}, "files.handout: there is no file handout.he.md", "Write it"),
        ({"assignment.toml": b"id = '\xff'"}, "assignment.toml is not UTF-8", "UTF-8"),
        ({"assignment.toml": "x = " + "[" * 9000 + "]" * 9000}, "nested too deeply", "README"),
        ({"tests/hidden/test_values.py": b"# \xff"}, "tests/hidden/test_values.py is not UTF-8", "UTF-8"),
        ({"assignment.toml": second('"values"', '"more"'), "tests/hidden/test_more.py": MORE}, "values, more wait for one", "Remove one"),
        ({"assignment.toml": TOML + TOML.partition("[[wrong]]")[2].join(["[[wrong]]", ""])}, "two wrong submissions are called 'triples'", "once"),
        ({"assignment.toml": second().replace('"more"', '"values"')}, "two tasks have the id 'values'", "of its own"),
        ({"assignment.toml": TOML.replace("points = 4", "points = 4\nvisible_share = 0.5"), "tests/visible/test_values.py": None}, "visible_share is 0.5, but it has no visible tests", "test_values.py"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(an_assignment: Write, files: dict[str, object], message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        assignment.read(an_assignment(files))
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_the_assignments_that_are_shipped() -> None:
    assert "conv2d" in assignment.slugs()
    for slug in assignment.slugs():
        assert assignment.find(slug).slug == slug


def test_an_assignment_by_slug_and_by_path(an_assignment: Write) -> None:
    folder = an_assignment()
    assert assignment.find(str(folder)) == assignment.read(folder)
    assert assignment.of_test(folder / "tests" / "hidden" / "test_values.py") == assignment.read(folder)
    with pytest.raises(UsageError, match="there is no assignment 'conv2'\nDid you mean conv2d\\? Known are "):
        assignment.find("conv2")
    with pytest.raises(UsageError, match=r"has no assignment.toml\nName the folder"):
        assignment.find(str(folder / "tests"))
    with pytest.raises(UsageError, match="no folder above it"):
        assignment.of_test(Path("/nowhere/test_x.py"))


@pytest.mark.parametrize(
    "name", ["assignment.toml", "solution/double.py", "tests/hidden/test_values.py", "tests/visible/test_values.py"]
)
def test_the_hash_follows_what_a_score_depends_on(an_assignment: Write, name: str) -> None:
    folder = an_assignment()
    before = assignment.read(folder).suite_sha256
    with (folder / name).open("a") as file:
        file.write("\n")
    assert assignment.read(folder).suite_sha256 != before


def test_the_hash_follows_names_and_new_files(an_assignment: Write) -> None:
    folder = an_assignment({"tests/hidden/data.txt": "1"})
    hashes = {assignment.read(folder).suite_sha256}
    (folder / "tests/hidden/data.txt").rename(folder / "tests/hidden/date.txt")
    hashes.add(assignment.read(folder).suite_sha256)
    (folder / "solution/more.py").write_text("")
    hashes.add(assignment.read(folder).suite_sha256)
    assert len(hashes) == 3


def test_the_hash_follows_nothing_else(an_assignment: Write, tmp_path: Path) -> None:
    folder = an_assignment()
    before = assignment.read(folder).suite_sha256
    (folder / "handout.en.md").write_text("# Two times\n")
    (folder / "wrong/triples/double.py").write_text("# What: nothing\n")
    compiled = folder / "tests/hidden/__pycache__/test_values.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"x")
    assert assignment.read(folder).suite_sha256 == before
    elsewhere = shutil.copytree(folder, tmp_path / "elsewhere")
    assert assignment.read(elsewhere).suite_sha256 == before
